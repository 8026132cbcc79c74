// How the growth of one counter moved from period to period, in text: the same in the reports on a
// fleet and on a results store.
#ifndef PERFLEAK_REPORT_PERIOD_TEXT_H_
#define PERFLEAK_REPORT_PERIOD_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/units.h"
#include "report/fleet_report.h"
#include "report/page.h"

namespace perfleak {

// The rates in at most `width` columns on a scale that begins at zero, in the direction in which
// the counter grows worse; blank where a period was not judged. "" without a judged period.
std::string PeriodSparkline(const std::vector<PeriodTrend>& periods, size_t width, bool unicode);

// A line for each: from, to, rate, interval, verdict.
void PrintPeriods(const std::vector<PeriodTrend>& periods, Unit unit, size_t indent, Page* page);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_PERIOD_TEXT_H_
