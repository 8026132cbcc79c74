#include "leaks/deciding_fact.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "leaks/issue_words.h"
#include "leaks/version_key.h"

namespace perfleak {
namespace {

using Issues = std::span<const KnownIssue* const>;

struct MissingFact {
  std::string name;       // "version of Exchange Server not known (--product)"
  double falls_away = 0;  // issues, expected over its possible answers
};

// Issues that speak of a product, by the versions they name; an empty version is any.
using Versions = std::vector<std::set<std::string>>;

std::map<std::string, Versions> VersionsByProduct(Issues issues) {
  std::map<std::string, Versions> products;
  for (const KnownIssue* issue : issues) {
    std::map<std::string, std::set<std::string>> of_issue;
    for (const std::string& text : issue->affects) {
      if (const auto key = ParseVersionKey(text)) of_issue[key->product].insert(key->version);
    }
    for (auto& [product, versions] : of_issue) products[product].push_back(std::move(versions));
  }
  return products;
}

// Of the issues, those that fall away when the version is told, on average over all that it may be.
double FallsAwayByVersion(const Versions& versions, const std::vector<std::string>& possible) {
  std::set<std::string> answers(possible.begin(), possible.end());
  for (const auto& of_issue : versions) {
    if (possible.empty()) answers.insert(of_issue.begin(), of_issue.end());
  }
  answers.erase("");
  double sum = 0;
  for (const std::string& answer : answers) {
    for (const auto& of_issue : versions) {
      if (!of_issue.contains(answer) && !of_issue.contains("")) ++sum;
    }
  }
  return answers.empty() ? 0 : sum / static_cast<double>(answers.size());
}

void AddVersions(Issues issues, const Platform& platform, std::vector<MissingFact>* facts) {
  for (const auto& [product, versions] : VersionsByProduct(issues)) {
    const ProductFact* known = platform.Find(product);
    if (known != nullptr && known->versions.size() == 1) continue;
    const bool windows = product == "windows";
    facts->push_back({"version of " + DescribeVersion(product, "") + " not known (" +
                          (windows ? "--windows" : "--product") + ")",
                      FallsAwayByVersion(versions, known != nullptr ? known->versions
                                                                    : std::vector<std::string>())});
  }
}

// A yes or no that `tells` of each issue: what falls away is the smaller side or the larger one.
double FallsAwayByAnswer(Issues issues, const std::function<bool(const KnownIssue&)>& tells) {
  const auto n = static_cast<double>(issues.size());
  const auto yes = static_cast<double>(std::count_if(
      issues.begin(), issues.end(), [&](const KnownIssue* issue) { return tells(*issue); }));
  return n > 0 ? 2 * yes * (n - yes) / n : 0;
}

void AddUserFacts(Issues issues, const KnownFacts& known, std::vector<MissingFact>* facts) {
  if (known.pool_tags.empty()) {
    facts->push_back({"pool tag that grows not known (poolmon, --pool-tag)",
                      FallsAwayByAnswer(issues, [](const KnownIssue& issue) {
                        return !issue.pool_tags.empty();
                      })});
  }
  if (known.events.empty()) {
    // That an event is missing is weak evidence.
    facts->push_back({"events of the event log not known (--event)",
                      FallsAwayByAnswer(issues, [](const KnownIssue& issue) {
                        return !issue.events.empty();
                      }) / 2});
  }
}

void AddCounters(Issues issues, const ComponentEvidence& evidence,
                 std::vector<MissingFact>* facts) {
  for (const IssueResource resource :
       {IssueResource::kPrivateBytes, IssueResource::kVirtualBytes, IssueResource::kHandles,
        IssueResource::kThreads, IssueResource::kPagedPool, IssueResource::kNonpagedPool}) {
    const std::string counter = CounterOf(resource, evidence.suspect->component);
    if (evidence.of(resource).shown != Shown::kNotLogged) continue;
    if (evidence.is_of_kernel && counter.starts_with("Process(")) continue;
    facts->push_back(
        {counter + " not logged", FallsAwayByAnswer(issues, [&](const KnownIssue& issue) {
           return std::find(issue.resources.begin(), issue.resources.end(), resource) !=
                  issue.resources.end();
         })});
  }
}

}  // namespace

std::string DecidingFact(Issues issues, const ComponentEvidence& evidence, const Platform& platform,
                         const KnownFacts& known) {
  if (issues.size() < 2) return "";
  std::vector<MissingFact> facts;
  AddVersions(issues, platform, &facts);
  AddUserFacts(issues, known, &facts);
  AddCounters(issues, evidence, &facts);
  const auto best = std::max_element(
      facts.begin(), facts.end(),
      [](const MissingFact& a, const MissingFact& b) { return a.falls_away < b.falls_away; });
  if (best == facts.end() || best->falls_away < 0.5) return "";
  return best->name + ": of " + std::to_string(issues.size()) + " candidates, about " +
         std::to_string(std::lround(best->falls_away)) + " would fall away";
}

}  // namespace perfleak
