// The program as a user meets it: what it prints where, and how it exits.
#include "app/cli.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/csv_log.h"
#include "support/fake_console.h"
#include "support/temp_dir.h"
#include "support/test_log.h"

namespace perfleak {
namespace {

constexpr double kMb = 1048576;

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string WriteLog(const TempDir& dir, double mb_per_hour, const std::string& name = "a.csv") {
  return dir.Write(name, CsvLog({{R"(\\PC\Process(store)\ID Process)", Always(10)},
                                 {R"(\\PC\Process(store)\Private Bytes)",
                                  [=](int i) {
                                    return 300 * kMb + mb_per_hour * kMb * i / 60 +
                                           2 * kMb * Noise(i, 1);
                                  }},
                                 {R"(\\PC\Processor(_Total)\% Processor Time)",
                                  [](int i) { return 20 + 5 * Noise(i, 3); }}},
                                2000));
}

TEST_CASE("a log alone means analyze, and the report goes to standard output") {
  const TempDir dir;
  FakeConsole console;
  CHECK(Run({WriteLog(dir, 60)}, &console) == 0);
  CHECK(Contains(console.out, "store"));
  CHECK(Contains(console.out, "leak"));
  CHECK(console.err.empty());
  FakeConsole with_command;
  CHECK(Run({"analyze", dir.Path("a.csv")}, &with_command) == 0);
  CHECK(with_command.out == console.out);
}

TEST_CASE("options may come before the log") {
  const TempDir dir;
  FakeConsole console;
  CHECK(Run({"--format", "json", WriteLog(dir, 60)}, &console) == 0);
  CHECK(console.out.starts_with("{"));
}

TEST_CASE("--fail-on turns suspects into exit status 1") {
  const TempDir dir;
  const std::string leaking = WriteLog(dir, 60);
  const std::string healthy = WriteLog(dir, 0, "b.csv");
  const auto run = [](const std::string& log, const char* fail_on) {
    FakeConsole console;
    return Run({log, "--fail-on", fail_on}, &console);
  };
  CHECK(run(leaking, "leak") == 1);
  CHECK(run(leaking, "watch") == 1);
  CHECK(run(leaking, "never") == 0);
  CHECK(run(healthy, "watch") == 0);
}

TEST_CASE("--output writes the report to a file and nothing to standard output") {
  const TempDir dir;
  FakeConsole console;
  CHECK(Run({WriteLog(dir, 60), "--output", dir.Path("report.txt")}, &console) == 0);
  CHECK(console.out.empty());
  CHECK(Contains(dir.Read("report.txt"), "store"));
}

TEST_CASE("--output never overwrites a log, and fails before the work starts") {
  const TempDir dir;
  const std::string log = WriteLog(dir, 60);
  const std::string before = dir.Read("a.csv");
  FakeConsole console;
  CHECK(Run({log, "--output", log}, &console) == 2);
  CHECK(Contains(console.err, "one of the logs"));
  CHECK(dir.Read("a.csv") == before);
  FakeConsole nowhere;
  CHECK(Run({log, "--output", dir.Path("no/such/dir")}, &nowhere) == 2);
  CHECK(Contains(nowhere.err, "cannot write the report"));
}

TEST_CASE("colour only on a terminal that allows it, or when asked for") {
  const TempDir dir;
  const std::string log = WriteLog(dir, 60);
  const auto colored = [&](bool terminal, bool allowed, std::vector<std::string> more) {
    FakeConsole console;
    console.terminal = terminal;
    console.color = allowed;
    std::vector<std::string> arguments = {log};
    arguments.insert(arguments.end(), more.begin(), more.end());
    CHECK(Run(arguments, &console) == 0);
    return Contains(console.out, "\x1b[");
  };
  CHECK(colored(true, true, {}));
  CHECK_FALSE(colored(false, true, {}));
  CHECK_FALSE(colored(true, false, {}));
  CHECK(colored(false, true, {"--color", "always"}));
  CHECK_FALSE(colored(true, true, {"--color", "never"}));
}

TEST_CASE("help and version go to standard output and succeed") {
  FakeConsole help;
  CHECK(Run({"--help"}, &help) == 0);
  CHECK(Contains(help.out, "perfleak server.csv"));
  CHECK(Contains(help.out, "Exit status"));
  FakeConsole command;
  CHECK(Run({"analyze", "--help"}, &command) == 0);
  CHECK(Contains(command.out, "--fail-on"));
  FakeConsole version;
  CHECK(Run({"--version"}, &version) == 0);
  CHECK(version.out.starts_with("perfleak "));
}

TEST_CASE("bad usage is told on standard error with exit status 2") {
  const auto error_of = [](const std::vector<std::string>& arguments) {
    FakeConsole console;
    CHECK(Run(arguments, &console) == 2);
    CHECK(console.out.empty());
    return console.err;
  };
  CHECK(Contains(error_of({}), "analyze"));
  CHECK(Contains(error_of({"analyze"}), "LOG"));
  CHECK(Contains(error_of({"--no-such-option", "x"}), "--no-such-option"));
  CHECK(Contains(error_of({"x.csv", "--format", "xml"}), "xml"));
  CHECK(Contains(error_of({"x.csv", "--top", "0"}), "--top"));
  CHECK(Contains(error_of({"/no/such/log.csv"}), "/no/such/log.csv"));
}

}  // namespace
}  // namespace perfleak
