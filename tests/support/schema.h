// Holds JSON documents to one of the schemas in docs/.
#ifndef PERFLEAK_TESTS_SUPPORT_SCHEMA_H_
#define PERFLEAK_TESTS_SUPPORT_SCHEMA_H_

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace perfleak {

class Schema {
 public:
  // `name`: "report.schema.json".
  explicit Schema(const std::string& name);
  ~Schema();

  // What is wrong with `document`, "" for nothing.
  std::string Errors(const nlohmann::json& document) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Calls `change` for every member of every object in `document`, with the document otherwise
// intact; what it does to the object is undone afterwards.
using MemberChange = std::function<void(const std::string& key, nlohmann::json* object)>;
void ForEachMember(nlohmann::json* node, const MemberChange& change);

// Checks that the schema takes no member of `document` under another name. Returns how many it has.
size_t CheckThatNamesCount(const Schema& schema, nlohmann::json document);

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_SUPPORT_SCHEMA_H_
