// The program as a user meets it: what it prints where, and how it exits.
#include "app/cli.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <sstream>
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

// Standard input comes from a file while this lives.
class InputFrom {
 public:
  explicit InputFrom(const std::string& path) : before_(dup(STDIN_FILENO)) {
    const int file = open(path.c_str(), O_RDONLY);
    REQUIRE(file >= 0);
    dup2(file, STDIN_FILENO);
    close(file);
  }
  ~InputFrom() {
    dup2(before_, STDIN_FILENO);
    close(before_);
  }

 private:
  int before_;
};

size_t FilesIn(const std::string& folder) {
  const std::filesystem::directory_iterator files(folder);
  return static_cast<size_t>(std::distance(begin(files), end(files)));
}

mode_t ModeOf(const std::string& path) {
  struct stat found;
  REQUIRE(stat(path.c_str(), &found) == 0);
  return found.st_mode & 0777;
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

TEST_CASE("--output never overwrites the log that standard input reads, whatever its name") {
  const TempDir dir;
  const std::string log = WriteLog(dir, 60);
  const std::string before = dir.Read("a.csv");
  std::filesystem::create_hard_link(log, dir.Path("hard.csv"));
  std::filesystem::create_symlink("a.csv", dir.Path("soft.csv"));
  for (const char* name : {"a.csv", "hard.csv", "soft.csv"}) {
    const InputFrom input(log);
    FakeConsole console;
    CHECK(Run({"-", "-o", dir.Path(name)}, &console) == 2);
    CHECK(Contains(console.err, "one of the logs"));
    CHECK(dir.Read("a.csv") == before);
    FakeConsole named;
    CHECK(Run({log, "-o", dir.Path(name)}, &named) == 2);
    CHECK(dir.Read("a.csv") == before);
  }
}

TEST_CASE("a run that fails leaves the report of an earlier run and nothing else") {
  const TempDir dir;
  dir.Write("report.txt", "good");
  dir.Write("broken.csv", "no log");
  FakeConsole console;
  CHECK(Run({dir.Path("broken.csv"), "-o", dir.Path("report.txt")}, &console) == 2);
  CHECK(dir.Read("report.txt") == "good");
  CHECK(Run({dir.Path("broken.csv"), "-o", dir.Path("new.txt")}, &console) == 2);
  CHECK(FilesIn(dir.Path("")) == 2);
}

TEST_CASE(
    "--output replaces the file behind a link, keeps its mode, and leaves nothing beside it") {
  const TempDir dir;
  const std::string log = WriteLog(dir, 60);
  dir.Write("report.txt", "old");
  chmod(dir.Path("report.txt").c_str(), 0640);
  std::filesystem::create_symlink("report.txt", dir.Path("link"));
  std::filesystem::create_symlink("fresh.txt", dir.Path("dangling"));
  FakeConsole console;
  CHECK(Run({log, "-o", dir.Path("link")}, &console) == 0);
  CHECK(std::filesystem::is_symlink(dir.Path("link")));
  CHECK(Contains(dir.Read("report.txt"), "store"));
  CHECK(ModeOf(dir.Path("report.txt")) == 0640);
  const mode_t umask_before = umask(0027);
  CHECK(Run({log, "-o", dir.Path("dangling")}, &console) == 0);
  umask(umask_before);
  CHECK(std::filesystem::is_symlink(dir.Path("dangling")));
  CHECK(ModeOf(dir.Path("fresh.txt")) == 0640);  // 0666 less 0027
  CHECK(FilesIn(dir.Path("")) == 5);
}

TEST_CASE("--output writes devices and pipes as they are") {
  const TempDir dir;
  const std::string log = WriteLog(dir, 60);
  FakeConsole console;
  CHECK(Run({log, "-o", "/dev/null"}, &console) == 0);
  CHECK(std::filesystem::is_character_file("/dev/null"));
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  CHECK(Run({log, "-o", "/dev/fd/" + std::to_string(ends[1])}, &console) == 0);
  char start[9] = {};
  CHECK(read(ends[0], start, 8) == 8);
  CHECK(std::string(start) == "perfleak");
  close(ends[0]);
  close(ends[1]);
  CHECK(Run({log, "-o", dir.Path("")}, &console) == 2);
  CHECK(Contains(console.err, "cannot write the report"));
}

TEST_CASE("a report goes behind what stands in a file that is open already") {
  const TempDir dir;
  const std::string log = WriteLog(dir, 60);
  const int file = open(dir.Write("all.txt", "before\n").c_str(), O_WRONLY | O_APPEND);
  FakeConsole console;
  CHECK(Run({log, "-o", "/proc/self/fd/" + std::to_string(file)}, &console) == 0);
  close(file);
  CHECK(dir.Read("all.txt").starts_with("before\nperfleak "));
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
  CHECK(command.out.find("Usage: perfleak analyze LOG... [OPTIONS]\n") != std::string::npos);
  CHECK_FALSE(Contains(command.out, "NAME ..."));
  CHECK(Contains(help.out, "Usage: perfleak [analyze] LOG... [OPTIONS]\n"));
  CHECK(Contains(help.out, "analyze --help"));
  FakeConsole word, word_of_command;
  CHECK(Run({"help"}, &word) == 0);
  CHECK(word.out == help.out);
  CHECK(Run({"help", "analyze"}, &word_of_command) == 0);
  CHECK(word_of_command.out == command.out);
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
  for (const char* number : {"0", "-1", "x", "1.5", "99999999999"}) {
    CHECK(Contains(error_of({"x.csv", "--top", number}),
                   std::string(number) + " is not a number from 1."));
  }
  for (const char* option :
       {"--windows", "--ram", "--since", "--until", "--product", "--event", "--pool-tag"}) {
    for (const char* nothing : {"", " "}) {
      CHECK(error_of({"x.csv", option, nothing}) ==
            "perfleak: " + std::string(option) +
                ": is empty; write a value or leave the option out. See perfleak --help.\n");
    }
    CHECK(Contains(error_of({"x.csv", std::string(option) + "="}), option));
  }
  CHECK(Contains(error_of({"x.csv", "--product", "sql-2000", "--product", ""}), "is empty"));
  for (const char* tag : {"Mm\x1b", "a\tb", "\x7f", "MmStX"}) {
    CHECK(Contains(error_of({"x.csv", "--pool-tag", tag}), "not a pool tag"));
  }
  CHECK(Contains(error_of({"x.csv", "--width", "59"}), "59 is not a number from 60 to 1000."));
}

TEST_CASE("no line of the help is wider than 80 columns") {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"analyze", "--help"}}) {
    FakeConsole console;
    CHECK(Run(arguments, &console) == 0);
    std::istringstream lines(console.out);
    for (std::string line; std::getline(lines, line);) CHECK_MESSAGE(line.size() <= 80, line);
  }
}

TEST_CASE("names in messages cannot drive the terminal") {
  FakeConsole console;
  CHECK(Run({"/no/\x1b[2J\xE2\x80\xAE.csv"}, &console) == 2);
  CHECK(Contains(console.err, "/no/\\x1B[2J\\xE2\\x80\\xAE.csv"));
  FakeConsole option;
  CHECK(Run({"x.csv", "--format", "\x1b[2J"}, &option) == 2);
  CHECK_FALSE(Contains(option.err, "\x1b"));
}

// Standard output that cannot be written.
class FullConsole : public FakeConsole {
 public:
  Status WriteOut(const std::string&) override { return Error{"standard output: disk full."}; }
};

TEST_CASE("help that cannot be written says why") {
  FullConsole console;
  CHECK(Run({"--help"}, &console) == 2);
  CHECK(console.err == "perfleak: standard output: disk full.\n");
}

}  // namespace
}  // namespace perfleak
