#include "fleet/machine_groups.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

namespace perfleak {
namespace {

DigestHandle Log(const std::string& name, const std::string& content, const std::string& machine,
                 double start_s, int64_t id = 1) {
  DigestHandle handle;
  handle.name = name;
  handle.id = id;
  handle.summary.outcome = LogOutcome::kRead;
  handle.summary.content = content;
  handle.summary.time_basis = TimeBasis::kUtc;
  handle.summary.machines = {{machine, start_s, start_s + 100}};
  return handle;
}

DigestHandle NotRead(const std::string& name, LogOutcome outcome) {
  DigestHandle handle;
  handle.name = name;
  handle.summary.outcome = outcome;
  handle.summary.message = name + ": broken";
  return handle;
}

TEST_CASE("logs belong together by the machine in their header, in order of time") {
  const std::vector<DigestHandle> logs = {Log("x/b.csv", "1", "SRV1", 200),
                                          Log("y/a.csv", "2", "srv1", 100),
                                          Log("a.csv", "3", "SRV2", 50)};
  const GroupedLogs grouped = GroupByMachine(logs);
  REQUIRE(grouped.machines.size() == 2);
  CHECK(grouped.machines[0].machine == "srv1");
  CHECK(grouped.machines[0].logs == std::vector<size_t>{1, 0});
  CHECK(grouped.machines[1].name == "SRV2");
}

TEST_CASE("a log with several machines belongs to each of them") {
  DigestHandle log = Log("a.csv", "1", "A", 0);
  log.summary.machines.push_back({"B", 0, 100});
  const GroupedLogs grouped = GroupByMachine({log});
  REQUIRE(grouped.machines.size() == 2);
  CHECK(grouped.machines[0].logs == grouped.machines[1].logs);
  CHECK(grouped.files.size() == 1);
}

TEST_CASE("the same content counts once, under the first name") {
  const GroupedLogs grouped =
      GroupByMachine({Log("z/copy.csv", "1", "A", 0), Log("a/log.csv", "1", "A", 0)});
  REQUIRE(grouped.files.size() == 2);
  CHECK(grouped.files[0].outcome == FileOutcome::kRead);
  CHECK(grouped.files[1].name == "z/copy.csv");
  CHECK(grouped.files[1].outcome == FileOutcome::kDuplicate);
  CHECK(grouped.files[1].message == "the same content as a/log.csv");
  REQUIRE(grouped.machines.size() == 1);
  CHECK(grouped.machines[0].logs == std::vector<size_t>{1});
}

TEST_CASE("one result that is there twice is one file") {
  const GroupedLogs grouped =
      GroupByMachine({Log("a.csv", "1", "A", 0, 1), Log("a.csv", "1", "A", 0, 2)});
  CHECK(grouped.files.size() == 1);
  CHECK(grouped.machines.at(0).logs.size() == 1);
}

TEST_CASE("what was not read is a file with its message and of no machine") {
  const GroupedLogs grouped =
      GroupByMachine({NotRead("b.blg", LogOutcome::kFailed), NotRead("a.txt", LogOutcome::kNoLog)});
  REQUIRE(grouped.files.size() == 2);
  CHECK(grouped.files[0].outcome == FileOutcome::kNoLog);
  CHECK(grouped.files[1].outcome == FileOutcome::kFailed);
  CHECK(grouped.files[1].message == "b.blg: broken");
  CHECK(grouped.machines.empty());
}

TEST_CASE("logs without a machine's name are of one machine where they lie in one folder") {
  const GroupedLogs grouped = GroupByMachine(
      {Log("a/1.csv", "1", "", 0), Log("a/2.csv", "2", "", 100), Log("b/1.csv", "3", "", 0)});
  REQUIRE(grouped.machines.size() == 2);
  CHECK(grouped.machines[0].name == "(unnamed in a)");
  CHECK(grouped.machines[0].logs.size() == 2);
  CHECK(grouped.machines[1].name == "(unnamed in b)");
}

TEST_CASE("where a log does not say its bias, logs are ordered by local time") {
  DigestHandle utc = Log("utc.csv", "1", "A", 7200);  // 60 minutes west: 3600 local
  utc.summary.bias_minutes = 60;
  DigestHandle local = Log("local.csv", "2", "A", 5000);
  local.summary.time_basis = TimeBasis::kLocal;
  const GroupedLogs grouped = GroupByMachine({local, utc});
  REQUIRE(grouped.machines.size() == 1);
  CHECK(grouped.machines[0].as_local_time);
  CHECK(grouped.machines[0].logs == std::vector<size_t>{1, 0});
}

TEST_CASE("the order in which logs are given changes nothing") {
  std::vector<DigestHandle> logs;
  for (int i = 0; i < 30; ++i) {
    logs.push_back(Log("f" + std::to_string(i % 7) + ".csv", std::to_string(i % 11),
                       "M" + std::to_string(i % 3), i % 5, i));
  }
  const auto describe = [](const std::vector<DigestHandle>& of) {
    std::string text;
    const GroupedLogs grouped = GroupByMachine(of);
    for (const FleetFile& file : grouped.files) {
      text += file.name + " " + std::string(ToString(file.outcome)) + " " + file.message + "\n";
    }
    for (const MachineGroup& group : grouped.machines) {
      text += group.name + ":";
      for (const size_t log : group.logs)
        text += " " + of[log].name + "/" + of[log].summary.content;
      text += "\n";
    }
    return text;
  };
  const std::string expected = describe(logs);
  std::mt19937 random(1);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(logs.begin(), logs.end(), random);
    CHECK(describe(logs) == expected);
  }
}

}  // namespace
}  // namespace perfleak
