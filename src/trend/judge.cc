#include "trend/judge.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "base/time.h"
#include "trend/gates.h"
#include "trend/growth_rate.h"
#include "trend/least_squares.h"
#include "trend/long_run_variance.h"
#include "trend/order_statistics.h"
#include "trend/saturation.h"
#include "trend/score.h"
#include "trend/slope_fit.h"

namespace perfleak {
namespace {

constexpr double kLatePenalty = 1.5;
constexpr double kInterval = 0.8;

double StudentQuantile(double dof, double p) {
  return boost::math::quantile(boost::math::students_t(dof), p);
}

double TwoSidedP(const AgeSlope& slope) {
  const double t = std::abs(slope.t());
  if (std::isinf(t)) return 0;
  return 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(slope.dof), t));
}

Slope ToSlope(const AgeSlope& slope, const Window& window) {
  const double per_s = window.sign * slope.growth / window.span_s;
  const double error = slope.error / window.span_s;
  const double half = error * StudentQuantile(slope.dof, 0.5 + kInterval / 2);
  return {per_s, error, per_s - half, per_s + half};
}

// From the first to the last stretch of the window, each long enough to calm single values.
double RiseOf(std::span<const double> x) {
  const size_t stretch = std::max<size_t>(1, x.size() / 32);
  return Mean(x.last(stretch)) - Mean(x.first(stretch));
}

Trend Describe(const Window& window, const SlopeFit& fit) {
  Trend trend;
  trend.state = TrendState::kFitted;
  trend.n_buckets = window.size();
  trend.span_s = window.span_s;
  trend.onset_s = window.from_s;
  trend.level = window.Value(fit.level);
  trend.grown = window.sign * fit.whole.growth;
  trend.rise = window.sign * RiseOf(window.x);
  trend.residual_sd = fit.residual_sd;
  trend.r_squared = fit.r_squared;
  trend.p_value = TwoSidedP(fit.whole);
  trend.slope = ToSlope(fit.whole, window);
  trend.recent_40 = ToSlope(fit.recent_40, window);
  trend.recent_25 = ToSlope(fit.recent_25, window);
  return trend;
}

// AR(1) coefficient of what a parabola leaves of x: near 1 for a random walk, whose drift means
// nothing.
double Wandering(const Window& window, const SlopeFit& fit) {
  Column square(window.age);
  for (double& age : square) age *= age;
  return Autoregression(FitLeastSquares({window.age, square}, fit.x).residuals);
}

// What 16 stretches of equal length, compared one after another, lose on the way up, less what
// noise that forgets itself from bucket to bucket would make them lose.
double LostOnTheWay(std::span<const double> x) {
  constexpr size_t kStretches = 16;
  if (x.size() < 2 * kStretches) return 0;
  double lost = 0;
  double before = 0;
  for (size_t k = 0; k < kStretches; ++k) {
    const size_t begin = k * x.size() / kStretches;
    const size_t end = (k + 1) * x.size() / kStretches;
    const double mean = Mean(x.subspan(begin, end - begin));
    if (k > 0) lost += std::max(0.0, before - mean);
    before = mean;
  }
  std::vector<double> changes(x.size() - 1);
  for (size_t i = 0; i + 1 < x.size(); ++i) changes[i] = x[i + 1] - x[i];
  // A stretch's mean scatters by sd/sqrt(n); half of the differences of two fall, by .8 sqrt(2) of
  // that.
  const double mean_sd =
      RobustSd(changes) / std::sqrt(2.0) / std::sqrt(static_cast<double>(x.size()) / kStretches);
  return lost - kStretches * 0.5 * 0.8 * std::sqrt(2.0) * mean_sd;
}

// Behind any warm-up, how fast a parabola rises at the end of the series against its rise at .3: 1
// for a line, under one half for a logarithm.
double TailSlowing(const Window& window, std::span<const double> x) {
  constexpr double kFrom = 0.3;
  const size_t begin = FirstFrom(window, kFrom);
  if (begin + kMinBuckets > window.size()) return 1;
  const Column age(window.age.begin() + static_cast<std::ptrdiff_t>(begin), window.age.end());
  Column square(age);
  for (double& value : square) value *= value;
  const auto fit = FitLeastSquares({age, square}, x.subspan(begin)).coefficients;
  const double at_start = fit[0] + 2 * kFrom * fit[1];
  return at_start > 0 ? (fit[0] + 2 * fit[1]) / at_start : 1;
}

// Curvature and wandering that a longer log would settle.
bool Undecidable(const Window& window, const SlopeFit& fit, const SaturationFit& saturation) {
  constexpr size_t kMinFilledBlocks = 5;
  constexpr double kLongTau = 0.4;
  constexpr double kCurved = 0.7;
  constexpr double kLogCurved = 0.4;
  constexpr double kSlowing = 0.75;
  constexpr double kTailSlows = 0.42;
  constexpr double kWanders = 0.9;
  constexpr double kBeyondWandering = 16;
  constexpr double kStepsBack = 0.06;
  if (FilledBlocks(BlockMeans(window.age, window.x)) < kMinFilledBlocks) return true;
  if (fit.load_rivals) return true;
  // A walk that drifts up by chance takes large steps back on its way; a leak in bursts does not.
  // Cycles taken out of a log with a weekend fall where nothing fell, cycles left in fall every
  // day.
  const double lost = std::min(LostOnTheWay(window.x), LostOnTheWay(fit.x));
  const bool steps_back = lost > kStepsBack * fit.whole.growth;
  const bool could_be_drift = fit.whole.growth < kBeyondWandering * fit.residual_sd;
  if (steps_back && could_be_drift && Wandering(window, fit) > kWanders) return true;
  const bool slows = fit.recent_40.growth < kSlowing * fit.whole.growth;
  if (slows && saturation.Gain() > kCurved && saturation.tau >= kLongTau) return true;
  return LogarithmGain(window.age, fit.x) > kLogCurved && TailSlowing(window, fit.x) < kTailSlows;
}

// A tail long enough to be a log of its own.
bool SpeaksForItself(const Window& window, double log_span_s) {
  constexpr double kMinShare = 0.3;
  constexpr size_t kMinTailBuckets = 40;
  return window.span_s >= kMinShare * log_span_s && window.size() >= kMinTailBuckets;
}

std::vector<Cap> FindCaps(const Window& window, const TrendContext& context, double log_span_s,
                          bool late, bool undecidable) {
  std::vector<Cap> caps;
  if (late && !SpeaksForItself(window, log_span_s)) caps.push_back(Cap::kLateOnset);
  if (window.load.empty() && log_span_s < kDecidesWithoutLoad_s) {
    caps.push_back(Cap::kShortWithoutLoad);
  }
  if (context.heap_never_collected) caps.push_back(Cap::kHeapNeverCollected);
  if (context.short_life) caps.push_back(Cap::kShortLife);
  if (context.restart_without_pid) caps.push_back(Cap::kRestartWithoutPid);
  if (undecidable) caps.push_back(Cap::kUndecidable);
  return caps;
}

// Every step has also stopped, and may drown in its own residuals: where the growth is made of a
// few steps beyond doubt, that is the better explanation.
Gate MostTelling(const Trend& trend) {
  constexpr double kBeyondDoubt = -2.5;
  const bool vague = trend.weakest == Gate::kStillGrowing || trend.weakest == Gate::kSignificant;
  const double steps = trend.gates[static_cast<size_t>(Gate::kNotSteps)].log_sigmoid;
  return vague && steps < kBeyondDoubt ? Gate::kNotSteps : trend.weakest;
}

// Sets verdict and reason from score, caps and growth.
void Conclude(const Window& window, const TrendContext& context, Trend* trend) {
  const bool material = Material(trend->grown, trend->level, context.unit);
  trend->verdict = material ? VerdictOf(trend->score, !trend->caps.empty()) : Verdict::kSteady;
  if (trend->verdict != Verdict::kSteady) return;
  trend->weakest = MostTelling(*trend);
  trend->reason = ReasonOf(trend->weakest);
  if (material && trend->reason != Reason::kNoise) {
    trend->verdict = Verdict::kExplained;
    return;
  }
  if (!material && trend->reason != Reason::kNoise) trend->reason = Reason::kImmaterial;
  ExplainEarlyRise(window, context.unit, trend);
}

}  // namespace

bool Material(double grown, double level, Unit unit) {
  constexpr double kMinShareOfLevel = 0.005;
  constexpr double kMinBytes = 1 << 20;
  constexpr double kMinCount = 8;
  const double least = unit == Unit::kBytes ? kMinBytes : kMinCount;
  return std::abs(grown) >= std::max(least, kMinShareOfLevel * std::abs(level));
}

void ExplainEarlyRise(const Window& window, Unit unit, Trend* trend) {
  constexpr double kClear = 6;
  const std::span<const double> x(window.x);
  const double start = Mean(x.first(std::max<size_t>(1, x.size() / 64)));
  const double rise = Mean(x.last(std::max<size_t>(1, x.size() / 8))) - start;
  const std::span<const double> half = x.last((x.size() + 1) / 2);
  if (!Material(rise, window.Value(x.back()), unit) || rise < kClear * RobustSd(half)) return;
  if (*std::min_element(half.begin(), half.end()) < start + rise / 2) return;
  trend->verdict = Verdict::kExplained;
  trend->reason = Reason::kStopped;
  trend->rise = window.sign * rise;
}

Trend Judge(const Window& window, const TrendContext& context, double log_span_s, bool late) {
  const SlopeFit fit = FitSlopes(window);
  const SaturationFit saturation = FitSaturation(window.age, fit.x);
  const Score score = ScoreGates(MeasureGates(window, fit, saturation));
  Trend trend = Describe(window, fit);
  trend.gates = score.gates;
  trend.weakest = score.weakest;
  trend.logit = score.logit - (late ? kLatePenalty : 0);
  trend.score = Sigmoid(trend.logit);
  trend.caps = FindCaps(window, context, log_span_s, late, Undecidable(window, fit, saturation));
  Conclude(window, context, &trend);
  // Of everything that the gates let pass, material or not; the rest keeps the plain line.
  if (VerdictOf(trend.score, /*capped=*/false) != Verdict::kSteady) {
    trend.slope = ToSlope(EstimateGrowth(window.age, fit.x).value_or(fit.whole), window);
  }
  return trend;
}

}  // namespace perfleak
