// The report of `perfleak history` for people.
#ifndef PERFLEAK_REPORT_HISTORY_TEXT_H_
#define PERFLEAK_REPORT_HISTORY_TEXT_H_

#include <string>

#include "report/history_report.h"
#include "report/text_report.h"

namespace perfleak {

std::string RenderText(const HistoryReport& report, const TextStyle& style);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_HISTORY_TEXT_H_
