// The whole way from logs to one report. Reads as the design's table of stages.
#ifndef PERFLEAK_APP_ANALYZE_H_
#define PERFLEAK_APP_ANALYZE_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "report/report.h"

namespace perfleak {

struct AnalyzeOptions {
  std::vector<std::string> logs;      // paths, "-" for standard input
  std::string since, until;           // as a user types a moment; empty for no bound
  std::vector<std::string> machines;  // only these, without case; empty for all
  std::vector<std::string> include;   // judge only counters whose path matches one of these
  std::vector<std::string> exclude;   // and none of these
  int threads = 2;
};

// Errors: a log that cannot be read or is no performance log, a bound that is no time, no usable
// sample.
Result<Report> Analyze(const AnalyzeOptions& options);

// Whether a pattern a user gave matches a counter path: * and ? are wildcards, a pattern without
// any matches every path that contains it.
bool MatchesPattern(const std::string& pattern, const std::string& path);

}  // namespace perfleak

#endif  // PERFLEAK_APP_ANALYZE_H_
