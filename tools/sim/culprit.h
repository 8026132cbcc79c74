// What leaks on a random machine: one culprit is one component that takes and does not give back.
//
// Growth inside processes is a part of the process like any other. What no process is charged for
// (drivers' pool, commit without owner) and address space that is only reserved are levels in the
// specification of the machine, which the machine reads at every step: Raise() moves them.
#ifndef PERFLEAK_TOOLS_SIM_CULPRIT_H_
#define PERFLEAK_TOOLS_SIM_CULPRIT_H_

#include <memory>
#include <string>
#include <vector>

#include "machine.h"

namespace perfleak::sim {

enum class CulpritKind {
  kHeap,
  kHandles,
  kThreads,
  kDriverPagedPool,
  kDriverNonpagedPool,
  kPagedPool,
  kNonpagedPool,
  kUnownedCommit,
  kManagedHeap,
  kNativeInManaged,
  kVictim,  // grows by what another program holds in it
  kAddressSpace,
};
inline constexpr int kCulpritKinds = 12;

// What it takes, of the resources of a process.
Resource ResourceOf(CulpritKind kind);

// A leak moves several counters: its own (per_unit 1) and others in step with it.
struct Effect {
  std::string counter;  // of Process, and of Memory where it has one of that name
  double per_unit = 1;
};

// What was taken so far.
struct LeakRecord {
  int lives = 0;      // that took some
  double leaked = 0;  // by all lives
  double held = 0;    // and not given back yet
  double hours = 0;   // lived since the onset
};

inline constexpr size_t kNoProcess = static_cast<size_t>(-1);

struct Culprit {
  CulpritKind kind = CulpritKind::kHeap;
  std::string component;                    // image, "kernel" or "unowned commit"
  std::string responsible;                  // the same, or who is at fault
  std::string manner;                       // "day and night", "with the load", ...
  size_t process = kNoProcess;              // it grows in
  size_t client = kNoProcess;               // the responsible one, where that is another
  Leak leak;                                // in units of its own counter
  std::vector<double> restarts_s;           // of the process itself: ends lives, gives all back
  std::vector<double> given_back_s;         // exits of the responsible one
  std::shared_ptr<LeakRecord> record = {};  // of this boot

  std::string KindInReport() const;  // "heap", "paged-pool", ...
  std::vector<Effect> Effects() const;
  bool GivesBack() const { return !restarts_s.empty() || !given_back_s.empty(); }
};

// Puts what it takes into the process it grows in.
void Install(const Culprit& culprit, std::vector<ProcessSpec>& processes);

// Grows the levels that belong to no process, and address space. One for a boot of a machine.
class Raise {
 public:
  Raise(const std::vector<Culprit>& culprits, MachineSpec& spec, const Rng& rng);

  // To be called after the machine moved on to `m`; seen in its next sample.
  void Advance(const Moment& m);

 private:
  struct Level {
    double* mb;  // in the specification
    double base_mb;
    LeakMeter meter;
    std::shared_ptr<LeakRecord> record;
  };
  std::vector<Level> levels_;
};

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_CULPRIT_H_
