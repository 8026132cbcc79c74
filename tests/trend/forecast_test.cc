#include <doctest/doctest.h>

#include <cmath>

#include "trend/trend.h"

namespace perfleak {
namespace {

Trend Steady(double level, double per_s, double error) {
  Trend trend;
  trend.state = TrendState::kFitted;
  trend.level = level;
  trend.slope = trend.recent_40 = trend.recent_25 = {per_s, error, per_s - error, per_s + error};
  return trend;
}

TEST_CASE("half of the belief lies on each side of head over rate") {
  const Forecast forecast = ForecastLimit(Steady(100, 2, 0.1), 300);
  CHECK(forecast.foreseeable);
  CHECK(forecast.p50_s == doctest::Approx(100).epsilon(1e-6));
  // P(r >= 200/T) = .1 where 200/T = 2 + 1.28155 * .1, and .9 where it is 2 - .128155.
  CHECK(forecast.p10_s == doctest::Approx(200 / 2.128155).epsilon(1e-5));
  CHECK(forecast.p90_s == doctest::Approx(200 / 1.871845).epsilon(1e-5));
}

TEST_CASE("an error under two percent counts as two percent") {
  CHECK(ForecastLimit(Steady(100, 2, 0), 300).p10_s ==
        doctest::Approx(200 / (2 + 1.28155 * 0.04)).epsilon(1e-5));
}

TEST_CASE("a falling counter meets a limit below") {
  const Forecast forecast = ForecastLimit(Steady(300, -2, 0.1), 100);
  CHECK(forecast.foreseeable);
  CHECK(forecast.p50_s == doctest::Approx(100).epsilon(1e-6));
}

TEST_CASE("rates that disagree widen the times") {
  Trend trend = Steady(0, 1, 0.02);
  trend.recent_25 = {0, 0.0001, 0, 0};
  const Forecast forecast = ForecastLimit(trend, 1000);
  CHECK(forecast.p50_s < 1100);
  CHECK(forecast.p90_s > 1e6);  // a third of the belief is that it stopped
}

TEST_CASE("what does not grow, or has no limit, is not foreseeable") {
  CHECK(!ForecastLimit(Steady(100, -2, 0.1), 300).foreseeable);
  CHECK(!ForecastLimit(Steady(100, 0, 0), 300).foreseeable);
  CHECK(!ForecastLimit(Steady(100, 2, 0.1), NAN).foreseeable);
  CHECK(!ForecastLimit(Trend{}, 300).foreseeable);
  CHECK(std::isinf(ForecastLimit(Steady(100, -2, 0.1), 300).p50_s));
}

TEST_CASE("a limit already passed is met now") {
  const Forecast forecast = ForecastLimit(Steady(400, 2, 0.1), 300);
  CHECK(forecast.foreseeable);
  CHECK(forecast.p90_s == 0);
}

}  // namespace
}  // namespace perfleak
