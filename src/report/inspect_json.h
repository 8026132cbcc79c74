// The report of `perfleak inspect` for programs: docs/inspect.schema.json.
#ifndef PERFLEAK_REPORT_INSPECT_JSON_H_
#define PERFLEAK_REPORT_INSPECT_JSON_H_

#include <string>

#include "report/inspect_report.h"

namespace perfleak {

std::string RenderJson(const InspectReport& report);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_INSPECT_JSON_H_
