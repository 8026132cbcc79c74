// The report of `perfleak compare` for people.
#ifndef PERFLEAK_REPORT_COMPARE_TEXT_H_
#define PERFLEAK_REPORT_COMPARE_TEXT_H_

#include <string>

#include "report/compare_report.h"
#include "report/text_report.h"

namespace perfleak {

// With style.show_all also the components that neither log calls.
std::string RenderText(const CompareReport& report, const TextStyle& style);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_COMPARE_TEXT_H_
