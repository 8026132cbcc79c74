// From the digests of logs to the report on a fleet. What comes out depends on the set of digests
// only: not on their order, on who made them, nor on the number of jobs.
#ifndef PERFLEAK_APP_FLEET_H_
#define PERFLEAK_APP_FLEET_H_

#include <functional>
#include <string>
#include <vector>

#include "app/judge_machine.h"
#include "app/selection.h"
#include "app/stated.h"
#include "base/jobs.h"
#include "base/result.h"
#include "fleet/fold.h"
#include "leaks/knowledge_base.h"
#include "leaks/platform.h"
#include "report/fleet_report.h"

namespace perfleak {

// What a user says of the analysis, for batch and merge alike.
struct FleetSettings {
  Selection selection;
  StatedOptions stated;
  std::vector<std::string> rules;
  int jobs = 2;
  uint64_t memory = 0;  // bytes that jobs may take; 0 for half of the machine's
};

class FleetJudge {
 public:
  // Errors: rules or statements that cannot be read.
  static Result<FleetJudge> Make(const FleetSettings& settings);

  // The counters that are read from logs, whatever the selection: a digest serves all of them.
  // Valid as long as this.
  CounterTable::Filter wanted() const;
  MemoryBudget* memory() const { return memory_.get(); }

  // `done` is called for each machine, by one thread at a time, in no promised order.
  // Errors: no log that was read; what `done` returns.
  using MachineDone = std::function<Status(const FleetMachine&)>;
  Result<FleetReport> Judge(const std::vector<DigestHandle>& digests, const DigestLoader& load,
                            const MachineDone& done) const;

 private:
  explicit FleetJudge(const FleetSettings& settings) : settings_(settings) {}

  // In the order of `machines`.
  Result<std::vector<JudgedMachine>> JudgeEach(const std::vector<MachineGroup>& machines,
                                               const std::vector<DigestHandle>& digests,
                                               const DigestLoader& load,
                                               const MachineDone& done) const;

  FleetSettings settings_;
  std::unique_ptr<KnowledgeBase> knowledge_;
  PlatformStated stated_;
  std::unique_ptr<MemoryBudget> memory_;
};

}  // namespace perfleak

#endif  // PERFLEAK_APP_FLEET_H_
