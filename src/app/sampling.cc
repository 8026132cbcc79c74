#include "app/sampling.h"

namespace perfleak {
namespace {

constexpr double kAlike = 1.25;   // steps of one run differ by less
constexpr double kChanged = 1.5;  // intervals that differ by less are one

bool Within(double a, double b, double factor) { return a < b * factor && b < a * factor; }

}  // namespace

void Sampling::Add(double t_s) {
  if (any_) {
    const double step_s = t_s - last_t_s_;
    const bool goes_on =
        run_steps_ > 0 && Within(step_s, run_sum_s_ / static_cast<double>(run_steps_), kAlike);
    if (!goes_on) {
      run_from_s_ = last_t_s_;
      run_sum_s_ = 0;
      run_steps_ = 0;
    }
    run_sum_s_ += step_s;
    if (++run_steps_ == kSteadySteps) Settle();
  }
  any_ = true;
  last_t_s_ = t_s;
}

void Sampling::Settle() {
  const double interval_s = run_sum_s_ / static_cast<double>(run_steps_);
  if (settled_s_ > 0 && Within(interval_s, settled_s_, kChanged)) return;
  if (settled_s_ > 0) ++changes_;
  settled_s_ = interval_s;
  if (stretches_.size() < kStretchesKept) stretches_.push_back({run_from_s_, interval_s});
}

}  // namespace perfleak
