// How a growth moved from period to period, in one sentence.
#ifndef PERFLEAK_REPORT_HISTORY_WORDS_H_
#define PERFLEAK_REPORT_HISTORY_WORDS_H_

#include <string>

#include "report/history_report.h"

namespace perfleak {

// "First called in the week of 2026-03-02, then 2.00 to 4.50 MB/h; not called since 2026-04-13."
std::string DescribeHistory(const HistoryLine& line);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_HISTORY_WORDS_H_
