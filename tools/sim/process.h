// One process: what it is (ProcessSpec) and one run of it (Process).
//
// All counters of a process follow from a few things: its private memory, its objects, its load.
// Page file bytes equal private bytes, address space is reserved in segments ahead of use, pools
// are charged per handle. So the counters agree with each other as they do on a real machine.
#ifndef PERFLEAK_TOOLS_SIM_PROCESS_H_
#define PERFLEAK_TOOLS_SIM_PROCESS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "random.h"
#include "signal.h"

namespace perfleak::sim {

inline constexpr double kMiB = 1024.0 * 1024.0;
inline constexpr int64_t kPage = 4096;

// What the labels say of a column.
enum class Truth { kHealthy, kLeak, kAmbiguous };

// A named contribution to one counter of a process, made anew for each life.
struct Part {
  Resource resource = Resource::kPrivate;
  std::string name;  // "database cache": service counters may refer to it
  std::function<Signal(Rng)> make;
  std::string why;  // for the labels, where it grows innocently; else empty
  Truth truth = Truth::kHealthy;
};

// Alive from `start_s` to `end_s`, both since the log began; may begin before it.
struct LifeSpan {
  double start_s = 0;
  double end_s = 0;
};

struct ProcessSpec {
  std::string image;
  std::string parent;  // image of the creating process
  double private_mb = 1;
  double working_set_mb = 2;
  double virtual_mb = 20;
  int handles = 50;
  int threads = 3;
  double pool_paged_kb = 15;
  double pool_nonpaged_kb = 3;
  double cpu_percent = 0;  // of one processor at full load
  double load_mb = 0;      // more of everything at full load
  double load_handles = 0;
  double load_threads = 0;
  double noise_mb = 0;  // of private bytes; 0: a few pages now and then
  int priority_base = 8;
  double io_per_s = 0;  // at full load

  std::vector<LifeSpan> lives = {};  // none: from before the log to after it
  std::vector<Part> parts = {};
  std::vector<Leak> leaks = {};
};

// The counters of a process at one sample. Deltas are since the sample before.
struct ProcessSample {
  size_t spec = 0;
  int64_t pid = 0, parent_pid = 0;
  int64_t priority_base = 8;
  bool first = true;  // not seen in this instance before: rates cannot be computed
  double elapsed_s = 0;
  int64_t private_bytes = 0, virtual_bytes = 0, working_set = 0;
  int64_t private_peak = 0, virtual_peak = 0, working_set_peak = 0;
  int64_t pool_paged = 0, pool_nonpaged = 0, handles = 0, threads = 0;
  int64_t cpu_ticks = 0, user_ticks = 0;  // clock interrupts
  int64_t page_faults = 0;
  int64_t read_ops = 0, write_ops = 0, other_ops = 0;
  int64_t read_bytes = 0, write_bytes = 0, other_bytes = 0;
};

class Process {
 public:
  // `spec` must outlive the process.
  Process(const ProcessSpec& spec, const Rng& rng);

  // Moves on to the moment; the process is age_s old then.
  void Advance(const Moment& m, double age_s, double tick_s);

  const ProcessSample& sample() const { return sample_; }
  const std::vector<LeakMeter>& leaks() const { return leaks_; }
  // The present value of the part of that name, 0 if there is none.
  double PartValue(const std::string& name) const;

 private:
  double Level(Resource resource) const;
  void UpdateParts(const Moment& m, double age_s);
  void UpdateMemory(const Moment& m);
  void UpdateObjects();
  void UpdateWork(const Moment& m, double tick_s);
  void UpdatePeaks();

  const ProcessSpec* spec_;
  Rng rng_;
  std::vector<Signal> signals_;  // of spec_->parts and of the built-in ones behind them
  std::vector<Resource> targets_;
  std::vector<double> values_;
  std::vector<LeakMeter> leaks_;
  double reserved_mb_ = 0;  // address space ahead of private memory, in segments
  double resident_share_ = 1;
  int64_t base_threads_ = 0;
  ProcessSample sample_;
};

// Rounds to whole pages, never below one.
int64_t Pages(double bytes);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_PROCESS_H_
