// The method's table of contents: window, screen, judge the whole, then its tails.
#include "trend/trend.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "trend/bend.h"
#include "trend/judge.h"
#include "trend/order_statistics.h"
#include "trend/screen.h"
#include "trend/window.h"

namespace perfleak {
namespace {

constexpr double kTailRatio = 1.2;

Trend Unjudged(TrendState state, const Window& window) {
  Trend trend;
  trend.state = state;
  trend.n_buckets = window.size();
  trend.span_s = window.span_s;
  trend.level = window.Value(Mean(window.x));
  trend.reason = Reason::kNoise;
  return trend;
}

bool IsConstant(const Window& window) {
  return std::all_of(window.x.begin(), window.x.end(), [](double x) { return x == 0; });
}

// Whether its ups and downs leave room for growth that matters at whatever level. A line gains at
// most half more than the range of its values; the rest is for what load and cycles may hide.
bool MayMatter(const Window& window, Unit unit) {
  constexpr double kMostHidden = 4;
  const auto [low, high] = std::minmax_element(window.x.begin(), window.x.end());
  return Material(kMostHidden * (*high - *low), /*level=*/0, unit);
}

bool IsCalled(const Trend& trend) { return trend.verdict >= Verdict::kWatch; }

// Nothing grew before the tail; growth that merely quickens is no late onset.
bool NothingBefore(const Window& window, size_t begin) {
  constexpr double kNothing = 0.1;  // of the growth up to the end
  const Window before = Slice(window, 0, begin);
  if (Rises(before)) return false;
  const std::span<const double> x(window.x);
  const size_t quarter = (begin + 3) / 4;
  const double start = Mean(x.first(quarter));
  const double grown_before = Mean(x.subspan(begin - quarter, quarter)) - start;
  return grown_before < kNothing * (Mean(x.last(quarter)) - start);
}

// The tail from `from_age` judged by itself, if it grows faster than the whole. A whole that is
// called already gives way only where nothing grew before.
std::optional<Trend> JudgeTail(const Window& window, double from_age, const Trend& whole,
                               const TrendContext& context, double log_span_s) {
  const size_t begin = FirstFrom(window, from_age);
  if (begin == 0 || begin + kMinBuckets > window.size()) return std::nullopt;
  const Window tail = Slice(window, begin, window.size());
  if (!(tail.span_s > 0)) return std::nullopt;
  if (IsCalled(whole) && !NothingBefore(window, begin)) return std::nullopt;
  const Trend trend = Judge(tail, context, log_span_s, /*late=*/true);
  const double rate = window.sign * trend.grown / trend.span_s;
  const double whole_rate = window.sign * whole.grown / whole.span_s;
  if (!(rate > kTailRatio * whole_rate)) return std::nullopt;
  return trend;
}

// The whole, or the most convincing of the tails that lie above all before them: the last half, the
// last quarter, and from where a bent line has its bend.
Trend PickWindow(const Window& window, const ScreenResult& screen, const TrendContext& context,
                 double log_span_s) {
  const Trend whole = Judge(window, context, log_span_s, /*late=*/false);
  std::vector<double> from_ages;
  if (screen.last_half) from_ages.push_back(0.5);
  if (screen.last_quarter) from_ages.push_back(0.75);
  if (const auto bend = FindBend(window)) from_ages.push_back(*bend);
  std::optional<Trend> best;
  for (const double from_age : from_ages) {
    std::optional<Trend> tail = JudgeTail(window, from_age, whole, context, log_span_s);
    if (!tail || !IsCalled(*tail)) continue;
    if (!best || tail->logit > best->logit) best = std::move(tail);
  }
  return best ? *std::move(best) : whole;
}

}  // namespace

Trend FitTrend(const BucketSeries& series, const TrendContext& context) {
  Window all = MakeWindow(series, context.falling_is_bad);
  if (all.size() < kMinBuckets || !(all.span_s > 0)) {
    return Unjudged(TrendState::kTooLittleData, all);
  }
  if (IsConstant(all)) return Unjudged(TrendState::kConstant, all);
  const double from_s = all.from_s;
  const Window window = LongestSide(std::move(all));
  if (window.size() < kMinBuckets || !(window.span_s > 0)) {
    return Unjudged(TrendState::kTooLittleData, window);
  }
  const bool may_matter = context.one_of_several || MayMatter(window, context.unit);
  const ScreenResult screen = may_matter ? Screen(window) : ScreenResult();
  if (screen.any()) {
    Trend trend = PickWindow(window, screen, context, std::max(series.span_s, window.span_s));
    if (trend.onset_s <= from_s) trend.onset_s = 0;  // since the first sample, not its bucket
    return trend;
  }
  Trend trend = Unjudged(TrendState::kScreenedOut, window);
  ExplainEarlyRise(window, context.unit, &trend);
  return trend;
}

}  // namespace perfleak
