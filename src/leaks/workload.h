// What a machine has to do in the hours of a week, as far as its log tells: growth that follows the
// load goes on as the load does. Without a load counter, office hours stand for it.
#ifndef PERFLEAK_LEAKS_WORKLOAD_H_
#define PERFLEAK_LEAKS_WORKLOAD_H_

#include <array>
#include <string>
#include <vector>

#include "leaks/machine_index.h"
#include "series/bucket_series.h"

namespace perfleak {

constexpr size_t kHoursOfWeek = 168;

// The load of the hours of a week, the first of which begins at the end of the log.
struct Week {
  double weight = 1;  // how much it is believed; over all weeks 1
  std::array<double, kHoursOfWeek> load{};
};

double MeanOf(const std::array<double, kHoursOfWeek>& load);

class Workload {
 public:
  // `index` need not outlive this.
  Workload(const MachineIndex& index, const std::string& machine);

  // Gives a series of the machine its load, where none is logged.
  void AddTo(BucketSeries* series) const;

  // One, or two where the log is too short: a weekend that was not seen may be as quiet as the
  // nights or as busy as other days, a working day that was not seen much busier.
  std::vector<Week> Ahead() const;

 private:
  using Day = std::array<double, 24>;

  void CountLoadOf(const Life& life);
  double OfficeHours(double t_s, double width_s) const;
  void Count(double from_s, double to_s, double load);
  size_t HourOfWeek(double t_s) const;
  Day Typical(size_t kind) const;
  int Seen(size_t kind, size_t from_hour, size_t to_hour) const;  // of the hours of a day
  std::vector<Week> WithBusierDays(bool saw_weekend) const;
  Week WeekOf(double weight, const Day& working_day, const Day& weekend) const;

  bool logged_ = false;
  double end_s_ = 0;
  double local_offset_s_ = 0;
  std::array<Day, 2> sum_{}, n_{};  // of working days and of weekends, by local hour
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_WORKLOAD_H_
