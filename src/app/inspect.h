// perfleak inspect: judges the log itself, not the machine. One pass, no trends.
#ifndef PERFLEAK_APP_INSPECT_H_
#define PERFLEAK_APP_INSPECT_H_

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "input/file_finder.h"
#include "model/language.h"
#include "report/inspect_report.h"

namespace perfleak {

struct InspectOptions {
  std::vector<std::string> logs;  // files, folders and archives; "-" for standard input
  FileFilter files = {};          // below folders and inside archives
  int threads = 2;
  std::optional<Language> language = std::nullopt;  // of the logs, if stated
};

// Errors: a log that cannot be read or is no performance log. A log without a usable row is no
// error here: that is what the report says.
Result<InspectReport> Inspect(const InspectOptions& options);

}  // namespace perfleak

#endif  // PERFLEAK_APP_INSPECT_H_
