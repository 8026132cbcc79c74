// The report of `perfleak inspect` for people.
#ifndef PERFLEAK_REPORT_INSPECT_TEXT_H_
#define PERFLEAK_REPORT_INSPECT_TEXT_H_

#include <string>

#include "report/inspect_report.h"
#include "report/text_report.h"

namespace perfleak {

std::string RenderText(const InspectReport& report, const TextStyle& style);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_INSPECT_TEXT_H_
