// The whole way from logs to one report. Reads as the design's table of stages.
#ifndef PERFLEAK_APP_ANALYZE_H_
#define PERFLEAK_APP_ANALYZE_H_

#include <optional>
#include <string>
#include <vector>

#include "app/selection.h"
#include "app/stated.h"
#include "base/result.h"
#include "input/file_finder.h"
#include "model/language.h"
#include "report/report.h"

namespace perfleak {

struct AnalyzeOptions {
  std::vector<std::string> logs;  // files, folders and archives; "-" for standard input
  FileFilter files = {};          // below folders and inside archives
  std::string since, until;       // as a user types a moment; empty for no bound
  Selection selection;
  StatedOptions stated;
  std::vector<std::string> rules;      // files and folders of the user's known issues
  std::vector<std::string> events;     // "Source:ID", in the event log of the machine
  std::vector<std::string> pool_tags;  // that grow
  bool trends = true;                  // LeakReport::trends is wanted
  int threads = 2;
  std::optional<Language> language = std::nullopt;  // of the logs, if stated
};

// Errors: a log that cannot be read or is no performance log, a bound that is no time, something
// stated that cannot be read, a selection of nothing, rules with a problem, no usable sample.
Result<Report> Analyze(const AnalyzeOptions& options);

}  // namespace perfleak

#endif  // PERFLEAK_APP_ANALYZE_H_
