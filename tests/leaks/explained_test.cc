// What rises and is no leak: each reason, on a machine with ordinary neighbours.
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "leaks/test_machine.h"

namespace perfleak {
namespace {

constexpr double kHour = 60;  // rows

// The reason why `path` is no leak; "suspect" if it is one, "" if nothing is said of it.
std::string ReasonOf(Machine& machine, const std::string& path) {
  const LeakReport report = machine.Find();
  const std::string whole = "\\\\PC\\" + path;
  for (const Suspect& suspect : report.suspects) {
    if (suspect.growth_in.path == whole) return "suspect";
  }
  for (const Explained& explained : report.explained) {
    if (explained.path == whole) {
      CHECK_FALSE(explained.explanation.empty());
      return std::string(ToString(explained.reason));
    }
  }
  return "";
}

// Of a process whose private bytes, in MB, are `mb`.
std::string ReasonOfProcess(const RowValue& mb) {
  Machine machine({});
  machine.log.Column("Process(p)\\ID Process", Always(40));
  machine.log.Column("Process(p)\\Private Bytes",
                     [=](int i) { return mb(i) * kMb + .3 * kMb * Noise(i, 8); });
  return ReasonOf(machine, "Process(p)\\Private Bytes");
}

TEST_CASE("explained: by the form of the growth") {
  CHECK(ReasonOfProcess([](int i) { return 100 + 1.0 * i / kHour; }) == "suspect");
  CHECK(ReasonOfProcess([](int i) { return 100 + std::min(i, 1200) / 20.0; }) == "stopped");
  CHECK(ReasonOfProcess([](int i) {
          return 100 + 60 * (1 - std::exp(-i / 1000.0)) + 3 * Noise(i, 3);
        }) == "saturating");
  CHECK(ReasonOfProcess([](int i) { return i < 1500 ? 100 : 160; }) == "steps");
  // Ever higher, and down to the same floor every four hours.
  CHECK(ReasonOfProcess([](int i) { return 100 + (i % 240) / 240.0 * i / 60.0; }) == "returned");
  CHECK(ReasonOfProcess([](int i) { return 100 + 25 * Noise(i, 14) + 4.3 * i / 2880; }) == "noise");
  // 2 MB of 1,000 MB, sure as it is, are under 0.5 %.
  CHECK(ReasonOfProcess([](int i) { return 1000 + 2.0 * i / 2880; }) == "immaterial");
}

TEST_CASE("explained: by the load") {
  TestLog log;
  const auto load = [](int i) { return 20 + 40.0 * i / 2880 + 15 * Day(i) + 3 * Noise(i, 90); };
  log.Column("Processor(_Total)\\% Processor Time", load);
  log.Column("Process(p)\\ID Process", Always(40));
  log.Column("Process(p)\\Private Bytes",
             [=](int i) { return (100 + load(i)) * kMb + .2 * kMb * Noise(i, 8); });
  const LeakReport report = FindLeaks(log.Read(2 * kDay), log.table());
  CHECK(Summary(report).empty());
  REQUIRE(report.explained.size() == 1);
  CHECK(report.explained[0].reason == Reason::kLoad);
}

TEST_CASE("explained: counters that count up and caches of Windows") {
  Machine machine({});
  machine.log.Column("TCPv4\\Connections Active", Count(100, 68, 5));
  machine.log.Column("Memory\\Cache Bytes", Bytes(200 * kMb, 69, 2 * kMb));
  CHECK(ReasonOf(machine, "TCPv4\\Connections Active") == "cumulative");
  CHECK(ReasonOf(machine, "Memory\\Cache Bytes") == "cache");
  Machine flat({});
  flat.log.Column("Memory\\Cache Bytes", Bytes(200 * kMb, 69));
  CHECK(ReasonOf(flat, "Memory\\Cache Bytes").empty());
}

TEST_CASE("explained: memory that is a database's cache") {
  const auto with_cache = [](const std::string& cache, double mb_per_hour) {
    Machine machine({});
    machine.log.Column("Process(sqlservr)\\ID Process", Always(40));
    machine.log.Column("Process(sqlservr)\\Private Bytes", Bytes(500 * kMb, 41, 10 * kMb));
    machine.log.Column(cache, Bytes(400 * kMb, 42, mb_per_hour * kMb));
    return ReasonOf(machine, "Process(sqlservr)\\Private Bytes");
  };
  CHECK(with_cache("SQLServer:Memory Manager\\Total Server Memory (KB)", 10) == "cache");
  CHECK(with_cache("SQLServer:Memory Manager\\Total Server Memory (KB)", 5) == "suspect");
  CHECK(with_cache("SQLServer:Memory Manager\\Target Server Memory (KB)", 10) == "suspect");
}

TEST_CASE("explained: counters that are wrong") {
  const auto with = [](const std::string& counter, const RowValue& value, bool pid = true) {
    Machine machine({});
    if (pid) machine.log.Column("Process(p)\\ID Process", Always(40));
    machine.log.Column("Process(p)\\" + counter, value);
    return ReasonOf(machine, "Process(p)\\" + counter);
  };
  // 4,294,967,295 for a third of the log: no process has so many handles.
  CHECK(with("Handle Count", [](int i) { return i < 1900 ? 200 : 4294967295.0; }) == "artefact");
  CHECK(with("Handle Count", [](int i) {
          return (i < 1900 ? 200 : 40000) + std::round(3 * Noise(i, 8));
        }) == "steps");
  // A counter of 32 bits: 3 GB and 50 MB an hour, which are 4 GB after 20 hours.
  const auto bytes = [](int i) { return (3072 + 50 * i / kHour + Noise(i, 8)) * kMb; };
  CHECK(with("Virtual Bytes", [=](int i) { return std::fmod(bytes(i), 4294967296.0); }) ==
        "artefact");
  CHECK(with("Virtual Bytes", bytes) == "suspect");
}

TEST_CASE("explained: a column that another process took over, without process IDs") {
  const auto renumbered = [](bool exits) {
    Machine machine({});
    machine.log.Column("Process(p)\\Private Bytes",
                       [](int i) { return (i < 1500 ? 50 : 90) * kMb + .3 * kMb * Noise(i, 8); });
    machine.log.Column("Process(p#1)\\Private Bytes", [=](int i) {
      return exits && i >= 1500 ? std::nan("") : 90 * kMb + .3 * kMb * Noise(i, 9);
    });
    return ReasonOf(machine, "Process(p)\\Private Bytes");
  };
  CHECK(renumbered(true) == "artefact");
  CHECK(renumbered(false) == "steps");
}

}  // namespace
}  // namespace perfleak
