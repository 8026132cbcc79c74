#include "leaks/totals.h"

#include <doctest/doctest.h>

#include <string>

#include "leaks/kind_evidence.h"
#include "leaks/test_machine.h"

namespace perfleak {
namespace {

// app leaks 20 MB/h, mad 5 MB/h, paged pool 4 MB/h that no process is charged for, and 11 MB/h of
// commit that nobody holds: 40 MB/h. store gives back 2 MB/h of its own, so the rest is 38 MB/h.
struct Leaking {
  Leaking() {
    const auto bytes = [](double level_mb, double mb_per_hour, uint32_t stream) -> RowValue {
      return [=](int i) {
        return (level_mb + mb_per_hour * i / 60) * kMb + .5 * kMb * Noise(i, stream);
      };
    };
    const RowValue app = bytes(200, 20, 1), mad = bytes(100, 5, 2), store = bytes(900, -2, 3),
                   pool = bytes(100, 4, 4), rest = bytes(300, 11, 5);
    AddProcess("app", 10, app);
    AddProcess("mad", 20, mad);
    AddProcess("store", 30, store);
    log.Column("Memory\\Pool Paged Bytes", pool);
    log.Column("Memory\\Committed Bytes",
               [=](int i) { return app(i) + mad(i) + store(i) + pool(i) + rest(i); });
    log.Column("Processor(_Total)\\% Processor Time",
               [](int i) { return 30 + 20 * Day(i) + 5 * Noise(i, 99); });
    set = log.Read(2 * kDay);
    report = FindLeaks(set, log.table());
  }
  void AddProcess(const std::string& image, uint32_t pid, const RowValue& value) {
    log.Column("Process(" + image + ")\\ID Process", Always(pid));
    log.Column("Process(" + image + ")\\Private Bytes", value);
  }
  const Finding& Committed() const {
    for (const Finding& finding : report.findings) {
      if (finding.traits.resource == Resource::kCommittedBytes) return finding;
    }
    FAIL("not judged");
    return report.findings.front();
  }

  TestLog log;
  SeriesSet set;
  LeakReport report;
};

double ShareOf(const std::vector<GrowthShare>& shares, const std::string& name) {
  for (const GrowthShare& one : shares) {
    if (one.of == name) return one.share;
  }
  return 0;
}

TEST_CASE("shares of a total's growth add up to it, with what shrinks and what nobody holds") {
  const Leaking machine;
  const MachineIndex index(machine.set);
  const Ownership ownership(index);
  const Totals totals(index, ownership, machine.log.table(), nullptr);
  const auto shares = totals.SharesOf(machine.Committed(), machine.report.suspects);
  double sum = 0;
  for (const GrowthShare& one : shares) sum += one.share;
  CHECK(sum == doctest::Approx(1).epsilon(1e-12));
  // 20 + 5 - 2 + 4 + 11 = 38 MB/h
  CHECK(ShareOf(shares, "app") == doctest::Approx(20 / 38.0).epsilon(.01));
  CHECK(ShareOf(shares, "mad") == doctest::Approx(5 / 38.0).epsilon(.01));
  CHECK(ShareOf(shares, "other processes") == doctest::Approx(-2 / 38.0).epsilon(.05));
  CHECK(ShareOf(shares, "the paged pool") == doctest::Approx(4 / 38.0).epsilon(.01));
  CHECK(ShareOf(shares, "no logged process and no pool") ==
        doctest::Approx(11 / 38.0).epsilon(.01));
  CHECK(shares.size() == 5);
}

TEST_CASE("every suspect that counts towards a called total tells the shares, and once") {
  const Leaking machine;
  REQUIRE(machine.report.suspects.size() == 4);
  for (const Suspect& suspect : machine.report.suspects) {
    CAPTURE(suspect.component);
    size_t told = 0, repeated = 0;
    for (const Evidence& evidence : suspect.evidence) {
      told += evidence.what ==
              "Of the growth of Memory\\Committed Bytes, 53 % is in app, 13 % in mad, "
              "10 % in the paged pool, -5 % in other processes and 29 % in no logged process and "
              "no pool.";
      repeated += ContainsIgnoreCase(evidence.what, "makes up") ||
                  ContainsIgnoreCase(evidence.what, "grows by as much");
    }
    CHECK(told == (suspect.component == "kernel" ? 0 : 1));
    CHECK(repeated == 0);
  }
}

TEST_CASE("where no process was logged no share of processes is told") {
  TestLog log;
  log.Column("Memory\\Pool Nonpaged Bytes",
             [](int i) { return (100 + 4 * i / 60.0) * kMb + .5 * kMb * Noise(i, 4); });
  const LeakReport report = FindLeaks(log.Read(2 * kDay), log.table());
  REQUIRE(Summary(report) == "1 leak nonpaged-pool kernel");
  for (const Evidence& evidence : report.suspects[0].evidence) {
    CAPTURE(evidence.what);
    CHECK(!ContainsIgnoreCase(evidence.what, "logged process"));
  }
}

TEST_CASE("percentages of shares add up to 100") {
  // Rounded by themselves these are 33 + 33 + 33 and 17 + 17 + 67,
  // which is 99 and 101; equal losses go to the first.
  CHECK(WordsOnShares("T", {{"a", 1 / 3.0}, {"b", 1 / 3.0}, {"c", 1 / 3.0}}) ==
        "Of the growth of T, 34 % is in a, 33 % in b and 33 % in c.");
  CHECK(WordsOnShares("T", {{"a", 1 / 6.0}, {"b", 1 / 6.0}, {"c", 4 / 6.0}}) ==
        "Of the growth of T, 17 % is in a, 17 % in b and 66 % in c.");
  CHECK(WordsOnShares("T", {{"a", 1.5}, {"b", -.5}, {"c", .001}}) ==
        "Of the growth of T, 150 % is in a and -50 % in b.");
}

TEST_CASE("a pool of the kernel tells what processes are charged for and whose handles fit") {
  const auto evidence_of = [](double handles_per_hour) {
    Machine machine({.handles = handles_per_hour});
    machine.AddTotals(0, 2, 0);
    const LeakReport report = machine.Find();
    std::string text;
    for (const Suspect& suspect : report.suspects) {
      if (suspect.component != "kernel") continue;
      for (const Evidence& evidence : suspect.evidence) text += evidence.what + "\n";
      if (suspect.likely_responsible)
        text += "responsible: " + suspect.likely_responsible->component;
    }
    return text;
  };
  CHECK(ContainsIgnoreCase(evidence_of(0), "No process that is called for its handles"));
  CHECK(ContainsIgnoreCase(evidence_of(0), "% of its growth."));
  // 2 MB/h by 1,000 handles/h are 2.05 KB each.
  CHECK(ContainsIgnoreCase(evidence_of(1000), "handles of app: 2."));
  CHECK(ContainsIgnoreCase(evidence_of(1000), "responsible: app"));
  // 2 MB/h by 10 handles/h are 205 KB each: too much.
  CHECK(ContainsIgnoreCase(evidence_of(10), "No process that is called for its handles"));
}

}  // namespace
}  // namespace perfleak
