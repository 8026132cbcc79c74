// The verdict on one machine of a fleet: all its logs together as analyze would judge them, and
// week by week how the growth of each suspect moved.
#ifndef PERFLEAK_APP_JUDGE_MACHINE_H_
#define PERFLEAK_APP_JUDGE_MACHINE_H_

#include <set>
#include <string>
#include <vector>

#include "fleet/fold.h"
#include "leaks/find_leaks.h"
#include "report/fleet_report.h"

namespace perfleak {

struct JudgedMachine {
  FleetMachine machine;
  std::set<std::string> images;   // of its processes, in lower case
  std::vector<FleetFile> unread;  // logs whose digest cannot be loaded; the others were judged
};

JudgedMachine JudgeMachine(const MachineGroup& group, const std::vector<DigestHandle>& digests,
                           const DigestLoader& load, const CounterTable::Filter& wanted,
                           const LeakOptions& options);

}  // namespace perfleak

#endif  // PERFLEAK_APP_JUDGE_MACHINE_H_
