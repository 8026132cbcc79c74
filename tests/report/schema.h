// Holds JSON documents to one of the schemas in docs/.
#ifndef PERFLEAK_TESTS_REPORT_SCHEMA_H_
#define PERFLEAK_TESTS_REPORT_SCHEMA_H_

#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "support/golden.h"

namespace perfleak {

class Schema {
 public:
  // `name`: "report.schema.json".
  explicit Schema(const std::string& name) {
    const auto path = std::filesystem::path(PERFLEAK_SOURCE_DIR) / "docs" / name;
    nlohmann::json json = nlohmann::json::parse(ReadWholeFile(path));
    CloseObjects(&json);
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(json), schema_);
  }

  // What is wrong with `document`, "" for nothing.
  std::string Errors(const nlohmann::json& document) const {
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(document), &results)) {
      return "";
    }
    std::string text;
    for (valijson::ValidationResults::Error error; results.popError(error);) {
      for (const std::string& part : error.context) text += part;
      text += ": " + error.description + "\n";
    }
    return text;
  }

 private:
  // The documented schema allows fields of later versions; what we write must all be documented.
  static void CloseObjects(nlohmann::json* schema) {
    if (schema->is_object() && schema->contains("properties")) {
      (*schema)["additionalProperties"] = false;
    }
    for (nlohmann::json& child : *schema) {
      if (child.is_structured()) CloseObjects(&child);
    }
  }

  valijson::Schema schema_;
};

// Calls `change` for every member of every object in `document`, with the document otherwise
// intact; what it does to the object is undone afterwards.
using MemberChange = std::function<void(const std::string& key, nlohmann::json* object)>;
inline void ForEachMember(nlohmann::json* node, const MemberChange& change) {
  if (node->is_object()) {
    const nlohmann::json original = *node;
    for (const auto& item : original.items()) {
      change(item.key(), node);
      *node = original;
    }
  }
  for (nlohmann::json& child : *node) {
    if (child.is_structured()) ForEachMember(&child, change);
  }
}

// Checks that the schema takes no member of `document` under another name. Returns how many it has.
inline size_t CheckThatNamesCount(const Schema& schema, nlohmann::json document) {
  size_t members = 0;
  ForEachMember(&document, [&](const std::string& key, nlohmann::json* object) {
    (*object)["renamed " + key] = object->at(key);
    object->erase(key);
    CHECK_MESSAGE(schema.Errors(document) != "", key);
    ++members;
  });
  return members;
}

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_REPORT_SCHEMA_H_
