#include "leaks/deciding_fact.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "leaks/known_case.h"

namespace perfleak {
namespace {

// Of all issues of the entries.
std::string Fact(const std::string& entries, const Case& one) {
  const KnowledgeBase base = BaseOf(entries);
  std::vector<const KnownIssue*> issues;
  for (const KnownIssue& issue : base.issues()) issues.push_back(&issue);
  return DecidingFact(issues, one.evidence, one.platform, one.facts);
}

// Told 5.0, B and C fall away; told 5.5, A does: (2 + 1) / 2 = 1.5.
const std::string kFour = Entry("A", "affects = ['exchange-5.0']") +
                          Entry("B", "affects = ['exchange-5.5']") +
                          Entry("C", "affects = ['exchange-5.5-sp3']") +
                          Entry("D", "affects = ['exchange-5.0', 'exchange-5.5-sp3']");

TEST_CASE("the version is what the issues differ in") {
  CHECK(
      Fact(kFour, Case()) ==
      "version of Exchange Server not known (--product): of 4 candidates, about 2 would fall away");
  Case known;
  CHECK(Fact(kFour, known.On(Seen("exchange", {"5.5"}))).empty());
  // 5.0, 5.5 or 2000; told 2000, all four fall away: (2 + 1 + 4) / 3 = 2.3.
  Case maybe;
  CHECK(
      Fact(kFour, maybe.On(Seen("exchange", {"5.0", "5.5", "2000"}))) ==
      "version of Exchange Server not known (--product): of 4 candidates, about 2 would fall away");
  // 5.5 or 2000: (1 + 4) / 2 = 2.5.
  Case newer;
  CHECK(
      Fact(kFour, newer.On(Seen("exchange", {"5.5", "2000"}))) ==
      "version of Exchange Server not known (--product): of 4 candidates, about 3 would fall away");
}

TEST_CASE("an issue of every version never falls away") {
  // Told 5.0, B falls away; told 5.5, A: 1. C is about both.
  const std::string entries = Entry("A", "affects = ['exchange-5.0']") +
                              Entry("B", "affects = ['exchange-5.5']") +
                              Entry("C", "affects = ['exchange']");
  CHECK(
      Fact(entries, Case()) ==
      "version of Exchange Server not known (--product): of 3 candidates, about 1 would fall away");
  CHECK(Fact(Entry("A", "affects = ['winnt-4.0']") + Entry("B", "affects = ['win2000']"), Case()) ==
        "version of Windows not known (--windows): of 2 candidates, about 1 would fall away");
}

// Of 4, 2 have a tag: a yes leaves 2 and a no leaves 2, 2 * 2 * 2 / 4 = 2 fall away. Of 4, 1 has
// one: a no, of weight 3 / 4, takes 1, a yes, of weight 1 / 4, takes 3: 2 * 1 * 3 / 4 = 1.5.
TEST_CASE("the pool tag, where it tells more than the version") {
  const std::string tag = "pool_tags = ['Toke']\n";
  const std::string two = Entry("A", tag) + Entry("B", tag) + Entry("C", "") + Entry("D", "");
  const std::string told =
      "pool tag that grows not known (poolmon, --pool-tag): of 4 candidates, about 2";
  CHECK(Fact(two, Case()) == told + " would fall away");
  const std::string one = Entry("A", tag) + Entry("B", "") + Entry("C", "") + Entry("D", "");
  CHECK(Fact(one, Case()) == told + " would fall away");
  Case known;
  known.facts.pool_tags = {"File"};
  CHECK(Fact(two, known).empty());
  const std::string all = Entry("A", tag) + Entry("B", tag);
  CHECK(Fact(all, Case()).empty());  // they do not differ in it
}

// 2 * 2 * 2 / 4 = 2, and half of it since a missing event is weak.
TEST_CASE("events count half") {
  const std::string event = "events = ['Srv:2019']\n";
  const std::string entries = Entry("A", event) + Entry("B", event) + Entry("C", "") +
                              Entry("D", "resources = ['handles']");
  Case one;
  one.Rises(IssueResource::kHandles);
  CHECK(Fact(entries, one) ==
        "events of the event log not known (--event): of 4 candidates, about 1 would fall away");
  one.facts.events = {{"Srv", 2020}};
  CHECK(Fact(entries, one).empty());
  // Handles were not logged: 2 * 1 * 3 / 4 = 1.5 is more.
  CHECK(Fact(entries, Case()) ==
        "Process(store)\\Handle Count not logged: of 4 candidates, about 2 would fall away");
}

TEST_CASE("counters of a process tell nothing of the kernel") {
  const std::string handles = Entry("A", "resources = ['handles']") + Entry("B", "");
  CHECK_FALSE(Fact(handles, Case()).empty());
  Case kernel;
  kernel.OfKernel(IssueResource::kPagedPool);
  CHECK(Fact(handles, kernel).empty());
  const std::string pool = Entry("A", "resources = ['nonpaged-pool']") + Entry("B", "");
  CHECK(Fact(pool, kernel) ==
        "Memory\\Pool Nonpaged Bytes not logged: of 2 candidates, about 1 would fall away");
}

TEST_CASE("one candidate or none needs no deciding fact") {
  CHECK(Fact("", Case()).empty());
  CHECK(Fact(Entry("A", "affects = ['exchange-5.0']\npool_tags = ['Toke']\n"), Case()).empty());
  Case two_versions;  // told 5.5, the only one would fall away
  two_versions.On(Seen("exchange", {"5.0", "5.5"}));
  CHECK(Fact(Entry("A", "affects = ['exchange-5.0']"), two_versions).empty());
}

}  // namespace
}  // namespace perfleak
