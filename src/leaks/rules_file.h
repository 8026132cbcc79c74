// Reads known issues from TOML text: the form of docs/knowledge.md. Rules are data, nothing in them
// executes.
//
// A file from outside may be wrong in many places at once, so all problems are listed, each with
// its position; and it may be hostile, so size, nesting and lengths have limits that are checked
// before they can hurt.
#ifndef PERFLEAK_LEAKS_RULES_FILE_H_
#define PERFLEAK_LEAKS_RULES_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "leaks/known_issue.h"

namespace perfleak {

constexpr size_t kMaxRulesBytes = 4 << 20;
constexpr size_t kMaxRulesIssues = 10'000;
constexpr size_t kMaxRulesProblems = 100;
constexpr size_t kMaxRulesTextBytes = 4'000;  // of one value
constexpr size_t kMaxRulesListItems = 200;
constexpr size_t kMaxRulesLineBytes = 16'384;
constexpr size_t kMaxRulesLineDots = 64;
constexpr double kMaxRulesNumber = 1e15;  // whatever the unit

// What is wrong, where, and what to do.
struct RulesProblem {
  RulesPosition where;
  std::string message;
};

// "file:3:5: message"; without position "file: message".
std::string ToString(const RulesProblem& problem);

struct RulesFile {
  std::string name;
  bool built_in = false;           // into the program; said where a user's rules clash with it
  std::vector<KnownIssue> issues;  // those without a problem
  std::vector<ProcessAlias> aliases;
  std::vector<Fingerprint> fingerprints;
  std::vector<RulesProblem> problems;  // in the order of the file, at most kMaxRulesProblems
};

// `name` is said in problems.
RulesFile ParseRules(std::string_view text, const std::string& name);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_RULES_FILE_H_
