// Threads change how long judging takes, never what it says.
#include <doctest/doctest.h>

#include <string>

#include "app/analyze.h"
#include "report/json_report.h"

namespace perfleak {
namespace {

std::string JsonOf(const std::string& log, int threads) {
  AnalyzeOptions options;
  options.logs = {log};
  options.threads = threads;
  const auto report = Analyze(options);
  REQUIRE(report.ok());
  return RenderJson(*report, {.include_trends = true});
}

TEST_CASE("the report is the same for any number of threads") {
  for (const char* name : {"896064.csv", "q265511.csv", "healthy.csv"}) {
    CAPTURE(name);
    const std::string log = std::string(PERFLEAK_SAMPLES_DIR) + "/" + name;
    const std::string one = JsonOf(log, 1);
    for (const int threads : {2, 3, 8}) CHECK(JsonOf(log, threads) == one);
  }
}

}  // namespace
}  // namespace perfleak
