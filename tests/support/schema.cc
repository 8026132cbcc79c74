// Apart from the tests, since valijson takes long to compile.
#include "support/schema.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "support/golden.h"

namespace perfleak {
namespace {

// The documented schema allows fields of later versions; what we write must all be documented.
void CloseObjects(nlohmann::json* schema) {
  if (schema->is_object() && schema->contains("properties")) {
    (*schema)["additionalProperties"] = false;
  }
  for (nlohmann::json& child : *schema) {
    if (child.is_structured()) CloseObjects(&child);
  }
}

}  // namespace

struct Schema::Impl {
  valijson::Schema schema;
};

Schema::Schema(const std::string& name) : impl_(std::make_unique<Impl>()) {
  const auto path = std::filesystem::path(PERFLEAK_SOURCE_DIR) / "docs" / name;
  nlohmann::json json = nlohmann::json::parse(ReadWholeFile(path));
  CloseObjects(&json);
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(json), impl_->schema);
}

Schema::~Schema() = default;

std::string Schema::Errors(const nlohmann::json& document) const {
  valijson::Validator validator;
  valijson::ValidationResults results;
  const valijson::adapters::NlohmannJsonAdapter adapter(document);
  if (validator.validate(impl_->schema, adapter, &results)) return "";
  std::string text;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const std::string& part : error.context) text += part;
    text += ": " + error.description + "\n";
  }
  return text;
}

void ForEachMember(nlohmann::json* node, const MemberChange& change) {
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

size_t CheckThatNamesCount(const Schema& schema, nlohmann::json document) {
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
