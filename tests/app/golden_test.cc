// Whole outputs of the whole program, as people have read and accepted them. tests/accept takes new
// ones.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "app/cli.h"
#include "support/fake_console.h"
#include "support/golden.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;

// Logs are named as seen from samples/, so that no path of a machine is in the output.
std::string OutputOf(const std::vector<std::string>& arguments) {
  const fs::path before = fs::current_path();
  fs::current_path(PERFLEAK_SAMPLES_DIR);
  FakeConsole console;
  CHECK(Run(arguments, &console) == 0);
  fs::current_path(before);
  CHECK(console.err.empty());
  return console.out;
}

void Check(const std::string& golden, const std::vector<std::string>& arguments) {
  CheckGolden(fs::path(PERFLEAK_GOLDEN_DIR) / golden, OutputOf(arguments));
}

TEST_CASE("a leaking server at 80 columns") { Check("q176708.txt", {"q176708.csv"}); }

TEST_CASE("a leaking server at 140 columns, two suspects") {
  Check("q254282-140.txt", {"q254282.csv", "--width", "140"});
}

TEST_CASE("a healthy server with all that was explained") {
  Check("healthy-all.txt", {"healthy.csv", "--all", "--width", "120"});
}

TEST_CASE("a leaking server as JSON") {
  Check("q265511.json", {"q265511.csv", "--format", "json"});
}

TEST_CASE("the report in the README is what the program prints") {
  const std::string output = OutputOf({"q176708.csv", "--width", "100"});
  const std::string readme = ReadWholeFile(fs::path(PERFLEAK_SAMPLES_DIR) / ".." / "README.md");
  const size_t begin = readme.find("```\n") + 4;
  const std::string shown = readme.substr(begin, readme.find("\n```", begin) - begin);
  REQUIRE(shown.size() > 500);
  CHECK(output.starts_with(shown));
}

}  // namespace
}  // namespace perfleak
