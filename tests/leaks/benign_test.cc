// Growth that an entry says is none to mend, on a machine with ordinary neighbours, and beside it
// what looks much like it and is a leak.
#include "leaks/benign.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "leaks/known_case.h"
#include "leaks/test_machine.h"

namespace perfleak {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// Counters of no object of Windows are read where an entry speaks of them.
TestLog WithGateway() {
  return TestLog(60, [](const Counter& counter) {
    return CounterTable::UsedByAnalysis(counter) || counter.path.object == "Gateway";
  });
}

// "cache A" of the growth of `path`; "suspect", or "" where nothing is said of it.
std::string Told(const std::string& entries, Machine& machine,
                 const std::string& path = "Process(app)\\Private Bytes",
                 const std::vector<VersionKey>& products = {}) {
  const KnowledgeBase base = BaseOf(entries);
  LeakOptions options;
  options.knowledge = &base;
  options.stated.products = products;
  const LeakReport report = FindLeaks(machine.log.Read(2 * kDay), machine.log.table(), options);
  for (const Suspect& suspect : report.suspects) {
    if (suspect.growth_in.path == "\\\\PC\\" + path) return "suspect";
  }
  for (const Explained& explained : report.explained) {
    if (explained.path != "\\\\PC\\" + path) continue;
    CHECK(explained.explanation.ends_with(explained.known_issue + ": title of " +
                                          explained.known_issue + "."));
    return std::string(ToString(explained.reason)) + " " + explained.known_issue;
  }
  return "";
}

std::string Cache(const std::string& explains, const std::string& more = "") {
  return Entry("A", "type = 'cache-growth'\nprocesses = ['app']\nresources = ['private-bytes']\n" +
                        more + "explains = { " + explains + " }\n");
}

const std::string kByCache = "counters = ['Gateway(*)\\Cache Bytes']";

// app grows by 20 MB/h, and beside it a cache.
std::string ToldByCache(double cache_mb_per_hour, const Rates& app = {.private_mb = 20}) {
  Machine machine(app, WithGateway());
  machine.log.Column("Gateway(1)\\Cache Bytes", Bytes(50 * kMb, 60, cache_mb_per_hour * kMb));
  return Told(Cache(kByCache), machine);
}

// 14 MB/h are 70 %.
TEST_CASE("benign: another counter has 70 % of the growth in bytes") {
  CHECK(ToldByCache(20) == "cache A");
  CHECK(ToldByCache(14.3) == "cache A");
  CHECK(ToldByCache(13.7) == "suspect");
  CHECK(ToldByCache(0) == "suspect");
  CHECK(ToldByCache(-20) == "suspect");
}

TEST_CASE("benign: the parts of a cache add up, and units of 1,024 are bytes") {
  Machine two({.private_mb = 20}, WithGateway());
  two.log.Column("Gateway(1)\\Cache Bytes", Bytes(50 * kMb, 60, 10 * kMb));
  two.log.Column("Gateway(2)\\Cache Bytes", Bytes(50 * kMb, 61, 10 * kMb));
  CHECK(Told(Cache(kByCache), two) == "cache A");
  Machine in_kb({.private_mb = 20}, WithGateway());
  in_kb.log.Column("Gateway\\Cache (KB)", Bytes(50 * 1024, 60, 20 * 1024));
  CHECK(Told(Cache("counters = ['Gateway\\Cache (KB)']"), in_kb) == "cache A");
}

TEST_CASE("benign: the reason is that of the entry's type") {
  const auto reason = [](const std::string& type) {
    Machine machine({.private_mb = 20}, WithGateway());
    machine.log.Column("Gateway(1)\\Cache Bytes", Bytes(50 * kMb, 60, 20 * kMb));
    return Told(Entry("A", "type = '" + type +
                               "'\nprocesses = ['app']\nresources = ['private-bytes']\nexplains = "
                               "{ " +
                               kByCache + " }\n"),
                machine);
  };
  CHECK(reason("by-design") == "by-design A");
  CHECK(reason("counter-caveat") == "artefact A");
}

TEST_CASE("benign: a counter that was not logged explains nothing") {
  Machine machine({.private_mb = 20}, WithGateway());
  CHECK(Told(Cache(kByCache), machine) == "suspect");
}

TEST_CASE("benign: growth that the entry is not about stays a suspect") {
  Machine other_process({}, WithGateway());
  other_process.AddProcess("gw", 40, {.private_mb = 20});
  other_process.log.Column("Gateway(1)\\Cache Bytes", Bytes(50 * kMb, 60, 20 * kMb));
  CHECK(Told(Cache(kByCache), other_process, "Process(gw)\\Private Bytes") == "suspect");
  Machine handles({.handles = 60}, WithGateway());
  handles.log.Column("Gateway(1)\\Cache Bytes", Bytes(50 * kMb, 60, 20 * kMb));
  CHECK(Told(Cache(kByCache), handles, "Process(app)\\Handle Count") == "suspect");
}

TEST_CASE("benign: a leak of something else beside is not explained") {
  CHECK(ToldByCache(20, {.private_mb = 20, .handles = 60}) == "suspect");
  // Page tables follow from memory.
  CHECK(ToldByCache(20, {.private_mb = 20, .paged_mb = .1}) == "cache A");
}

TEST_CASE("benign: of the Process object * is the process that grows") {
  const std::string entry = Cache("counters = ['Process(*)\\Page File Bytes']");
  const auto with = [&](const std::string& process) {
    Machine machine({.private_mb = 20}, WithGateway());
    machine.AddProcess("gw", 40, {});
    machine.log.Column("Process(" + process + ")\\Page File Bytes", Bytes(200 * kMb, 60, 20 * kMb));
    return Told(entry, machine);
  };
  CHECK(with("app") == "cache A");
  CHECK(with("gw") == "suspect");
}

// Pages in a cache: rises of its own, beside the line that both have.
TEST_CASE("benign: a counter in other units rises and falls with it") {
  const auto told = [](const RowValue& number) {
    Machine machine({}, WithGateway());
    const auto waves = [](int i) { return 10 * i / 60.0 + 25 * std::sin(i / 300.0); };
    machine.log.Column("Process(asp)\\ID Process", Always(40));
    machine.log.Column("Process(asp)\\Private Bytes",
                       [=](int i) { return (300 + waves(i) + Noise(i, 41)) * kMb; });
    machine.log.Column("Gateway\\Pages Kept", number);
    return Told(Entry("A",
                      "type = 'cache-growth'\nprocesses = ['asp']\nresources = "
                      "['private-bytes']\nexplains.counters = ['Gateway\\Pages Kept']\n"),
                machine, "Process(asp)\\Private Bytes");
  };
  const auto pages = [](int i) { return 1000 + i / 6.0 + 25 * std::sin(i / 300.0); };
  CHECK(told(pages) == "cache A");
  // Levels alike, but not the moves about the line.
  CHECK(told([](int i) { return 1000 + i / 6.0 + 25 * std::sin(i / 300.0 + kPi / 2); }) ==
        "suspect");
  CHECK(told([](int i) { return 1000 + i / 6.0 + 3 * Noise(i, 61); }) == "suspect");
  // Moves alike, but no rise.
  CHECK(told([](int i) { return 1000 - i / 6.0 + 25 * std::sin(i / 300.0); }) == "suspect");
}

// 30 hours of 48.
TEST_CASE("benign: a process that is young, if the log saw it start") {
  const auto told = [](int start, int hours) {
    Machine machine({}, WithGateway());
    const auto from = [=](const RowValue& value) {
      return [=](int i) { return i < start ? kMissing : value(i); };
    };
    machine.log.Column("Process(new)\\ID Process", from(Always(40)));
    machine.log.Column("Process(new)\\Private Bytes", from(Bytes(100 * kMb, 41, 20 * kMb)));
    return Told(Entry("A",
                      "type = 'by-design'\nprocesses = ['new']\nresources = "
                      "['private-bytes']\nexplains.first_hours = " +
                          std::to_string(hours) + "\n"),
                machine, "Process(new)\\Private Bytes");
  };
  CHECK(told(18 * 60, 31) == "by-design A");
  CHECK(told(18 * 60, 29) == "suspect");
  CHECK(told(0, 72) == "suspect");  // it may have run for weeks before
}

// The process grows by 25 MB/h until another program takes what is free at hour 41, and then by
// 3 MB/h, which is 12 %; or by 5, which is 20 %.
TEST_CASE("benign: it fills memory until Available Bytes is at its floor") {
  const auto told = [](double then_mb_per_hour, double floor_mb) {
    Machine machine({});
    machine.log.Column("Process(sql)\\ID Process", Always(40));
    machine.log.Column("Process(sql)\\Private Bytes", [=](int i) {
      const double hour = i / 60.0;
      const double mb = 25 * std::min(hour, 41.0) + then_mb_per_hour * std::max(0.0, hour - 41);
      return (300 + mb + Noise(i, 41)) * kMb;
    });
    machine.log.Column("Memory\\Available Bytes", [=](int i) {
      return ((i < 41 * 60 ? 1500 - i / 30.0 : floor_mb) + Noise(i, 42)) * kMb;
    });
    return Told(Entry("A",
                      "type = 'by-design'\nprocesses = ['sql']\nresources = "
                      "['private-bytes']\nexplains.fills_memory = true\n"),
                machine, "Process(sql)\\Private Bytes");
  };
  CHECK(told(3, 100) == "by-design A");
  CHECK(told(5, 100) == "suspect");  // grows on where memory is short
  CHECK(told(25, 100) == "suspect");
  CHECK(told(3, 600) == "suspect");  // over 0.3 of what was there is left
}

TEST_CASE("benign: a counter that is wrong by itself") {
  const auto told = [](const std::string& counters) {
    Machine machine({.handles = 60}, WithGateway());
    return Told(Entry("A",
                      "type = 'counter-caveat'\nprocesses = ['app']\nresources = "
                      "['handles']\ncounters = [" +
                          counters + "]\nexplains.same_counter = true\n"),
                machine, "Process(app)\\Handle Count");
  };
  CHECK(told("'Process(*)\\Handle Count'") == "artefact A");
  CHECK(told("'Process(*)\\Thread Count'") == "suspect");
  CHECK(told("'Process(store)\\Handle Count'") == "suspect");
}

TEST_CASE("benign: an entry of another version explains nothing") {
  const auto told = [](const char* product) {
    Machine machine({.private_mb = 20}, WithGateway());
    machine.log.Column("Gateway(1)\\Cache Bytes", Bytes(50 * kMb, 60, 20 * kMb));
    return Told(Cache(kByCache, "affects = ['sql-7.0']\n"), machine, "Process(app)\\Private Bytes",
                {*ParseProduct(product)});
  };
  CHECK(told("sql 7.0") == "cache A");
  CHECK(told("sql 2000") == "suspect");
}

}  // namespace
}  // namespace perfleak
