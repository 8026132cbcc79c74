#include "fleet/log_digest.h"

namespace perfleak {

DigestSummary SummaryOf(const LogDigest& digest) {
  DigestSummary summary;
  summary.outcome = digest.outcome;
  summary.name = digest.name;
  summary.content = digest.content;
  summary.message = digest.message;
  summary.time_basis = digest.time_basis;
  summary.bias_minutes = digest.bias_minutes;
  summary.columns = digest.columns;
  for (const MachineDigest& machine : digest.machines) {
    summary.machines.push_back({machine.machine, machine.set.start_s, machine.set.end_s});
  }
  return summary;
}

}  // namespace perfleak
