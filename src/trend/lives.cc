// One image that restarts again and again leaks in every life or in none; a single short life is
// mostly its warm-up. So the lives vote, long ones louder.
#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <vector>

#include "base/check.h"
#include "base/time.h"
#include "trend/judge.h"
#include "trend/score.h"
#include "trend/trend.h"

namespace perfleak {
namespace {

constexpr double kMinShareOfLongest = 0.4;
// A life beyond these has said all that one life can say.
constexpr double kMinLogit = -6;
constexpr double kMaxLogit = 6;
constexpr double kMinRelativeError = 0.01;

struct Vote {
  const Trend* trend;
  double span_s;
};

std::vector<Vote> CollectVotes(std::span<const Trend> trends, std::span<const double> spans_s) {
  double longest = 0;
  for (size_t i = 0; i < trends.size(); ++i) {
    if (trends[i].state != TrendState::kTooLittleData) longest = std::max(longest, spans_s[i]);
  }
  std::vector<Vote> votes;
  for (size_t i = 0; i < trends.size(); ++i) {
    if (trends[i].state == TrendState::kTooLittleData) continue;
    if (spans_s[i] >= kMinShareOfLongest * longest) votes.push_back({&trends[i], spans_s[i]});
  }
  return votes;
}

// Share of the watched time that voted for something.
template <class Predicate>
double ShareOfTime(const std::vector<Vote>& votes, Predicate is_so) {
  double so = 0, all = 0;
  for (const Vote& vote : votes) {
    all += vote.span_s;
    if (is_so(*vote.trend)) so += vote.span_s;
  }
  return all > 0 ? so / all : 0;
}

double MeanLogit(const std::vector<Vote>& votes) {
  double sum = 0, weight = 0;
  for (const Vote& vote : votes) {
    sum += vote.span_s * std::clamp(vote.trend->logit, kMinLogit, kMaxLogit);
    weight += vote.span_s;
  }
  return weight > 0 ? sum / weight : kMinLogit;
}

// Weighted by 1/stderr²; lives that differ by more than their errors widen the error (Birge's
// ratio).
Slope MeanSlope(const std::vector<Vote>& votes) {
  double weights = 0, sum = 0, chi_squared = 0;
  int fitted = 0;
  const auto weight_of = [](const Slope& slope) {
    const double error = std::max(slope.stderr_per_s, kMinRelativeError * std::abs(slope.per_s));
    return error > 0 ? 1 / (error * error) : 0;
  };
  for (const Vote& vote : votes) {
    if (vote.trend->state != TrendState::kFitted) continue;
    ++fitted;
    weights += weight_of(vote.trend->slope);
    sum += weight_of(vote.trend->slope) * vote.trend->slope.per_s;
  }
  if (!(weights > 0)) return {};
  const double mean = sum / weights;
  for (const Vote& vote : votes) {
    const double off = vote.trend->slope.per_s - mean;
    if (vote.trend->state == TrendState::kFitted) {
      chi_squared += weight_of(vote.trend->slope) * off * off;
    }
  }
  const double birge = fitted > 1 ? std::sqrt(std::max(1.0, chi_squared / (fitted - 1))) : 1;
  const double error = birge / std::sqrt(weights);
  const double half = error * boost::math::quantile(boost::math::normal(), 0.9);
  return {mean, error, mean - half, mean + half};
}

double TwoSidedP(const Slope& slope) {
  if (slope.stderr_per_s > 0) {
    return std::erfc(std::abs(slope.per_s / slope.stderr_per_s) / std::sqrt(2.0));
  }
  return slope.per_s == 0 ? 1 : 0;
}

// A cap holds where it held for most of the time. Several lives add up to the time that a day's
// rhythm needs to be told from growth.
std::vector<Cap> CommonCaps(const std::vector<Vote>& votes) {
  double total_s = 0;
  for (const Vote& vote : votes) total_s += vote.span_s;
  std::vector<Cap> caps;
  for (const Cap cap : {Cap::kLateOnset, Cap::kShortWithoutLoad, Cap::kHeapNeverCollected,
                        Cap::kRestartWithoutPid, Cap::kUndecidable}) {
    if (cap == Cap::kShortWithoutLoad && total_s >= kDecidesWithoutLoad_s) continue;
    const double share = ShareOfTime(votes, [cap](const Trend& trend) {
      return std::find(trend.caps.begin(), trend.caps.end(), cap) != trend.caps.end();
    });
    if (share > 0.5) caps.push_back(cap);
  }
  return caps;
}

// Why the lives together are no leak: the reason most of the time speaks for.
void Explain(const std::vector<Vote>& votes, Trend* trend) {
  double most = 0;
  for (const Vote& candidate : votes) {
    const Reason reason = candidate.trend->reason;
    if (reason == Reason::kNone) continue;
    const double share =
        ShareOfTime(votes, [reason](const Trend& other) { return other.reason == reason; });
    if (share <= most) continue;
    most = share;
    trend->reason = reason;
    trend->weakest = candidate.trend->weakest;
  }
  const bool grows = trend->reason != Reason::kNoise && trend->reason != Reason::kImmaterial;
  trend->verdict = grows ? Verdict::kExplained : Verdict::kSteady;
}

}  // namespace

CombinedTrend CombineLives(std::span<const Trend> trends, std::span<const double> spans_s,
                           const TrendContext& context) {
  PERFLEAK_CHECK(trends.size() == spans_s.size());
  if (trends.empty()) return {};
  const std::vector<Vote> votes = CollectVotes(trends, spans_s);
  if (votes.empty()) return {trends.front(), 0};
  const Vote longest = *std::max_element(
      votes.begin(), votes.end(), [](const Vote& a, const Vote& b) { return a.span_s < b.span_s; });
  CombinedTrend combined{*longest.trend, votes.size()};
  if (votes.size() == 1) return combined;
  Trend& trend = combined.trend;
  trend.slope = MeanSlope(votes);
  trend.grown = trend.slope.per_s * trend.span_s;
  trend.p_value = TwoSidedP(trend.slope);
  trend.logit = MeanLogit(votes);
  trend.score = Sigmoid(trend.logit);
  trend.caps = CommonCaps(votes);
  trend.reason = Reason::kNone;
  const bool material = Material(trend.grown, trend.level, context.unit);
  trend.verdict = VerdictOf(trend.score, !trend.caps.empty());
  if (trend.verdict == Verdict::kSteady) {
    Explain(votes, &trend);
  } else if (!material) {
    trend.verdict = Verdict::kSteady;
    trend.reason = Reason::kImmaterial;
  }
  return combined;
}

}  // namespace perfleak
