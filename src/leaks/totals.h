// What a machine's totals are made of: commit of processes and pools, pools of what processes are
// charged for, kernel objects of what processes hold.
#ifndef PERFLEAK_LEAKS_TOTALS_H_
#define PERFLEAK_LEAKS_TOTALS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leaks/finding.h"
#include "leaks/machine_index.h"
#include "leaks/ownership.h"
#include "leaks/suspect.h"
#include "model/counter_table.h"

namespace perfleak {

// The component of what no process holds.
constexpr std::string_view kKernel = "kernel";
// A part of a total above this is its owner; a rest above it has none.
constexpr double kOwnerShare = 0.5;

// One part of the growth of a total; over all parts the shares add up to 1, those of what shrinks
// are negative.
struct GrowthShare {
  std::string of;  // "store", "other processes"
  double share = 0;
};

// `index`, `ownership`, `table` and `designs` (TrendContext::designs) outlive this. A total is a
// finding of Memory\Committed Bytes, Pool Paged Bytes or Pool Nonpaged Bytes.
class Totals {
 public:
  Totals(const MachineIndex& index, const Ownership& ownership, const CounterTable& table,
         Designs* designs)
      : index_(index), ownership_(ownership), table_(table), designs_(designs) {}

  // What processes hold of commit: private bytes, or page file bytes where only these are logged.
  std::vector<SeriesRef> OwnersOfCommit(const std::string& machine) const;

  // Of the growth of Committed Bytes, the share that is in no logged process and no pool.
  double ShareOfRest(const Finding& committed) const;

  // What is left of committed bytes without logged processes and pools, judged.
  Finding RestOf(const Finding& committed) const;

  // The part of a total's growth in the series of a suspect that count towards it.
  double ShareOf(const Suspect& suspect, const Finding& total) const;

  // Whether the log tells what processes are charged for of a pool, and how many handles they have.
  bool IsCharged(const Finding& pool) const { return !ProcessesOf(pool).empty(); }
  bool LogsHandles(const std::string& machine) const {
    return !index_.OfProcesses(machine, Resource::kHandles).empty();
  }

  // The part of a pool's growth that processes are charged for.
  double ChargedShare(const Finding& pool) const;

  // The parts of a total's growth over the time it grows: of each suspect that holds some of it, of
  // all other processes, of the pools where they are a part, and of what is in none of these.
  std::vector<GrowthShare> SharesOf(const Finding& total, std::span<const Suspect> suspects) const;

  // How fast the processes that live become more: System\Processes, or those that are logged.
  double SlopeOfLiving(const Finding& during) const;

  // Whether processes hold the objects that grow in number, by what they count themselves: their
  // threads, or handles, of which each object has one at least. Of processes, those that live.
  bool HeldByProcesses(const Finding& objects) const;

 private:
  std::vector<SeriesRef> PartsOfCommit(const std::string& machine) const;
  std::vector<SeriesRef> PoolsOf(const std::string& machine) const;
  std::vector<SeriesRef> ProcessesOf(const Finding& total) const;
  std::vector<SeriesRef> PartsOf(const Suspect& suspect, const Finding& total) const;

  const MachineIndex& index_;
  const Ownership& ownership_;
  const CounterTable& table_;
  Designs* const designs_;
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_TOTALS_H_
