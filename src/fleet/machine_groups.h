// Which logs belong to which machine: by the names in their headers, not by those of the files.
#ifndef PERFLEAK_FLEET_MACHINE_GROUPS_H_
#define PERFLEAK_FLEET_MACHINE_GROUPS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "fleet/log_digest.h"
#include "report/fleet_report.h"

namespace perfleak {

// A digest that can be had when it is needed.
struct DigestHandle {
  std::string name;  // of the log, in reports
  DigestSummary summary;
  int64_t id = 0;
};

struct MachineGroup {
  std::string name;          // for people
  std::string machine;       // lower case, as in the logs; empty where it was stripped
  std::vector<size_t> logs;  // places in the digests, in order of time, then of name
  // Some of the logs do not say their bias, so that all are read as local time.
  bool as_local_time = false;

  // What to add to the times of a log to have them as all logs of the machine do.
  double ShiftOf(TimeBasis basis, double bias_minutes) const;
};

struct GroupedLogs {
  std::vector<FleetFile> files;        // by name, one for each digest
  std::vector<MachineGroup> machines;  // by name
};

// A log whose content is that of another one counts once, under the first of its names. Logs
// without the name of a machine are taken as of one machine where they lie in one folder or
// archive.
GroupedLogs GroupByMachine(const std::vector<DigestHandle>& digests);

}  // namespace perfleak

#endif  // PERFLEAK_FLEET_MACHINE_GROUPS_H_
