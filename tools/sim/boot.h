// A planned machine from one boot to the next: its processes, what leaks, its .NET counters.
#ifndef PERFLEAK_TOOLS_SIM_BOOT_H_
#define PERFLEAK_TOOLS_SIM_BOOT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "counter_set.h"
#include "culprit.h"
#include "machine.h"
#include "machine_plan.h"

namespace perfleak::sim {

// The collector is back so long after the boot.
inline constexpr double kCollectorAfterBootS = 60;

// One boot of the machine. Its clock starts at from_s of the log. `plan` must outlive it.
class Boot {
 public:
  Boot(const MachinePlan& plan, uint64_t seed, double from_s, double boot_age_s);
  ~Boot();
  Boot(const Boot&) = delete;
  Boot& operator=(const Boot&) = delete;

  const Machine& machine() const { return *machine_; }
  const std::vector<Culprit>& culprits() const { return culprits_; }

  // t_s since the log began.
  const MachineSample& Advance(double t_s, double dt_s);
  // Of a log with these sample times.
  std::vector<Column> Columns(std::vector<double> times_s) const;

 private:
  struct ManagedHeap;

  void AddProcess(const PlannedProcess& planned, const Rng& rng);
  void AddManagedHeap(size_t i);
  void AddCulprit(Culprit culprit);
  void AddManagedCounters();
  void AddManagedCounters(const std::string& image, size_t slot);
  std::vector<double> OfThisBoot(std::vector<double> times_s) const;

  const MachinePlan& plan_;
  double from_s_;
  MachineSpec spec_;
  std::vector<std::shared_ptr<ManagedHeap>> heaps_;  // by process; null: not managed
  std::vector<Culprit> culprits_;
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<Raise> raise_;
};

// What two boots list, in the order of both.
std::vector<Column> Merged(const std::vector<Column>& a, const std::vector<Column>& b);

// Whether the column tells how much there was to do.
bool ShowsLoad(const Column& column);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_BOOT_H_
