// How growth moved from week to week, over three weeks of logs: 2026-03-02 is a Monday.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "run_program.h"
#include "support/csv_log.h"
#include "support/temp_dir.h"

namespace perfleak {
namespace {

constexpr double kMb = 1048576;
constexpr int kDay = 1440;  // rows

// Private bytes and PID of "app" in each row; rows count from March 1st.
struct App {
  std::function<double(int)> bytes;
  std::function<double(int)> pid = [](int) { return 1840.0; };
};

// Three logs of a week each.
void WriteWeeks(const TempDir& dir, const std::string& machine, const App& app) {
  const std::string prefix = "\\\\" + machine + "\\";
  const auto wobble = [](int i) { return 4096.0 * ((i * 7919) % 61); };
  for (int week = 0; week < 3; ++week) {
    const std::string log = CsvLog(
        {{prefix + "Process(app)\\ID Process", app.pid},
         {prefix + "Process(app)\\Private Bytes",
          [=](int i) { return 5e7 + std::floor(app.bytes(i)) + wobble(i); }},
         {prefix + "Process(calm)\\ID Process", [](int) { return 1900.0; }},
         {prefix + "Process(calm)\\Private Bytes", [=](int i) { return 3e7 + wobble(i + 13); }}},
        7 * kDay, (1 + 7 * week) * kDay);
    dir.Write(machine + std::to_string(week) + ".csv", log);
  }
}

nlohmann::json SuspectOf(const TempDir& dir, const std::string& machine) {
  FakeConsole console;
  CHECK(Run({"batch", dir.Path(""), "--machine", machine, "--format", "json", "--quiet"},
            &console) == 0);
  const nlohmann::json report = nlohmann::json::parse(console.out);
  REQUIRE(report["machines"].size() == 1);
  REQUIRE(report["machines"][0]["suspects"].size() == 1);
  return report["machines"][0]["suspects"][0];
}

TEST_CASE("a leak that goes on is the same in each week, and one process over all logs") {
  const TempDir dir;
  WriteWeeks(dir, "SRV", {.bytes = [](int i) { return kMb * i / 60; }});
  const nlohmann::json suspect = SuspectOf(dir, "SRV");
  CHECK(suspect["verdict"] == "leak");
  CHECK(suspect["movement"] == "same");
  CHECK(suspect["growth_in"]["lives"] == 1);
  const double slope = suspect["growth_in"]["slope_per_hour"];
  CHECK(slope == doctest::Approx(kMb).epsilon(0.01));
  REQUIRE(suspect["periods"].size() == 3);
  for (const nlohmann::json& week : suspect["periods"]) {
    CHECK(week["verdict"] == "leak");
    const double of_week = week["slope_per_hour"];
    CHECK(of_week == doctest::Approx(kMb).epsilon(0.03));
  }
  CHECK(suspect["periods"][1]["start"] == "2026-03-09T00:00:00Z");
}

TEST_CASE("a leak that begins in the last week is new, and since then") {
  const TempDir dir;
  const int begin = 16 * kDay;  // Tuesday, March 17th
  WriteWeeks(dir, "SRV",
             {.bytes = [=](int i) { return i < begin ? 0 : 2 * kMb * (i - begin) / 60; }});
  const nlohmann::json suspect = SuspectOf(dir, "SRV");
  CHECK(suspect["movement"] == "new");
  const std::string since = suspect["growth_in"]["since"];
  CHECK(since >= "2026-03-16T");
  CHECK(since <= "2026-03-18T");
}

TEST_CASE("a leak that is gone since the program was started anew is over") {
  const TempDir dir;
  const int mended = 13 * kDay;
  WriteWeeks(dir, "SRV",
             {.bytes = [=](int i) { return i < mended ? 2 * kMb * i / 60 : 0; },
              .pid = [=](int i) { return i < mended ? 1840.0 : 2000.0; }});
  const nlohmann::json suspect = SuspectOf(dir, "SRV");
  CHECK(suspect["movement"] == "over");
  FakeConsole console;
  CHECK(Run({"batch", dir.Path(""), "--fail-on", "watch", "--quiet"}, &console) == 0);
  CHECK(Contains(console.out, "over"));
}

TEST_CASE("a leak that got faster or slower says so") {
  const TempDir dir;
  const int turn = 14 * kDay;
  const auto bent = [=](double before, double after) {
    return [=](int i) {
      return i < turn ? before * i / 60 : before * turn / 60 + after * (i - turn) / 60;
    };
  };
  WriteWeeks(dir, "FAST", {.bytes = bent(kMb, 3 * kMb)});
  WriteWeeks(dir, "SLOW", {.bytes = bent(3 * kMb, kMb)});
  CHECK(SuspectOf(dir, "FAST")["movement"] == "faster");
  CHECK(SuspectOf(dir, "SLOW")["movement"] == "slower");
}

}  // namespace
}  // namespace perfleak
