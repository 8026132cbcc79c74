// Each kind of leak on a machine with ordinary neighbours, and beside it what looks much like it
// and is something else.
#include "leaks/kinds.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "leaks/test_machine.h"

namespace perfleak {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kHour = 60;  // rows

struct Scenario {
  std::string name;
  std::string expected;  // suspects, as Summary gives them
  Rates app = {};
  std::function<void(Machine&)> add = nullptr;
};

std::string Found(const Scenario& scenario) {
  Machine machine(scenario.app);
  if (scenario.add) scenario.add(machine);
  return Summary(machine.Find());
}

void CheckAll(const std::vector<Scenario>& scenarios) {
  for (const Scenario& scenario : scenarios) {
    CAPTURE(scenario.name);
    CHECK(Found(scenario) == scenario.expected);
  }
}

void AddProcess(Machine& machine, const std::string& image, uint32_t pid, const RowValue& bytes) {
  machine.log.Column("Process(" + image + ")\\ID Process", Always(pid));
  machine.log.Column("Process(" + image + ")\\Private Bytes", bytes);
}

// `lives` says whether instance `k` of the image is there in a row.
void AddInstances(Machine& machine, const std::string& image, int count,
                  const std::function<bool(int, int)>& lives) {
  for (int k = 0; k < count; ++k) {
    const std::string index = k == 0 ? "" : "#" + std::to_string(k);
    const std::string object = "Process(" + image + index + ")\\";
    machine.log.Column(object + "ID Process",
                       [=](int i) { return lives(k, i) ? 1000.0 + k : kMissing; });
    machine.log.Column(object + "Private Bytes", [=](int i) {
      return lives(k, i) ? 5 * kMb * (1 + .01 * Noise(i, 300 + static_cast<uint32_t>(k)))
                         : kMissing;
    });
  }
}

TEST_CASE("kinds: memory of a process") {
  const auto with_cache = [](double mb_per_hour) {
    return [=](Machine& machine) {
      machine.log.Column("Database(app)\\Database Cache Size",
                         Bytes(100 * kMb, 61, mb_per_hour * kMb));
    };
  };
  CheckAll({
      {"heap", "1 leak heap app", {.private_mb = 20}},
      {"a database's cache grows by as much", "", {.private_mb = 20}, with_cache(20)},
      {"a cache that does not grow", "1 leak heap app", {.private_mb = 20}, with_cache(0)},
      {"address space without memory", "1 leak address-space app", {.virtual_mb = 30}},
      {"memory takes its address space", "1 leak heap app", {.private_mb = 30}},
  });
}

TEST_CASE("kinds: fragmentation is address space that is nearly full and slowly fills up") {
  const auto with_space = [](double level_mb, double mb_per_hour) {
    return [=](Machine& machine) {
      AddProcess(machine, "old", 70, Bytes(300 * kMb, 71));
      machine.log.Column("Process(old)\\Virtual Bytes", [=](int i) {
        return (level_mb + mb_per_hour * i / kHour + 2 * Noise(i, 72)) * kMb;
      });
    };
  };
  const auto largest_block = [](double mb_per_hour) {
    return [=](Machine& machine) {
      machine.log.Column("MSExchangeIS\\VM Largest Block Size", [=](int i) {
        return (500 + mb_per_hour * i / kHour + 2 * Noise(i, 73)) * kMb;
      });
    };
  };
  CheckAll({
      // 1700 + 48 * 4 = 1892 of 2048 MB
      {"nearly 2 GB", "1 leak fragmentation old", {}, with_space(1700, 4)},
      {"far from 2 GB", "1 leak address-space old", {}, with_space(700, 4)},
      {"nearly 2 GB at once", "1 leak address-space old", {}, with_space(400, 30)},
      {"largest free block falls", "1 leak fragmentation store", {}, largest_block(-5)},
      {"largest free block rises", "", {}, largest_block(5)},
  });
}

TEST_CASE("kinds: handles, threads and what hangs on them") {
  CheckAll({
      {"handles", "1 leak handles app", {.handles = 60}},
      {"handles with 2 KB of pool each", "1 leak handles app", {.paged_mb = .2, .handles = 100}},
      {"pool of 100 KB for each handle", "1 leak paged-pool app", {.paged_mb = 2, .handles = 20}},
      {"heap of 5 MB for each handle", "1 leak heap app", {.private_mb = 50, .handles = 10}},
      {"threads", "1 leak threads app", {.virtual_mb = 5, .handles = 10, .threads = 5}},
      {"handles without threads", "1 leak handles app", {.virtual_mb = .1, .handles = 10}},
  });
}

TEST_CASE("kinds: GDI objects") {
  const auto with_gdi = [](const RowValue& number) {
    return [=](Machine& machine) { machine.log.Column("Process(app)\\GDI Objects", number); };
  };
  CheckAll({
      {"GDI objects", "1 leak gdi app", {}, with_gdi(Count(200, 62, 5))},
      {"GDI objects by day", "", {}, with_gdi([](int i) { return 200 + std::round(80 * Day(i)); })},
  });
}

TEST_CASE("kinds: zombies are processes that have ended and are still held") {
  const auto with_processes = [](double objects, double living) {
    return [=](Machine& machine) {
      machine.log.Column("Objects\\Processes", Count(60, 63, objects));
      machine.log.Column("System\\Processes", Count(60, 64, living));
    };
  };
  CheckAll({
      {"zombies", "1 leak kernel-objects kernel", {}, with_processes(2, 0)},
      {"processes that live", "1 leak other kernel", {}, with_processes(2, 2)},
      {"zombies that a process holds", "1 leak handles app", {.handles = 4}, with_processes(2, 0)},
      {"far more zombies than handles",
       "1 leak handles app; 2 leak kernel-objects kernel",
       {.handles = 2},
       with_processes(20, 0)},
  });
}

TEST_CASE("kinds: pools of drivers and pools of processes") {
  const auto totals = [](double paged, double nonpaged) {
    return [=](Machine& machine) { machine.AddTotals(0, paged, nonpaged); };
  };
  CheckAll({
      {"nonpaged, a driver's", "1 leak nonpaged-pool kernel", {}, totals(0, 2)},
      {"nonpaged, a process's", "1 leak nonpaged-pool app", {.nonpaged_mb = 2}, totals(0, 2)},
      {"paged, a driver's", "1 leak paged-pool kernel", {}, totals(2, 0)},
      {"paged, a process's", "1 leak paged-pool app", {.paged_mb = 2}, totals(2, 0)},
  });
}

TEST_CASE("kinds: sessions and processes that are left behind") {
  // Every two hours one more comes; kept: it stays.
  const auto instances = [](const std::string& image, bool kept) {
    return [=](Machine& machine) {
      AddInstances(machine, image, 24, [=](int k, int i) {
        const int from = 120 * k;
        return i >= from && (kept || i < from + 100);
      });
    };
  };
  const auto sessions = [](double per_hour) {
    return [=](Machine& machine) {
      machine.log.Column("Terminal Services\\Inactive Sessions", Count(20, 65, per_hour));
    };
  };
  CheckAll({
      {"a csrss for each logon", "1 leak session csrss", {}, instances("csrss", true)},
      {"csrss goes at logoff", "", {}, instances("csrss", false)},
      {"jobs that never end", "1 leak other job", {}, instances("job", true)},
      {"jobs that end", "", {}, instances("job", false)},
      {"sessions left", "1 leak session Terminal Services", {}, sessions(1)},
      {"sessions as always", "", {}, sessions(0)},
  });
}

TEST_CASE("kinds: what else the kernel runs out of") {
  const auto column = [](const std::string& path, const RowValue& value) {
    return [=](Machine& machine) { machine.log.Column(path, value); };
  };
  const std::string ptes = "Memory\\Free System Page Table Entries";
  const std::string quota = "System\\% Registry Quota In Use";
  CheckAll({
      {"PTEs", "1 leak system-pte kernel", {}, column(ptes, Count(40000, 60, -100))},
      {"PTEs of the first hour",
       "",
       {},
       column(ptes,
              [](int i) { return 40000 - 40.0 * std::min(i, 60) + std::round(3 * Noise(i, 60)); })},
      {"registry",
       "1 leak registry-quota kernel",
       {},
       column(quota, [](int i) { return 20 + .5 * i / kHour + .3 * Noise(i, 66); })},
      {"registry grows by 2 %",
       "",
       {},
       column(quota, [](int i) { return 20 + 2.0 * i / (2 * kDay) + .3 * Noise(i, 66); })},
  });
}

TEST_CASE("kinds: connections") {
  const auto column = [](const std::string& path, const RowValue& value) {
    return [=](Machine& machine) { machine.log.Column(path, value); };
  };
  const std::string established = "TCPv4\\Connections Established";
  CheckAll({
      {"connections stay", "1 leak connections TCPv4", {}, column(established, Count(100, 67, 5))},
      {"connections by day",
       "",
       {},
       column(established, [](int i) { return std::round(100 + 60 * Day(i) + 3 * Noise(i, 67)); })},
      {"connections so far", "", {}, column("TCPv4\\Connections Active", Count(100, 68, 5))},
  });
}

TEST_CASE("kinds: memory of a managed process") {
  const auto with_heap = [](double heap_mb) {
    return [=](Machine& machine) {
      machine.log.Column(".NET CLR Memory(app)\\Process ID", Always(10));
      machine.log.Column(".NET CLR Memory(app)\\# Bytes in all Heaps",
                         Bytes(100 * kMb, 70, heap_mb * kMb));
      machine.log.Column(".NET CLR Memory(app)\\# Gen 2 Collections", [](int i) { return i / 30; });
    };
  };
  CheckAll({
      {"in its heaps", "1 leak managed-heap app", {.private_mb = 10}, with_heap(10)},
      {"beside its heaps", "1 leak native-in-managed app", {.private_mb = 10}, with_heap(0)},
      {"without .NET", "1 leak heap app", {.private_mb = 10}},
  });
}

TEST_CASE("kinds: commit without owner") {
  const auto totals = [](double committed) {
    return [=](Machine& machine) { machine.AddTotals(committed, 0, 0); };
  };
  CheckAll({
      {"nobody's", "1 leak unowned-commit unowned commit", {}, totals(30)},
      {"a process's", "1 leak heap app", {.private_mb = 30}, totals(30)},
  });
}

TEST_CASE("kinds: accumulation goes with work that waits") {
  // Work that waits: up for 14 of 16 hours, done in the last two where it is done at all.
  const auto piling = [](int i) { return 20.0 * i / kHour + 30 * Day(3 * i) + 5 * Noise(i, 74); };
  const auto drained = [](int i) {
    const double hour = (i % 960) / kHour;
    return (hour < 14 ? 20 * hour : 280 - 140 * (hour - 14)) + i / 20.0 + 5 * Noise(i, 74);
  };
  const auto queue = [](const RowValue& length, const RowValue& held) {
    return [=](Machine& machine) {
      machine.log.Column("SMTP Server(_Total)\\Local Queue Length",
                         [=](int i) { return std::round(100 + length(i)); });
      AddProcess(machine, "mailer", 75,
                 [=](int i) { return (100 + .2 * held(i)) * kMb + .2 * kMb * Noise(i, 76); });
    };
  };
  const RowValue line = [](int i) { return 20.0 * i / kHour; };
  // More every time, and all of it done every two hours.
  const RowValue emptied = [](int i) { return 2 * (i % 120) / 120.0 * (20 + i / 30.0); };
  CheckAll({
      {"a queue that piles up", "1 watch accumulation mailer", {}, queue(piling, piling)},
      {"a queue that is worked off", "", {}, queue(drained, drained)},
      {"work that is done every two hours", "", {}, queue(emptied, emptied)},
      {"the same without its queue", "1 watch heap mailer", {}, queue(Always(50), emptied)},
      {"a queue that grows beside it", "1 leak heap mailer", {}, queue(piling, line)},
      {"a queue that has nothing to do with it", "1 leak heap mailer", {}, queue(drained, line)},
      {"a queue that is always full", "1 leak heap mailer", {}, queue(Always(50), line)},
  });
}

TEST_CASE("kinds: what measuring itself makes grow") {
  // 1 MB an hour; a process that began 20 days before and always did so has 480 MB.
  const auto grows = [](const std::string& image, double level_mb, double age_days) {
    return [=](Machine& machine) {
      AddProcess(machine, image, 77,
                 [=](int i) { return (level_mb + i / kHour) * kMb + .2 * kMb * Noise(i, 78); });
      if (age_days == 0) return;
      machine.log.Column("Process(" + image + ")\\Elapsed Time",
                         [=](int i) { return age_days * 86400 + 60.0 * i; });
    };
  };
  // Windows 2000 or later.
  const auto later = [](auto leak) {
    return [=](Machine& machine) {
      machine.log.Column("Memory\\Available MBytes", Always(500));
      leak(machine);
    };
  };
  CheckAll({
      {"the program that logs", "1 leak measurement smlogsvc", {}, grows("smlogsvc", 5, 0)},
      {"winlogon, since the log began",
       "1 leak measurement winlogon",
       {},
       grows("winlogon", 8, 20)},
      {"winlogon of a Windows that runs counters elsewhere",
       "1 leak heap winlogon",
       {},
       later(grows("winlogon", 8, 20))},
      {"services of the same", "1 leak heap services", {}, later(grows("services", 8, 20))},
      {"WMI runs them on any", "1 leak measurement wmiprvse", {}, later(grows("wmiprvse", 8, 20))},
      {"winlogon, as ever", "1 leak heap winlogon", {}, grows("winlogon", 480, 20)},
      {"winlogon, not known since when", "1 leak heap winlogon", {}, grows("winlogon", 8, 0)},
      {"svchost hosts too much else", "1 leak heap svchost", {}, grows("svchost", 8, 20)},
      {"a program that hosts no counters", "1 leak heap agent", {}, grows("agent", 8, 20)},
  });
}

TEST_CASE("two processes of a name that leak in different ways are two suspects") {
  Machine machine({});
  for (uint32_t p = 0; p < 3; ++p) {
    const std::string object = "Process(svchost" + (p == 0 ? "" : "#" + std::to_string(p)) + ")\\";
    machine.log.Column(object + "ID Process", Always(200 + p));
    machine.log.Column(object + "Private Bytes",
                       Bytes((p + 1) * 10 * kMb, 200 + p, p == 1 ? kMb : 0));
    machine.log.Column(object + "Handle Count", Count(100 * (p + 1), 210 + p, p == 2 ? 20 : 0));
  }
  const LeakReport report = machine.Find();
  REQUIRE(report.suspects.size() == 2);
  for (const Suspect& suspect : report.suspects) {
    CHECK(suspect.component == "svchost");
    const bool heap = suspect.kind == LeakKind::kHeap;
    CHECK(suspect.pids == std::vector<int64_t>{heap ? 201 : 202});
    CHECK(suspect.also_growing.empty());
  }
  CHECK(report.suspects[0].kind != report.suspects[1].kind);
}

TEST_CASE("two processes of a name that leak in the same way are one suspect that tells both") {
  Machine machine({});
  for (uint32_t p = 0; p < 3; ++p) {
    const std::string object = "Process(svchost" + (p == 0 ? "" : "#" + std::to_string(p)) + ")\\";
    machine.log.Column(object + "ID Process", Always(200 + p));
    machine.log.Column(object + "Private Bytes", Bytes(10 * kMb, 200 + p, p * 2 * kMb));
  }
  const LeakReport report = machine.Find();
  REQUIRE(Summary(report) == "1 leak heap svchost");
  const Suspect& svchost = report.suspects[0];
  CHECK(svchost.pids.size() == 2);
  bool told = false;
  for (const Evidence& evidence : svchost.evidence) {
    told |= evidence.what.starts_with("2 processes of this name leak: ") &&
            ContainsIgnoreCase(evidence.what, "in PID 201") &&
            ContainsIgnoreCase(evidence.what, "in PID 202");
  }
  CHECK(told);
}

TEST_CASE("a process without a name is called one") {
  Machine machine({});
  AddProcess(machine, "", 90, Bytes(20 * kMb, 91, 5 * kMb));
  const LeakReport report = machine.Find();
  REQUIRE(report.suspects.size() == 1);
  CHECK(report.suspects[0].explanation.starts_with("Private Bytes of a process without name grew"));
}

}  // namespace
}  // namespace perfleak
