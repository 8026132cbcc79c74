#include "app/known.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "leaks/rules_file.h"
#include "report/words.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;

// At most one byte more than a rules file may have: the loader says that it is too large.
Result<std::string> ReadRulesText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{path + ": cannot be opened: " + std::strerror(errno) + "."};
  std::string text(kMaxRulesBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return Error{path + ": reading failed."};
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

bool IsRulesFile(const fs::directory_entry& entry) {
  std::error_code ignored;
  return entry.is_regular_file(ignored) &&
         EqualsIgnoreCase(entry.path().extension().string(), ".toml");
}

// The file, or the rules files of the folder by name.
Result<std::vector<std::string>> RulesFiles(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  fs::directory_iterator entry(path, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (IsRulesFile(*entry)) files.push_back(entry->path().string());
  }
  if (error) return Error{path + ": cannot be listed: " + error.message() + "."};
  if (files.empty()) return Error{path + ": no file here ends in .toml."};
  std::sort(files.begin(), files.end());
  return files;
}

std::string AsLines(const std::vector<RulesProblem>& problems) {
  std::vector<std::string> lines;
  for (const RulesProblem& problem : problems) lines.push_back(ToString(problem));
  return Join(lines, "\n");
}

// Without words the families one after the other, in the order of their files.
std::vector<KnownIssue> ByFamily(std::vector<KnownIssue> issues) {
  std::stable_sort(issues.begin(), issues.end(),
                   [](const KnownIssue& a, const KnownIssue& b) { return a.family < b.family; });
  return issues;
}

}  // namespace

KnownReport Known(const KnownOptions& options) {
  const KnowledgeBase base = BuiltInKnowledge();
  KnownReport report;
  report.version = PERFLEAK_VERSION;
  report.words = options.words;
  report.total = base.issues().size();
  const KnownIssue* entry = options.words.size() == 1 ? base.Find(options.words.front()) : nullptr;
  if (options.words.empty()) {
    report.issues = ByFamily(base.issues());
  } else if (entry != nullptr) {
    report.in_full = true;
    report.issues = {*entry};
  } else {
    for (const KnownIssue* found : base.Search(options.words)) report.issues.push_back(*found);
  }
  return report;
}

Result<size_t> AddRules(const std::string& path, KnowledgeBase* base) {
  const auto files = RulesFiles(path);
  if (!files) return files.error();
  const size_t before = base->issues().size();
  std::vector<RulesProblem> problems;
  for (const std::string& file : *files) {
    const auto text = ReadRulesText(file);
    if (!text) return text.error();
    auto found = base->Add(ParseRules(*text, file));
    std::move(found.begin(), found.end(), std::back_inserter(problems));
  }
  if (!problems.empty()) return Error{AsLines(problems)};
  return base->issues().size() - before;
}

Result<std::string> CheckRules(const std::string& path) {
  KnowledgeBase base = BuiltInKnowledge();
  const auto added = AddRules(path, &base);
  if (!added) return added.error();
  return Counted(*added, "issue", "issues") + ", no problem found.\n";
}

}  // namespace perfleak
