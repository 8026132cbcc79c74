// The samples in samples/: what the program finds in each is what its page says it should.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "app/analyze.h"

namespace perfleak {
namespace {

TEST_CASE("the healthy server has no leak") {
  AnalyzeOptions options;
  options.logs = {std::string(PERFLEAK_SAMPLES_DIR) + "/healthy.csv"};
  const auto report = Analyze(options);
  REQUIRE(report.ok());
  for (const Suspect& suspect : report->leaks.suspects) {
    CAPTURE(suspect.growth_in.path);
    CHECK(suspect.verdict != Verdict::kLeak);
  }
}

}  // namespace
}  // namespace perfleak
