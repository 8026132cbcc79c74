// perfleak merge: results of batches made elsewhere, as one batch over all their logs would have
// it.
#ifndef PERFLEAK_APP_MERGE_H_
#define PERFLEAK_APP_MERGE_H_

#include <string>
#include <vector>

#include "app/fleet.h"
#include "base/result.h"
#include "report/fleet_report.h"

namespace perfleak {

struct MergeOptions {
  std::vector<std::string> results;  // result files, folders of them, stores
  FleetSettings settings;
  std::string emit;  // folder for copies of all results, to be merged again; empty for none
};

// Errors: bad options, no result in any of the paths, a store that cannot be read.
Result<FleetReport> Merge(const MergeOptions& options);

}  // namespace perfleak

#endif  // PERFLEAK_APP_MERGE_H_
