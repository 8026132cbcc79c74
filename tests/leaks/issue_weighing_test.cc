// Grades and pieces of evidence. Scores are compared with one another, not with the weights, which
// may be fitted again.
#include "leaks/issue_weighing.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "leaks/known_case.h"
#include "leaks/resource_group.h"

namespace perfleak {
namespace {

// Beside 99 issues of another event: those of the issue are rare.
std::optional<Weighed> TryWeigh(const std::string& lines, const Case& one) {
  const KnownIssue issue = IssueOf(lines);
  std::vector<KnownIssue> issues(99, IssueOf("events = ['Other:1']"));
  issues.push_back(issue);
  const EventIndex events(issues);
  return Weigh(issue, {one.evidence, one.platform, one.facts, events, one.other_names});
}
Weighed WeighIt(const std::string& lines, const Case& one) {
  const auto weighed = TryWeigh(lines, one);
  REQUIRE(weighed.has_value());
  return *weighed;
}
double Score(const std::string& lines, const Case& one) { return WeighIt(lines, one).score; }
std::string Grade(const std::string& lines, const Case& one) {
  return WeighIt(lines, one).match.grade;
}

const std::string kStore = "processes = ['store']\nresources = ['private-bytes']\n";
const std::string kOf55 = kStore + "affects = ['exchange-5.5']\n";
// One of each of what confirms: a rate that fits 1 MB/h, an event, a tag.
const std::string kRate = "rate_per_hour = { low = 1, high = 1, unit = 'MB' }\n";
const std::string kEvent = "events = ['MSExchangeIS:1234']\n";
const std::string kTag = "pool_tags = ['Toke']\n";

// ---- grades ----

TEST_CASE("an issue fits where process, version and all that is known agree") {
  Case one;
  CHECK(Grade(kOf55, one.On(Stated("exchange-5.5"))) == "fits");
  Case seen;
  CHECK(Grade(kOf55, seen.On(Seen("exchange", {"5.5"}))) == "compatible");  // nobody states it
  CHECK(Grade(kOf55, Case()) == "cannot be excluded");                      // no such product runs
  CHECK(Grade(kStore, Case()) == "compatible");
  CHECK(Grade(kStore + kRate, Case()) == "fits");
  Case event;
  event.facts.events = {{"MSExchangeIS", 1234}};
  CHECK(Grade(kStore + kEvent, event) == "fits");
  Case tag;
  tag.facts.pool_tags = {"Toke"};
  CHECK(Grade(kStore + kTag, tag) == "fits");
}

// Everything else speaks for the issue: version, rate, event, tag.
void AddAll(Case* one) {
  one->On(Stated("exchange-5.5"));
  one->facts.events = {{"MSExchangeIS", 1234}};
  one->facts.pool_tags = {"Toke"};
}
const std::string kAll =
    "resources = ['private-bytes']\naffects = ['exchange-5.5']\n" + kRate + kEvent + kTag;

TEST_CASE("only a process that the source names ever fits") {
  Case named;
  AddAll(&named);
  CHECK(Grade(kAll + "processes = ['store']\n", named) == "fits");
  CHECK(Grade(kAll + "processes = ['store']\nprocesses_inferred = ['store']\n", named) ==
        "compatible");
  CHECK(Grade(kAll + "processes = ['st*']\nprocesses_inferred = ['st*']\n", named) == "compatible");
  CHECK(Grade(kAll + "any_host = true\n", named) == "compatible");
  CHECK(Grade(kAll + "any_host = true\nhost_examples = ['store']\n", named) == "compatible");
  named.other_names = {"shop"};
  CHECK(Grade(kAll + "processes = ['shop']\n", named) == "compatible");
}

TEST_CASE("a contradiction never fits, whatever else agrees") {
  const std::string lines = kAll + "processes = ['store']\n";
  const auto grade_with = [&](const std::string& more, auto change) {
    Case one;
    AddAll(&one);
    change(&one);
    const Weighed weighed = WeighIt(lines + more, one);
    CHECK_FALSE(weighed.match.contradicted.empty());
    return weighed.match.grade;
  };
  const auto nothing = [](Case*) {};
  const std::string no = "cannot be excluded";
  CHECK(grade_with("", [](Case* one) { one->Rises(IssueResource::kHandles); }) == no);
  CHECK(grade_with("", [](Case* one) { one->evidence.resources[0].per_s *= 10; }) == no);
  CHECK(grade_with("", [](Case* one) { one->facts.pool_tags = {"File"}; }) == no);
  CHECK(grade_with("guilty.modules = ['emsmta']\nguilty.attribution = 'other-process'\n",
                   nothing) == no);
  CHECK(grade_with("grows_with = 'time'\n",
                   [](Case* one) { one->evidence.driver = GrowthDriver::kWork; }) == no);
  CHECK(grade_with("", [](Case* one) { one->platform.products = {Stated("exchange-5.0")}; }) == no);
  CHECK(grade_with("grows_with = 'restarts'\n", nothing) == no);
}

TEST_CASE("an issue of another version is excluded, of an unlikely one not") {
  Case stated, likely;
  CHECK(WeighIt(kOf55, stated.On(Stated("exchange-2000"))).excluded);
  CHECK_FALSE(WeighIt(kOf55, likely.On(Seen("exchange", {"2000"}, {"5.5", "2000"}))).excluded);
}

// ---- what can be behind a suspect at all ----

TEST_CASE("an issue that grows elsewhere, or of which nothing rises, or about no growth is none") {
  const Case one;
  CHECK_FALSE(TryWeigh("processes = ['mad']\nresources = ['private-bytes']\n", one));
  CHECK_FALSE(TryWeigh("processes = ['store']\nresources = ['handles']\n", one));
  CHECK_FALSE(TryWeigh("processes = ['store']\n", one));
  for (const char* type : {"sizing", "not-a-leak", "counter-caveat", "method"}) {
    CHECK_FALSE(TryWeigh(kStore + "type = '" + type + "'\n", one));
  }
  for (const char* type : {"accumulation", "by-design", "cache-growth", "fragmentation"}) {
    CHECK(TryWeigh(kStore + "type = '" + type + "'\n", one));
  }
}

// ---- resources ----

TEST_CASE("counters of the same memory are one piece of evidence") {
  Case one;
  for (const auto resource : {IssueResource::kVirtualBytes, IssueResource::kPageFileBytes,
                              IssueResource::kCommittedBytes}) {
    one.Rises(resource, 1048576.0 / 3600);
  }
  const Weighed alone = WeighIt(kStore, one);
  const Weighed all = WeighIt(
      "processes = ['store']\nresources = ['private-bytes', 'page-file-bytes', 'committed-bytes', "
      "'virtual-bytes', 'working-set']\n",
      one);
  CHECK(all.score == alone.score);
  CHECK(all.match.matched == alone.match.matched);
  CHECK(all.match.contradicted.empty());
  CHECK(alone.match.contradicted.empty());  // nor are they unlisted growth
  // A resource of its own is one more.
  one.Rises(IssueResource::kHandles);
  CHECK(Score("processes = ['store']\nresources = ['private-bytes', 'handles']\n", one) >
        Score(kStore, one));
}

TEST_CASE("other counters of memory stand for one that was not logged") {
  Case one;
  one.Flat(IssueResource::kCommittedBytes);  // of the whole machine
  for (const char* resource : {"page-file-bytes", "working-set", "committed-bytes"}) {
    const std::string lines =
        "processes = ['store']\nresources = ['" + std::string(resource) + "']\n";
    CHECK(WeighIt(lines, one).match.matched ==
          Texts{"growth in store", "Process(store)\\Private Bytes rises"});
  }
  // Address space can grow alone.
  CHECK_FALSE(TryWeigh("processes = ['store']\nresources = ['virtual-bytes']\n", one));
}

TEST_CASE("a primary resource that was logged and is flat contradicts") {
  const std::string lines = "processes = ['store']\nresources = ['handles', 'private-bytes']\n";
  Case flat, unlogged, unclear;
  const Weighed contradicted = WeighIt(lines, flat.Flat(IssueResource::kHandles));
  CHECK(contradicted.match.contradicted == Texts{"Process(store)\\Handle Count does not rise"});
  CHECK(contradicted.match.grade == "cannot be excluded");
  CHECK(contradicted.match.not_logged.empty());
  const Weighed moves = WeighIt(lines, unclear.Unclear(IssueResource::kHandles));
  CHECK(moves.match.contradicted.empty());
  CHECK(moves.match.not_logged.empty());
  CHECK(contradicted.score < WeighIt(lines, unlogged).score);
  // Less where the resource is only inferred.
  CHECK(Score(lines + "confidence = { resource = 'inferred' }\n", flat) > contradicted.score);
}

TEST_CASE("a resource that was not logged is listed and speaks against nothing") {
  const std::string lines = "processes = ['store']\nresources = ['private-bytes', 'handles']\n";
  const Weighed weighed = WeighIt(lines, Case());
  CHECK(weighed.match.not_logged == Texts{"Process(store)\\Handle Count"});
  CHECK(weighed.match.contradicted.empty());
  CHECK(weighed.match.grade == "compatible");
  CHECK(weighed.score == Score(kStore, Case()));
}

TEST_CASE("growth that the issue does not list contradicts unless it follows from what it lists") {
  Case one;
  one.Rises(IssueResource::kHandles);
  CHECK(WeighIt(kStore, one).match.contradicted == Texts{"Process(store)\\Handle Count rises too"});
  Case pool;
  pool.Rises(IssueResource::kPagedPool);  // page tables
  CHECK(WeighIt(kStore, pool).match.contradicted.empty());
  Case of_machine;
  of_machine.Rises(IssueResource::kNonpagedPool, 1, /*own=*/false);  // somebody's
  CHECK(WeighIt(kStore, of_machine).match.contradicted.empty());
  Case gui;  // two counters of one group are one contradiction
  gui.Rises(IssueResource::kGdiObjects).Rises(IssueResource::kUserObjects);
  CHECK(WeighIt(kStore, gui).match.contradicted.size() == 1);
}

TEST_CASE("address space that is reserved and not used") {
  const std::string lines = "processes = ['store']\nresources = ['virtual-bytes']\n";
  Case slow, fast;  // private bytes grow by 291 a second
  slow.Rises(IssueResource::kVirtualBytes, 600);
  fast.Rises(IssueResource::kVirtualBytes, 500);
  CHECK(WeighIt(lines, slow).match.contradicted.empty());
  CHECK(WeighIt(lines, fast).match.contradicted.size() == 1);  // over half of 500
}

TEST_CASE("what follows from what") {
  using enum ResourceGroup;
  CHECK(FollowsFrom(kHandles, kPaged));
  CHECK(FollowsFrom(kHandles, kNonpaged));
  CHECK(FollowsFrom(kThreads, kMemory));  // stacks
  CHECK_FALSE(FollowsFrom(kPaged, kHandles));
  CHECK_FALSE(FollowsFrom(kMemory, kHandles));
  CHECK_FALSE(FollowsFrom(kHandles, kHandles));
  CHECK(IsInBytes(GroupOf(IssueResource::kPageFileBytes)));
  CHECK_FALSE(IsInBytes(GroupOf(IssueResource::kThreads)));
}

// ---- rates ----

// 6 to 12 MB an hour: 2 MB is a third of the one, 36 MB three times the other.
TEST_CASE("a rate matches within a factor of three and contradicts outside") {
  const std::string lines = kStore + "rate_per_hour = { low = 6, high = 12, unit = 'MB' }\n";
  const auto grade_at = [&](double mb_per_hour) {
    Case one;
    one.Rises(IssueResource::kPrivateBytes, mb_per_hour * 1048576 / 3600);
    return Grade(lines, one.Main(IssueResource::kPrivateBytes));
  };
  CHECK(grade_at(1.99) == "cannot be excluded");
  CHECK(grade_at(2.01) == "fits");
  CHECK(grade_at(35.9) == "fits");
  CHECK(grade_at(36.1) == "cannot be excluded");
}

TEST_CASE("a rate is that of the resource with its unit") {
  const std::string lines = "processes = ['store']\nresources = ['private-bytes', 'handles']\n" +
                            std::string("rate_per_hour = { low = 36, high = 36, unit = ");
  Case one;
  one.Rises(IssueResource::kHandles, 0.01);  // 36 an hour
  CHECK(Grade(lines + "'handles' }\n", one) == "fits");
  CHECK(Grade(lines + "'MB' }\n", one) == "cannot be excluded");  // 1 MB an hour
  // Threads were not logged: the rate says nothing.
  const std::string threads =
      "processes = ['store']\nresources = ['private-bytes', 'threads']\n"
      "rate_per_hour = { low = 36, high = 36, unit = 'threads' }\n";
  CHECK(Grade(threads, Case()) == "compatible");
}

TEST_CASE("a component's rate is that of its own host and confirms nothing in another") {
  const std::string any = "any_host = true\nresources = ['private-bytes']\n";
  const Weighed weighed = WeighIt(any + kRate, Case());
  CHECK(weighed.may_be_anywhere);
  CHECK(weighed.match.grade == "cannot be excluded");
  CHECK(weighed.score > Score(any, Case()));
}

// ---- what the growth goes with ----

TEST_CASE("growth with the work, and at the same pace day and night") {
  const auto contradicted = [](const char* grows_with, GrowthDriver driver) {
    Case one;
    one.evidence.driver = driver;
    return WeighIt(kStore + "grows_with = '" + grows_with + "'\n", one).match.contradicted.size();
  };
  CHECK(contradicted("work", GrowthDriver::kWork) == 0);
  CHECK(contradicted("work", GrowthDriver::kTime) == 0);
  CHECK(contradicted("logons", GrowthDriver::kTime) == 0);
  CHECK(contradicted("time", GrowthDriver::kWork) == 1);
  CHECK(contradicted("time", GrowthDriver::kTime) == 0);
  CHECK(contradicted("time", GrowthDriver::kUnknown) == 0);
  CHECK(contradicted("monitoring", GrowthDriver::kWork) == 0);
  CHECK(contradicted("restarts", GrowthDriver::kUnknown) == 1);  // one life
}

// ---- what the user knows ----

TEST_CASE("events of the issue: given, others given, none given") {
  const std::string lines = kStore + "events = ['MSExchangeIS:1234', 'Srv:2019']\n";
  Case one;
  const Weighed none = WeighIt(lines, one);
  CHECK(none.match.not_logged == Texts{"event MSExchangeIS:1234", "event Srv:2019"});
  CHECK(none.score == Score(kStore, one));
  one.facts.events = {{"srv", 2019}};
  const Weighed given = WeighIt(lines, one);
  CHECK(given.match.matched.back() == "event Srv:2019");
  CHECK(given.match.not_logged.empty());
  CHECK(given.match.grade == "fits");
  one.facts.events = {{"srv", 2019}, {"MSExchangeIS", 1234}};  // of one cause
  CHECK(Score(lines, one) == given.score);
  one.facts.events = {{"Srv", 2020}, {"MSExchangeIS", 2019}};
  const Weighed others = WeighIt(lines, one);
  CHECK(others.score < none.score);
  CHECK(others.match.grade == "compatible");  // not every event is looked for
}

TEST_CASE("pool tags of the issue: given, others given, none given") {
  const std::string lines = kStore + "pool_tags = ['Toke', 'File']\n";
  Case one;
  const Weighed none = WeighIt(lines, one);
  CHECK(none.match.not_logged == Texts{"pool tag Toke, File"});
  CHECK(none.score == Score(kStore, one));
  one.facts.pool_tags = {"MmSt", "File"};
  CHECK(WeighIt(lines, one).match.matched.back() == "pool tag File");
  CHECK(Grade(lines, one) == "fits");
  one.facts.pool_tags = {"toke"};  // case matters
  const Weighed others = WeighIt(lines, one);
  CHECK(others.match.contradicted == Texts{"pool tag Toke, File is not the one that grows"});
  CHECK(others.score < none.score);
}

// ---- other processes ----

TEST_CASE("another process of the issue that grows too, is quiet, or does not run") {
  const std::string lines = "processes = ['store', 'mad']\nresources = ['private-bytes']\n";
  Case alone, quiet, grows;
  quiet.Runs("mad");
  grows.GrowsToo("mad");
  CHECK(Score(lines, grows) > Score(lines, alone));
  CHECK(Score(lines, quiet) < Score(lines, alone));
  CHECK(WeighIt(lines, grows).match.matched.back() == "mad grows too");
  CHECK(WeighIt(lines, quiet).match.contradicted.empty());
}

TEST_CASE("the process at fault must run") {
  const std::string lines =
      kStore + "guilty.modules = ['Emsmta', 'mad']\nguilty.attribution = 'other-process'\n";
  Case absent, there, no_list;
  CHECK(WeighIt(lines, absent).match.contradicted == Texts{"Emsmta, mad does not run"});
  CHECK(WeighIt(lines, there.Runs("emsmta")).match.contradicted.empty());
  no_list.evidence.processes.clear();
  CHECK(WeighIt(lines, no_list).match.contradicted.empty());
  // A module in the process is no process.
  CHECK(
      WeighIt(kStore + "guilty.modules = ['a.dll']\nguilty.attribution = 'hosted-module'\n", absent)
          .match.contradicted.empty());
}

// ---- versions and dates ----

TEST_CASE("the closer the version, the better") {
  const auto score = [](const std::vector<ProductFact>& facts) {
    Case one;
    for (const ProductFact& fact : facts) one.On(fact);
    return Score(kStore + "affects = ['exchange-5.5-sp3']\n", one);
  };
  const double exact = score({Stated("exchange-5.5-sp3")});
  const double version = score({Stated("exchange-5.5")});
  const double likely = score({Seen("exchange", {"5.5"})});
  const double possible = score({Seen("exchange", {"5.0", "5.5"})});
  const double absent = score({});
  const double unlikely = score({Seen("exchange", {"2000"}, {"5.5", "2000"})});
  CHECK(exact > version);
  CHECK(version > likely);
  CHECK(likely > possible);
  CHECK(possible > absent);
  CHECK(absent > unlikely);
}

TEST_CASE("an article of long before the log contradicts unless the version is known") {
  const std::string lines = kOf55 + "last_modified = '1999-01-01'\n";
  const auto contradicted = [&](int year, int month, bool version) {
    Case one;
    one.On(version ? Stated("exchange-5.5") : Seen("exchange", {}));
    one.platform.end_s = *SecondsFromCivil(year, month, 1, 0, 0, 0);
    return WeighIt(lines, one).match.contradicted.size();
  };
  CHECK(contradicted(2004, 12, false) == 0);  // under six years
  CHECK(contradicted(2005, 2, false) == 1);
  CHECK(contradicted(2005, 2, true) == 0);
}

// ---- what is handed on ----

TEST_CASE("a match says what mends it, when it applies and what would settle it") {
  const IssueMatch match =
      WeighIt(kStore +
                  "products = ['Exchange 5.5']\ntrigger = 'attachments'\ntype = 'accumulation'\n"
                  "guilty.modules = ['a.dll']\nfix.needs = 'SP1'\n"
                  "fix.files = [{ name = 'a.dll', version = '6.5', date = '2005-07-08' }]\n",
              Case())
          .match;
  CHECK(match.id == "A-1");
  CHECK(match.title == "title of A-1");
  CHECK(match.type == "accumulation");
  CHECK(match.fix == "a.dll 6.5 (2005-07-08); needs SP1");
  CHECK(match.applies_if == "Exchange 5.5: attachments");
  CHECK(match.check == "compare the version of a.dll with 6.5");
  CHECK(match.guilty == Texts{"a.dll"});
}

TEST_CASE("the next check is the surest that was not made") {
  const KnownIssue issue =
      IssueOf(kTag + kEvent + "trigger = 'attachments'\nfix.fixed_in = ['Exchange 5.5 SP4']\n");
  KnownFacts facts;
  CHECK(NextCheck(issue, facts, false) ==
        "see with poolmon whether the tag Toke grows, and say so with --pool-tag");
  facts.pool_tags = {"File"};
  CHECK(NextCheck(issue, facts, false) ==
        "look in the event log for MSExchangeIS 1234, and say so with --event");
  facts.events = {{"Srv", 2019}};
  CHECK(NextCheck(issue, facts, false) == "see whether this is installed: Exchange 5.5 SP4");
  CHECK(NextCheck(issue, facts, true).empty());
  CHECK(NextCheck(IssueOf(""), facts, true).empty());
}

TEST_CASE("a fix in words") {
  CHECK(DescribeFix(IssueFix()) == "none stated");
  IssueFix fix;
  fix.note = "restart it";
  CHECK(DescribeFix(fix) == "restart it");
  fix.needs = "SP1";
  CHECK(DescribeFix(fix) == "needs SP1; restart it");
  fix.fixed_in = {"Exchange 5.5 SP4", "Exchange 2000"};
  fix.note = "exchange 2000";  // said already
  CHECK(DescribeFix(fix) == "Exchange 5.5 SP4, Exchange 2000; needs SP1");
}

}  // namespace
}  // namespace perfleak
