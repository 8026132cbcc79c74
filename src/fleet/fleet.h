// From digests to a verdict on a fleet: groups them by machine, puts each machine's logs together,
// analyzes, and counts what leaks where. The result depends on the set of digests only, not on
// their order, on who made them or on the number of jobs.
#ifndef PERFLEAK_FLEET_FLEET_H_
#define PERFLEAK_FLEET_FLEET_H_

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "fleet/log_digest.h"
#include "leaks/find_leaks.h"
#include "report/fleet_report.h"

namespace perfleak {

// A digest that can be had when it is needed.
struct DigestHandle {
  std::string name;       // of the log, in reports
  DigestSummary summary;  // summary.name may be another
  int64_t id = 0;
};

struct FleetOptions {
  LeakOptions leaks;
  int jobs = 2;
  // Gives the digest of a handle. Called from several threads.
  std::function<Result<LogDigest>(int64_t id)> load;
  // Called for each machine that is done, from one thread at a time, in no promised order.
  std::function<Status(const FleetMachine&)> done;
};

Result<FleetReport> JudgeFleet(std::vector<DigestHandle> digests, const FleetOptions& options);

}  // namespace perfleak

#endif  // PERFLEAK_FLEET_FLEET_H_
