// perfleak compare: did the fix help? Two logs, each judged as analyze does, and the growth of
// their components side by side.
#ifndef PERFLEAK_APP_COMPARE_H_
#define PERFLEAK_APP_COMPARE_H_

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "input/file_finder.h"
#include "model/language.h"
#include "report/compare_report.h"

namespace perfleak {

struct CompareOptions {
  std::vector<std::string> before, after;  // as those of analyze; standard input once
  FileFilter files = {};                   // below folders and inside archives
  bool all = false;  // measure also what neither log calls, which takes longer
  int threads = 2;
  std::optional<Language> language = std::nullopt;  // of all logs, if stated
};

// Errors: a log that cannot be read, is no performance log or has no usable sample.
Result<CompareReport> Compare(const CompareOptions& options);

// The error of a rate is at least this part of it: a line is not the truth to the last digit.
constexpr double kLeastRelativeError = 0.02;

// After less before, errors added in quadrature.
Difference Subtract(const SideGrowth& before, const SideGrowth& after);

// What became of a growth that at least one of the logs calls. `load_ratio`: mean load after over
// mean load before, 1 where not known; a server that had less to do is no proof of a fix.
Change JudgeChange(const SideGrowth& before, const SideGrowth& after, bool falling_is_bad,
                   double load_ratio);

}  // namespace perfleak

#endif  // PERFLEAK_APP_COMPARE_H_
