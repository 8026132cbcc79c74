// The data collector that a verdict needs: which counters, how often, and the command lines of
// Windows that set it up.
//
// Syntax: Microsoft, "logman create counter" and "relog", Windows Commands reference.
#ifndef PERFLEAK_APP_COLLECTOR_PLAN_H_
#define PERFLEAK_APP_COLLECTOR_PLAN_H_

#include "model/counter_table.h"
#include "report/inspect_report.h"

namespace perfleak {

// The recommended set, and what else of `table` can be judged or measures load. `at_once` is the
// largest number of processes a machine had at the same time; 0 where it is not known.
// `missing` lists what one of `machines` does not log.
CollectorPlan PlanCollector(const CounterTable& table, const std::vector<std::string>& machines,
                            uint64_t at_once);

}  // namespace perfleak

#endif  // PERFLEAK_APP_COLLECTOR_PLAN_H_
