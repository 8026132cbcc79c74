// Whole judgements: the acceptance cases of the method, and shapes that must not break it.
#include "trend/trend.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "trend/simulated.h"

namespace perfleak {
namespace {

using testing::BucketsOf;
using testing::kHour;
using testing::kMegabyte;
using testing::Sample;
using testing::SimulateBuckets;
using testing::Simulation;

constexpr TrendContext kBytes{};
constexpr TrendContext kCount{Unit::kCount, false, false, false};

double PerHour(const Trend& trend) { return trend.slope.per_s * kHour; }

bool Has(const Trend& trend, Cap cap) {
  return std::find(trend.caps.begin(), trend.caps.end(), cap) != trend.caps.end();
}

Simulation Noise(double sd, unsigned seed = 1) {
  Simulation s;
  s.noise_sd = sd;
  s.seed = seed;
  return s;
}

TEST_CASE("120 MB/h over a day is a leak") {
  const auto shape = [](double h) { return (400 + 120 * h) * kMegabyte; };
  const Trend trend = FitTrend(SimulateBuckets(Noise(5 * kMegabyte), shape), kBytes);
  CHECK(trend.verdict == Verdict::kLeak);
  CHECK(trend.reason == Reason::kNone);
  CHECK(PerHour(trend) / kMegabyte == doctest::Approx(120).epsilon(0.01));
  CHECK(trend.level / kMegabyte == doctest::Approx(400 + 120 * 24).epsilon(0.01));
  CHECK(trend.onset_s < 600);
  CHECK(trend.p_value < 1e-6);
  CHECK(trend.slope.low_per_s < trend.slope.per_s);
}

TEST_CASE("0.7 MB/h over a week under noise and daily load is a leak") {
  Simulation s = Noise(10 * kMegabyte);
  s.hours = 168;
  s.daily_load = 20 * kMegabyte;
  const auto shape = [](double h) { return (400 + 0.7 * h) * kMegabyte; };
  const Trend trend = FitTrend(SimulateBuckets(s, shape), kBytes);
  CHECK(trend.verdict == Verdict::kLeak);
  CHECK(PerHour(trend) / kMegabyte == doctest::Approx(0.7).epsilon(0.1));
}

TEST_CASE("1.5 GB in the first hour, then flat, is explained: growth stopped") {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    const auto shape = [](double h) { return (300 + 1536 * std::min(h, 1.0)) * kMegabyte; };
    const Trend trend = FitTrend(SimulateBuckets(Noise(5 * kMegabyte, seed), shape), kBytes);
    CHECK(trend.verdict == Verdict::kExplained);
    CHECK(trend.reason == Reason::kStopped);
  }
}

TEST_CASE("one burst of 4,000 handles is explained: a few steps") {
  for (const double when : {8.0, 12.0, 16.0}) {
    const auto shape = [when](double h) { return h < when ? 1200.0 : 5200.0; };
    const Trend trend = FitTrend(SimulateBuckets(Noise(20), shape), kCount);
    CHECK(trend.verdict == Verdict::kExplained);
    CHECK(trend.reason == Reason::kSteps);
  }
}

TEST_CASE("0.4 handles/h over a day is found") {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    const auto shape = [](double h) { return std::floor(500 + 0.4 * h); };
    const Trend trend = FitTrend(SimulateBuckets(Noise(1, seed), shape), kCount);
    CHECK(trend.verdict >= Verdict::kWatch);
    CHECK(PerHour(trend) == doctest::Approx(0.4).epsilon(0.15));
  }
}

TEST_CASE("growth over New Year is one straight line") {
  Simulation s = Noise(5 * kMegabyte);
  s.start_s = 1'767'182'400;  // 2025-12-31 12:00
  const auto shape = [](double h) { return (400 + 120 * h) * kMegabyte; };
  const Trend trend = FitTrend(SimulateBuckets(s, shape), kBytes);
  CHECK(trend.verdict == Verdict::kLeak);
  CHECK(PerHour(trend) / kMegabyte == doctest::Approx(120).epsilon(0.01));
}

TEST_CASE("four lives of 120 MB/h, recycled every 6 hours, are one leak") {
  std::vector<Trend> trends;
  const std::vector<double> spans_s(4, 6 * kHour);
  for (unsigned life = 0; life < 4; ++life) {
    Simulation s = Noise(5 * kMegabyte, life + 1);
    s.hours = 6;
    trends.push_back(
        FitTrend(SimulateBuckets(s, [](double h) { return (300 + 120 * h) * kMegabyte; }), kBytes));
  }
  const CombinedTrend combined = CombineLives(trends, spans_s, kBytes);
  CHECK(combined.lives == 4);
  CHECK(combined.trend.verdict == Verdict::kLeak);
  CHECK(PerHour(combined.trend) / kMegabyte == doctest::Approx(120).epsilon(0.01));
}

TEST_CASE("lives that only warm up are no leak together") {
  std::vector<Trend> trends;
  for (unsigned life = 0; life < 4; ++life) {
    Simulation s = Noise(5 * kMegabyte, life + 1);
    s.hours = 6;
    trends.push_back(FitTrend(
        SimulateBuckets(
            s, [](double h) { return (300 + 500 * (1 - std::exp(-h / 0.5))) * kMegabyte; }),
        kBytes));
  }
  const CombinedTrend combined = CombineLives(trends, std::vector<double>(4, 6 * kHour), kBytes);
  CHECK(combined.trend.verdict <= Verdict::kExplained);
  CHECK(combined.trend.reason != Reason::kNone);
}

TEST_CASE("short lives have no vote") {
  Trend long_life, short_life;
  long_life.state = short_life.state = TrendState::kFitted;
  long_life.logit = -5;
  short_life.logit = 6;
  const std::vector<Trend> trends{short_life, long_life};
  const CombinedTrend combined = CombineLives(trends, std::vector<double>{39, 100}, kBytes);
  CHECK(combined.lives == 1);
  CHECK(combined.trend.logit == -5);
}

TEST_CASE("the combined logit weighs lives by their length") {
  Trend a, b;
  a.state = b.state = TrendState::kFitted;
  a.logit = 4;
  b.logit = -2;
  const CombinedTrend combined =
      CombineLives(std::vector<Trend>{a, b}, std::vector<double>{100, 50}, kBytes);
  CHECK(combined.trend.logit == doctest::Approx(2));  // (400 - 100)/150
}

TEST_CASE("a falling counter is judged upside down and told as measured") {
  TrendContext context = kCount;
  context.falling_is_bad = true;
  const auto shape = [](double h) { return 180000 - 500 * h; };
  const Trend trend = FitTrend(SimulateBuckets(Noise(100), shape), context);
  CHECK(trend.verdict == Verdict::kLeak);
  CHECK(PerHour(trend) == doctest::Approx(-500).epsilon(0.02));
  CHECK(trend.grown < 0);
  CHECK(trend.level == doctest::Approx(168000).epsilon(0.01));
  CHECK(FitTrend(SimulateBuckets(Noise(100), shape), kCount).verdict == Verdict::kSteady);
}

TEST_CASE("the verdict does not change a terabyte higher") {
  const auto low = [](double h) { return (400 + 12 * h) * kMegabyte; };
  const auto high = [&](double h) { return low(h) + 2.4e14; };
  const Trend below = FitTrend(SimulateBuckets(Noise(5 * kMegabyte), low), kBytes);
  const Trend above = FitTrend(SimulateBuckets(Noise(5 * kMegabyte), high), kBytes);
  CHECK(above.slope.per_s == doctest::Approx(below.slope.per_s).epsilon(1e-4));
  CHECK(above.logit == doctest::Approx(below.logit).epsilon(1e-3));
  CHECK(above.verdict == Verdict::kSteady);  // 288 MB are nothing beside 240 TB
  CHECK(above.reason == Reason::kImmaterial);
}

TEST_CASE("what moves within a quarter of what matters is not fitted, but in one of several lives") {
  // 1 MB matters, so 0.25 MB do not; without noise the line alone decides.
  const auto grows_by = [](double megabytes) {
    return [megabytes](double h) { return (400 + megabytes * h / 24) * kMegabyte; };
  };
  Simulation s = Noise(0);
  CHECK(FitTrend(SimulateBuckets(s, grows_by(0.2)), kBytes).state == TrendState::kScreenedOut);
  CHECK(FitTrend(SimulateBuckets(s, grows_by(0.4)), kBytes).state == TrendState::kFitted);
  TrendContext context = kBytes;
  context.one_of_several = true;
  CHECK(FitTrend(SimulateBuckets(s, grows_by(0.2)), context).state == TrendState::kFitted);
}

TEST_CASE("a day without a load counter is watched, not called") {
  Simulation s = Noise(5 * kMegabyte);
  s.log_load = false;
  const auto shape = [](double h) { return (400 + 120 * h) * kMegabyte; };
  const Trend trend = FitTrend(SimulateBuckets(s, shape), kBytes);
  CHECK(trend.verdict == Verdict::kWatch);
  CHECK(Has(trend, Cap::kShortWithoutLoad));
  CHECK(trend.score > 0.8);
}

TEST_CASE("what the context knows caps the verdict") {
  const auto shape = [](double h) { return (400 + 120 * h) * kMegabyte; };
  TrendContext context = kBytes;
  context.heap_never_collected = true;
  CHECK(FitTrend(SimulateBuckets(Noise(5 * kMegabyte), shape), context).verdict == Verdict::kWatch);
  context = kBytes;
  context.restart_without_pid = true;
  CHECK(FitTrend(SimulateBuckets(Noise(5 * kMegabyte), shape), context).verdict == Verdict::kWatch);
}

TEST_CASE("growth in the last fifth alone is a late onset, at most watched") {
  const auto shape = [](double h) { return (400 + 200 * std::max(0.0, h - 19)) * kMegabyte; };
  const Trend trend = FitTrend(SimulateBuckets(Noise(5 * kMegabyte), shape), kBytes);
  CHECK(trend.verdict == Verdict::kWatch);
  CHECK(Has(trend, Cap::kLateOnset));
  CHECK(trend.onset_s == doctest::Approx(19 * kHour).epsilon(0.02));
}

TEST_CASE("noise, daily rhythm and load are steady in nearly all of 60 series") {
  int called = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Simulation s = Noise(20 * kMegabyte, seed);
    const auto flat = [](double) { return 400 * kMegabyte; };
    called += FitTrend(SimulateBuckets(s, flat), kBytes).verdict >= Verdict::kWatch;
    s.daily_load = 50 * kMegabyte;
    called += FitTrend(SimulateBuckets(s, flat), kBytes).verdict >= Verdict::kWatch;
    s.hours = 72;
    s.log_load = false;
    called += FitTrend(SimulateBuckets(s, flat), kBytes).verdict >= Verdict::kWatch;
  }
  CHECK(called <= 1);
}

TEST_CASE("two weeks with a step are not taken for a weekly rhythm") {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    Simulation s = Noise(5 * kMegabyte, seed);
    s.hours = 336;
    s.interval_s = 300;
    const auto shape = [](double h) { return (h < 150 ? 400 : 700) * kMegabyte; };
    const Trend trend = FitTrend(SimulateBuckets(s, shape), kBytes);
    CHECK(trend.verdict == Verdict::kExplained);
    CHECK(trend.reason == Reason::kSteps);
  }
}

TEST_CASE("a leak under idle weekends is a leak") {
  Simulation s = Noise(5 * kMegabyte);
  s.hours = 336;
  s.interval_s = 300;
  const auto shape = [](double h) {
    return (400 + 0.5 * h + (std::fmod(h / 24, 7.0) < 5 ? 40 : 0)) * kMegabyte;
  };
  const Trend trend = FitTrend(SimulateBuckets(s, shape), kBytes);
  CHECK(trend.verdict == Verdict::kLeak);
  CHECK(PerHour(trend) / kMegabyte == doctest::Approx(0.5).epsilon(0.1));
}

TEST_CASE("two clusters days apart are never one trend") {
  std::vector<Sample> samples;
  for (int i = 0; i < 2000; ++i) {
    const double t_s = i < 1000 ? i * 60.0 : 406000 + i * 60.0;
    const double wobble = (i * 7919 % 13) * 0.1;
    samples.push_back({t_s, (i < 1000 ? 500 + wobble : 900 + wobble) * kMegabyte, NAN});
  }
  const Trend trend = FitTrend(BucketsOf(samples, 60), kBytes);
  CHECK(trend.verdict <= Verdict::kExplained);
  CHECK(trend.span_s < 61000);  // one cluster only
}

TEST_CASE("three clusters a third of the log apart are not called") {
  std::vector<Sample> samples;
  for (int i = 0; i < 300; ++i) {
    const double t_s = i * 60.0 + (i / 100) * 200000.0;
    samples.push_back({t_s, (500 + i + i / 100 * 100) * kMegabyte, NAN});
  }
  CHECK(FitTrend(BucketsOf(samples, 60), kBytes).verdict < Verdict::kLeak);
}

TEST_CASE("little, equal and missing data have defined answers") {
  CHECK(FitTrend(BucketSeries{}, kBytes).state == TrendState::kTooLittleData);
  const auto flat = [](double) { return 5.0; };
  const Trend constant = FitTrend(SimulateBuckets(Noise(0), flat), kBytes);
  CHECK(constant.state == TrendState::kConstant);
  CHECK(constant.slope.per_s == 0);
  CHECK(constant.level == 5);
  CHECK(constant.verdict == Verdict::kSteady);

  BucketSeries same_time = SimulateBuckets(Noise(1), [](double h) { return h; });
  std::fill(same_time.t_s.begin(), same_time.t_s.end(), 60.0);
  CHECK(FitTrend(same_time, kBytes).state == TrendState::kTooLittleData);

  BucketSeries missing = SimulateBuckets(Noise(1), [](double h) { return h; });
  std::fill(missing.mean.begin(), missing.mean.end(), NAN);
  CHECK(FitTrend(missing, kBytes).state == TrendState::kTooLittleData);
}

TEST_CASE("odd shapes give finite numbers") {
  const auto check = [](const BucketSeries& series) {
    const Trend trend = FitTrend(series, kBytes);
    CHECK(std::isfinite(trend.slope.per_s));
    CHECK(std::isfinite(trend.slope.stderr_per_s));
    CHECK(std::isfinite(trend.level));
    CHECK(std::isfinite(trend.logit));
    CHECK(std::isfinite(trend.p_value));
    for (const GateResult& gate : trend.gates) CHECK(std::isfinite(gate.value));
  };
  check(SimulateBuckets(Noise(0), [](double h) { return 1e9 + h; }));
  check(SimulateBuckets(Noise(0), [](double h) { return h < 12 ? 0.0 : 1e300 / 1e150; }));
  check(SimulateBuckets(Noise(0), [](double h) { return std::floor(h / 23.9); }));
  check(SimulateBuckets(Noise(0), [](double h) { return std::floor(h); }));
  BucketSeries twelve = SimulateBuckets(Noise(0.1), [](double h) { return h; });
  for (auto* values : {&twelve.t_s, &twelve.mean, &twelve.min, &twelve.max, &twelve.load}) {
    values->resize(12);
  }
  check(twelve);
  BucketSeries constant_load = SimulateBuckets(Noise(1), [](double h) { return h; });
  std::fill(constant_load.load.begin(), constant_load.load.end(), 40.0);
  check(constant_load);
}

TEST_CASE("the words of the report") {
  CHECK(ToString(Verdict::kLeak) == "leak");
  CHECK(ToString(Gate::kStillGrowing) == "still growing");
  CHECK(ToString(Reason::kByDesign) == "by-design");
  CHECK(ToString(Cap::kLateOnset) == "late onset");
}

}  // namespace
}  // namespace perfleak
