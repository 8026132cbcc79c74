// The report on a fleet for scripts; docs/fleet.schema.json.
#ifndef PERFLEAK_REPORT_FLEET_JSON_H_
#define PERFLEAK_REPORT_FLEET_JSON_H_

#include <string>

#include "report/fleet_report.h"

namespace perfleak {

std::string RenderJson(const FleetReport& report);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_FLEET_JSON_H_
