// The report of `perfleak known` for programs: docs/known.schema.json.
#ifndef PERFLEAK_REPORT_KNOWN_JSON_H_
#define PERFLEAK_REPORT_KNOWN_JSON_H_

#include <string>

#include "report/known_report.h"

namespace perfleak {

std::string RenderJson(const KnownReport& report);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_KNOWN_JSON_H_
