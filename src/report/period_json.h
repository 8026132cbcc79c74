// The growth of one counter from period to period in JSON: the same objects in the reports on a
// fleet and on a results store.
#ifndef PERFLEAK_REPORT_PERIOD_JSON_H_
#define PERFLEAK_REPORT_PERIOD_JSON_H_

#include <vector>

#include "report/fleet_report.h"
#include "report/json_parts.h"

namespace perfleak {

Json PeriodsJson(const std::vector<PeriodTrend>& periods, TimeBasis basis);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_PERIOD_JSON_H_
