#include "trend/judge.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "base/time.h"
#include "trend/designs.h"
#include "trend/gates.h"
#include "trend/order_statistics.h"
#include "trend/score.h"
#include "trend/slope_fit.h"
#include "trend/undecidable.h"
#include "trend/work_time.h"

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

// The last three gates fail for many reasons; where another fails clearly, it names the reason.
// Every step has also stopped, and may drown in its own residuals: where the growth is made of a
// few steps beyond doubt, that is the better explanation.
Gate MostTelling(const Trend& trend) {
  constexpr double kClear = -1;
  constexpr double kBeyondDoubt = -2;
  const auto loss = [&](Gate gate) { return trend.gates[static_cast<size_t>(gate)].log_sigmoid; };
  const auto first = trend.gates.begin();
  const auto worst = std::min_element(
      first, first + static_cast<std::ptrdiff_t>(Gate::kLastQuarter),
      [](const GateResult& a, const GateResult& b) { return a.log_sigmoid < b.log_sigmoid; });
  const Gate gate = worst->log_sigmoid < kClear ? static_cast<Gate>(worst - first) : trend.weakest;
  const bool vague = ReasonOf(gate) == Reason::kStopped || gate == Gate::kSignificant;
  if (vague && loss(Gate::kNotSteps) < kBeyondDoubt) return Gate::kNotSteps;
  return gate == Gate::kSignificant && loss(Gate::kNotJumps) < kBeyondDoubt ? Gate::kNotJumps
                                                                            : gate;
}

// What the form of the growth says, over the clock or over the work done, whichever is straighter.
struct Shape {
  GateValues gates{};
  Doubt doubt = Doubt::kNone;
};

Shape MeasureShape(const Window& window, const SlopeFit& fit, SaturationGrids* grids) {
  const auto measure = [grids](const Window& over, const SlopeFit& line) {
    const SaturationFit saturation = grids->Of(over.age)->Fit(line.x);
    return Shape{MeasureGates(over, line, saturation), Undecidable(over, line, saturation)};
  };
  if (const auto work = InWorkTime(window, fit.x, fit.x, grids)) {
    return measure(*work, FitPlain(*work, fit.x, fit.floor, fit));
  }
  // Waves take out what the days of work add, and leave a line over the work bent.
  if (const auto work = InWorkTime(window, window.x, fit.x, grids)) {
    return measure(*work, FitPlain(*work, window.x, window.floor, fit));
  }
  return measure(window, fit);
}

// Sets verdict and reason from score, caps and growth.
void Conclude(const Window& window, const TrendContext& context, const SlopeFit& fit,
              Trend* trend) {
  const bool material = Material(trend->grown, trend->level, context.unit);
  trend->verdict = material ? VerdictOf(trend->score, !trend->caps.empty()) : Verdict::kSteady;
  if (trend->verdict != Verdict::kSteady) return;
  trend->weakest = MostTelling(*trend);
  trend->reason = ReasonOf(trend->weakest);
  if (material && trend->reason != Reason::kNoise) {
    trend->verdict = Verdict::kExplained;
    return;
  }
  // Nothing may be left where load explains all of a rise.
  constexpr double kStandsOut = 1.5;  // of its ups and downs, which a line alone has 0.37 of
  const double unloaded = fit.unloaded_growth;
  const bool rose =
      unloaded > kStandsOut * RobustSd(window.x) && Material(unloaded, trend->level, context.unit);
  if (trend->reason == Reason::kLoad && rose) {
    trend->verdict = Verdict::kExplained;
    return;
  }
  const bool passes = VerdictOf(trend->score, /*capped=*/false) != Verdict::kSteady;
  if (!material && (passes || trend->reason != Reason::kNoise)) {
    trend->reason = Reason::kImmaterial;
  }
  ExplainEarlyRise(window, context.unit, trend);
}

// Whether its line neither gains what matters, with or without the load, nor clearly rises.
bool IsNegligible(const Window& window, const TrendContext& context, const SlopeFit& fit) {
  constexpr double kClear = 3;
  const double level = window.Value(fit.level);
  return !context.one_of_several && fit.whole.t() < kClear &&
         !Material(fit.whole.growth, level, context.unit) &&
         !Material(fit.unloaded_growth, level, context.unit);
}

// The gates would only say which kind of nothing it is.
Trend Negligible(const Window& window, const TrendContext& context, const SlopeFit& fit) {
  Trend trend = Describe(window, fit);
  trend.state = TrendState::kScreenedOut;
  trend.reason = Reason::kNoise;
  ExplainEarlyRise(window, context.unit, &trend);
  return trend;
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
  SlopeFit fit = FitWhole(window);
  if (IsNegligible(window, context, fit)) return Negligible(window, context, fit);
  FitRecent(window, &fit);
  Designs own;
  Designs& designs = context.designs != nullptr ? *context.designs : own;
  const Shape shape = MeasureShape(window, fit, &designs.saturation);
  const Score score = ScoreGates(shape.gates);
  Trend trend = Describe(window, fit);
  trend.gates = score.gates;
  trend.weakest = score.weakest;
  trend.logit = score.logit - (late ? kLatePenalty : 0);
  trend.score = Sigmoid(trend.logit);
  trend.caps = FindCaps(window, context, log_span_s, late, shape.doubt != Doubt::kNone);
  trend.doubt = shape.doubt;
  Conclude(window, context, fit, &trend);
  // Of everything that the gates let pass, material or not; the rest keeps the plain line.
  if (VerdictOf(trend.score, /*capped=*/false) != Verdict::kSteady) {
    const auto growth = EstimateGrowth(window.age, fit.x, &designs.growth);
    trend.slope = ToSlope(growth.value_or(fit.whole), window);
  }
  return trend;
}

}  // namespace perfleak
