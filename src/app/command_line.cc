#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "app/console.h"
#include "base/text.h"
#include "model/language.h"
#include "report/text_report.h"

namespace perfleak {
namespace {

constexpr int kMostColumns = 1000;
constexpr int kMostThreads = 64;

constexpr const char* kHelp =
    R"(perfleak reads Windows Performance Monitor logs and says what leaks, how fast,
until when, and what is likely responsible.

Usage: perfleak [analyze] LOG... [OPTIONS]
       perfleak inspect LOG...      is the log good enough, and how to get a
                                    better one
       perfleak compare BEFORE AFTER
                                    did the fix help
       perfleak known [WORD|ID]...  known leaks: list, search, show
       perfleak batch PATH...       all logs of many machines, and a ranking
       perfleak merge RESULT...     results of batches made elsewhere as one
       perfleak history NAME --store FILE
                                    a machine or component over the weeks

  perfleak server.csv                 ranked suspects of one exported log
  perfleak monday.csv tuesday.csv     several logs of one collector, stitched by
                                      time
  perfleak logs.zip                   all logs in an archive, or in a folder
  relog server.blg -f CSV -o server.csv
                                      (on Windows) makes the CSV of a binary log

Most used options:
  -o,--output FILE      write the report to this file
  --format json         the report for scripts
  --all                 all evidence, all that was explained away, every trend
  --since TIME, --until TIME
                        only a part of the log
  --machine NAME        only this machine
  --product exchange-5.5-sp3, --windows 2003-sp2
                        what runs there: tells known issues apart
  --fail-on leak        exit with 1 if there is a leak

perfleak analyze --help lists all options; every other command has its own
--help; perfleak --version says the version.
)";

constexpr const char* kFooter =
    R"(Exit status: 0 analysed; 1 suspects at or above --fail-on; 2 bad usage or input.)";

constexpr const char* kInspectFooter =
    R"(Exit status: 0 inspected, whatever was found; 2 bad usage or no log that can be
read.)";

constexpr const char* kCompareFooter =
    R"(Exit status: 0 compared; 1 as --fail-on says; 2 bad usage or input.)";

constexpr const char* kKnownFooter =
    R"(Exit status: 0 done; 2 bad usage, or rules with a problem.)";

constexpr const char* kBatchFooter =
    R"(Exit status: 0 analysed; 1 suspects at or above --fail-on; 2 bad usage, or no log
that can be read; 4 more (4 or 5) if some of the files could not be read.)";

constexpr const char* kHistoryFooter =
    R"(Exit status: 0 shown; 2 bad usage, or nothing of this name.)";

// Usage as people type it, and descriptions that fit a terminal.
class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(std::string usage) : usage_(std::move(usage)) { column_width(kColumn); }

  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: perfleak " + usage_ + " [OPTIONS]\n";
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    return Join(WrapWords(option->get_description(), kDefaultWidth - kColumn), "\n");
  }

 private:
  static constexpr size_t kColumn = 22;

  std::string usage_;
};

// A whole number from `least` to `most`, or without upper end.
CLI::Validator WholeNumber(int least, int most = std::numeric_limits<int>::max()) {
  const auto check = [least, most](const std::string& text) {
    int value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc() && stop == end && value >= least && value <= most) {
      return std::string();
    }
    const bool open = most == std::numeric_limits<int>::max();
    return text + " is not a number from " + std::to_string(least) +
           (open ? "" : " to " + std::to_string(most));
  };
  return {check, "", ""};
}

// An empty value is a variable of a script that was not set, not an option left out.
CLI::Validator NotEmpty() {
  const auto check = [](const std::string& text) {
    return Trim(text).empty() ? std::string("is empty; write a value or leave the option out")
                              : std::string();
  };
  return {check, "", ""};
}

// What every report has.
void AddOutputOptions(CLI::App* app, CommandLine* line) {
  app->add_option("--format", line->format, "text (default) or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->option_text("NAME");
  app->add_option("-o,--output", line->output,
                  "Write the report to this file; an old one is replaced when the new one is "
                  "complete")
      ->check(NotEmpty())
      ->option_text("FILE");
  app->add_option("--width", line->width,
                  "Columns of the text report, from 60; default: those of the terminal, or 80. "
                  "Counter paths and command lines are never cut and may be longer")
      ->check(WholeNumber(kMinTextWidth, kMostColumns))
      ->option_text("N");
  app->add_option("--color", line->color, "auto (default: on a terminal), always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->option_text("WHEN");
  app->add_flag("--ascii", line->ascii, "No characters beyond ASCII in the drawing of the report");
}

// What the user adds to the knowledge base, and knows beside the log.
void AddRulesOption(CLI::App* app, std::vector<std::string>* rules) {
  app->add_option("--rules", *rules,
                  "Known issues of your own, a file or a folder of *.toml; repeatable")
      ->allow_extra_args(false)
      ->option_text("FILE|DIR");
}

void AddKnownFacts(CLI::App* app, AnalyzeOptions* analyze) {
  app->add_option("--event", analyze->events,
                  "An event in the machine's event log, to tell known issues apart: Srv:2019; "
                  "repeatable")
      ->allow_extra_args(false)
      ->check(NotEmpty())
      ->option_text("SOURCE:ID");
  app->add_option("--pool-tag", analyze->pool_tags,
                  "The tag that grows in poolmon, to tell known issues apart; repeatable")
      ->allow_extra_args(false)
      ->check(NotEmpty())
      ->option_text("TAG");
}

// What every command that reads logs has. `all` says what --all adds.
void AddReportOptions(CLI::App* app, const char* all, CommandLine* line) {
  AddOutputOptions(app, line);
  app->add_flag("--all", line->all, all);
}

void AddThreads(CLI::App* app, int* threads) {
  app->add_option("--threads", *threads, "1 to 64 (default 2); 1 does all in one thread")
      ->check(WholeNumber(1, kMostThreads))
      ->option_text("N");
}

// Rejects what is no code of a language, so that the function below need not.
CLI::Validator LanguageCode() {
  const auto check = [](const std::string& text) {
    return LanguageFromCode(text) ? std::string()
                                  : text + " is no language perfleak knows: " + LanguageCodes();
  };
  return {check, "", ""};
}

void AddLanguage(CLI::App* app, std::optional<Language>* language) {
  app->add_option_function<std::string>(
         "--language", [language](const std::string& code) { *language = LanguageFromCode(code); },
         "The language of the Windows that wrote the logs, where it is not recognised: de, fr, es, "
         "pt-br, ru, ja, zh-cn, ...; decides names of counters and code page")
      ->check(LanguageCode())
      ->option_text("CODE");
}

// Which files below folders and inside archives are looked into.
void AddFileOptions(CLI::App* app, FileFilter* files) {
  app->add_option("--only", files->only,
                  "Of folders and archives read only files whose name matches: *.csv, monday/*; "
                  "repeatable")
      ->allow_extra_args(false)
      ->check(NotEmpty())
      ->option_text("PATTERN");
  app->add_option("--skip", files->skip,
                  "Of folders and archives leave out files, folders and archives whose name "
                  "matches; repeatable")
      ->allow_extra_args(false)
      ->check(NotEmpty())
      ->option_text("PATTERN");
}

void AddStatedOptions(CLI::App* app, StatedOptions* stated) {
  app->add_option("--windows", stated->windows,
                  "The Windows of the machines, if the log does not tell or tells it wrongly: nt4, "
                  "2000-sp4, 2003, 2012r2, ...; limits and known issues depend on it")
      ->check(NotEmpty())
      ->option_text("VERSION");
  app->add_option("--ram", stated->ram, "The memory of the machines: 512MB, 4GB")
      ->check(NotEmpty())
      ->option_text("AMOUNT");
  app->add_option("--product", stated->products,
                  "A product on the machines, with version and service pack where known: "
                  "exchange-5.5-sp3, \"SQL Server 2000\"; repeatable")
      ->allow_extra_args(false)
      ->check(NotEmpty())
      ->option_text("NAME");
}

void AddTimeRange(CLI::App* app, std::string* since, std::string* until) {
  app->add_option("--since", *since,
                  "Leave out samples before this time (2026-03-01 or \"2026-03-01 14:30\"), as the "
                  "report writes times: UTC where the log states its zone")
      ->check(NotEmpty())
      ->option_text("TIME");
  app->add_option("--until", *until, "Leave out samples at or after this time")
      ->check(NotEmpty())
      ->option_text("TIME");
}

void AddSelection(CLI::App* app, Selection* selection) {
  app->add_option("--machine", selection->machines, "Only this machine; repeatable")
      ->allow_extra_args(false)
      ->check(NotEmpty())
      ->option_text("NAME");
  app->add_option("--include", selection->include,
                  "Judge only counters whose path matches; * and ? are wildcards, without them any "
                  "part of the path; repeatable")
      ->allow_extra_args(false)
      ->option_text("PATTERN");
  app->add_option("--exclude", selection->exclude,
                  "Do not judge counters whose path matches; repeatable")
      ->allow_extra_args(false)
      ->option_text("PATTERN");
}

void AddFailOn(CLI::App* app, CommandLine* line) {
  app->add_option("--fail-on", line->fail_on,
                  "Exit with 1 if there is a leak, or also anything to watch: leak, watch or never "
                  "(default)")
      ->check(CLI::IsMember({"leak", "watch", "never"}))
      ->option_text("VERDICT");
}

void AddAnalyzeOptions(CLI::App* app, CommandLine* line) {
  AnalyzeOptions& analyze = line->analyze;
  app->add_option("LOG", analyze.logs,
                  "Exported logs (PDH-CSV or PDH-TSV), compressed or not, archives and folders of "
                  "them; - is standard input")
      ->required()
      ->option_text(" ");
  AddReportOptions(app,
                   "Text: the evidence of every suspect, each counter that was explained away and "
                   "every judged trend. JSON: also the trends",
                   line);
  app->add_option("--top", line->top, "Show at most so many suspects")
      ->check(WholeNumber(1))
      ->option_text("N");
  AddTimeRange(app, &analyze.since, &analyze.until);
  AddSelection(app, &analyze.selection);
  AddFileOptions(app, &analyze.files);
  AddStatedOptions(app, &analyze.stated);
  AddFailOn(app, line);
  AddRulesOption(app, &analyze.rules);
  AddKnownFacts(app, &analyze);
  AddLanguage(app, &analyze.language);
  AddThreads(app, &analyze.threads);
}

void AddInspectOptions(CLI::App* app, CommandLine* line) {
  app->add_option("LOG", line->inspect.logs,
                  "Exported logs, archives and folders of them; - is standard input")
      ->required()
      ->option_text(" ");
  AddReportOptions(app, "Text: every file, object and counter that is missing or not known", line);
  AddFileOptions(app, &line->inspect.files);
  AddLanguage(app, &line->inspect.language);
  AddThreads(app, &line->inspect.threads);
}

void AddCompareOptions(CLI::App* app, CommandLine* line) {
  app->add_option(
         "BEFORE AFTER", line->compared,
         "A log before the fix, and one after it; an archive or a folder is all logs in it")
      ->option_text(" ");
  app->add_option("--before", line->compare.before, "A log before the fix; repeatable")
      ->allow_extra_args(false)
      ->option_text("LOG");
  app->add_option("--after", line->compare.after, "A log after the fix; repeatable")
      ->allow_extra_args(false)
      ->option_text("LOG");
  AddReportOptions(app, "Also what neither log calls a leak", line);
  app->add_option("--fail-on", line->fail_on,
                  "Exit with 1 if a leak is worse or new, or if not all are fixed: worse, "
                  "not-fixed or never (default)")
      ->check(CLI::IsMember({"worse", "not-fixed", "never"}))
      ->option_text("CHANGE");
  AddFileOptions(app, &line->compare.files);
  AddLanguage(app, &line->compare.language);
  AddThreads(app, &line->compare.threads);
}

// What batch and merge share.
void AddFleetOptions(CLI::App* app, FleetSettings* settings, CommandLine* line) {
  AddReportOptions(
      app,
      "Text: every suspect of every machine with its weeks, and every file; the JSON has "
      "all of it in any case",
      line);
  app->add_flag("-q,--quiet", line->quiet, "No progress on standard error");
  app->add_option("--top", line->top, "Show at most so many machines")
      ->check(WholeNumber(1))
      ->option_text("N");
  AddSelection(app, &settings->selection);
  AddStatedOptions(app, &settings->stated);
  AddFailOn(app, line);
  AddRulesOption(app, &settings->rules);
  app->add_option("-j,--jobs", settings->jobs,
                  "Files read and machines judged at the same time, 1 to 64 (default 2)")
      ->check(WholeNumber(1, kMostThreads))
      ->option_text("N");
  app->add_option(
         "--memory", line->memory,
         "Memory that jobs may take together, such as 2GB (default: half of the machine's); "
         "where logs are too wide for it fewer run at a time")
      ->check(NotEmpty())
      ->option_text("AMOUNT");
}

void AddBatchOptions(CLI::App* app, CommandLine* line) {
  BatchOptions& batch = line->batch;
  app->add_option("PATH", batch.paths,
                  "Logs, folders with everything below, archives, archives in archives")
      ->required()
      ->option_text(" ");
  AddFileOptions(app, &batch.filter);
  AddTimeRange(app, &batch.since, &batch.until);
  AddLanguage(app, &batch.language);
  app->add_option(
         "--store", batch.store,
         "Keep the results in this SQLite database, made if there is none: logs that are in it "
         "are not read again, a batch that was killed goes on where it was, and perfleak "
         "history shows what changed")
      ->check(NotEmpty())
      ->option_text("FILE");
  app->add_option("--emit", batch.emit, "Write one result file per log here, for perfleak merge")
      ->check(NotEmpty())
      ->option_text("DIR");
  AddFleetOptions(app, &batch.settings, line);
}

void AddMergeOptions(CLI::App* app, CommandLine* line) {
  app->add_option("RESULT", line->merge.results,
                  "Folders that batch --emit wrote, single result files, stores")
      ->required()
      ->option_text(" ");
  app->add_option("--emit", line->merge.emit, "Write all results here, to be merged again")
      ->check(NotEmpty())
      ->option_text("DIR");
  AddFleetOptions(app, &line->merge.settings, line);
}

void AddHistoryOptions(CLI::App* app, CommandLine* line) {
  app->add_option("NAME", line->history.asked,
                  "A machine or a component such as store; * and ? are wildcards")
      ->required()
      ->option_text(" ");
  app->add_option("--store", line->history.store, "The database that batch --store made")
      ->required()
      ->check(NotEmpty())
      ->option_text("FILE");
  AddOutputOptions(app, line);
}

void AddKnownOptions(CLI::App* app, CommandLine* line) {
  app->add_option("WORD", line->known.words,
                  "Words that all must occur: a process, a resource such as handles, anything; or "
                  "the id of one entry, which is shown in full")
      ->option_text(" ");
  AddRulesOption(app, &line->known.rules);
  app->add_option("--check", line->known.check,
                  "Check rules of your own, a file or a folder of *.toml, and do nothing else")
      ->option_text("FILE|DIR");
  AddOutputOptions(app, line);
}

using AddOptions = void (*)(CLI::App*, CommandLine*);

struct CommandDescription {
  Command command;
  const char* name;
  const char* usage;
  const char* description;
  const char* footer;
  AddOptions add_options;
};

constexpr std::array kCommands = {
    CommandDescription{Command::kAnalyze, "analyze", "analyze LOG...",
                       "Rank what leaks in the logs of a machine", kFooter, AddAnalyzeOptions},
    CommandDescription{Command::kInspect, "inspect", "inspect LOG...",
                       "What is in a log, what is missing, and how to collect it", kInspectFooter,
                       AddInspectOptions},
    CommandDescription{Command::kCompare, "compare", "compare BEFORE AFTER",
                       "Whether a fix helped: growth before and after", kCompareFooter,
                       AddCompareOptions},
    CommandDescription{Command::kKnown, "known", "known [WORD|ID]...", "The knowledge base",
                       kKnownFooter, AddKnownOptions},
    CommandDescription{Command::kBatch, "batch", "batch PATH...",
                       "All logs of a fleet: what leaks on which machine", kBatchFooter,
                       AddBatchOptions},
    CommandDescription{Command::kMerge, "merge", "merge RESULT...",
                       "Results of batches made elsewhere as one", kBatchFooter, AddMergeOptions},
    CommandDescription{Command::kHistory, "history", "history NAME --store FILE",
                       "How the growth of a machine or component moved over the weeks",
                       kHistoryFooter, AddHistoryOptions}};

// A log given without a command means analyze; help is an option by another name.
std::vector<std::string> WithCommand(std::vector<std::string> arguments) {
  if (arguments.front() == "help") {
    arguments.erase(arguments.begin());
    arguments.push_back("--help");
  }
  const std::string& first = arguments.front();
  const bool is_global = first == "-h" || first == "--help" || first == "--version";
  const bool is_command =
      std::any_of(kCommands.begin(), kCommands.end(),
                  [&](const CommandDescription& command) { return first == command.name; });
  if (!is_command && !is_global) arguments.insert(arguments.begin(), "analyze");
  return arguments;
}

// With help in the form of all of them.
CLI::App* AddCommand(CLI::App* app, const CommandDescription& description) {
  CLI::App* command = app->add_subcommand(description.name, description.description);
  command->formatter(std::make_shared<HelpFormatter>(description.usage));
  command->footer(description.footer);
  return command;
}

// --help and --version arrive as errors.
Result<TextToShow> TextOf(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() != 0) {
    return Error{std::string(error.what()) + ". See perfleak --help."};
  }
  if (dynamic_cast<const CLI::CallForVersion*>(&error) != nullptr) {
    return TextToShow{std::string(error.what()) + "\n"};
  }
  const auto commands = app.get_subcommands();
  return TextToShow{commands.empty() ? HelpText() : commands.front()->help()};
}

}  // namespace

std::string HelpText() { return std::string(kHelp) + "\n" + kFooter + "\n"; }

Result<std::variant<CommandLine, TextToShow>> ParseCommandLine(
    const std::vector<std::string>& arguments) {
  using Parsed = std::variant<CommandLine, TextToShow>;
  CommandLine line;
  CLI::App app("", "perfleak");
  app.set_version_flag("--version", "perfleak " PERFLEAK_VERSION);
  app.require_subcommand(1);
  std::array<CLI::App*, kCommands.size()> commands{};
  for (size_t i = 0; i < commands.size(); ++i) {
    commands[i] = AddCommand(&app, kCommands[i]);
    kCommands[i].add_options(commands[i], &line);
  }
  std::vector<std::string> reversed = WithCommand(arguments);  // as CLI11 wants them
  std::reverse(reversed.begin(), reversed.end());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    auto text = TextOf(app, error);
    return text ? Result<Parsed>(std::move(*text)) : text.error();
  }
  for (size_t i = 0; i < commands.size(); ++i) {
    if (commands[i]->parsed()) line.command = kCommands[i].command;
  }
  return Parsed(std::move(line));
}

}  // namespace perfleak
