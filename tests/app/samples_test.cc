// The samples in samples/: what the program finds in each is what its answer sheet says.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "app/analyze.h"

namespace perfleak {
namespace {

const std::string kSamples = PERFLEAK_SAMPLES_DIR;

Report AnalyzeSample(const std::string& name) {
  AnalyzeOptions options;
  options.logs = {kSamples + "/" + name + ".csv"};
  auto report = Analyze(options);
  REQUIRE(report.ok());
  return std::move(*report);
}

nlohmann::json LabelsOf(const std::string& name) {
  std::ifstream file(kSamples + "/labels/" + name + ".json");
  return nlohmann::json::parse(file);
}

TEST_CASE("in each sample that leaks the leaking components come first, at their rates") {
  for (const char* name : {"q265511", "q176708", "898782", "896064", "q254282"}) {
    CAPTURE(name);
    const Report report = AnalyzeSample(name);
    const nlohmann::json leaks = LabelsOf(name)["leaks"];
    REQUIRE(report.leaks.suspects.size() >= leaks.size());
    for (size_t i = 0; i < leaks.size(); ++i) {
      const Suspect& suspect = report.leaks.suspects[i];
      const auto truth = std::find_if(leaks.begin(), leaks.end(), [&](const auto& leak) {
        return leak["component"] == suspect.component;
      });
      CAPTURE(suspect.component);
      REQUIRE(truth != leaks.end());
      CHECK(suspect.verdict == Verdict::kLeak);
      CHECK(ToString(suspect.kind) == (*truth)["kind"].get<std::string>());
      const double rate = (*truth)["slope_per_hour"].get<double>();
      CHECK(suspect.growth_in.slope.per_s * 3600 == doctest::Approx(rate).epsilon(.25));
    }
    for (size_t i = leaks.size(); i < report.leaks.suspects.size(); ++i) {
      CHECK(report.leaks.suspects[i].verdict == Verdict::kWatch);
    }
  }
}

TEST_CASE("the end of each sample is foretold, where its limit is known") {
  for (const char* name : {"q176708", "898782", "896064", "q254282"}) {
    CAPTURE(name);
    const Report report = AnalyzeSample(name);
    const nlohmann::json truth = LabelsOf(name)["exhaustion"];
    REQUIRE(report.leaks.suspects.front().exhaustion.has_value());
    const Exhaustion& end = *report.leaks.suspects.front().exhaustion;
    CHECK(end.limit == truth["limit"].get<std::string>());
    // The simulated machine runs on until memory is out.
    const double hours = truth["hours_after_log_end"].get<double>();
    CHECK((end.p50_s - end.as_of_s) / 3600 == doctest::Approx(hours).epsilon(.25));
  }
  // How much paged pool a Windows NT 4.0 has is not published.
  CHECK(!AnalyzeSample("q265511").leaks.suspects.front().exhaustion.has_value());
}

TEST_CASE("the healthy server has no suspect") {
  const Report report = AnalyzeSample("healthy");
  CHECK(report.leaks.suspects.empty());
  CHECK_FALSE(report.leaks.explained.empty());
}

TEST_CASE("samples are whole logs without trouble in them") {
  for (const char* name : {"q265511", "q176708", "898782", "896064", "q254282", "healthy"}) {
    CAPTURE(name);
    const Report report = AnalyzeSample(name);
    CHECK(report.input.rows_read == 1440);
    CHECK(report.input.rows_dropped == 0);
    CHECK(report.diagnostics.empty());
  }
}

}  // namespace
}  // namespace perfleak
