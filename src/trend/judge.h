// Judges one window: fit, gates, score, caps, verdict and reason.
#ifndef PERFLEAK_TREND_JUDGE_H_
#define PERFLEAK_TREND_JUDGE_H_

#include "trend/trend.h"
#include "trend/window.h"

namespace perfleak {

constexpr size_t kMinBuckets = 12;

// `late` judges a tail for late onset: it costs 1.5 in logit and caps at watch.
// `log_span_s` is the time the life was watched, which decides what is too short to tell from a
// day's rhythm. Requires at least kMinBuckets buckets and span_s > 0.
Trend Judge(const Window& window, const TrendContext& context, double log_span_s, bool late);

// At least 0.5 % of the level and 1 MB (bytes) or 8 (anything else).
bool Material(double grown, double level, Unit unit);

// A rise that is over before a line through the whole can see it leaves a level far above the first
// buckets. Where that is so, the verdict becomes explained: growth stopped.
void ExplainEarlyRise(const Window& window, Unit unit, Trend* trend);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_JUDGE_H_
