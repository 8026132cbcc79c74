// The report on a fleet for people: the ranking of machines, what leaks on several of them, known
// issues, files that could not be read.
#ifndef PERFLEAK_REPORT_FLEET_TEXT_H_
#define PERFLEAK_REPORT_FLEET_TEXT_H_

#include <string>

#include "report/fleet_report.h"
#include "report/text_report.h"

namespace perfleak {

// style.show_all adds every suspect of every machine, its weeks, and all files; style.top limits
// the machines shown.
std::string RenderText(const FleetReport& report, const TextStyle& style);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_FLEET_TEXT_H_
