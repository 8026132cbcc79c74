// perfleak history: how the growth of a machine or of a component moved, as a results store has it.
#ifndef PERFLEAK_APP_HISTORY_H_
#define PERFLEAK_APP_HISTORY_H_

#include <string>

#include "base/result.h"
#include "report/history_report.h"

namespace perfleak {

struct HistoryOptions {
  std::string store;  // the file
  std::string asked;  // a machine or a component; * and ? are wildcards
};

// Errors: there is no such store or it cannot be read; it has nothing of that name.
Result<HistoryReport> History(const HistoryOptions& options);

}  // namespace perfleak

#endif  // PERFLEAK_APP_HISTORY_H_
