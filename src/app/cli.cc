#include "app/cli.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include "app/analyze.h"
#include "report/json_report.h"
#include "report/text_report.h"

namespace perfleak {
namespace {

constexpr int kExitOk = 0;
constexpr int kExitSuspects = 1;
constexpr int kExitError = 2;

constexpr size_t kDefaultWidth = 80;

struct CommandLine {
  AnalyzeOptions analyze;
  std::string format = "text";
  std::string output;
  std::string fail_on = "never";
  std::string color = "auto";
  bool all = false;
  bool ascii = false;
  int top = 0;
  size_t width = 0;
};

constexpr const char* kDescription =
    "perfleak reads Windows Performance Monitor logs and says what leaks, how fast, until when, "
    "and\n"
    "what is likely responsible.\n\n"
    "  perfleak server.csv                 ranked suspects of one exported log\n"
    "  perfleak monday.csv tuesday.csv     several logs of one collector, stitched by time\n"
    "  relog server.blg -f CSV -o server.csv   (on Windows) makes the CSV from a binary log\n";

constexpr const char* kFooter =
    "\nExit status: 0 analysed; 1 suspects at or above --fail-on; 2 bad usage or input.\n";

void AddAnalyzeOptions(CLI::App* app, CommandLine* line) {
  AnalyzeOptions& analyze = line->analyze;
  app->add_option("LOG", analyze.logs, "Exported logs (PDH-CSV or PDH-TSV); - reads standard input")
      ->required();
  app->add_option("--format", line->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app->add_option("-o,--output", line->output, "Write the report to this file")->type_name("FILE");
  app->add_flag("--all", line->all, "Show all that was explained away, and every judged trend");
  app->add_option("--top", line->top, "Show at most so many suspects")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  app->add_option(
         "--since", analyze.since,
         "Leave out samples before this time, in the time the report uses (UTC where the log "
         "states its zone)")
      ->type_name("TIME");
  app->add_option("--until", analyze.until, "Leave out samples at or after this time")
      ->type_name("TIME");
  app->add_option("--machine", analyze.machines, "Only this machine; repeatable")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app->add_option("--include", analyze.include,
                  "Judge only counters whose path matches; * and ? are wildcards, without them any "
                  "part of the path; repeatable")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  app->add_option("--exclude", analyze.exclude,
                  "Do not judge counters whose path matches; repeatable")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  app->add_option("--fail-on", line->fail_on,
                  "Exit with 1 if there is a leak, or also anything to watch: leak, watch or never")
      ->check(CLI::IsMember({"leak", "watch", "never"}))
      ->capture_default_str();
  app->add_option("--width", line->width,
                  "Columns of the text report; default: the terminal's, or 80")
      ->check(CLI::Range(40, 1000))
      ->type_name("N");
  app->add_option("--color", line->color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  app->add_flag("--ascii", line->ascii, "No characters beyond ASCII in the drawing of the report");
  app->add_option("--threads", analyze.threads, "1 reads and computes in one thread")
      ->check(CLI::Range(1, 64))
      ->type_name("N")
      ->capture_default_str();
}

// A log given without a command means analyze.
std::vector<std::string> WithCommand(std::vector<std::string> arguments) {
  if (arguments.empty()) return arguments;
  const std::string& first = arguments.front();
  const bool is_command = first == "analyze" || first == "help";
  const bool is_global = first == "-h" || first == "--help" || first == "--version";
  if (!is_command && !is_global) arguments.insert(arguments.begin(), "analyze");
  return arguments;
}

// Where the report goes. Opened before the work starts, so that hours are not lost to a typing
// error.
class ReportSink {
 public:
  static Result<ReportSink> Open(const CommandLine& line, Console* console) {
    ReportSink sink;
    sink.console_ = console;
    if (line.output.empty() || line.output == "-") return sink;
    for (const std::string& log : line.analyze.logs) {
      std::error_code ignored;
      if (std::filesystem::equivalent(log, line.output, ignored)) {
        return Error{line.output + ": is one of the logs to read; choose another --output."};
      }
    }
    sink.file_.reset(std::fopen(line.output.c_str(), "wb"));
    if (sink.file_ == nullptr) {
      return Error{line.output + ": cannot write the report: " + std::strerror(errno) + "."};
    }
    sink.name_ = line.output;
    return sink;
  }

  Status Write(const std::string& text) {
    if (file_ == nullptr) return console_->WriteOut(text);
    const bool written = std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size();
    if (!written || std::fclose(file_.release()) != 0) {
      return Error{name_ + ": writing the report failed: " + std::strerror(errno) + "."};
    }
    return {};
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  Console* console_ = nullptr;
  std::string name_;
  std::unique_ptr<std::FILE, Close> file_;
};

std::string Render(const Report& report, const CommandLine& line, const Console& console) {
  if (line.format == "json") return RenderJson(report, {line.all, line.top});
  const bool to_terminal = line.output.empty() && console.out_is_terminal();
  TextStyle style;
  style.width = line.width != 0 ? line.width : to_terminal ? console.width() : kDefaultWidth;
  style.color =
      line.color == "always" || (line.color == "auto" && to_terminal && console.color_allowed());
  style.unicode = !line.ascii;
  style.show_all = line.all;
  style.top = line.top;
  return RenderText(report, style);
}

bool FailsOn(const std::string& fail_on, const Report& report) {
  if (fail_on == "never") return false;
  const Verdict least = fail_on == "leak" ? Verdict::kLeak : Verdict::kWatch;
  const auto& suspects = report.leaks.suspects;
  return std::any_of(suspects.begin(), suspects.end(),
                     [&](const Suspect& suspect) { return suspect.verdict >= least; });
}

int RunAnalyze(const CommandLine& line, Console* console) {
  const auto fail = [&](const Error& error) {
    console->WriteError("perfleak: " + error.message + "\n");
    return kExitError;
  };
  auto sink = ReportSink::Open(line, console);
  if (!sink) return fail(sink.error());
  const auto report = Analyze(line.analyze);
  if (!report) return fail(report.error());
  if (auto written = sink->Write(Render(*report, line, *console)); !written) {
    return fail(written.error());
  }
  return FailsOn(line.fail_on, *report) ? kExitSuspects : kExitOk;
}

int ShowParseError(const CLI::App& app, const CLI::ParseError& error, Console* console) {
  if (error.get_exit_code() == 0) {  // --help and --version arrive as errors
    const auto* command = app.get_subcommands().empty() ? &app : app.get_subcommands().front();
    const bool version = dynamic_cast<const CLI::CallForVersion*>(&error) != nullptr;
    const auto shown =
        console->WriteOut(version ? std::string(error.what()) + "\n" : command->help());
    return shown ? kExitOk : kExitError;
  }
  console->WriteError("perfleak: " + std::string(error.what()) + ". See perfleak --help.\n");
  return kExitError;
}

}  // namespace

Status SystemConsole::WriteOut(const std::string& text) {
  std::signal(SIGPIPE, SIG_IGN);
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
                       std::fflush(stdout) == 0;
  if (written || errno == EPIPE) return {};
  return Error{std::string("standard output: writing the report failed: ") + std::strerror(errno) +
               "."};
}

void SystemConsole::WriteError(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

bool SystemConsole::out_is_terminal() const { return isatty(STDOUT_FILENO) == 1; }

size_t SystemConsole::width() const {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kDefaultWidth;
  return size.ws_col;
}

bool SystemConsole::color_allowed() const {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

int Run(const std::vector<std::string>& arguments, Console* console) {
  CommandLine line;
  CLI::App app(kDescription, "perfleak");
  app.footer(kFooter);
  app.set_version_flag("--version", "perfleak " PERFLEAK_VERSION);
  app.require_subcommand(1);
  CLI::App* analyze = app.add_subcommand("analyze", "Rank what leaks in the logs of a machine");
  analyze->footer(kFooter);
  AddAnalyzeOptions(analyze, &line);
  if (arguments.empty()) {
    console->WriteError(app.help());
    return kExitError;
  }
  std::vector<std::string> reversed = WithCommand(arguments);  // as CLI11 wants them
  std::reverse(reversed.begin(), reversed.end());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return ShowParseError(app, error, console);
  }
  return RunAnalyze(line, console);
}

}  // namespace perfleak
