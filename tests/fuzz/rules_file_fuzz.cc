// Feeds arbitrary bytes to ParseRules.
#include <cstdint>
#include <string>
#include <utility>

#include "base/check.h"
#include "leaks/knowledge_base.h"

using namespace perfleak;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  RulesFile file = ParseRules(text, "fuzz");
  PERFLEAK_CHECK(file.problems.size() <= kMaxRulesProblems);
  PERFLEAK_CHECK(file.issues.size() <= kMaxRulesIssues);
  for (const KnownIssue& issue : file.issues) PERFLEAK_CHECK(!issue.id.empty());
  KnowledgeBase base;
  const size_t issues = file.issues.size();
  const bool whole = base.Add(std::move(file)).empty();
  PERFLEAK_CHECK(!whole || base.issues().size() == issues);
  static_cast<void>(base.Search({"store", "handles"}));
  return 0;
}
