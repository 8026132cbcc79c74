// From rows to suspects: each kind of leak as a log shows it, on a machine with ordinary
// neighbours.
#include "leaks/find_leaks.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "base/text.h"
#include "leaks/test_machine.h"

namespace perfleak {
namespace {

TEST_CASE("a healthy machine has no suspects") {
  Machine machine({});
  machine.AddTotals(0, 0, 0);
  const LeakReport report = machine.Find();
  CHECK(Summary(report).empty());
  CHECK(report.judged == 21);  // 3 processes of 6 counters, 3 totals
}

TEST_CASE("a heap leak is one suspect with the total folded in and its time to the limit") {
  Machine machine({.private_mb = 20});
  machine.AddTotals(20, 0, 0);
  const LeakReport report = machine.Find();
  REQUIRE(Summary(report) == "1 leak heap app");
  const Suspect& app = report.suspects[0];
  CHECK(app.growth_in.path == R"(\\PC\Process(app)\Private Bytes)");
  CHECK(app.growth_in.slope.per_s * 3600 / kMb == doctest::Approx(20).epsilon(.03));
  CHECK(app.growth_in.share_of_system.value() == doctest::Approx(1).epsilon(.1));
  CHECK(app.pids == std::vector<int64_t>{10});
  bool folded = false;
  for (const Growth& growth : app.also_growing) {
    folded |= growth.path == R"(\\PC\Memory\Committed Bytes)";
  }
  CHECK(folded);
  // The log is of 2001, so the process has 2048 MB of address space. It ends at 400 + 48 h * 20
  // MB/h = 1360 MB and up to 8 MB of noise: 680 MB left at 20 MB/h are 34 h.
  REQUIRE(app.exhaustion.has_value());
  const double end_s = TestLog::kStart_s + 60 * (2 * kDay - 1);
  CHECK((app.exhaustion->p50_s - end_s) / 3600 == doctest::Approx(34).epsilon(.05));
  CHECK(app.exhaustion->p10_s < app.exhaustion->p50_s);
  CHECK(app.exhaustion->p50_s < app.exhaustion->p90_s);
}

TEST_CASE("handles that grow with a little memory are a handle leak") {
  Machine machine({.private_mb = .2, .nonpaged_mb = .01, .handles = 60});
  CHECK(Summary(machine.Find()) == "1 leak handles app");
}

TEST_CASE("memory that grows far more than handles do is a heap leak") {
  Machine machine({.private_mb = 50, .handles = 10});
  CHECK(Summary(machine.Find()) == "1 leak heap app");
}

TEST_CASE("threads come before the handles and address space they bring") {
  Machine machine({.virtual_mb = 5, .handles = 10, .threads = 5});
  CHECK(Summary(machine.Find()) == "1 leak threads app");
}

TEST_CASE("address space that grows without memory in it") {
  Machine machine({.virtual_mb = 30});
  CHECK(Summary(machine.Find()) == "1 leak address-space app");
}

TEST_CASE("pool that no process is charged for is the kernel's") {
  Machine machine({});
  machine.AddTotals(0, 0, 2);
  CHECK(Summary(machine.Find()) == "1 leak nonpaged-pool kernel");
}

TEST_CASE("pool charged to a process is that process's") {
  Machine machine({.paged_mb = 1});
  machine.AddTotals(0, 1, 0);
  const LeakReport report = machine.Find();
  REQUIRE(Summary(report) == "1 leak paged-pool app");
  CHECK(report.suspects[0].also_growing.size() == 1);
}

TEST_CASE("commit that no process holds has no owner") {
  Machine machine({});
  machine.AddTotals(30, 0, 0);
  CHECK(Summary(machine.Find()) == "1 leak unowned-commit unowned commit");
}

TEST_CASE("free system PTEs that fall are a leak of the kernel, with a falling slope") {
  Machine machine({});
  machine.log.Column("Memory\\Free System Page Table Entries", Count(40000, 60, -100));
  const LeakReport report = machine.Find();
  REQUIRE(Summary(report) == "1 leak system-pte kernel");
  CHECK(report.suspects[0].growth_in.slope.per_s * 3600 == doctest::Approx(-100).epsilon(.05));
  CHECK(report.suspects[0].growth_in.grown < 0);
  CHECK(report.suspects[0].exhaustion.has_value());
}

TEST_CASE("a managed heap that grows after collections is told from native memory beside it") {
  const auto with_heap = [](double private_mb, double heap_mb) {
    Machine machine({.private_mb = private_mb});
    machine.log.Column(".NET CLR Memory(app)\\Process ID", Always(10));
    machine.log.Column(".NET CLR Memory(app)\\# Bytes in all Heaps",
                       Bytes(100 * kMb, 70, heap_mb * kMb));
    machine.log.Column(".NET CLR Memory(app)\\# Gen 2 Collections", [](int i) { return i / 30; });
    return Summary(machine.Find());
  };
  CHECK(with_heap(10, 10) == "1 leak managed-heap app");
  CHECK(with_heap(10, 0) == "1 leak native-in-managed app");
}

TEST_CASE("commit without owner is seen beside a leak ten times as large") {
  Machine machine({.private_mb = 100});
  machine.AddTotals(110, 0, 0);
  CHECK(Summary(machine.Find()) == "1 leak heap app; 2 leak unowned-commit unowned commit");
}

TEST_CASE("commit that grows by a leak and by noise has an owner") {
  Machine machine({.private_mb = 20});
  machine.AddTotals(20, 0, 0);
  CHECK(Summary(machine.Find()) == "1 leak heap app");
}

TEST_CASE("a victim is called, and who relieves it is named") {
  Machine machine({});
  const auto agent_exits = [](int i) { return i / 700; };
  machine.log.Column("Process(agent)\\ID Process", [=](int i) { return 60.0 + agent_exits(i); });
  machine.log.Column("Process(agent)\\Private Bytes", Bytes(20 * kMb, 80));
  machine.log.Column("Process(lsass)\\ID Process", Always(50));
  machine.log.Column("Process(lsass)\\Private Bytes", [=](int i) {
    return 40 * kMb + kMb * .1 * (i - 670.0 * agent_exits(i)) + kMb * Noise(i, 81);
  });
  const LeakReport report = machine.Find();
  REQUIRE(Summary(report) == "1 leak heap lsass");
  const Suspect& lsass = report.suspects[0];
  REQUIRE(lsass.likely_responsible.has_value());
  CHECK(lsass.likely_responsible->component == "agent");
  CHECK(lsass.likely_responsible->grade == "fits");
  CHECK(lsass.growth_in.slope.per_s * 3600 / kMb == doctest::Approx(6).epsilon(.05));
  // Four exits (rows 700 to 2800) gave back 4 * 67 of 288 MB: 40 + 20 are left.
  CHECK(lsass.growth_in.level / kMb == doctest::Approx(60).epsilon(.1));
  CHECK_FALSE(lsass.exhaustion.has_value());
}

TEST_CASE("what another program's exit gives back once is watched") {
  Machine machine({});
  const auto exited = [](int i) { return i < 1500 ? 0 : 1; };
  machine.log.Column("Process(agent)\\ID Process", [=](int i) { return 60.0 + exited(i); });
  machine.log.Column("Process(agent)\\Private Bytes", Bytes(20 * kMb, 80));
  machine.log.Column("Process(lsass)\\ID Process", Always(50));
  machine.log.Column("Process(lsass)\\Private Bytes", [=](int i) {
    return 40 * kMb + kMb * .1 * (i - 1450.0 * exited(i)) + kMb * Noise(i, 81);
  });
  const LeakReport report = machine.Find();
  REQUIRE(Summary(report) == "1 watch heap lsass");
  REQUIRE(report.suspects[0].likely_responsible.has_value());
  CHECK(report.suspects[0].likely_responsible->component == "agent");
  CHECK(report.suspects[0].likely_responsible->grade == "compatible");
  bool once = false;
  for (const Evidence& evidence : report.suspects[0].evidence) {
    once |= evidence.what.starts_with("Seen once: at an exit of agent it fell by");
  }
  CHECK(once);
}

TEST_CASE("objects that processes hold are not the kernel's") {
  const auto events_of = [](double handles_per_hour) {
    Machine machine({});
    for (uint32_t p = 0; p < 40; ++p) {  // each grows too little to be called
      const std::string object = "Process(small" + std::to_string(p) + ")\\";
      machine.log.Column(object + "ID Process", Always(100 + p));
      machine.log.Column(object + "Handle Count", Count(100, 100 + p, handles_per_hour / 40));
    }
    machine.log.Column("Objects\\Events", Count(4000, 98, 5));
    return Summary(machine.Find());
  };
  CHECK(events_of(5).empty());
  CHECK(events_of(0) == "1 leak kernel-objects kernel");
}

TEST_CASE("a few segments of a heap are no address space leak") {
  Machine machine({.virtual_mb = .2});  // 9.6 MB in two days
  CHECK(Summary(machine.Find()).empty());
}

TEST_CASE("one process of several of a name says what kind it is") {
  Machine machine({});
  for (uint32_t p = 0; p < 3; ++p) {
    const std::string object = "Process(svchost" + (p == 0 ? "" : "#" + std::to_string(p)) + ")\\";
    machine.log.Column(object + "ID Process", Always(200 + p));
    machine.log.Column(object + "Private Bytes",
                       Bytes((p + 1) * 10 * kMb, 200 + p, p == 1 ? kMb : 0));
    machine.log.Column(object + "Handle Count", Count(100 * (p + 1), 210 + p));
  }
  const LeakReport report = machine.Find();
  REQUIRE(Summary(report) == "1 leak heap svchost");
  CHECK(report.suspects[0].growth_in.path == R"(\\PC\Process(svchost#1)\Private Bytes)");
  CHECK(report.suspects[0].pids == std::vector<int64_t>{201});
}

TEST_CASE("without process IDs a restart of the machine is known, other restarts are guessed") {
  const auto recycled = [](bool with_machine) {
    TestLog log;
    const auto since = [](int i) { return i % (3 * kDay); };
    log.Column("Process(worker)\\Private Bytes",
               [=](int i) { return (50 + .05 * since(i)) * kMb + .5 * kMb * Noise(i, 1); });
    log.Column("Process(worker)\\Handle Count",
               [=](int i) { return std::round(100 + .2 * since(i) + 3 * Noise(i, 2)); });
    log.Column("Processor(_Total)\\% Processor Time",
               [](int i) { return 30 + 20 * Day(i) + 5 * Noise(i, 99); });
    log.Column("System\\System Up Time",
               [=](int i) { return 60.0 * (with_machine ? since(i) + 60 : i + 60); });
    return Summary(FindLeaks(log.Read(6 * kDay), log.table()));
  };
  CHECK(recycled(true) == "1 leak heap worker");
  CHECK(recycled(false) == "1 watch heap worker");
}

TEST_CASE("a process recycled every six hours leaks in each of its lives") {
  Machine machine({});
  machine.log.Column("Process(worker)\\ID Process", [](int i) { return 1000.0 + i / 360; });
  machine.log.Column("Process(worker)\\Private Bytes", [](int i) {
    return 100 * kMb + 120 * kMb * (i % 360) / 60 + kMb * Noise(i, 7);
  });
  const LeakReport report = machine.Find(kDay);
  REQUIRE(Summary(report) == "1 leak heap worker");
  CHECK(report.suspects[0].growth_in.lives == 4);
  CHECK(report.suspects[0].pids == std::vector<int64_t>{1000, 1001, 1002, 1003});
  CHECK(report.suspects[0].growth_in.slope.per_s * 3600 / kMb == doctest::Approx(120).epsilon(.03));
  size_t lines = 0, combined = 0;
  for (const TrendLine& line : report.trends) {
    const bool worker = ContainsIgnoreCase(line.paths.back(), "worker");
    lines += worker;
    combined += worker && line.combined && !line.pid && line.lives == 4;
  }
  CHECK(lines == 5);
  CHECK(combined == 1);
}

TEST_CASE("what stops growing is explained, not called") {
  Machine machine({});
  machine.log.Column("Process(cache)\\ID Process", Always(40));
  machine.log.Column("Process(cache)\\Private Bytes", [](int i) {
    return (i < 60 ? 100 + 25.0 * i : 1600) * kMb + kMb * Noise(i, 8);
  });
  const LeakReport report = machine.Find(kDay);
  CHECK(Summary(report).empty());
  REQUIRE(report.explained.size() >= 1);
  CHECK(report.explained[0].path == R"(\\PC\Process(cache)\Private Bytes)");
  CHECK_FALSE(report.explained[0].explanation.empty());
}

}  // namespace
}  // namespace perfleak
