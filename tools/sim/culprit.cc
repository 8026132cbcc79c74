#include "culprit.h"

#include <utility>

#include "life_plan.h"

namespace perfleak::sim {
namespace {

constexpr double kHandlesPerThread = 2;
constexpr double kStackBytes = 24 * 1024;                        // committed
constexpr double kStackReserved = 256 * 1024;                    // as process.cc has it
constexpr double kKeptAtExit = .04;                              // of what the victim grew by
constexpr double kPagedPerHandle = 24, kNonpagedPerHandle = 40;  // as process.cc has it

void Record(LeakRecord& record, const LeakMeter& meter, double before, const Moment& m) {
  record.leaked += meter.leaked() - before;
  const Leak& leak = meter.leak();
  if (m.t_s > leak.onset_s && m.t_s <= leak.end_s) record.hours += m.dt_s / kHour;
}

// One life of a leak inside a process.
Signal Leaking(const Culprit& culprit, Rng rng) {
  ++culprit.record->lives;
  return
      [record = culprit.record, exits = culprit.given_back_s, meter = LeakMeter(culprit.leak, rng),
       given_back = 0.0, next = size_t{0}](const Moment& m, double) mutable {
        const double before = meter.leaked();
        meter.Advance(m);
        Record(*record, meter, before, m);
        for (; next < exits.size() && exits[next] <= m.t_s; ++next) {
          given_back += (1 - kKeptAtExit) * (before - given_back);
        }
        record->held = meter.leaked() - given_back;
        return record->held;
      };
}

// Moves in step with a leak that was installed before it.
Part InStep(Resource resource, std::string name, double per_unit, const Culprit& culprit) {
  return {resource, std::move(name),
          [record = culprit.record, per_unit](Rng) {
            return [=](const Moment&, double) { return per_unit * record->held; };
          },
          "", Truth::kHealthy};
}

}  // namespace

Resource ResourceOf(CulpritKind kind) {
  switch (kind) {
    case CulpritKind::kHandles:
      return Resource::kHandles;
    case CulpritKind::kThreads:
      return Resource::kThreads;
    case CulpritKind::kDriverPagedPool:
    case CulpritKind::kPagedPool:
      return Resource::kPoolPaged;
    case CulpritKind::kDriverNonpagedPool:
    case CulpritKind::kNonpagedPool:
      return Resource::kPoolNonpaged;
    default:
      return Resource::kPrivate;
  }
}

std::string Culprit::KindInReport() const {
  switch (kind) {
    case CulpritKind::kHeap:
    case CulpritKind::kVictim:
      return "heap";
    case CulpritKind::kHandles:
      return "handles";
    case CulpritKind::kThreads:
      return "threads";
    case CulpritKind::kDriverPagedPool:
    case CulpritKind::kPagedPool:
      return "paged-pool";
    case CulpritKind::kDriverNonpagedPool:
    case CulpritKind::kNonpagedPool:
      return "nonpaged-pool";
    case CulpritKind::kUnownedCommit:
      return "unowned-commit";
    case CulpritKind::kManagedHeap:
      return "managed-heap";
    case CulpritKind::kNativeInManaged:
      return "native-in-managed";
    case CulpritKind::kAddressSpace:
      break;
  }
  return "address-space";
}

std::vector<Effect> Culprit::Effects() const {
  switch (kind) {
    case CulpritKind::kHeap:
    case CulpritKind::kVictim:
    case CulpritKind::kManagedHeap:
    case CulpritKind::kNativeInManaged:
      return {{"Private Bytes"}, {"Page File Bytes"}, {"Virtual Bytes"}, {"Committed Bytes"}};
    case CulpritKind::kHandles:
      return {{"Handle Count"},
              {"Pool Paged Bytes", kPagedPerHandle},
              {"Pool Nonpaged Bytes", kNonpagedPerHandle}};
    case CulpritKind::kThreads:
      return {{"Thread Count"},
              {"Handle Count", kHandlesPerThread},
              {"Virtual Bytes", kStackReserved},
              {"Private Bytes", kStackBytes},
              {"Page File Bytes", kStackBytes},
              {"Committed Bytes", kStackBytes}};
    case CulpritKind::kDriverPagedPool:
    case CulpritKind::kPagedPool:
      return {{"Pool Paged Bytes"}, {"Committed Bytes"}};
    case CulpritKind::kDriverNonpagedPool:
    case CulpritKind::kNonpagedPool:
      return {{"Pool Nonpaged Bytes"}, {"Committed Bytes"}};
    case CulpritKind::kUnownedCommit:
      return {{"Committed Bytes"}};
    case CulpritKind::kAddressSpace:
      break;
  }
  return {{"Virtual Bytes"}};
}

void Install(const Culprit& culprit, std::vector<ProcessSpec>& processes) {
  const auto add = [&](Part part) { processes[culprit.process].parts.push_back(std::move(part)); };
  switch (culprit.kind) {
    case CulpritKind::kHeap:
    case CulpritKind::kVictim:
    case CulpritKind::kManagedHeap:
    case CulpritKind::kNativeInManaged:
    case CulpritKind::kPagedPool:
    case CulpritKind::kNonpagedPool:
    case CulpritKind::kHandles:
    case CulpritKind::kThreads:
      add({culprit.leak.resource, "leak", [culprit](Rng rng) { return Leaking(culprit, rng); }, "",
           Truth::kLeak});
      break;
    case CulpritKind::kDriverPagedPool:
    case CulpritKind::kDriverNonpagedPool:
    case CulpritKind::kUnownedCommit:
    case CulpritKind::kAddressSpace:
      return;
  }
  if (culprit.kind == CulpritKind::kThreads) {
    add(InStep(Resource::kHandles, "handles of leaked threads", kHandlesPerThread, culprit));
    add(InStep(Resource::kPrivate, "stacks of leaked threads", kStackBytes, culprit));
  }
}

Raise::Raise(const std::vector<Culprit>& culprits, MachineSpec& spec, const Rng& rng) {
  for (size_t i = 0; i < culprits.size(); ++i) {
    const Culprit& culprit = culprits[i];
    double* mb = nullptr;
    switch (culprit.kind) {
      case CulpritKind::kDriverPagedPool:
        mb = &spec.windows.pool_paged_mb;
        break;
      case CulpritKind::kDriverNonpagedPool:
        mb = &spec.windows.pool_nonpaged_mb;
        break;
      case CulpritKind::kUnownedCommit:
        mb = &spec.commit_rest_mb;
        break;
      case CulpritKind::kAddressSpace:
        mb = &spec.processes[culprit.process].virtual_mb;
        break;
      default:
        continue;  // a part of its process
    }
    ++culprit.record->lives;
    levels_.push_back({mb, *mb, LeakMeter(culprit.leak, rng.Fork("culprit " + std::to_string(i))),
                       culprit.record});
  }
}

void Raise::Advance(const Moment& m) {
  for (Level& level : levels_) {
    const double before = level.meter.leaked();
    level.meter.Advance(m);
    Record(*level.record, level.meter, before, m);
    level.record->held = level.meter.leaked();
    *level.mb = level.base_mb + level.record->held / kMiB;
  }
}

}  // namespace perfleak::sim
