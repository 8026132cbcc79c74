#include "leaks/known_match.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "base/time.h"
#include "leaks/known_case.h"

namespace perfleak {
namespace {

KnownMatches Match(const KnowledgeBase& base, const Case& one) {
  return KnownMatcher(base, one.facts).Match(one.evidence, one.platform);
}
KnownMatches Match(const std::string& entries, const Case& one) {
  return Match(BaseOf(entries), one);
}

// "A/1 B/1 ? C": ids with their tie groups; ? is the defect that is in no catalogue.
std::string Order(const KnownMatches& matches) {
  Texts parts;
  for (const IssueMatch& match : matches.issues) {
    parts.push_back((match.id.empty() ? "?" : match.id) +
                    (match.tie_group == 0 ? "" : "/" + std::to_string(match.tie_group)));
  }
  return Join(parts, " ");
}

const std::string kStore = "processes = ['store']\nresources = ['private-bytes']\n";
const std::string kAny = "any_host = true\nresources = ['private-bytes']\n";
const std::string kOf55 = "affects = ['exchange-5.5']\n";
const std::string kDated = "last_modified = '2004-01-01'\n";

double Day(int year, int month, int day) { return *SecondsFromCivil(year, month, day, 0, 0, 0); }

size_t CountUnknown(const KnownMatches& matches) {
  return static_cast<size_t>(
      std::count_if(matches.issues.begin(), matches.issues.end(), [](const IssueMatch& match) {
        return match.id.empty() && match.title == "a defect not in this catalogue" &&
               match.grade == "cannot be excluded";
      }));
}

TEST_CASE("the better the evidence, the higher") {
  Case one;
  one.On(Stated("exchange-5.5"));
  const std::string entries =
      Entry("A-any", kAny + kDated) + Entry("B-other-version", kStore + "affects = ['iis-4.0']") +
      Entry("C-named", kStore + kDated) + Entry("D-version", kStore + kOf55);
  CHECK(Order(Match(entries, one)) == "D-version C-named B-other-version ? A-any");
}

TEST_CASE("what this log cannot tell apart is a tie, in the order of ids") {
  const std::string entries = Entry("B", kStore) + Entry("D", kStore + kOf55) + Entry("A", kStore) +
                              Entry("C", kStore + kOf55);
  Case one;
  one.On(Stated("exchange-5.5"));
  one.platform.end_s = 0;
  CHECK(Order(Match(entries, one)) == "C/1 D/1 A/2 B/2 ?");
}

TEST_CASE("the order of the knowledge base does not matter") {
  const Texts lines = {kStore,
                       kStore,
                       kStore + kOf55,
                       kStore + kOf55 + kDated,
                       kAny,
                       kAny + kOf55,
                       kAny + kDated,
                       kStore + "pool_tags = ['Toke']\n",
                       kStore + kDated,
                       kStore + "processes_inferred = ['store']\n",
                       kStore + "affects = ['iis-4.0']\n",
                       "processes = ['store']\nresources = ['handles', 'private-bytes']\n"};
  const auto answer = [&](const std::vector<size_t>& order, Case* one) {
    std::string entries;
    for (const size_t i : order) entries += Entry("I-" + std::to_string(100 + i), lines[i]);
    const KnownMatches matches = Match(entries, *one);
    return Order(matches) + " " + matches.deciding_fact;
  };
  std::vector<size_t> sorted(lines.size());
  std::iota(sorted.begin(), sorted.end(), 0);
  CHECK(rc::check([&] {
    Case one(*rc::gen::element<std::string>("store", "faxgate"));
    one.platform.end_s = Day(*rc::gen::inRange(1998, 2010), 1, 1);
    if (*rc::gen::arbitrary<bool>()) one.On(Stated("exchange-5.5"));
    if (*rc::gen::arbitrary<bool>()) one.Flat(IssueResource::kHandles);
    std::vector<size_t> shuffled = sorted;
    for (size_t i = shuffled.size(); i > 1; --i) {
      std::swap(shuffled[i - 1], shuffled[*rc::gen::inRange<size_t>(0, i)]);
    }
    RC_ASSERT(answer(shuffled, &one) == answer(sorted, &one));
  }));
}

// ---- a defect not in this catalogue ----

TEST_CASE("a defect not in this catalogue is in every list once") {
  CHECK(Order(Match("", Case())) == "?");
  CHECK(CountUnknown(Match("", Case())) == 1);
  const KnownMatches matches = Match(Entry("A", kStore) + Entry("B", kAny), Case());
  CHECK(matches.issues.size() == 3);
  CHECK(CountUnknown(matches) == 1);
}

TEST_CASE("a program that no entry names has first a defect not in this catalogue") {
  Case one("faxgate");
  const std::string entries =
      Entry("A", kAny) + Entry("B", kAny + kOf55) + Entry("C", kAny + "affects = ['win2000']\n");
  CHECK(Match(entries, one).issues.front().id.empty());
  // Also where the version that the log shows speaks for a component that may be in it.
  one.On(Seen("exchange", {"5.5"})).On(Seen("windows", {"2000"}));
  CHECK(Match(entries, one).issues.front().id.empty());
  // Not where the user knows of something that points to one.
  Case tag("faxgate");
  tag.facts.pool_tags = {"Toke"};
  CHECK(Match(Entry("A", kAny + "pool_tags = ['Toke']\n"), tag).issues.front().id == "A");
  Case stated("faxgate");
  stated.On(Stated("exchange-5.5-sp3"));
  CHECK(Match(Entry("A", kAny + "affects = ['exchange-5.5-sp3']\n"), stated).issues.front().id ==
        "A");
}

TEST_CASE("years after the newest entry process and resource alone are no reason") {
  const std::string entries = Entry("A", kStore + "last_modified = '1999-01-01'\n") +
                              Entry("B", kStore + kDated) +  // 2004-01-01, the newest
                              Entry("C", "last_modified = '2001-01-01'\n");
  const auto first = [&](int year, int month) {
    Case one;
    one.platform.end_s = Day(year, month, 1);
    return Match(entries, one).issues.front().id;
  };
  CHECK(first(2005, 12) == "B");  // under two years
  CHECK(first(2006, 2).empty());
  CHECK(first(2016, 1).empty());
  // With a version that is stated it is not only process and resource.
  Case stated;
  stated.platform.end_s = Day(2016, 1, 1);
  stated.On(Stated("exchange-5.5"));
  CHECK(Match(Entry("A", kStore + kOf55 + kDated), stated).issues.front().id == "A");
}

TEST_CASE("entries without a date do not make every log a later one") {
  Case one;
  one.platform.end_s = Day(2005, 1, 1);
  CHECK(Match(Entry("A", kStore), one).issues.front().id == "A");
}

TEST_CASE("of many candidates the best 20 are listed, and the defect in no catalogue stays") {
  std::string entries;
  for (int i = 0; i < 25; ++i) {
    entries += Entry("I-" + std::to_string(10 + i), kStore + kOf55 + (i < 5 ? "" : kDated));
  }
  Case one;
  one.On(Stated("exchange-5.5"));
  const KnownMatches matches = Match(entries, one);
  CHECK(matches.issues.size() == 21);
  CHECK(matches.more == 5);
  CHECK(matches.issues.back().id.empty());  // worse than all 25
  CHECK(CountUnknown(matches) == 1);
  CHECK(matches.issues[19].id == "I-29");
}

// ---- what falls away ----

TEST_CASE("issues of another version are counted and not listed") {
  Case one;
  one.On(Stated("exchange-2000"));
  const KnownMatches matches =
      Match(Entry("A", kStore + kOf55) + Entry("B", kStore + kOf55) + Entry("C", kStore), one);
  CHECK(matches.excluded == 2);
  CHECK(matches.more == 0);
  CHECK(Order(matches) == "C ?");
}

TEST_CASE("what fits far too badly is not listed at all") {
  Case one;
  one.Flat(IssueResource::kHandles).On(Stated("exchange-5.5"));
  one.facts.pool_tags = {"File"};
  const KnownMatches matches =
      Match(Entry("A",
                  "processes = ['store']\nresources = ['handles', 'private-bytes']\n"
                  "pool_tags = ['Toke']\n"),
            one);
  CHECK(Order(matches) == "?");
  CHECK(matches.excluded + matches.more == 0);
}

TEST_CASE("the deciding fact is of the candidates near the best") {
  const std::string of_50 = "affects = ['exchange-5.0']\n";
  Case one;
  one.On(Seen("exchange", {}));  // there, of an unknown version
  CHECK(
      Match(Entry("A", kStore + kOf55) + Entry("B", kStore + of_50), one).deciding_fact ==
      "version of Exchange Server not known (--product): of 2 candidates, about 1 would fall away");
  CHECK(Match(Entry("A", kStore + kOf55) + Entry("B", kAny + of_50), one).deciding_fact.empty());
  CHECK(Match(Entry("A", kStore + kOf55), one).deciding_fact.empty());
}

}  // namespace
}  // namespace perfleak
