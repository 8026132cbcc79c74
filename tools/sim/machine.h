// A whole machine: processes and the totals that follow from them, to the byte.
//
//   Committed Bytes    = private bytes of all live processes + both pools + what drivers and shared
//                        sections commit
//   Pool ... Bytes     = what is charged to processes + what is not, in whole pages
//   Cache Bytes        = resident system cache + paged pool + system code + driver code
//   Available Bytes    = memory - working sets - cache - nonpaged pool; never below a floor: before
//                        that the cache shrinks, then working sets are trimmed
//   processor ticks    = those of all processes; Idle has the rest
#ifndef PERFLEAK_TOOLS_SIM_MACHINE_H_
#define PERFLEAK_TOOLS_SIM_MACHINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "life_plan.h"
#include "load.h"
#include "process.h"
#include "windows.h"

namespace perfleak::sim {

class Machine;

// A counter of a service, Exchange for instance, that is not derived from a process.
struct ServiceCounter {
  enum class Kind { kGauge, kRate, kReal };  // whole numbers, per second, any number
  std::string object, instance, counter;
  Kind kind = Kind::kGauge;
  double base = 0;
  double at_full_load = 0;
  double noise = .15;         // relative
  double stalled_factor = 1;  // times this when commit is exhausted: 0 stops, 30 piles up
  // Where set, the value itself: for counters that follow from the state of the machine.
  std::function<double(const Machine&)> read = nullptr;
};

// What belongs to no process: the kernel's, or a driver's.
enum class SystemLevel {
  kPoolPaged,       // bytes
  kPoolNonpaged,    // bytes
  kCommit,          // bytes, of no process and no pool
  kCache,           // bytes of the file cache
  kUsedPtes,        // system page table entries
  kProcessObjects,  // of processes that ended, while someone holds a handle
  kThreadObjects,
  kSessions,       // of the server service
  kRegistryQuota,  // percent
};

// A named contribution to one of them.
struct SystemPart {
  SystemLevel level = SystemLevel::kPoolPaged;
  std::string name;
  std::function<Signal(Rng)> make;
};

struct Disk {
  std::string instance;
  double reads_per_s = 5, writes_per_s = 5;  // at full load
  double backup_reads_per_s = 0;
};

// Which counters a log has of each process.
using CounterNames = std::vector<std::string>;

struct MachineSpec {
  std::string name;
  Windows windows;
  int processors = 1;
  double ram_mb = 256;
  double page_file_mb = 256;
  LocalSeconds start{};
  std::string zone;  // as Windows names it
  int bias_minutes = 0;
  double boot_age_s = 20 * 86400.0;
  LoadProfile load;
  std::vector<ProcessSpec> processes;
  double commit_rest_mb = 20;
  double cache_mb = 20, cache_load_mb = 20, cache_backup_mb = 30;
  double available_floor_mb = 4;
  double work = 1;  // scales what the system counters count
  std::vector<Disk> disks;
  std::string network_interface;
  std::vector<ServiceCounter> services;
  std::vector<SystemPart> system_parts;
  CounterNames process_counters;
  bool whole_machine = true;  // false: Memory, Processor, System and Process objects only
  // A log written as CSV by the collector lists the instances of its first moment only; one
  // converted from a binary log lists all that ever were.
  bool instances_at_start_only = false;
};

struct MemorySample {
  int64_t available = 0, committed = 0, commit_limit = 0;
  int64_t cache = 0, cache_peak = 0, cache_resident = 0;
  int64_t pool_paged = 0, pool_paged_resident = 0, pool_nonpaged = 0;
  int64_t pool_paged_allocs = 0, pool_nonpaged_allocs = 0;
  int64_t code_resident = 0, driver_resident = 0, free_ptes = 0;
  int64_t page_faults = 0, pages_input = 0, pages_output = 0, page_reads = 0;  // deltas
  double page_file_usage = 0, page_file_peak = 0;                              // percent
};

struct SystemSample {
  int64_t processes = 0, threads = 0;
  int64_t process_objects = 0, thread_objects = 0;  // those that ended and are held included
  int64_t events = 0, semaphores = 0, mutexes = 0, sections = 0;
  int64_t context_switches = 0, system_calls = 0, interrupts = 0;  // deltas
  int64_t queue_length = 0;
  int64_t file_reads = 0;
  int64_t network_bytes = 0, server_bytes = 0, server_sessions = 0, server_files = 0;
  double copy_read_hits = 99, data_map_hits = 99;  // percent
};

struct DiskSample {
  int64_t reads = 0, writes = 0, queue = 0, busy_ticks = 0;
};

struct MachineSample {
  Moment moment;
  double uptime_s = 0;
  int64_t ticks = 0;                           // clock interrupts in the interval, per processor
  std::vector<ProcessSample> processes;        // alive, in order of start
  std::vector<std::vector<size_t>> instances;  // by image: indices into processes
  MemorySample memory;
  SystemSample system;
  std::vector<DiskSample> disks;
  std::vector<double> services;
};

// What a leak took, over all lives of its process.
struct LeakTotal {
  size_t spec = 0;
  Leak leak;
  int lives = 0;
  double leaked = 0;    // by all lives
  double hours = 0;     // lived since the onset, by all lives
  double held_now = 0;  // by lives that have not ended
};

class Machine {
 public:
  // `spec` must outlive the machine.
  Machine(const MachineSpec& spec, uint64_t seed);
  ~Machine();

  // Moves on to t_s seconds after the log began, dt_s after the call before.
  const MachineSample& Advance(double t_s, double dt_s);

  const MachineSpec& spec() const { return spec_; }
  const MachineSample& sample() const { return sample_; }
  const std::vector<PlannedLife>& lives() const { return lives_; }
  const std::vector<std::string>& images() const { return images_; }
  size_t ImageOf(size_t spec) const { return image_of_spec_[spec]; }

  // Of the first live process of that image: a part of it, or all of its counters.
  double PartValue(const std::string& image, const std::string& part) const;
  const ProcessSample* First(const std::string& image) const;
  // The sum of the system's parts of that level at this moment.
  double Extra(SystemLevel level) const;

  std::vector<LeakTotal> Leaks() const;
  bool exhausted() const { return exhausted_; }

 private:
  void InternImages();
  void AdvanceSystemParts(const Moment& m);
  void AdvanceProcesses(const Moment& m);
  void AdvanceLife(size_t life, const Moment& m);
  void RecordLeaks(size_t life, double t_s);
  void MarkNewInstances();
  void ShareProcessor();
  void SumPools();
  void FitIntoMemory(const Moment& m);
  void Commit();
  void CountPaging(const Moment& m, double trimmed_share);
  void CountSystem(const Moment& m);
  void CountDisks(const Moment& m);
  void CountServices(const Moment& m);
  int64_t SumOf(int64_t ProcessSample::*counter) const;

  const MachineSpec& spec_;
  Rng rng_;
  LoadModel load_;
  std::vector<PlannedLife> lives_;
  std::vector<std::string> images_;
  std::vector<size_t> image_of_spec_;
  std::vector<std::unique_ptr<Process>> running_;    // by life; null before and after it
  std::vector<std::vector<LeakTotal>> leaks_;        // by life: what its leaks have taken
  std::vector<std::vector<int64_t>> previous_pids_;  // by image and instance
  std::vector<Rng> service_rngs_;
  std::vector<Signal> system_signals_;  // of spec_.system_parts
  std::vector<double> system_values_;
  Signal rest_noise_, paged_noise_, nonpaged_noise_, cache_noise_;
  MachineSample sample_;
  bool exhausted_ = false;
};

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_MACHINE_H_
