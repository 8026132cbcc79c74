// How a log was sampled: at which interval, and whether the interval changes on the way. Gaps and
// single late rows are no change.
#ifndef PERFLEAK_APP_SAMPLING_H_
#define PERFLEAK_APP_SAMPLING_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "report/inspect_report.h"

namespace perfleak {

class Sampling {
 public:
  // Stretches that are kept; later changes are only counted.
  static constexpr size_t kStretchesKept = 20;
  // A stretch has at least so many steps of about one length, one after another.
  static constexpr size_t kSteadySteps = 5;

  // Requires t_s greater than that of the call before.
  void Add(double t_s);

  // Where sampling settled on an interval that differs from the one before.
  const std::vector<IntervalStretch>& stretches() const { return stretches_; }
  uint64_t changes() const { return changes_; }

 private:
  void Settle();

  bool any_ = false;
  double last_t_s_ = 0;
  double run_from_s_ = 0;  // of the steps that are about as long as one another
  double run_sum_s_ = 0;
  size_t run_steps_ = 0;
  double settled_s_ = 0;  // the interval of the last stretch; 0 for none yet
  std::vector<IntervalStretch> stretches_;
  uint64_t changes_ = 0;
};

}  // namespace perfleak

#endif  // PERFLEAK_APP_SAMPLING_H_
