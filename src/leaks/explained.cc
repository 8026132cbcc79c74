#include "leaks/explained.h"

#include <string>

#include "leaks/explain.h"
#include "trend/judge.h"
#include "trend/score.h"

namespace perfleak {
namespace {

// A slope test would call it, or only its size speaks against it.
bool IsWorthTelling(const Finding& finding) {
  constexpr double kSignificant = 0.01;
  const Trend& trend = finding.trend;
  if (trend.verdict == Verdict::kExplained) return true;
  if (trend.verdict != Verdict::kSteady || trend.state != TrendState::kFitted) return false;
  if (trend.reason == Reason::kImmaterial) {
    return VerdictOf(trend.score, /*capped=*/false) >= Verdict::kWatch;
  }
  return trend.reason == Reason::kNoise && trend.p_value < kSignificant &&
         Material(trend.grown, trend.level, finding.traits.unit);
}

}  // namespace

void Explainer::Add(const Finding& finding, std::vector<Explained>* explained) const {
  if (!IsWorthTelling(finding)) return;
  const bool better = (finding.grown < 0) != finding.traits.falling_is_bad;
  if (better && finding.trend.reason != Reason::kArtefact) return;
  const std::string why = finding.innocent.empty()
                              ? ExplainNotCalled(finding.trend, finding.traits.unit)
                              : finding.innocent;
  explained->push_back({finding.machine, ToString(table_[finding.counter].path),
                        finding.traits.unit, finding.trend.slope, finding.grown,
                        finding.trend.reason, "", why});
}

void Explainer::AddContext(std::vector<Explained>* explained) const {
  for (const MachineFacts& facts : index_.set().machines) {
    for (const SeriesRef& ref : index_.OfSystem(facts.name, Resource::kCacheBytes)) {
      AddRising(ref, Reason::kCache, explained);
    }
    for (const SeriesRef& ref : index_.OfOthers(facts.name, Resource::kConnectionsSoFar)) {
      AddRising(ref, Reason::kCumulative, explained);
    }
  }
}

void Explainer::AddRising(const SeriesRef& ref, Reason reason,
                          std::vector<Explained>* explained) const {
  const Life& life = index_.set().lives[ref.life];
  const LifeSeries& of = life.series[ref.series];
  TrendContext context;
  context.unit = of.traits.unit;
  context.designs = designs_;
  Trend trend = FitTrend(life.Buckets(of), context);
  if (trend.verdict == Verdict::kSteady || !(trend.rise > 0)) return;
  trend.reason = reason;
  explained->push_back({life.machine, ToString(table_[of.counters.back()].path), of.traits.unit,
                        trend.slope, trend.rise, reason, "",
                        ExplainNotCalled(trend, of.traits.unit)});
}

}  // namespace perfleak
