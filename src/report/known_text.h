// The report of `perfleak known` for people.
#ifndef PERFLEAK_REPORT_KNOWN_TEXT_H_
#define PERFLEAK_REPORT_KNOWN_TEXT_H_

#include <string>

#include "report/known_report.h"
#include "report/text_report.h"

namespace perfleak {

std::string RenderText(const KnownReport& report, const TextStyle& style);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_KNOWN_TEXT_H_
