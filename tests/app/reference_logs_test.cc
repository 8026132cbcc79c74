// Logs of real machines, where they are at hand: the tests skip them visibly where they are not.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "app/analyze.h"
#include "base/text.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;

const fs::path kLogs = fs::path(PERFLEAK_SHARED_DIR) / "reference-logs";

std::string Describe(const Report& report) {
  std::string text;
  for (const Suspect& suspect : report.leaks.suspects) {
    text += std::string(ToString(suspect.verdict)) + " " + suspect.growth_in.path + "; ";
  }
  return text;
}

TEST_CASE("every reference log gives a sane report, and no desktop leaks") {
  if (!fs::exists(kLogs)) {
    MESSAGE("skipped: no reference logs beside the source tree");
    return;
  }
  for (const auto& entry : fs::directory_iterator(kLogs)) {
    const std::string extension = entry.path().extension();
    if (extension != ".csv" && extension != ".tsv") continue;
    AnalyzeOptions options;
    options.logs = {entry.path().string()};
    const auto report = Analyze(options);
    CAPTURE(entry.path().filename().string());
    REQUIRE(report.ok());
    CHECK(report->input.rows_used > 0);
    CHECK(report->input.rows_read == report->input.rows_used + report->input.rows_dropped);
    CHECK(report->input.start_s <= report->input.end_s);
    CAPTURE(Describe(*report));
    for (const Suspect& suspect : report->leaks.suspects) {
      CHECK(suspect.verdict != Verdict::kLeak);
    }
  }
}

TEST_CASE("three segments of one hour on a desktop are one timeline without a leak") {
  if (!fs::exists(kLogs)) {
    MESSAGE("skipped: no reference logs beside the source tree");
    return;
  }
  AnalyzeOptions options;
  for (const char* part : {"435", "434", "436"}) {
    options.logs.push_back((kLogs / ("desktop-memory-" + std::string(part) + ".csv")).string());
  }
  const auto report = Analyze(options);
  REQUIRE(report.ok());
  CHECK(report->input.rows_used == 363);
  CAPTURE(Describe(*report));
  for (const Suspect& suspect : report->leaks.suspects) CHECK(suspect.verdict != Verdict::kLeak);
}

TEST_CASE("a binary log is answered with the line that converts it") {
  const fs::path log = kLogs / "server-2007.blg";
  if (!fs::exists(log)) {
    MESSAGE("skipped: no reference logs beside the source tree");
    return;
  }
  AnalyzeOptions options;
  options.logs = {log.string()};
  const auto report = Analyze(options);
  REQUIRE_FALSE(report.ok());
  CHECK(ContainsIgnoreCase(report.error().message,
                           "relog " + log.string() + " -f CSV -o " + log.string() + ".csv"));
}

}  // namespace
}  // namespace perfleak
