// One series in, one Trend out: how fast it grows, how surely, and which of eleven gates speak
// against calling it a leak. docs/method.md tells the method and where its constants come from.
#ifndef PERFLEAK_TREND_TREND_H_
#define PERFLEAK_TREND_TREND_H_

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "series/bucket_series.h"
#include "trend/pace.h"

namespace perfleak {

struct Designs;

enum class Verdict { kSteady, kExplained, kWatch, kLeak };

// In the order of the method's table. Each passes when its value is well above its theta.
enum class Gate {
  kSignificant,
  kStillGrowing,
  kFloor,
  kNotSaturating,
  kNotSteps,
  kMonotone,
  kNotLoad,
  kSignalToNoise,
  kLastQuarter,
  kNotJumps,
  kEvenPace
};
constexpr size_t kGateCount = 11;

// Why something that rises is not called a leak; the words of "reason" in the JSON report.
enum class Reason {
  kNone,
  kNoise,
  kStopped,
  kReturned,
  kSaturating,
  kSteps,
  kLoad,
  kImmaterial,
  kCumulative,
  kCache,
  kByDesign,
  kArtefact
};

// Below this a log without a load counter cannot tell a leak from part of a day
// (Cap::kShortWithoutLoad).
constexpr double kDecidesWithoutLoad_s = 1.5 * 86400;

// Why a verdict is held at watch although the score is higher.
enum class Cap {
  kLateOnset,           // only the last half or quarter grows
  kShortWithoutLoad,    // less than 1.5 days and no load counter
  kHeapNeverCollected,  // garbage-collected heap without one full collection
  kShortLife,           // a life that ended well before the log did, and no other to compare with
  kRestartWithoutPid,   // a restart is suspected and PIDs were not logged
  kUndecidable          // curvature that a longer log would settle
};

// What else the growth may be where the verdict is capped as undecidable.
enum class Doubt {
  kNone,
  kGaps,       // too little of the time was seen
  kLoad,       // load explains it as well as time does
  kLevelsOff,  // a cache or a warm-up, still on its way
  kWanders     // a walk that drifted up by chance
};

struct GateResult {
  double value = 0;
  double theta = 0;
  double s = 1;
  double log_sigmoid = 0;  // ln sigmoid((value - theta)/s), its share of the score
};

// Slope in the series' unit per second. The interval has nominal coverage 80 %.
struct Slope {
  double per_s = 0;
  double stderr_per_s = 0;
  double low_per_s = 0;
  double high_per_s = 0;
};

enum class TrendState { kTooLittleData, kConstant, kScreenedOut, kFitted };

struct Trend {
  TrendState state = TrendState::kTooLittleData;
  size_t n_buckets = 0;
  double span_s = 0;   // covered by the buckets
  double level = 0;    // fitted at the end of the series; the plain mean where nothing was fitted
  double grown = 0;    // slope times span of the judged window, sign as measured
  double rise = 0;     // measured over the judged window: its last 1/32 less its first 1/32
  double onset_s = 0;  // where the judged growth begins, seconds from the start of the life
  double residual_sd = 0;  // robust
  double r_squared = 0;
  double p_value = 1;  // two-sided, of the slope
  // Of the judged window: where the gates let the growth pass, the mean rate while it leaked
  // (growth_rate.h); else of the line. `grown` is the line's in either case.
  Slope slope;
  Slope recent_40;  // last 40 % and 25 % of the window
  Slope recent_25;
  std::array<GateResult, kGateCount> gates{};
  Gate weakest = Gate::kSignificant;
  double logit = -100;  // of the score, after penalties
  double score = 0;     // sigmoid(logit)
  std::vector<Cap> caps;
  Doubt doubt = Doubt::kNone;  // behind Cap::kUndecidable
  Verdict verdict = Verdict::kSteady;
  Reason reason = Reason::kNone;  // why it is not a leak, for explained and steady
};

// What the series alone does not tell.
struct TrendContext {
  Unit unit = Unit::kBytes;
  bool falling_is_bad = false;  // growth is a fall: slope, grown and level keep their measured sign
  bool heap_never_collected = false;
  bool restart_without_pid = false;
  bool short_life = false;
  bool one_of_several = false;  // lives of one role: growth too small to matter may add up
  // May be shared by all series, in any thread; changes nothing but the time it takes.
  Designs* designs = nullptr;
};

// Judges one series. Defined answers for every shape: fewer than 12 buckets or equal times are
// kTooLittleData, a series without change is kConstant with slope 0.
Trend FitTrend(const BucketSeries& series, const TrendContext& context);

// The lives of one image, one after another, as one: length-weighted mean of the logit over lives
// at least 40 % as long as the longest; slope weighted by 1/stderr². spans_s and trends have one
// entry per life. `lives` counts those that took part.
struct CombinedTrend {
  Trend trend;  // of the longest life, with slope, logit, score and verdict of all
  size_t lives = 0;
};
CombinedTrend CombineLives(std::span<const Trend> trends, std::span<const double> spans_s,
                           const TrendContext& context);

// One way in which growth may go on. Rates are towards the limit.
struct Course {
  double weight = 1;  // how much it is believed; over all courses 1
  Rate rate;          // mean over a week
  // The rate of each hour from now on, again and again; only how they differ counts. Empty: steady.
  std::vector<double> hourly_per_s;
};

// When growth meets a limit. Times are seconds from now, the end of the series.
struct Forecast {
  bool foreseeable = false;  // false: the courses reach the limit with p < 0.1
  double p10_s = 0;
  double p50_s = 0;  // infinity where the courses never get there
  double p90_s = 0;
};

// head_by_hour is what the growth has left to the limit: one number, or one for each hour from now
// on, again and again, where the level swings by day. level_sd: how surely that is known.
Forecast ForecastLimit(std::span<const Course> courses, std::span<const double> head_by_hour,
                       double level_sd);

std::string_view ToString(Verdict verdict);  // "leak"
std::string_view ToString(Gate gate);        // "still growing"
std::string_view ToString(Reason reason);    // "saturating"
std::string_view ToString(Cap cap);          // "late onset"

}  // namespace perfleak

#endif  // PERFLEAK_TREND_TREND_H_
