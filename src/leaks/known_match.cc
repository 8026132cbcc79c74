#include "leaks/known_match.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/time.h"
#include "leaks/issue_host.h"
#include "leaks/issue_weighing.h"

namespace perfleak {
namespace {

constexpr double kTie = 0.1;
constexpr double kWorthListing = 2;  // below an unknown defect
constexpr double kMayDecide = 1.5;   // below the best: candidates that a missing fact may cut
constexpr size_t kMostListed = 20;
constexpr double kLater_s = 2 * 365.25 * kSecondsPerDay;

// The latest source in the knowledge base, seconds since 1970: no entry is of a system much later.
// Infinity where no entry has a date.
double LatestSource(const KnowledgeBase& base) {
  std::string latest;
  for (const KnownIssue& issue : base.issues()) latest = std::max(latest, issue.last_modified);
  return ParseUserTime(latest).value_or(std::numeric_limits<double>::infinity());
}

struct Candidate {
  Weighed weighed;
  const KnownIssue* issue = nullptr;  // nullptr for the defect in no catalogue
};

// A program that no issue names: nothing tells a component that may be in it from its own defects.
Candidate UnknownDefect(const std::vector<Candidate>& known, bool later) {
  Candidate unknown;
  unknown.weighed.match.grade = "cannot be excluded";
  unknown.weighed.match.title = "a defect not in this catalogue";
  unknown.weighed.score = ScoreOfUnknownDefect(later);
  const auto best = std::max_element(
      known.begin(), known.end(),
      [](const Candidate& a, const Candidate& b) { return a.weighed.score < b.weighed.score; });
  if (best != known.end() && best->weighed.may_be_anywhere) {
    unknown.weighed.score = std::max(unknown.weighed.score, best->weighed.score);
  }
  return unknown;
}

// Candidates in order; those whose scores hardly differ are a tie, in the order of their ids.
void OrderWithTies(std::vector<Candidate>* candidates) {
  const auto by_id = [](const Candidate& a, const Candidate& b) {
    return a.weighed.match.id < b.weighed.match.id;
  };
  std::sort(candidates->begin(), candidates->end(), [&](const Candidate& a, const Candidate& b) {
    return a.weighed.score != b.weighed.score ? a.weighed.score > b.weighed.score : by_id(a, b);
  });
  int ties = 0;
  for (auto first = candidates->begin(); first != candidates->end();) {
    const double least = first->weighed.score - kTie;
    const auto last = std::find_if(first, candidates->end(), [&](const Candidate& other) {
      return other.weighed.score < least;
    });
    if (last - first > 1) {
      ++ties;
      std::sort(first, last, by_id);
      std::for_each(first, last, [&](Candidate& of_tie) { of_tie.weighed.match.tie_group = ties; });
    }
    first = last;
  }
}

// Leaves the best, and the defect that is in no catalogue wherever it stands. Returns how many
// went.
size_t KeepBest(std::vector<Candidate>* candidates) {
  size_t listed = 0;
  return std::erase_if(*candidates, [&](const Candidate& candidate) {
    return candidate.issue != nullptr && ++listed > kMostListed;
  });
}

}  // namespace

KnownMatcher::KnownMatcher(const KnowledgeBase& base, const KnownFacts& facts)
    : base_(base), facts_(facts), events_(base.issues()), latest_source_s_(LatestSource(base)) {}

KnownMatches KnownMatcher::Match(const ComponentEvidence& evidence,
                                 const Platform& platform) const {
  const std::vector<std::string> other_names = OtherNamesOf(base_, evidence);
  const Circumstances circumstances{evidence, platform, facts_, events_, other_names};
  const bool later = platform.end_s > latest_source_s_ + kLater_s;
  const double least = ScoreOfUnknownDefect(later) - kWorthListing;
  KnownMatches matches;
  std::vector<Candidate> candidates;
  for (const KnownIssue& issue : base_.issues()) {
    auto weighed = Weigh(issue, circumstances);
    if (!weighed || weighed->score < least) continue;
    if (weighed->excluded) {
      ++matches.excluded;
    } else {
      candidates.push_back({std::move(*weighed), &issue});
    }
  }
  candidates.push_back(UnknownDefect(candidates, later));
  OrderWithTies(&candidates);
  matches.more = KeepBest(&candidates);
  std::vector<const KnownIssue*> issues;
  const double top = candidates.front().weighed.score;
  for (Candidate& candidate : candidates) {
    const bool open = candidate.weighed.score >= top - kMayDecide;
    if (candidate.issue != nullptr && open) issues.push_back(candidate.issue);
    matches.issues.push_back(std::move(candidate.weighed.match));
  }
  matches.deciding_fact = DecidingFact(issues, evidence, platform, facts_);
  return matches;
}

}  // namespace perfleak
