// What one counter of one process is made of: a signal is a level over time, and levels add up.
//
// A signal is a function with memory. It is called once for every sample of one life of a process,
// with the moment and the age of the process, and returns its part of the counter at that moment.
#ifndef PERFLEAK_TOOLS_SIM_SIGNAL_H_
#define PERFLEAK_TOOLS_SIM_SIGNAL_H_

#include <functional>
#include <string>
#include <vector>

#include "load.h"
#include "random.h"

namespace perfleak::sim {

using Signal = std::function<double(const Moment&, double age_s)>;

Signal Sum(std::vector<Signal> parts);

// Noise.
Signal Ar1(double sd, double tau_s, Rng rng);          // correlation exp(-dt / tau)
Signal Jumps(double sd, double mean_hold_s, Rng rng);  // holds a level, now and then takes another
Signal RandomWalk(double sd_per_sqrt_hour, Rng rng);
Signal Daily(double amplitude, double peak_hour);  // a sine of 24 h

// Load.
Signal FollowLoad(double at_full_load, double lag_s);  // with a first-order lag
Signal FollowBackup(double amount);
// Present from one hour of the local day to another, on working days, give or take half an hour.
Signal WorkingHours(double amount, double from_hour, double to_hour, Rng rng);

// Growth that is no leak.
Signal WarmUp(double amount, double tau_s);              // amount * (1 - exp(-age / tau))
Signal CacheFill(double amount, double tau_s, Rng rng);  // as WarmUp, but filled by load
Signal StepAt(double t_s, double amount);                // t_s since the log began
Signal RampTo(double amount, double length_s);           // straight up from birth, then flat
// A collected heap: climbs with load up to about `amplitude`, falls to a fraction, again and again.
Signal Sawtooth(double amplitude, double period_s, Rng rng);

// What a leak takes. Not a signal: the labels need to know how much it took.
enum class Resource {
  kPrivate,
  kHandles,
  kThreads,
  kPoolPaged,
  kPoolNonpaged,
  kVirtual,    // reserved only
  kWorkingSet  // resident, beside what is committed
};

struct Leak {
  Resource resource = Resource::kPrivate;
  double per_hour = 0;        // bytes or objects, at load 1
  double constant_share = 1;  // 1: day and night alike; 0: by load only, flat when idle
  double quantum = 1;         // grows in steps of this size: 1 object, a page, a heap segment
  double jitter = 0.3;        // relative noise of what one sample interval takes
  double onset_s = 0;         // since the log began
  double idle_below = 0;      // no more load than this is idling: nothing leaks by load
  double end_s = 1e12;        // fixed: nothing leaks after it
  double twice_after_s = 0;   // so long after the onset the rate is twice its first; 0: stays
};

// One leak in one life.
class LeakMeter {
 public:
  LeakMeter(const Leak& leak, Rng rng) : leak_(leak), rng_(rng) {}

  // What is gone so far. Takes nothing more where the commit limit is reached.
  double Advance(const Moment& m);
  const Leak& leak() const { return leak_; }
  double leaked() const { return leaked_; }

 private:
  Leak leak_;
  Rng rng_;
  double pending_ = 0;
  double leaked_ = 0;
};

// Commit below this is not handed out: allocations fail.
inline constexpr double kExhaustedHeadroom = 4.0 * 1024 * 1024;

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_SIGNAL_H_
