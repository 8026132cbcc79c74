#include "leaks/knowledge_base.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"

namespace perfleak {
namespace {

// An article's number is the same with Q, with KB and with nothing before it.
std::string IdKey(std::string_view id) {
  std::string key = ToLower(id);
  const size_t digits = key.starts_with("kb") ? 2 : key.starts_with("q") ? 1 : 0;
  const bool number =
      key.size() > digits && std::all_of(key.begin() + static_cast<std::ptrdiff_t>(digits),
                                         key.end(), [](char c) { return c >= '0' && c <= '9'; });
  return number ? key.substr(digits) : key;
}

bool Any(const std::vector<std::string>& texts, const std::string& word) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return ContainsIgnoreCase(text, word); });
}

bool InEvents(const KnownIssue& issue, const std::string& word) {
  return std::any_of(issue.events.begin(), issue.events.end(), [&](const IssueEvent& event) {
    return ContainsIgnoreCase(event.source + ":" + std::to_string(event.id), word);
  });
}

bool InFix(const IssueFix& fix, const std::string& word) {
  return Any(fix.fixed_in, word) || Any(fix.fixed_keys, word) ||
         ContainsIgnoreCase(fix.needs, word) || ContainsIgnoreCase(fix.note, word) ||
         ContainsIgnoreCase(WordOf(fix.type), word) ||
         std::any_of(fix.files.begin(), fix.files.end(), [&](const FixedFile& file) {
           return ContainsIgnoreCase(file.name, word) || ContainsIgnoreCase(file.version, word);
         });
}

bool InTexts(const KnownIssue& issue, const std::string& word) {
  for (const std::string* text :
       {&issue.id, &issue.family, &issue.trigger, &issue.cause, &issue.rate, &issue.symptom,
        &issue.discriminator, &issue.reference, &issue.note, &issue.guilty.vendor}) {
    if (ContainsIgnoreCase(*text, word)) return true;
  }
  return ContainsIgnoreCase(WordOf(issue.type), word) ||
         (issue.explains && Any(issue.explains->counters, word));
}

bool InLists(const KnownIssue& issue, const std::string& word) {
  for (const std::vector<std::string>* list :
       {&issue.also_in, &issue.products, &issue.affects, &issue.processes, &issue.host_examples,
        &issue.guilty.modules, &issue.counters, &issue.pool_tags, &issue.see_also}) {
    if (Any(*list, word)) return true;
  }
  return false;
}

bool IsProcess(const KnownIssue& issue, const std::string& word) {
  const std::string key =
      ToLower(EndsWithIgnoreCase(word, ".exe") ? word.substr(0, word.size() - 4) : word);
  return std::any_of(issue.process_keys.begin(), issue.process_keys.end(),
                     [&](const std::string& pattern) { return WildcardMatch(pattern, key); });
}

// "handles" and "handle", "paged" of paged-pool, "paged-pool" itself.
bool IsResource(IssueResource resource, const std::string& word) {
  const std::string_view name = WordOf(resource);
  if (EqualsIgnoreCase(name, word) || EqualsIgnoreCase(name, word + "s")) return true;
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('-', begin), name.size());
    if (EqualsIgnoreCase(name.substr(begin, end - begin), word)) return true;
    begin = end + 1;
  }
  return false;
}

bool IsAnyResource(const KnownIssue& issue, const std::string& word) {
  return std::any_of(issue.resources.begin(), issue.resources.end(),
                     [&](IssueResource resource) { return IsResource(resource, word); });
}

// How well a word matches; 0 is not at all. A better place outweighs all worse ones together of as
// many words as people type.
int Rank(const KnownIssue& issue, const std::string& word) {
  if (IdKey(issue.id) == IdKey(word)) return 10'000;
  if (IsProcess(issue, word)) return 1'000;
  if (!issue.resources.empty() && IsResource(issue.resources.front(), word)) return 150;
  if (IsAnyResource(issue, word)) return 100;
  if (ContainsIgnoreCase(issue.title, word)) return 10;
  const bool found = InTexts(issue, word) || InLists(issue, word) || InFix(issue.fix, word) ||
                     InEvents(issue, word);
  return found ? 1 : 0;
}

int Rank(const KnownIssue& issue, const std::vector<std::string>& words) {
  int sum = 0;
  for (const std::string& word : words) {
    const int rank = Rank(issue, word);
    if (rank == 0) return 0;
    sum += rank;
  }
  return sum;
}

}  // namespace

std::vector<RulesProblem> KnowledgeBase::Add(RulesFile file) {
  std::vector<RulesProblem> problems = std::move(file.problems);
  for (KnownIssue& issue : file.issues) {
    const auto [entry, is_new] = by_id_.emplace(ToLower(issue.id), issues_.size());
    if (is_new) {
      if (issue.explains) {
        const auto& counters = issue.explains->counters;
        explaining_.insert(explaining_.end(), counters.begin(), counters.end());
      }
      by_number_.emplace(IdKey(issue.id), issues_.size());
      issues_.push_back(std::move(issue));
      continue;
    }
    const RulesPosition& other = issues_[entry->second].where;
    const std::string where = entry->second < n_built_in_ ? "the built-in " : "";
    problems.push_back({issue.where, "the id \"" + issue.id + "\" is already in " + where +
                                         other.file + ", line " + std::to_string(other.line) +
                                         "; give each issue its own"});
  }
  if (file.built_in) n_built_in_ = issues_.size();
  std::move(file.aliases.begin(), file.aliases.end(), std::back_inserter(aliases_));
  std::move(file.fingerprints.begin(), file.fingerprints.end(), std::back_inserter(fingerprints_));
  return problems;
}

const KnownIssue* KnowledgeBase::Find(std::string_view id) const {
  const auto exact = by_id_.find(ToLower(id));
  if (exact != by_id_.end()) return &issues_[exact->second];
  const auto number = by_number_.find(IdKey(id));
  return number == by_number_.end() ? nullptr : &issues_[number->second];
}

bool KnowledgeBase::Explains(const CounterPath& path) const {
  const std::string name = LocalPath(path);
  return std::any_of(explaining_.begin(), explaining_.end(),
                     [&](const std::string& pattern) { return WildcardMatch(pattern, name); });
}

std::vector<const KnownIssue*> KnowledgeBase::Search(const std::vector<std::string>& words) const {
  std::vector<std::pair<int, const KnownIssue*>> ranked;
  for (const KnownIssue& issue : issues_) {
    if (const int rank = Rank(issue, words); rank > 0) ranked.emplace_back(rank, &issue);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<const KnownIssue*> found;
  for (const auto& [rank, issue] : ranked) found.push_back(issue);
  return found;
}

}  // namespace perfleak
