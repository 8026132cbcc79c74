// The command line taken apart: which command, with which options. The only file that includes
// CLI11.
#ifndef PERFLEAK_APP_COMMAND_LINE_H_
#define PERFLEAK_APP_COMMAND_LINE_H_

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "app/analyze.h"
#include "app/batch.h"
#include "app/compare.h"
#include "app/history.h"
#include "app/inspect.h"
#include "app/known.h"
#include "app/merge.h"
#include "base/result.h"

namespace perfleak {

enum class Command { kAnalyze, kInspect, kCompare, kKnown, kBatch, kMerge, kHistory };

// One command runs, so what several of them offer is kept once.
struct CommandLine {
  Command command = Command::kAnalyze;
  AnalyzeOptions analyze;
  InspectOptions inspect;
  CompareOptions compare;
  KnownOptions known;
  BatchOptions batch;
  MergeOptions merge;
  HistoryOptions history;
  std::string memory;  // of batch and merge, as typed
  bool quiet = false;
  std::vector<std::string> compared;  // BEFORE AFTER
  std::string format = "text";
  std::string output;
  std::string fail_on = "never";
  std::string color = "auto";
  bool all = false;
  bool ascii = false;
  int top = 0;
  size_t width = 0;
};

// What --help and --version ask for.
struct TextToShow {
  std::string text;
};

// `arguments` without the program's name, not empty. Errors: bad usage, in words for the user.
Result<std::variant<CommandLine, TextToShow>> ParseCommandLine(
    const std::vector<std::string>& arguments);

// Of the whole program.
std::string HelpText();

}  // namespace perfleak

#endif  // PERFLEAK_APP_COMMAND_LINE_H_
