// One machine's logs put together: the lives over all of them, and those of each calendar week.
#ifndef PERFLEAK_FLEET_FOLD_H_
#define PERFLEAK_FLEET_FOLD_H_

#include <functional>
#include <memory>
#include <vector>

#include "base/diagnostics.h"
#include "base/result.h"
#include "fleet/machine_groups.h"
#include "model/counter_table.h"
#include "report/report.h"
#include "series/series_set.h"

namespace perfleak {

struct FoldedMachine {
  explicit FoldedMachine(CounterTable::Filter wanted) : table(std::move(wanted)) {}

  CounterTable table;
  SeriesSet whole;
  InputSummary input;
  Diagnostics diagnostics;
  std::vector<FleetFile> unread;  // logs whose digest cannot be loaded
};

// Gives the digest of a handle.
using DigestLoader = std::function<Result<LogDigest>(const DigestHandle&)>;

// Called for each week that has samples, in order of time. The table is the machine's, as far as it
// is known by then.
using PeriodObserver = std::function<void(SeriesSet week, const CounterTable& table)>;

// Weeks begin on Monday, 00:00 in the time of the report; less than two days of one, at either end,
// belong to the week beside. A machine whose logs cover no more than a week and a day has no
// weeks. Holds one digest, the whole and the weeks that the digest touches.
std::unique_ptr<FoldedMachine> FoldMachine(const MachineGroup& group,
                                           const std::vector<DigestHandle>& digests,
                                           const DigestLoader& load,
                                           const CounterTable::Filter& wanted,
                                           const PeriodObserver& on_period);

}  // namespace perfleak

#endif  // PERFLEAK_FLEET_FOLD_H_
