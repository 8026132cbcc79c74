// The report for programs. The names are an interface: docs/report.schema.json describes them, and
// the tests validate what is written here against it.
#ifndef PERFLEAK_REPORT_JSON_REPORT_H_
#define PERFLEAK_REPORT_JSON_REPORT_H_

#include <string>

#include "report/report.h"

namespace perfleak {

struct JsonStyle {
  bool include_trends = false;  // --all
  int top = 0;                  // --top N: at most N suspects, 0 for all
};

// UTF-8, two-space indent, one line feed at the end. Never NaN or infinity: such fields are null.
// Bytes of names that are not UTF-8 become U+FFFD.
std::string RenderJson(const Report& report, const JsonStyle& style);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_JSON_REPORT_H_
