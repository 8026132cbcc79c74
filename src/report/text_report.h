// The report for a terminal or a mail: a ranked table, a paragraph per suspect, what was explained
// away, and how good the data was.
#ifndef PERFLEAK_REPORT_TEXT_REPORT_H_
#define PERFLEAK_REPORT_TEXT_REPORT_H_

#include <string>

#include "report/report.h"

namespace perfleak {

// Tables need so many columns; a narrower page is not made.
constexpr size_t kMinTextWidth = 60;

struct TextStyle {
  size_t width = 80;      // columns of the terminal; at least kMinTextWidth is assumed
  bool color = false;     // ANSI colours
  bool unicode = true;    // block characters for sparklines; plain ASCII otherwise
  bool show_all = false;  // --all: unfold what was explained, and list every judged trend
  int top = 0;            // --top N: at most N suspects, 0 for all
};

std::string RenderText(const Report& report, const TextStyle& style);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_TEXT_REPORT_H_
