#include "leaks/corroboration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>

#include "base/jobs.h"
#include "base/text.h"
#include "trend/judge.h"
#include "trend/long_run_variance.h"
#include "trend/order_statistics.h"
#include "trend/score.h"
#include "trend/slope_fit.h"
#include "trend/window.h"

namespace perfleak {
namespace {

// A finding below is beyond what this evidence can say.
constexpr double kLeastLogit = -4;

// Weights in logit, fitted on simulated machines: docs/method.md, Corroboration.
constexpr double kRises = 1;
constexpr double kInStep = 0.5;
constexpr double kAgrees = 1;
constexpr double kDrowned = 2;
constexpr double kMostMoved = 2;

constexpr double kSureRise = 3;     // t of a counter that rises
constexpr double kSureEnd = 2;      // t of its last 40 %
constexpr double kSureSteps = 2.5;  // z of steps taken together
constexpr size_t kStretches = 32;   // whose steps are compared

// What several counters may measure, the first resource of them best.
enum class Quantity { kNone, kBytes, kHandles, kThreads, kPagedPool, kNonpagedPool, kGdi, kUser };

Quantity QuantityOf(Resource resource) {
  switch (resource) {
    case Resource::kPrivateBytes:
    case Resource::kPageFileBytes:
    case Resource::kVirtualBytes:
    case Resource::kManagedHeapBytes:
    case Resource::kLoaderHeapBytes:
      return Quantity::kBytes;
    case Resource::kHandles:
      return Quantity::kHandles;
    case Resource::kThreads:
      return Quantity::kThreads;
    case Resource::kPoolPagedBytes:
      return Quantity::kPagedPool;
    case Resource::kPoolNonpagedBytes:
      return Quantity::kNonpagedPool;
    case Resource::kGdiObjects:
      return Quantity::kGdi;
    case Resource::kUserObjects:
      return Quantity::kUser;
    default:
      return Quantity::kNone;
  }
}

bool IsPool(Quantity quantity) {
  return quantity == Quantity::kPagedPool || quantity == Quantity::kNonpagedPool;
}

bool IsCounted(Quantity quantity) {
  return quantity == Quantity::kHandles || quantity == Quantity::kThreads;
}

// Pool is charged to a process for its handles and threads, so it is no second witness of them.
bool Independent(Quantity a, Quantity b) {
  if (a == Quantity::kNone || b == Quantity::kNone || a == b) return false;
  const bool charged = (IsPool(a) && (IsCounted(b) || IsPool(b))) || (IsPool(b) && IsCounted(a));
  return !charged;
}

// The machine's total that a resource of a process is part of.
Resource TotalOf(Resource resource) {
  switch (resource) {
    case Resource::kPrivateBytes:
    case Resource::kPageFileBytes:
    case Resource::kVirtualBytes:
    case Resource::kManagedHeapBytes:
      return Resource::kCommittedBytes;
    case Resource::kPoolPagedBytes:
    case Resource::kPoolNonpagedBytes:
      return resource;
    case Resource::kHandles:
      return Resource::kAllHandles;
    case Resource::kThreads:
      return Resource::kAllThreads;
    default:
      return Resource::kNone;
  }
}

// Seconds since 1970.
struct Stretch {
  double from_s = 0, to_s = 0;
  double length_s() const { return to_s - from_s; }
};

// The buckets whose mean time lies in the stretch.
BucketSeries Within(const BucketSeries& series, const Stretch& stretch) {
  BucketSeries part = series;
  size_t kept = 0;
  const bool has_load = series.load.size() == series.size();
  for (size_t i = 0; i < series.size(); ++i) {
    const double t_s = series.start_s + series.t_s[i];
    if (t_s < stretch.from_s || t_s > stretch.to_s) continue;
    part.t_s[kept] = series.t_s[i];
    part.mean[kept] = series.mean[i];
    part.min[kept] = series.min[i];
    part.max[kept] = series.max[i];
    part.n[kept] = series.n[i];
    if (has_load) part.load[kept] = series.load[i];
    ++kept;
  }
  for (auto* values : {&part.t_s, &part.mean, &part.min, &part.max}) values->resize(kept);
  part.n.resize(kept);
  if (has_load) part.load.resize(kept);
  return part;
}

// `series` read at the bucket times of `at`.
BucketSeries ReadAt(const BucketSeries& series, const BucketSeries& at) {
  BucketSeries read = at;
  for (size_t i = 0; i < at.size(); ++i) {
    read.mean[i] = ValueAt(series, at.start_s + at.t_s[i]);
    read.min[i] = read.max[i] = read.mean[i];
  }
  return read;
}

// Requires equal bucket times.
BucketSeries Minus(BucketSeries from, const BucketSeries& what) {
  for (size_t i = 0; i < from.size(); ++i) {
    for (auto* values : {&from.mean, &from.min, &from.max}) (*values)[i] -= what.mean[i];
  }
  return from;
}

// Slopes without load and time of day; nullopt for too few buckets or none that differ.
std::optional<SlopeFit> Fit(const BucketSeries& series) {
  const Window window = MakeWindow(series, /*falling_is_bad=*/false);
  if (window.size() < kMinBuckets || !(window.span_s > 0)) return std::nullopt;
  const bool moves = std::any_of(window.x.begin(), window.x.end(), [](double x) { return x != 0; });
  return moves ? std::optional(FitSlopes(window)) : std::nullopt;
}

// A series over a stretch of time, with its slopes.
struct Fitted {
  BucketSeries series;
  std::optional<SlopeFit> fit;
};

// The last few fits, kept because the counters of a process are asked about each other, and many
// processes about one total, over the same time.
class RecentFits {
 public:
  explicit RecentFits(const SeriesSet& set) : set_(set) {}

  std::shared_ptr<const Fitted> Of(const SeriesRef& ref, const Stretch& stretch) {
    constexpr size_t kMost = 24;
    const Key key{ref.life, ref.series, stretch.from_s, stretch.to_s};
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const auto& entry) { return entry.first == key; });
    if (found != entries_.end()) {
      entries_.splice(entries_.begin(), entries_, found);
    } else {
      if (entries_.size() == kMost) entries_.pop_back();
      entries_.emplace_front(key, Make(ref, stretch));
    }
    return entries_.front().second;
  }

 private:
  using Key = std::tuple<size_t, size_t, double, double>;

  std::shared_ptr<const Fitted> Make(const SeriesRef& ref, const Stretch& stretch) const {
    const Life& life = set_.lives[ref.life];
    auto fitted = std::make_shared<Fitted>();
    fitted->series = Within(life.Buckets(life.series[ref.series]), stretch);
    fitted->fit = Fit(fitted->series);
    return fitted;
  }

  const SeriesSet& set_;
  std::list<std::pair<Key, std::shared_ptr<const Fitted>>> entries_;  // the last one first
};

void SubtractMean(std::vector<double>* values) {
  const double mean = Mean(*values);
  for (double& value : *values) value -= mean;
}

// Only chance speaks against it: it goes on, is not given back, does not level off, and is no load.
bool OnlyChanceAgainst(const Trend& trend) {
  constexpr std::array kBeyondChance = {Gate::kStillGrowing, Gate::kFloor, Gate::kNotSaturating,
                                        Gate::kNotLoad};
  return trend.reason != Reason::kStopped &&
         std::all_of(kBeyondChance.begin(), kBeyondChance.end(), [&](Gate gate) {
           const GateResult& result = trend.gates[static_cast<size_t>(gate)];
           return result.value >= result.theta;
         });
}

bool IsWorthAsking(const Finding& finding) {
  const Trend& trend = finding.trend;
  return QuantityOf(finding.traits.resource) != Quantity::kNone &&
         trend.state == TrendState::kFitted && trend.logit >= kLeastLogit &&
         Material(trend.grown, trend.level, finding.traits.unit);
}

// The verdict of the moved logit, as the series alone would get it.
void Conclude(Trend* trend) {
  trend->score = Sigmoid(trend->logit);
  const Verdict before = trend->verdict;
  const Verdict after = VerdictOf(trend->score, !trend->caps.empty());
  if (after >= Verdict::kWatch) {
    trend->verdict = after;
    trend->reason = Reason::kNone;
  } else if (before >= Verdict::kWatch) {
    const GateResult& weakest = trend->gates[static_cast<size_t>(trend->weakest)];
    trend->reason = weakest.value < weakest.theta ? ReasonOf(trend->weakest) : Reason::kNoise;
    trend->verdict = trend->reason == Reason::kNoise ? Verdict::kSteady : Verdict::kExplained;
  }
}

class Corroborator {
 public:
  Corroborator(const SeriesSet& set, const CounterTable& table) : set_(set), table_(table) {
    for (size_t l = 0; l < set.lives.size(); ++l) {
      const Life& life = set.lives[l];
      const bool of_memory = EqualsIgnoreCase(life.object, "Memory");
      const bool of_sum = EqualsIgnoreCase(life.instance, "_Total");
      if (!of_memory && !of_sum) continue;
      for (size_t s = 0; s < life.series.size(); ++s) {
        totals_[{life.machine, life.series[s].traits.resource}].push_back({l, s});
      }
    }
  }

  void Weigh(Finding* finding, RecentFits* fits) const {
    if (!IsWorthAsking(*finding)) return;
    Trend& trend = finding->trend;
    const SeriesRef ref = LongestLife(*finding);
    const double from_s = set_.lives[ref.life].start_s + trend.onset_s;
    const Subject subject = TakeSubject(ref, {from_s, from_s + trend.span_s}, fits);
    if (!subject.fit()) return;
    Corroboration& corroboration = finding->corroboration;
    corroboration.logit =
        AskProcess(subject, fits, &corroboration) + AskTotal(subject, fits, &corroboration);
    corroboration.logit = std::clamp(corroboration.logit, -kMostMoved, kMostMoved);
    if (corroboration.logit > 0 && !OnlyChanceAgainst(trend)) corroboration.logit = 0;
    if (corroboration.logit == 0) return;
    trend.logit += corroboration.logit;
    Conclude(&trend);
  }

 private:
  // The series that is asked about, where its growth was judged.
  struct Subject {
    SeriesRef ref;
    const Life& life;
    Stretch stretch;
    std::shared_ptr<const Fitted> fitted;

    Resource resource() const { return life.series[ref.series].traits.resource; }
    const BucketSeries& series() const { return fitted->series; }
    const std::optional<SlopeFit>& fit() const { return fitted->fit; }
  };

  SeriesRef LongestLife(const Finding& finding) const {
    return *std::max_element(finding.lives.begin(), finding.lives.end(),
                             [&](const SeriesRef& a, const SeriesRef& b) {
                               return set_.lives[a.life].span_s() < set_.lives[b.life].span_s();
                             });
  }

  Subject TakeSubject(const SeriesRef& ref, Stretch stretch, RecentFits* fits) const {
    const Life& life = set_.lives[ref.life];
    // The judged time ends in the middle of the last bucket.
    stretch.to_s += life.buckets->grid().bucket_width_s();
    return {ref, life, stretch, fits->Of(ref, stretch)};
  }

  // Other counters of the same life.
  double AskProcess(const Subject& subject, RecentFits* fits, Corroboration* corroboration) const {
    const Quantity own = QuantityOf(subject.resource());
    const std::vector<LifeSeries>& all = subject.life.series;
    std::map<Quantity, size_t> others;  // the best measure of each
    for (size_t i = 0; i < all.size(); ++i) {
      const Quantity quantity = QuantityOf(all[i].traits.resource);
      if (!Independent(own, quantity)) continue;
      const auto [best, is_first] = others.emplace(quantity, i);
      const bool better = all[i].traits.resource < all[best->second].traits.resource;
      if (!is_first && better) best->second = i;
    }
    for (const auto& [quantity, i] : others) AskCounter(subject, i, fits, corroboration);
    if (corroboration->rising.empty()) return 0;
    return kRises + (corroboration->in_step ? kInStep : 0);
  }

  void AskCounter(const Subject& subject, size_t series, RecentFits* fits,
                  Corroboration* corroboration) const {
    const LifeSeries& other = subject.life.series[series];
    const auto asked = fits->Of({subject.ref.life, series}, subject.stretch);
    const std::optional<SlopeFit>& fit = asked->fit;
    if (!fit) return;
    const bool rises = fit->whole.t() > kSureRise && fit->recent_40.t() > kSureEnd;
    const double level = asked->series.mean.front() + fit->level;
    if (!rises || !Material(fit->whole.growth, level, other.traits.unit)) return;
    corroboration->rising.push_back(table_[other.counters.back()].path.counter);
    // Counters of a life share their buckets unless one was missing for a while.
    if (asked->series.t_s != subject.series().t_s) return;
    const bool in_step = LikenessOfSteps(subject.fit()->x, fit->x).z > kSureSteps;
    corroboration->in_step = corroboration->in_step || in_step;
  }

  // The total that the counter is part of.
  double AskTotal(const Subject& subject, RecentFits* fits, Corroboration* corroboration) const {
    const std::optional<SeriesRef> ref = FindTotal(subject);
    if (!ref || IsReservation(subject, fits)) return 0;
    const BucketSeries& series = subject.series();
    const Stretch common = {series.start_s + series.t_s.front(),
                            series.start_s + series.t_s.back()};
    const auto total = fits->Of(*ref, common);
    if (!total->fit) return 0;
    const BucketSeries part = ReadAt(series, total->series);
    const auto of_part = Fit(part);
    if (!of_part || !(of_part->whole.growth > 0)) return 0;
    const auto of_rest = Fit(Minus(total->series, part));
    if (!of_rest) return 0;
    const LifeSeries& of = set_.lives[ref->life].series[ref->series];
    const CounterPath& path = table_[of.counters.back()].path;
    corroboration->total =
        (path.has_instance ? path.object + "(" + path.instance + ")" : path.object) + "\\" +
        path.counter;
    return Compare(of_part->whole.growth, total->fit->whole.growth, of_rest->whole.error,
                   corroboration);
  }

  static double Compare(double growth, double of_total, double error,
                        Corroboration* corroboration) {
    constexpr double kSure = 1;  // ln of the likelihood ratio, for words
    constexpr double kMost = 2;  // that counts for the score
    const double holds = TotalHoldsGrowth(growth, of_total, error);
    const double drowned = error > 0 ? std::clamp(1 - growth / error, 0.0, 1.0) : 0;
    corroboration->of_growth = of_total / growth;
    corroboration->visibility = error > 0 ? growth / error : 0;
    if (drowned > 0) {
      corroboration->in_total = Corroboration::InTotal::kDrowned;
    } else if (holds > kSure) {
      corroboration->in_total = Corroboration::InTotal::kAgrees;
    } else if (holds < -kSure) {
      corroboration->in_total = Corroboration::InTotal::kOffset;
    }
    return kAgrees * std::clamp(holds / kMost, 0.0, 1.0) - kDrowned * drowned;
  }

  // The life of the total that saw the growth.
  std::optional<SeriesRef> FindTotal(const Subject& subject) const {
    constexpr double kMostOfIt = 0.9;
    if (EqualsIgnoreCase(subject.life.object, "Memory")) return std::nullopt;  // is one itself
    const Resource resource = TotalOf(subject.resource());
    const auto found = totals_.find({subject.life.machine, resource});
    if (resource == Resource::kNone || found == totals_.end()) return std::nullopt;
    for (const SeriesRef& ref : found->second) {
      const Life& life = set_.lives[ref.life];
      const double common_s = std::min(life.end_s, subject.stretch.to_s) -
                              std::max(life.start_s, subject.stretch.from_s);
      if (common_s >= kMostOfIt * subject.stretch.length_s()) return ref;
    }
    return std::nullopt;
  }

  // Address space that grows far faster than the memory in it does not count towards commit.
  static bool IsReservation(const Subject& subject, RecentFits* fits) {
    constexpr double kReservationRatio = 3;
    if (subject.resource() != Resource::kVirtualBytes) return false;
    const std::vector<LifeSeries>& all = subject.life.series;
    for (size_t i = 0; i < all.size(); ++i) {
      if (all[i].traits.resource != Resource::kPrivateBytes) continue;
      const auto asked = fits->Of({subject.ref.life, i}, subject.stretch);
      return !asked->fit ||
             subject.fit()->whole.growth > kReservationRatio * asked->fit->whole.growth;
    }
    return true;
  }

  const SeriesSet& set_;
  const CounterTable& table_;
  std::map<std::pair<std::string, Resource>, std::vector<SeriesRef>> totals_;  // by machine
};

// Findings of one role, which stand together, ask each other.
std::vector<std::span<Finding>> RolesOf(std::vector<Finding>& findings) {
  std::vector<std::span<Finding>> roles;
  for (size_t begin = 0; begin < findings.size();) {
    size_t end = begin + 1;
    while (end < findings.size() && findings[end].role == findings[begin].role) ++end;
    roles.emplace_back(&findings[begin], end - begin);
    begin = end;
  }
  return roles;
}

}  // namespace

Likeness LikenessOfSteps(std::span<const double> x, std::span<const double> y) {
  std::vector<double> dx = StretchChanges(x, kStretches);
  std::vector<double> dy = StretchChanges(y, kStretches);
  if (dx.size() != dy.size() || dx.size() < kMinBuckets - 1) return {};
  SubtractMean(&dx);
  SubtractMean(&dy);
  double sxx = 0, syy = 0;
  std::vector<double> products(dx.size());
  for (size_t i = 0; i < dx.size(); ++i) {
    sxx += dx[i] * dx[i];
    syy += dy[i] * dy[i];
    products[i] = dx[i] * dy[i];
  }
  if (!(sxx > 0) || !(syy > 0)) return {};
  const auto n = static_cast<double>(products.size());
  const double mean = Mean(products);
  SubtractMean(&products);
  const double error = std::sqrt(LongRunVariance(products) / n);
  return {n * mean / std::sqrt(sxx * syy), error > 0 ? mean / error : 0};
}

double TotalHoldsGrowth(double growth, double of_total, double error) {
  constexpr double kDof = 3;
  constexpr double kLeastError = 0.05;  // of the growth
  const double scale = std::max(error, kLeastError * std::abs(growth));
  if (!(scale > 0)) return 0;
  const double rest_if_held = (of_total - growth) / scale;
  const double rest_if_offset = of_total / scale;
  return (kDof + 1) / 2 *
         std::log((kDof + rest_if_offset * rest_if_offset) / (kDof + rest_if_held * rest_if_held));
}

void Corroborate(const SeriesSet& set, const CounterTable& table, std::vector<Finding>* findings,
                 int threads) {
  const Corroborator corroborator(set, table);
  const auto roles = RolesOf(*findings);
  RunJobsWith(
      roles.size(), threads, [&set] { return RecentFits(set); },
      [&](size_t i, RecentFits* fits) {
        for (Finding& finding : roles[i]) corroborator.Weigh(&finding, fits);
      });
}

}  // namespace perfleak
