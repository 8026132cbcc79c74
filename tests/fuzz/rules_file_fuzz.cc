// Feeds arbitrary bytes to ParseRules, as a libFuzzer target and, with PERFLEAK_FUZZ_REPLAY
// defined, as a program that replays the files named on its command line.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
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

#ifdef PERFLEAK_FUZZ_REPLAY
int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  }
  std::printf("%d inputs replayed\n", argc - 1);
  return 0;
}
#endif
