// When it ends: which limit, and whose growth leads there.
#include "leaks/exhaustion.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "leaks/find_leaks.h"
#include "support/test_log.h"

namespace perfleak {
namespace {

constexpr double kMb = 1048576;
constexpr int kHour = 6;  // rows, one every ten minutes
constexpr int kRows = 72 * kHour;
constexpr double k2006_s = 1136073600;
constexpr double k2020_s = 1577836800;

// Megabytes that grow, with a little noise.
RowValue Grows(double mb, double mb_per_hour, uint32_t stream) {
  return [=](int i) { return kMb * (mb + mb_per_hour * i / kHour + .2 * Noise(i, stream)); };
}

// Three days of a machine with 4096 MB of commit, of which 1000 and what grows are used.
class Machine {
 public:
  void Process(const std::string& name, uint32_t pid, double mb_per_hour) {
    log.Column("Process(" + name + ")\\ID Process", Always(pid));
    log.Column("Process(" + name + ")\\Private Bytes", Grows(100, mb_per_hour, pid));
  }
  void Commit(double mb_per_hour) {
    log.Column("Memory\\Committed Bytes", Grows(1000, mb_per_hour, 90));
    log.Column("Memory\\Commit Limit", Always(4096 * kMb));
  }
  // As if the log ended then.
  const LeakReport& Find(double end_s = k2020_s) {
    SeriesSet set = log.Read(kRows);
    for (MachineFacts& machine : set.machines) machine.end_s = end_s;
    report = FindLeaks(set, log.table(), options);
    return report;
  }
  const std::optional<Exhaustion>& Of(const std::string& component) const {
    for (const Suspect& suspect : report.suspects) {
      if (suspect.component == component) return suspect.exhaustion;
    }
    static const std::optional<Exhaustion> kNone;
    return kNone;
  }

  TestLog log{600};
  LeakOptions options;
  LeakReport report;
};

double HoursTo(const std::optional<Exhaustion>& end) {
  return end ? (end->p50_s - end->as_of_s) / 3600 : NAN;
}

TEST_CASE("all that leaks uses up commit together") {
  Machine machine;
  machine.Process("one", 10, 4);
  machine.Process("two", 20, 6);
  machine.Process("calm", 30, 0);
  machine.Commit(10);
  machine.Find();
  // After 72 h at 10 MB/h 1720 of 4096 MB are used: 2376 MB last for 237.6 h.
  CHECK(HoursTo(machine.Of("one")) == doctest::Approx(237.6).epsilon(.01));
  CHECK(HoursTo(machine.Of("two")) == doctest::Approx(237.6).epsilon(.01));
  CHECK(machine.Of("one")->limit == "Commit Limit");
}

TEST_CASE("a small leak does not bring the end that a large one does") {
  Machine machine;
  machine.Process("small", 10, 1);
  machine.Process("large", 20, 9);
  machine.Commit(10);
  machine.Find();
  CHECK(HoursTo(machine.Of("large")) == doctest::Approx(237.6).epsilon(.01));
  CHECK(HoursTo(machine.Of("small")) == doctest::Approx(2376).epsilon(.02));
}

TEST_CASE("commit that no process holds counts") {
  Machine machine;
  machine.Process("one", 10, 5);
  machine.Commit(10);
  machine.Find();
  CHECK(HoursTo(machine.Of("one")) == doctest::Approx(237.6).epsilon(.01));
}

TEST_CASE("commit that is not logged, or is no part of its limit, is not foreseeable") {
  Machine machine;
  machine.Process("one", 10, 5);
  machine.log.Column("Memory\\Commit Limit", Always(4096 * kMb));
  machine.Find();
  REQUIRE(machine.report.suspects.size() == 1);
  CHECK(!machine.Of("one").has_value());
  machine.log.Column("Memory\\Committed Bytes", Always(5000 * kMb));
  machine.Find();
  CHECK(!machine.Of("one").has_value());
}

TEST_CASE("a process that is restarted every day never gets there") {
  Machine machine;
  machine.log.Column("Process(one)\\ID Process", [](int i) { return 10 + i / (24 * kHour); });
  machine.log.Column("Process(one)\\Private Bytes",
                     [](int i) { return kMb * (100 + 5. * (i % (24 * kHour)) / kHour); });
  machine.Commit(0);
  machine.Find();
  REQUIRE(machine.report.suspects.size() == 1);
  CHECK(!machine.Of("one").has_value());
}

TEST_CASE("a 32-bit process ends at two gigabytes of address space") {
  Machine machine;
  machine.Process("one", 10, 5);
  machine.log.Column("Process(one)\\Virtual Bytes", Grows(1388, 5, 40));
  machine.Commit(5);
  machine.log.Column("Memory\\Free System Page Table Entries", Always(24000));
  machine.Find();
  // 1388 + 72 h * 5 MB/h = 1748 MB: 300 MB last for 60 h, commit would for longer.
  CHECK(HoursTo(machine.Of("one")) == doctest::Approx(60).epsilon(.02));
  CHECK(machine.Of("one")->limit_value == 2048 * kMb);
}

TEST_CASE("more page table entries than 32 bits have show a 64-bit Windows") {
  Machine machine;
  machine.Process("one", 10, 5);
  machine.log.Column("Process(one)\\Virtual Bytes", Grows(1388, 5, 40));
  machine.Commit(5);
  machine.log.Column("Memory\\Free System Page Table Entries", Always(16.8e6));
  machine.Find();
  CHECK(machine.Of("one")->limit == "Commit Limit");
}

TEST_CASE("a pool ends at its own limit where that is known") {
  Machine machine;
  machine.log.Column("Memory\\Pool Nonpaged Bytes", Grows(20, 1, 50));
  machine.Process("calm", 30, 0);
  machine.Commit(1);
  SUBCASE("Windows Server 2003, 32 bit: 256 MB") {
    machine.Process("w3wp", 40, 0);
    machine.log.Column("Memory\\Free System Page Table Entries", Always(24000));
    machine.Find(k2006_s);
    // 20 + 72 h * 1 MB/h = 92 MB: 164 MB last for 164 h.
    CHECK(HoursTo(machine.Of("kernel")) == doctest::Approx(164).epsilon(.02));
    CHECK(machine.Of("kernel")->limit == "nonpaged pool");
  }
  SUBCASE("64 bit: commit") {
    machine.log.Column("Memory\\Free System Page Table Entries", Always(16.8e6));
    machine.Find(k2020_s);
    // 4096 - 1072 = 3024 MB at 1 MB/h.
    CHECK(HoursTo(machine.Of("kernel")) == doctest::Approx(3024).epsilon(.02));
    CHECK(machine.Of("kernel")->limit == "Commit Limit");
  }
  SUBCASE("32 bit of another time, or not known: nothing is guessed") {
    machine.Find(k2020_s);
    CHECK(!machine.Of("kernel").has_value());
    machine.log.Column("Memory\\Free System Page Table Entries", Always(24000));
    machine.Find(k2020_s);
    CHECK(!machine.Of("kernel").has_value());
  }
}

TEST_CASE("what is stated of a machine makes its limits known") {
  Machine machine;
  machine.log.Column("Memory\\Pool Nonpaged Bytes", Grows(20, 1, 50));
  machine.Process("calm", 30, 0);
  machine.Commit(1);
  machine.options.stated.windows = ParseWindows("2008");
  SUBCASE("32 bit, 512 MB of memory: 75 % of them") {
    machine.log.Column("Memory\\Free System Page Table Entries", Always(24000));
    machine.Find();
    CHECK(!machine.Of("kernel").has_value());
    machine.options.stated.ram = 512 * kMb;
    machine.Find();
    // 20 + 72 h * 1 MB/h = 92 MB: 384 - 92 = 292 MB last for 292 h.
    CHECK(HoursTo(machine.Of("kernel")) == doctest::Approx(292).epsilon(.02));
    CHECK(machine.Of("kernel")->limit_value == 384 * kMb);
  }
  SUBCASE("64 bit, 2 GB of memory: the pool's limit comes before that of commit") {
    machine.log.Column("Memory\\Free System Page Table Entries", Always(16.8e6));
    machine.options.stated.ram = 2048 * kMb;
    machine.Find();
    // .75 * 2048 = 1536 MB, less 92 are 1444; commit has 3024 left.
    CHECK(HoursTo(machine.Of("kernel")) == doctest::Approx(1444).epsilon(.02));
  }
  SUBCASE("2000 has 350 MB of paged pool, and is always of 32 bits") {
    machine.log.Column("Memory\\Pool Paged Bytes", Grows(100, 1, 51));
    machine.options.stated.windows = ParseWindows("2000");
    machine.Find();
    // 100 + 72 = 172 MB: 178 MB last for 178 h; of nonpaged pool nothing is known.
    CHECK(HoursTo(machine.Of("kernel")) == doctest::Approx(178).epsilon(.02));
    CHECK(machine.Of("kernel")->limit == "paged pool");
  }
}

TEST_CASE("handles end at 16,777,216, if that is within ten years") {
  for (const double per_hour : {1000.0, 100.0}) {
    Machine machine;
    machine.log.Column("Process(one)\\ID Process", Always(10));
    machine.log.Column("Process(one)\\Handle Count", [=](int i) {
      return std::round(1000 + per_hour * i / kHour + 3 * Noise(i, 60));
    });
    machine.Find();
    REQUIRE(machine.report.suspects.size() == 1);
    // (16,777,216 - 73,000)/1000 = 16,704 h; ten times that are 19 years.
    if (per_hour == 1000) CHECK(HoursTo(machine.Of("one")) == doctest::Approx(16704).epsilon(.01));
    if (per_hour == 100) CHECK(!machine.Of("one").has_value());
  }
}

TEST_CASE("free page table entries end at none") {
  Machine machine;
  machine.log.Column("Memory\\Free System Page Table Entries", [](int i) {
    return std::round(20000 - 100. * i / kHour + 10 * Noise(i, 70));
  });
  machine.Find();
  // 20,000 - 72 h * 100/h = 12,800.
  CHECK(HoursTo(machine.Of("kernel")) == doctest::Approx(128).epsilon(.02));
}

TEST_CASE("a leak of working hours pauses at the weekend that the log has not seen") {
  // From Monday, 10 September 2001, 01:46, to Friday 01:46: 8 MB/h from eight to six, and the load.
  const auto works = [](int i) {
    const int minute = 106 + 10 * i;
    return minute / 60 % 24 >= 8 && minute / 60 % 24 < 18;
  };
  std::vector<double> mb{100};
  constexpr int kFourDays = 96 * kHour;
  for (int i = 0; i < kFourDays; ++i) mb.push_back(mb.back() + (works(i) ? 8. / kHour : 0));
  TestLog log(600);
  log.Column("Process(one)\\ID Process", Always(10));
  log.Column("Process(one)\\Private Bytes",
             [=](int i) { return kMb * (mb[static_cast<size_t>(i)] + .1 * Noise(i, 1)); });
  log.Column("Memory\\Committed Bytes",
             [=](int i) { return kMb * (mb[static_cast<size_t>(i)] + .1 * Noise(i, 1)); });
  log.Column("Memory\\Commit Limit", Always(1220 * kMb));
  log.Column("Processor(_Total)\\% Processor Time",
             [=](int i) { return (works(i) ? 60 : 5) + 3 * Noise(i, 2); });
  SeriesSet set = log.Read(kFourDays);
  set.local_offset_s = 86400;  // the log begins on a Sunday in UTC
  const LeakReport report = FindLeaks(set, log.table(), {});
  REQUIRE(report.suspects.size() == 1);
  // 420 MB are used of 1220: 800 MB are ten working days of 80 MB, so two weeks with their
  // weekends, 336 h; ten days, 240 h, if they are worked through.
  CHECK(HoursTo(report.suspects[0].exhaustion) == doctest::Approx(330).epsilon(.04));
  const Exhaustion& end = *report.suspects[0].exhaustion;
  CHECK((end.p10_s - end.as_of_s) / 3600 < 250);
}

}  // namespace
}  // namespace perfleak
