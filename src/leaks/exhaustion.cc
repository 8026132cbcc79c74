#include "leaks/exhaustion.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "trend/order_statistics.h"
#include "trend/trend.h"

namespace perfleak {
namespace {

// Handles one process can hold, and GDI or USER objects (Russinovich, Pushing the Limits of
// Windows). The latter can be raised in the registry.
constexpr double kMaxHandles = 16777216;
constexpr double kMaxGuiObjects = 10000;

// A suspect with less of all that grows does not bring the end that the others do.
constexpr double kPartSpeaks = 0.3;
// No rate is known better than this: counters change pace.
constexpr double kMinRelativeError = 0.035;
// ...and one that holds now may have changed by so much since the log began.
constexpr double kChangesPace = 0.05;
// A process that was restarted more often in the log is restarted before it meets a limit.
constexpr size_t kMostRestarts = 1;

bool OfObject(const Finding& finding, const char* object) {
  return EqualsIgnoreCase(finding.object, object);
}

bool IsPool(Resource resource) {
  return resource == Resource::kPoolPagedBytes || resource == Resource::kPoolNonpagedBytes;
}

bool CountsTowardsCommit(Resource resource) {
  switch (resource) {
    case Resource::kPrivateBytes:
    case Resource::kPageFileBytes:
    case Resource::kManagedHeapBytes:
    case Resource::kCommittedBytes:
      return true;
    default:
      return IsPool(resource);
  }
}

bool GrowsForSure(const Trend& trend) {
  constexpr double kSure = 4;  // standard errors
  return trend.state == TrendState::kFitted && trend.slope.per_s > kSure * trend.slope.stderr_per_s;
}

// Be it too little of its level to be called.
bool Grows(const Finding& finding) { return finding.called() || GrowsForSure(finding.trend); }

Exhaustion Limit(std::string name, double value, Unit unit) {
  Exhaustion exhaustion;
  exhaustion.limit = std::move(name);
  exhaustion.limit_value = value;
  exhaustion.unit = unit;
  return exhaustion;
}

// The worst level of the last day, carried on to the end: a level that swings by day meets a limit
// at its worst hour.
double WorstLevel(const BucketSeries& series, double per_s, bool falling_is_bad) {
  const std::vector<double>& worst = falling_is_bad ? series.min : series.max;
  const double sign = falling_is_bad ? -1 : 1;
  double level = -INFINITY;
  for (size_t i = 0; i < series.size(); ++i) {
    const double age_s = series.span_s - series.t_s[i];
    if (age_s > kSecondsPerDay && i + 1 < series.size()) continue;  // buckets can be days wide
    level = std::max(level, sign * worst[i] + per_s * std::max(age_s, 0.0));
  }
  return sign * level;
}

// The worst level of each of the next 24 hours, if the last three days, one of them a working day,
// come again.
std::vector<double> WorstByHour(const BucketSeries& series) {
  constexpr int kHours = 24;
  constexpr double kDays = 3;
  std::vector<double> worst(kHours, -INFINITY);
  for (size_t i = 0; i < series.size(); ++i) {
    const double age_s = std::max(series.span_s - series.t_s[i], 0.0);
    if (age_s > kDays * kSecondsPerDay && i + 1 < series.size()) continue;
    const double ahead_s = kSecondsPerDay - std::fmod(age_s, kSecondsPerDay);
    const double half_s = series.width_s / 2;
    const auto first = static_cast<int>(std::floor((ahead_s - half_s) / kSecondsPerHour));
    const auto last = static_cast<int>(std::floor((ahead_s + half_s) / kSecondsPerHour));
    for (int hour = std::clamp(first, 0, kHours - 1); hour <= std::min(last, kHours - 1); ++hour) {
      worst[static_cast<size_t>(hour)] = std::max(worst[static_cast<size_t>(hour)], series.max[i]);
    }
  }
  // A shorter log, or a gap: as at the worst of the other hours.
  const double most = *std::max_element(worst.begin(), worst.end());
  std::replace(worst.begin(), worst.end(), -static_cast<double>(INFINITY), most);
  return worst;
}

double Square(double x) { return x * x; }

// What all parts together do, if things go on as in stretch `k` of the log under that week's load.
Course CourseOf(std::span<const Pace> parts, size_t k, const Week& week) {
  const double mean = MeanOf(week.load);
  Course course;
  double variance = 0, per_load = 0;
  for (const Pace& part : parts) {
    const Rate& rate = part.rates[k];
    const double more = mean - part.load;
    course.rate.per_s += rate.per_s + part.per_load * more;
    variance += Square(rate.error) + Square(part.per_load_error * more);
    per_load += part.per_load;
  }
  course.rate.error = std::hypot(std::sqrt(variance), kMinRelativeError * course.rate.per_s);
  if (per_load == 0) return course;
  for (const double load : week.load) course.hourly_per_s.push_back(per_load * load);
  return course;
}

// A rate that is known worse is believed less.
std::vector<Course> CoursesOf(std::span<const Pace> parts, std::span<const Week> weeks) {
  std::vector<Course> courses;
  for (const Week& week : weeks) {
    std::vector<Course> stretches;
    double sum = 0;
    for (size_t k = 0; k < 3; ++k) {
      Course course = CourseOf(parts, k, week);
      const double spread = kChangesPace * std::abs(course.rate.per_s);
      course.weight = 1 / (Square(course.rate.error) + Square(spread) + 1e-300);
      sum += course.weight;
      stretches.push_back(std::move(course));
    }
    for (Course& course : stretches) {
      course.weight *= week.weight / sum;
      courses.push_back(std::move(course));
    }
  }
  return courses;
}

// How much an hour differs from the same hour of the day before; 0 where the log is too short.
double DayToDaySd(const BucketSeries& series) {
  std::vector<double> changes;
  size_t before = 0;
  for (size_t i = 0; i < series.size(); ++i) {
    const double t_s = series.t_s[i] - kSecondsPerDay;
    if (t_s < series.t_s.front()) continue;
    while (series.t_s[before + 1] <= t_s) ++before;
    changes.push_back(series.mean[i] - series.mean[before]);
  }
  return RobustSd(changes) / std::sqrt(2.0);
}

double LevelSd(std::span<const Pace> parts, double others) {
  double variance = Square(others);
  for (const Pace& part : parts) variance += Square(part.level_sd);
  return std::sqrt(variance);
}

// At the end of the series, which is not the end of its last bucket's mean.
double LastOf(const BucketSeries& series, const Pace& pace) {
  const double rest_s = series.span_s - series.t_s.back();
  return series.mean.back() + pace.rates[0].per_s * std::max(rest_s, 0.0);
}

void Earlier(std::optional<Exhaustion> other, std::optional<Exhaustion>* first) {
  if (other && (!*first || other->p50_s < (*first)->p50_s)) *first = std::move(other);
}

// Takes the values of one series from another, at its times; nothing outside its life.
void Subtract(const BucketSeries& part, BucketSeries* from) {
  size_t k = 0;
  for (size_t i = 0; i < from->size(); ++i) {
    const double t_s = from->start_s + from->t_s[i] - part.start_s;
    if (part.size() == 0 || t_s < 0 || t_s > part.span_s) continue;
    while (k + 1 < part.size() && part.t_s[k + 1] <= t_s) ++k;
    double value = part.mean[k];
    if (t_s > part.t_s[k] && k + 1 < part.size()) {
      const double way = (t_s - part.t_s[k]) / (part.t_s[k + 1] - part.t_s[k]);
      value += way * (part.mean[k + 1] - part.mean[k]);
    }
    from->mean[i] -= value;
    from->min[i] -= value;
    from->max[i] -= value;
  }
}

}  // namespace

const Platform* ExhaustionForecaster::PlatformOf(const std::string& machine) const {
  for (const Platform& platform : platforms_) {
    if (platform.machine == machine) return &platform;
  }
  return nullptr;
}

ExhaustionForecaster::Outlook& ExhaustionForecaster::OutlookOf(const std::string& machine) {
  Outlook& outlook = outlooks_[machine];
  if (!outlook.workload) {
    outlook.workload.emplace(index_, machine);
    outlook.weeks = outlook.workload->Ahead();
  }
  return outlook;
}

BucketSeries ExhaustionForecaster::SeriesOf(SeriesRef ref) {
  const Life& life = index_.set().lives[ref.life];
  BucketSeries series = life.Buckets(life.series[ref.series]);
  OutlookOf(life.machine).workload->AddTo(&series);
  return series;
}

Pace ExhaustionForecaster::PaceOf(const Finding& finding) {
  const double from_s = finding.lives.size() == 1 ? finding.trend.onset_s : 0;
  return FitPace(SeriesOf(finding.lives.back()), from_s, finding.traits.falling_is_bad);
}

bool ExhaustionForecaster::GoesOn(const Finding& finding) const {
  if (finding.relief) return false;
  const Life& last = index_.set().lives[finding.lives.back().life];
  if (last.ended != Cut::kLogEdge) return false;
  const auto restarts =
      std::count_if(finding.lives.begin(), finding.lives.end() - 1, [&](const SeriesRef& ref) {
        return index_.set().lives[ref.life].ended != Cut::kMachineRestart;
      });
  return static_cast<size_t>(restarts) <= kMostRestarts;
}

const Finding* ExhaustionForecaster::OfSameProcess(const Finding& finding,
                                                   Resource resource) const {
  for (const Finding& other : findings_) {
    if (other.traits.resource != resource || other.machine != finding.machine) continue;
    if (other.lives.back().life == finding.lives.back().life) return &other;
    const bool beside = !finding.is_process && other.is_process &&
                        EqualsIgnoreCase(other.instance, finding.instance);
    if (beside) return &other;  // .NET CLR Memory and Process
  }
  return nullptr;
}

const Finding* ExhaustionForecaster::CalledOfSystem(const std::string& machine,
                                                    Resource resource) const {
  for (const Finding& finding : findings_) {
    if (finding.machine == machine && finding.traits.resource == resource && finding.called() &&
        OfObject(finding, "Memory")) {
      return &finding;
    }
  }
  return nullptr;
}

// ---- commit ----

const ExhaustionForecaster::Commit* ExhaustionForecaster::CommitOf(const std::string& machine) {
  Outlook& outlook = OutlookOf(machine);
  if (!outlook.commit_known) {
    outlook.commit_known = true;
    outlook.commit = MakeCommit(machine);
  }
  return outlook.commit ? &*outlook.commit : nullptr;
}

std::optional<ExhaustionForecaster::Commit> ExhaustionForecaster::MakeCommit(
    const std::string& machine) {
  const auto limits = index_.OfSystem(machine, Resource::kCommitLimit);
  const auto totals = index_.OfSystem(machine, Resource::kCommittedBytes);
  if (limits.empty() || totals.empty()) return std::nullopt;
  const BucketSeries committed = SeriesOf(totals.back());
  if (committed.size() == 0) return std::nullopt;
  Commit commit;
  const Life& life = index_.set().lives[limits.back().life];
  commit.limit = life.series[limits.back().series].extremes.last;
  const double last = committed.mean.back();
  if (commit.limit <= last) return std::nullopt;  // not its limit
  BucketSeries calm = committed;                  // without what leaks
  double leaked = 0;
  for (const auto& [series, pace] : PartsOfCommit(machine, committed)) {
    Subtract(series, &calm);
    leaked += LastOf(series, pace);
    commit.per_s += pace.rates[0].per_s;
    commit.parts.push_back(pace);
  }
  commit.room.sd = DayToDaySd(calm);
  for (const double level : WorstByHour(calm)) {
    commit.room.by_hour.push_back(commit.limit - leaked - level);
  }
  double& now = commit.room.by_hour.front();
  if (now <= 0) now = commit.limit - last;  // it is not over yet
  return commit;
}

std::vector<ExhaustionForecaster::Part> ExhaustionForecaster::PartsOfCommit(
    const std::string& machine, const BucketSeries& committed) {
  std::vector<Part> parts;
  for (const Finding& finding : findings_) {
    if (finding.machine != machine || !finding.called() || !GoesOn(finding)) continue;
    const Resource resource = finding.traits.resource;
    const bool is_private = resource == Resource::kPrivateBytes && finding.is_process;
    const bool instead = resource == Resource::kPageFileBytes && finding.is_process &&
                         OfSameProcess(finding, Resource::kPrivateBytes) == nullptr;
    const bool is_pool = IsPool(resource) && OfObject(finding, "Memory");
    if (!is_private && !instead && !is_pool) continue;
    parts.push_back({SeriesOf(finding.lives.back()), PaceOf(finding)});
  }
  BucketSeries rest = Unowned(machine, committed);
  TrendContext context;
  context.designs = designs_;
  const Trend trend = FitTrend(rest, context);
  const bool is_called = CalledOfSystem(machine, Resource::kCommittedBytes) != nullptr;
  const bool grows = is_called ? GrowsForSure(trend) : trend.verdict >= Verdict::kWatch;
  if (grows && trend.slope.per_s > 0) {
    const Pace pace = FitPace(rest, trend.onset_s, false);
    parts.push_back({std::move(rest), pace});
  }
  return parts;
}

// Commit that is in no process and no pool.
BucketSeries ExhaustionForecaster::Unowned(const std::string& machine,
                                           const BucketSeries& committed) const {
  BucketSeries rest = committed;
  auto owners = index_.OfProcesses(machine, Resource::kPrivateBytes);
  if (owners.empty()) owners = index_.OfProcesses(machine, Resource::kPageFileBytes);
  for (const Resource pool : {Resource::kPoolPagedBytes, Resource::kPoolNonpagedBytes}) {
    const auto pools = index_.OfSystem(machine, pool);
    owners.insert(owners.end(), pools.begin(), pools.end());
  }
  for (const SeriesRef& ref : owners) {
    const Life& life = index_.set().lives[ref.life];
    Subtract(life.Buckets(life.series[ref.series]), &rest);
  }
  return rest;
}

// The memory of the process that the finding is of, else the finding itself.
const Finding& ExhaustionForecaster::MemoryBehind(const Finding& finding) const {
  if (!finding.is_process && OfObject(finding, "Memory")) return finding;
  const Finding* memory = OfSameProcess(finding, Resource::kPrivateBytes);
  if (memory == nullptr) memory = OfSameProcess(finding, Resource::kPageFileBytes);
  return memory != nullptr && Grows(*memory) ? *memory : finding;
}

std::optional<Exhaustion> ExhaustionForecaster::CommitLimit(const Finding& finding) {
  const Finding& memory = MemoryBehind(finding);
  const Resource resource = memory.traits.resource;
  const Commit* commit = CountsTowardsCommit(resource) ? CommitOf(finding.machine) : nullptr;
  if (commit == nullptr) return std::nullopt;
  const Pace own = PaceOf(memory);
  const bool brings_it =
      resource == Resource::kCommittedBytes || own.rates[0].per_s > kPartSpeaks * commit->per_s;
  const bool together = brings_it && !commit->parts.empty();
  return Meets(finding.machine,
               together ? std::span<const Pace>(commit->parts) : std::span<const Pace>(&own, 1),
               commit->room, Limit("Commit Limit", commit->limit, Unit::kBytes));
}

// ---- other limits ----

std::optional<Exhaustion> ExhaustionForecaster::PoolLimitOf(const Finding& finding) {
  const Resource pool = finding.traits.resource;
  const Platform* platform = PlatformOf(finding.machine);
  const auto limit = platform != nullptr ? PoolLimit(*platform, pool) : std::nullopt;
  const auto totals = index_.OfSystem(finding.machine, pool);
  if (!limit || totals.empty()) return std::nullopt;
  const Finding* total = CalledOfSystem(finding.machine, pool);
  const Pace pace = PaceOf(total != nullptr ? *total : finding);
  const double level = WorstLevel(SeriesOf(totals.back()), pace.rates[0].per_s, false);
  const char* name = pool == Resource::kPoolPagedBytes ? "paged pool" : "nonpaged pool";
  return Meets(finding.machine, {&pace, 1}, Room{{*limit - level}},
               Limit(name, *limit, Unit::kBytes));
}

std::optional<Exhaustion> ExhaustionForecaster::AddressSpace(const Finding& finding) {
  const Platform* platform = PlatformOf(finding.machine);
  if (platform == nullptr) return std::nullopt;
  const Finding* space = OfSameProcess(finding, Resource::kVirtualBytes);
  const Finding* memory = OfSameProcess(finding, Resource::kPrivateBytes);
  if (space == nullptr) return std::nullopt;
  const Finding* grows = Grows(*space) ? space : memory;
  if (grows == nullptr || !Grows(*grows)) return std::nullopt;
  const Pace pace = PaceOf(*grows);
  const double level = WorstLevel(SeriesOf(space->lives.back()), pace.rates[0].per_s, false);
  const auto limit = AddressSpaceLimit(*platform, level);
  if (!limit) return std::nullopt;
  const char* name = platform->bits == Bits::k32 ? "address space of a 32-bit process"
                                                 : "address space of a 64-bit process";
  return Meets(finding.machine, {&pace, 1}, Room{{*limit - level}},
               Limit(name, *limit, Unit::kBytes));
}

std::optional<Exhaustion> ExhaustionForecaster::OwnLimit(const Finding& finding, double limit,
                                                         std::string name) {
  const Pace pace = PaceOf(finding);
  const bool falls = finding.traits.falling_is_bad;
  const double level = WorstLevel(SeriesOf(finding.lives.back()), pace.rates[0].per_s, falls);
  const double head = falls ? level - limit : limit - level;
  return Meets(finding.machine, {&pace, 1}, Room{{head}},
               Limit(std::move(name), limit, finding.traits.unit));
}

std::optional<Exhaustion> ExhaustionForecaster::Meets(const std::string& machine,
                                                      std::span<const Pace> parts, const Room& room,
                                                      Exhaustion limit) {
  const std::vector<Course> courses = CoursesOf(parts, OutlookOf(machine).weeks);
  const Forecast forecast = ForecastLimit(courses, room.by_hour, LevelSd(parts, room.sd));
  if (!forecast.foreseeable) return std::nullopt;
  limit.as_of_s = index_.Facts(machine)->end_s;
  limit.p10_s = limit.as_of_s + forecast.p10_s;
  limit.p50_s = limit.as_of_s + forecast.p50_s;
  limit.p90_s = limit.as_of_s + forecast.p90_s;
  return limit;
}

std::optional<Exhaustion> ExhaustionForecaster::Of(const Finding& finding) {
  if (!GoesOn(finding)) return std::nullopt;
  std::optional<Exhaustion> first;
  switch (finding.traits.resource) {
    case Resource::kPrivateBytes:
    case Resource::kPageFileBytes:
    case Resource::kManagedHeapBytes:
    case Resource::kThreads:
      first = CommitLimit(finding);
      Earlier(AddressSpace(finding), &first);
      return first;
    case Resource::kVirtualBytes:
      return AddressSpace(finding);
    case Resource::kCommittedBytes:
      return CommitLimit(finding);
    case Resource::kPoolPagedBytes:
    case Resource::kPoolNonpagedBytes: {
      // A 32-bit pool is full long before commit is; without its limit nothing can be said.
      first = PoolLimitOf(finding);
      const Platform* platform = PlatformOf(finding.machine);
      const bool is_64_bit = platform != nullptr && platform->bits == Bits::k64;
      if (first || is_64_bit) Earlier(CommitLimit(finding), &first);
      return first;
    }
    case Resource::kHandles:
      first = OwnLimit(finding, kMaxHandles, "handles of one process");
      Earlier(CommitLimit(finding), &first);
      return first;
    case Resource::kGdiObjects:
      return OwnLimit(finding, kMaxGuiObjects, "GDI objects of one process");
    case Resource::kUserObjects:
      return OwnLimit(finding, kMaxGuiObjects, "USER objects of one process");
    case Resource::kSystemPtes:
      return OwnLimit(finding, 0, "no free system PTEs");
    case Resource::kLargestFreeBlock:
      return OwnLimit(finding, 0, "no free address space");
    case Resource::kRegistryQuota:
      return OwnLimit(finding, 100, "registry quota");
    default:
      return std::nullopt;
  }
}

}  // namespace perfleak
