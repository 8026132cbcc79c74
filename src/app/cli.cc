#include "app/cli.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <utility>
#include <variant>

#include "app/command_line.h"
#include "app/progress.h"
#include "app/report_sink.h"
#include "app/result_files.h"
#include "app/stated.h"
#include "base/text.h"
#include "report/compare_json.h"
#include "report/compare_text.h"
#include "report/fleet_json.h"
#include "report/fleet_text.h"
#include "report/history_json.h"
#include "report/history_text.h"
#include "report/inspect_json.h"
#include "report/inspect_text.h"
#include "report/json_report.h"
#include "report/known_json.h"
#include "report/known_text.h"
#include "report/text_report.h"

namespace perfleak {
namespace {

constexpr int kExitOk = 0;
constexpr int kExitSuspects = 1;
constexpr int kExitError = 2;
constexpr int kExitUnread = 4;  // added: some files of a batch could not be read

TextStyle StyleOf(const CommandLine& line, const Console& console) {
  const bool to_terminal = line.output.empty() && console.out_is_terminal();
  TextStyle style;
  style.width = line.width != 0 ? line.width : to_terminal ? console.width() : kDefaultWidth;
  style.color =
      line.color == "always" || (line.color == "auto" && to_terminal && console.color_allowed());
  style.unicode = !line.ascii;
  style.show_all = line.all;
  style.top = line.top;
  return style;
}

bool FailsOn(const std::string& fail_on, Verdict verdict) {
  return fail_on == "leak" ? verdict >= Verdict::kLeak
                           : fail_on == "watch" && verdict >= Verdict::kWatch;
}

bool FailsOn(const std::string& fail_on, const Report& report) {
  const auto& suspects = report.leaks.suspects;
  return std::any_of(suspects.begin(), suspects.end(),
                     [&](const Suspect& suspect) { return FailsOn(fail_on, suspect.verdict); });
}

bool FailsOn(const std::string& fail_on, const CompareReport& report) {
  if (!report.overall || fail_on == "never") return false;
  return fail_on == "worse" ? *report.overall == Change::kWorse : *report.overall != Change::kFixed;
}

bool FailsOn(const std::string& fail_on, const FleetReport& report) {
  const auto fails = [&](const FleetSuspect& one) {
    return one.movement != Movement::kOver && FailsOn(fail_on, one.suspect.verdict);
  };
  return std::any_of(report.machines.begin(), report.machines.end(),
                     [&](const FleetMachine& machine) {
                       return std::any_of(machine.suspects.begin(), machine.suspects.end(), fails);
                     });
}

// Names of files and counters are shown, not obeyed. Line breaks are those of our own messages.
int Fail(const std::string& message, Console* console) {
  std::string shown = "perfleak: ";
  for (size_t begin = 0; begin <= message.size();) {
    const size_t end = std::min(message.find('\n', begin), message.size());
    shown += Printable(std::string_view(message).substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  console->WriteError(shown);
  return kExitError;
}

// What a command made of its logs.
struct Outcome {
  std::string report;
  bool fails = false;
  bool unread = false;  // some files of many could not be read
};

Result<Outcome> RunAnalyze(const CommandLine& line, const TextStyle& style) {
  AnalyzeOptions options = line.analyze;
  options.trends = line.all;
  const auto report = Analyze(options);
  if (!report) return report.error();
  return Outcome{line.format == "json" ? RenderJson(*report, {line.all, line.top})
                                       : RenderText(*report, style),
                 FailsOn(line.fail_on, *report)};
}

Result<Outcome> RunInspect(const CommandLine& line, const TextStyle& style) {
  const auto report = Inspect(line.inspect);
  if (!report) return report.error();
  return Outcome{line.format == "json" ? RenderJson(*report) : RenderText(*report, style)};
}

Result<Outcome> RunCompare(const CommandLine& line, const TextStyle& style) {
  const auto report = Compare(line.compare);
  if (!report) return report.error();
  return Outcome{line.format == "json" ? RenderJson(*report, line.all) : RenderText(*report, style),
                 FailsOn(line.fail_on, *report)};
}

Result<Outcome> RunKnown(const CommandLine& line, const TextStyle& style) {
  if (!line.known.check.empty()) {
    if (!line.known.words.empty()) {
      return Error{"known --check takes no words to search for. See perfleak known --help."};
    }
    auto checked = CheckRules(line.known.check);
    if (!checked) return checked.error();
    return Outcome{std::move(*checked)};
  }
  const auto report = Known(line.known);
  if (!report) return report.error();
  return Outcome{line.format == "json" ? RenderJson(*report) : RenderText(*report, style)};
}

// Two logs by position, or any number of each by name, not both.
Status TakeCompared(CommandLine* line) {
  CompareOptions& compare = line->compare;
  compare.all = line->all;
  const bool by_name = !compare.before.empty() || !compare.after.empty();
  if (!by_name && line->compared.size() == 2) {
    compare.before = {line->compared[0]};
    compare.after = {line->compared[1]};
  } else if (!line->compared.empty() || compare.before.empty() || compare.after.empty()) {
    return Error{
        "compare takes two logs, BEFORE and AFTER, or several by --before LOG and --after LOG. See "
        "perfleak compare --help."};
  }
  const auto reads_stdin = std::count(compare.before.begin(), compare.before.end(), "-") +
                           std::count(compare.after.begin(), compare.after.end(), "-");
  if (reads_stdin > 1) return Error{"compare: standard input (-) can be only one of the logs."};
  return {};
}

Status TakeMemory(const CommandLine& line, FleetSettings* settings) {
  if (line.memory.empty()) return {};
  const auto bytes = ParseMemory(line.memory);
  if (!bytes)
    return Error{"--memory " + line.memory + ": not an amount. Write it as 512MB or 4GB."};
  settings->memory = static_cast<uint64_t>(*bytes);
  return {};
}

// A file, or the digest of one.
bool AnythingUnread(const FleetReport& report) {
  return report.failed > 0 ||
         std::any_of(report.machines.begin(), report.machines.end(),
                     [](const FleetMachine& machine) { return !machine.error.empty(); });
}

Outcome FleetOutcome(const CommandLine& line, const TextStyle& style, const FleetReport& report) {
  return {line.format == "json" ? RenderJson(report) : RenderText(report, style),
          FailsOn(line.fail_on, report), AnythingUnread(report)};
}

double SteadySeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Result<Outcome> RunBatch(const CommandLine& line, const TextStyle& style, Console* console) {
  BatchOptions options = line.batch;
  if (auto ok = TakeMemory(line, &options.settings); !ok) return ok.error();
  Progress progress(
      {console->error_is_terminal(), console->width()},
      [console](const std::string& text) { console->WriteError(text); }, SteadySeconds);
  const auto report = Batch(options, line.quiet ? nullptr : &progress);
  progress.Finish();
  if (!report) return report.error();
  return FleetOutcome(line, style, *report);
}

Result<Outcome> RunMerge(const CommandLine& line, const TextStyle& style) {
  MergeOptions options = line.merge;
  if (auto ok = TakeMemory(line, &options.settings); !ok) return ok.error();
  const auto report = Merge(options);
  if (!report) return report.error();
  return FleetOutcome(line, style, *report);
}

Result<Outcome> RunHistory(const CommandLine& line, const TextStyle& style) {
  const auto report = History(line.history);
  if (!report) return report.error();
  return Outcome{line.format == "json" ? RenderJson(*report) : RenderText(*report, style)};
}

using Runner = std::function<Result<Outcome>(const CommandLine&, const TextStyle&)>;

// Knows whether the report can be written before the work starts.
int RunCommand(const Runner& run, const std::vector<std::string>& logs, const CommandLine& line,
               Console* console) {
  std::optional<ReportSink> file;
  if (!line.output.empty() && line.output != "-") {
    auto opened = ReportSink::Open(line.output, logs);
    if (!opened) return Fail(opened.error().message, console);
    file = std::move(*opened);
  }
  const auto outcome = run(line, StyleOf(line, *console));
  if (!outcome) return Fail(outcome.error().message, console);
  const Status written = file ? file->Write(outcome->report) : console->WriteOut(outcome->report);
  if (!written) return Fail(written.error().message, console);
  return (outcome->fails ? kExitSuspects : kExitOk) + (outcome->unread ? kExitUnread : 0);
}

int RunCompareCommand(CommandLine* line, Console* console) {
  if (const Status taken = TakeCompared(line); !taken) return Fail(taken.error().message, console);
  std::vector<std::string> logs = line->compare.before;
  logs.insert(logs.end(), line->compare.after.begin(), line->compare.after.end());
  return RunCommand(RunCompare, logs, *line, console);
}

int RunCommand(CommandLine* line, Console* console) {
  switch (line->command) {
    case Command::kAnalyze:
      return RunCommand(RunAnalyze, line->analyze.logs, *line, console);
    case Command::kInspect:
      return RunCommand(RunInspect, line->inspect.logs, *line, console);
    case Command::kCompare:
      return RunCompareCommand(line, console);
    case Command::kKnown:
      return RunCommand(RunKnown, {line->known.check}, *line, console);
    case Command::kBatch: {
      const auto run = [console](const CommandLine& options, const TextStyle& style) {
        return RunBatch(options, style, console);
      };
      std::vector<std::string> inputs = line->batch.paths;
      inputs.push_back(line->batch.store);
      return RunCommand(run, inputs, *line, console);
    }
    case Command::kMerge:
      return RunCommand(RunMerge, ResultPaths(line->merge.results), *line, console);
    case Command::kHistory:
      return RunCommand(RunHistory, {line->history.store}, *line, console);
  }
  return kExitError;
}

}  // namespace

int Run(const std::vector<std::string>& arguments, Console* console) {
  if (arguments.empty()) {
    console->WriteError(HelpText());
    return kExitError;
  }
  auto parsed = ParseCommandLine(arguments);
  if (!parsed) return Fail(parsed.error().message, console);
  if (const auto* shown = std::get_if<TextToShow>(&*parsed)) {
    const Status written = console->WriteOut(shown->text);
    return written ? kExitOk : Fail(written.error().message, console);
  }
  return RunCommand(&std::get<CommandLine>(*parsed), console);
}

}  // namespace perfleak
