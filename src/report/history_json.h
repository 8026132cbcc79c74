// The report of `perfleak history` for scripts; docs/history.schema.json.
#ifndef PERFLEAK_REPORT_HISTORY_JSON_H_
#define PERFLEAK_REPORT_HISTORY_JSON_H_

#include <string>

#include "report/history_report.h"

namespace perfleak {

std::string RenderJson(const HistoryReport& report);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_HISTORY_JSON_H_
