// The report of `perfleak compare` for programs: docs/compare.schema.json.
#ifndef PERFLEAK_REPORT_COMPARE_JSON_H_
#define PERFLEAK_REPORT_COMPARE_JSON_H_

#include <string>

#include "report/compare_report.h"

namespace perfleak {

// With `all` also the components that neither log calls.
std::string RenderJson(const CompareReport& report, bool all);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_COMPARE_JSON_H_
