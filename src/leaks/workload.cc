#include "leaks/workload.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/time.h"

namespace perfleak {
namespace {

constexpr size_t kWorkingDay = 0, kWeekend = 1;
constexpr size_t kOpens = 8, kCloses = 18;  // office hours
// Hours of a weekend that must have been seen to speak for all of it.
constexpr int kSeenWeekend = 12;
constexpr size_t kQuietHours = 8;
// A log that saw fewer office hours may have missed the work, and that may be so much more.
constexpr int kSeenOffice = 5;
constexpr double kBusier = 3;
constexpr double kMissedWork = 0.5;
// How often a weekend that was not seen is as quiet as the nights, on a machine that has such.
constexpr double kQuietWeekend = 0.7;

bool IsWeekend(size_t hour_of_week) { return hour_of_week >= 5 * 24; }

// Lives of a machine that do not overlap, longest first: every life knows the load of its time.
std::vector<const Life*> LivesThatCover(const std::vector<Life>& lives,
                                        const std::string& machine) {
  std::vector<const Life*> all, chosen;
  for (const Life& life : lives) {
    if (life.machine == machine && !life.series.empty()) all.push_back(&life);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Life* a, const Life* b) { return a->span_s() > b->span_s(); });
  for (const Life* life : all) {
    const bool overlaps = std::any_of(chosen.begin(), chosen.end(), [life](const Life* other) {
      return life->start_s <= other->end_s && other->start_s <= life->end_s;
    });
    if (!overlaps) chosen.push_back(life);
  }
  return chosen;
}

double QuietestOf(std::array<double, 24> day) {
  std::sort(day.begin(), day.end());
  return std::accumulate(day.begin(), day.begin() + kQuietHours, 0.0) / kQuietHours;
}

}  // namespace

double MeanOf(const std::array<double, kHoursOfWeek>& load) {
  return std::accumulate(load.begin(), load.end(), 0.0) / static_cast<double>(kHoursOfWeek);
}

Workload::Workload(const MachineIndex& index, const std::string& machine)
    : local_offset_s_(index.set().local_offset_s) {
  const MachineFacts* facts = index.Facts(machine);
  if (facts == nullptr) return;
  end_s_ = facts->end_s;
  if (facts->has_load) {
    for (const Life* life : LivesThatCover(index.set().lives, machine)) CountLoadOf(*life);
  }
  if (logged_) return;
  for (double t_s = facts->start_s; t_s < end_s_; t_s += kSecondsPerHour) {
    Count(t_s, t_s + kSecondsPerHour, OfficeHours(t_s + kSecondsPerHour / 2, kSecondsPerHour));
  }
}

void Workload::CountLoadOf(const Life& life) {
  const BucketSeries series = life.Buckets(life.series.front());
  for (size_t i = 0; i < series.load.size(); ++i) {
    const double middle_s = series.start_s + series.t_s[i];
    logged_ = logged_ || std::isfinite(series.load[i]);
    Count(middle_s - series.width_s / 2, middle_s + series.width_s / 2, series.load[i]);
  }
}

// Of the local week, which begins on Monday. 1 January 1970 was a Thursday.
size_t Workload::HourOfWeek(double t_s) const {
  const auto hour = static_cast<int64_t>(std::floor((t_s + local_offset_s_) / kSecondsPerHour));
  const int64_t of_week = (hour + 3 * 24) % static_cast<int64_t>(kHoursOfWeek);
  return static_cast<size_t>(of_week < 0 ? of_week + static_cast<int64_t>(kHoursOfWeek) : of_week);
}

void Workload::Count(double from_s, double to_s, double load) {
  constexpr double kStep_s = kSecondsPerHour / 2;
  if (!std::isfinite(load)) return;
  const double steps = std::max(1.0, std::ceil((to_s - from_s) / kStep_s));
  const double step_s = (to_s - from_s) / steps;
  for (double k = 0; k < steps; ++k) {
    const size_t hour = HourOfWeek(from_s + (k + 0.5) * step_s);
    const size_t kind = IsWeekend(hour) ? kWeekend : kWorkingDay;
    sum_[kind][hour % 24] += load * step_s;
    n_[kind][hour % 24] += step_s;
  }
}

// The part of the time around t_s that is within them.
double Workload::OfficeHours(double t_s, double width_s) const {
  constexpr int kSteps = 8;
  int inside = 0;
  for (int k = 0; k < kSteps; ++k) {
    const size_t hour = HourOfWeek(t_s + ((k + 0.5) / kSteps - 0.5) * width_s);
    if (!IsWeekend(hour) && hour % 24 >= kOpens && hour % 24 < kCloses) ++inside;
  }
  return static_cast<double>(inside) / kSteps;
}

void Workload::AddTo(BucketSeries* series) const {
  if (logged_) return;
  series->load.clear();
  for (const double t_s : series->t_s) {
    series->load.push_back(OfficeHours(series->start_s + t_s, series->width_s));
  }
}

// Hours that were not seen have the mean load of the others.
Workload::Day Workload::Typical(size_t kind) const {
  const double n = std::accumulate(n_[kind].begin(), n_[kind].end(), 0.0);
  const double sum = std::accumulate(sum_[kind].begin(), sum_[kind].end(), 0.0);
  Day day;
  day.fill(n > 0 ? sum / n : 0);
  for (size_t h = 0; h < day.size(); ++h) {
    if (n_[kind][h] > 0) day[h] = sum_[kind][h] / n_[kind][h];
  }
  return day;
}

int Workload::Seen(size_t kind, size_t from_hour, size_t to_hour) const {
  int seen = 0;
  for (size_t h = from_hour; h < to_hour; ++h) seen += n_[kind][h] > 0 ? 1 : 0;
  return seen;
}

Week Workload::WeekOf(double weight, const Day& working_day, const Day& weekend) const {
  Week week{weight, {}};
  for (size_t h = 0; h < kHoursOfWeek; ++h) {
    const size_t hour = HourOfWeek(end_s_ + static_cast<double>(h) * kSecondsPerHour);
    week.load[h] = (IsWeekend(hour) ? weekend : working_day)[hour % 24];
  }
  return week;
}

std::vector<Week> Workload::Ahead() const {
  const bool saw_weekend = Seen(kWeekend, 0, 24) >= kSeenWeekend;
  if (Seen(kWorkingDay, kOpens, kCloses) < kSeenOffice) return WithBusierDays(saw_weekend);
  const Day working_day = Typical(kWorkingDay);
  if (saw_weekend) return {WeekOf(1, working_day, Typical(kWeekend))};
  Day quiet;
  quiet.fill(QuietestOf(working_day));
  return {WeekOf(kQuietWeekend, working_day, quiet),
          WeekOf(1 - kQuietWeekend, working_day, working_day)};
}

std::vector<Week> Workload::WithBusierDays(bool saw_weekend) const {
  const size_t kind = Seen(kWorkingDay, 0, 24) > 0 ? kWorkingDay : kWeekend;
  const Day as_seen = Typical(kind);
  const Day weekend = saw_weekend ? Typical(kWeekend) : as_seen;
  Day busy = as_seen;
  for (size_t h = kOpens; h < kCloses; ++h) busy[h] *= kBusier;
  return {WeekOf(1 - kMissedWork, as_seen, weekend), WeekOf(kMissedWork, busy, weekend)};
}

}  // namespace perfleak
