#include "base/diagnostic_codes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.h"

using namespace perfleak;
namespace fs = std::filesystem;

namespace {

const fs::path kRoot = PERFLEAK_SOURCE_DIR;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

using NextSteps = std::map<std::string, std::string>;

std::vector<std::string> CellsOf(const std::string& table_row) {
  std::vector<std::string> cells;
  std::istringstream row(table_row);
  for (std::string cell; std::getline(row, cell, '|');) cells.emplace_back(Trim(cell));
  return cells;
}

// The rows "| `code`, `code` | meaning | next step |" of docs/formats.md under "What is counted".
NextSteps DocumentedCodes() {
  const std::string text = ReadFile(kRoot / "docs" / "formats.md");
  const size_t begin = text.find("## What is counted");
  REQUIRE(begin != std::string::npos);
  std::istringstream section(text.substr(begin, text.find("\n## ", begin) - begin));
  NextSteps steps;
  for (std::string line; std::getline(section, line);) {
    if (!line.starts_with("| `")) continue;
    const std::vector<std::string> cells = CellsOf(line);  // the first is before the first bar
    REQUIRE_MESSAGE(cells.size() == 4, line);
    std::istringstream codes(cells[1]);
    for (std::string code; std::getline(codes, code, '`');) {
      if (std::getline(codes, code, '`')) steps[code] = cells[3];
    }
  }
  return steps;
}

// The codes in calls like Add("bad-row", ...) with `function` in place of Add.
std::vector<std::string> CodesIn(const std::string& source, const std::string& function) {
  std::vector<std::string> codes;
  const std::string call = function + "(\"";
  for (size_t at = source.find(call); at != std::string::npos; at = source.find(call, at + 1)) {
    const size_t begin = at + call.size();
    codes.push_back(source.substr(begin, source.find('"', begin) - begin));
  }
  return codes;
}

}  // namespace

TEST_CASE("the codes and their next steps are those of the table in docs/formats.md") {
  NextSteps known;
  for (const auto& [code, next_step] : DiagnosticCodes()) {
    known.emplace(code, next_step);
    CHECK(NextStepFor(code) == next_step);
  }
  CHECK(known == DocumentedCodes());
}

TEST_CASE("codes are sorted, and a code that does not exist has no next step") {
  const auto codes = DiagnosticCodes();
  CHECK(std::is_sorted(codes.begin(), codes.end(),
                       [](const auto& a, const auto& b) { return a.code < b.code; }));
  CHECK(NextStepFor("bad-weather").empty());
  CHECK(NextStepFor("").empty());
  CHECK(NextStepFor("bad-row") ==
        "look at the line; lines of two logs may have run into each other");
}

TEST_CASE("every code that the sources count is known, and the other way round") {
  std::set<std::string> counted;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "src")) {
    if (entry.path().extension() != ".cc") continue;
    const std::string source = ReadFile(entry.path());
    for (const char* function : {"diagnostics_->Add", "diagnostics->Add", " Drop", " Refuse"}) {
      for (const std::string& code : CodesIn(source, function)) counted.insert(code);
    }
  }
  std::set<std::string> known;
  for (const DiagnosticCode& code : DiagnosticCodes()) known.emplace(code.code);
  CHECK(counted == known);
}
