// docs/commands.md shows what the program prints. tests/accept takes new outputs into it.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "app/cli.h"
#include "support/fake_console.h"
#include "support/golden.h"
#include "support/temp_dir.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;

#ifdef PERFLEAK_SIM
std::string OutputOf(const std::string& command) {
  std::istringstream words(command);
  std::vector<std::string> arguments;
  for (std::string word; words >> word;) arguments.push_back(word);
  REQUIRE(arguments.front() == "perfleak");
  arguments.erase(arguments.begin());
  FakeConsole console;
  CHECK(Run(arguments, &console) == 0);
  CHECK(console.err.empty());
  return console.out;
}

// `page` with what follows each line "$ perfleak ..." in a block replaced by its output.
std::string WithOutputs(const std::string& page) {
  constexpr std::string_view kBegin = "```\n$ ", kEnd = "\n```\n";
  std::string result;
  size_t done = 0;
  for (size_t at = page.find(kBegin); at != page.npos; at = page.find(kBegin, done)) {
    const size_t command_end = page.find('\n', at + kBegin.size());
    const size_t end = page.find(kEnd, at + kBegin.size());
    REQUIRE(end != page.npos);
    const size_t command = at + kBegin.size();
    result += page.substr(done, command_end + 1 - done);
    result += OutputOf(page.substr(command, command_end - command));
    done = end + 1;
  }
  return result + page.substr(done);
}

TEST_CASE("the outputs in docs/commands.md are what the program prints") {
  const TempDir dir;
  const auto simulate = [&dir](const std::string& name, const std::string& file) {
    const std::string command =
        std::string("\"") + PERFLEAK_SIM + "\" case " + name + " --out \"" + dir.Path(file) + "\"";
    REQUIRE(std::system(command.c_str()) == 0);
  };
  simulate("constant-120mb", "before.csv");
  simulate("ramp-then-flat", "after.csv");
  for (const char* sample : {"healthy.csv", "q254282.csv"}) {
    fs::copy_file(fs::path(PERFLEAK_SAMPLES_DIR) / sample, dir.Path(sample));
  }
  const fs::path page = fs::path(PERFLEAK_SAMPLES_DIR).parent_path() / "docs/commands.md";
  const std::string shown = ReadWholeFile(page);
  const fs::path here = fs::current_path();
  fs::current_path(fs::path(dir.Path("")));
  const std::string actual = WithOutputs(shown);
  fs::current_path(here);
  CheckGolden(page, actual);
}
#endif

}  // namespace
}  // namespace perfleak
