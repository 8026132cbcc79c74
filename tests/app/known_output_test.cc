// Known issues as the report shows them: JSON that keeps to its schema and does not depend on
// threads, text that keeps to its page and whose counts add up.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "app/run_program.h"
#include "base/text.h"
#include "support/csv_log.h"
#include "support/schema.h"
#include "support/temp_dir.h"
#include "support/test_log.h"

namespace perfleak {
namespace {

using Json = nlohmann::json;

constexpr double kMb = 1048576;
constexpr size_t kNamed = 5;    // issues whose title is shown without --all
constexpr size_t kInFull = 10;  // suspects that are not told in brief

const std::vector<std::string>& SamplesThatLeak() {
  static const std::vector<std::string> names = {"q265511", "q176708", "898782", "896064",
                                                 "q254282"};
  return names;
}

// Titles that are wide, not ASCII, and would drive a terminal.
constexpr const char* kRules = R"(family = "own"

[[issue]]
id = "OPS-1"
title = "Größer \"als\" \u001b[2J ein 漏れ"
processes = ["mailarch"]
resources = ["paged-pool"]
guilty.modules = ["filter.sys"]
guilty.attribution = "hosted-module"
guilty.differs_from_process = true
events = ["own:1"]
pool_tags = ["Own "]
fix.files = [{ name = "filter.sys", version = "1.2", date = "2001-02-03", size = 4 }]
)";

// Thirteen programs that all leak, so that the last are told in brief.
std::string ManyLeaks(const TempDir& dir) {
  std::vector<CsvColumn> columns = {
      {R"(\\PC\Processor(_Total)\% Processor Time)", [](int i) { return 20 + 5 * Noise(i, 99); }}};
  uint32_t stream = 0;
  for (const char* name : {"store", "emsmta", "mad", "dsamain", "inetinfo", "services", "spoolss",
                           "lsass", "winlogon", "csrss", "mmc", "snmp", "explorer"}) {
    const std::string process = std::string(R"(\\PC\Process()") + name + ")\\";
    ++stream;
    columns.push_back({process + "ID Process", Always(stream)});
    columns.push_back({process + "Private Bytes", [stream](int i) {
                         return 20 * kMb + kMb / (1 + stream) * i + kMb * Noise(i, stream);
                       }});
  }
  return dir.Write("many.csv", CsvLog(columns, 2000));
}

// --- JSON

TEST_CASE("the JSON of logs with known issues validates against the documented schema") {
  const Schema schema("report.schema.json");
  const TempDir dir;
  const Arguments stated = {"--rules",    dir.Write("own.toml", kRules),
                            "--event",    "own:1",
                            "--event",    "Srv:2020",
                            "--pool-tag", "MmSt",
                            "--product",  "exchange",
                            "--ram",      "512MB"};
  std::vector<std::string> logs = {SampleLog("healthy"), ManyLeaks(dir)};
  for (const std::string& name : SamplesThatLeak()) logs.push_back(SampleLog(name));
  for (const std::string& log : logs) {
    CAPTURE(log);
    CHECK(schema.Errors(JsonOf({"analyze", log})) == "");
    CHECK(schema.Errors(JsonOf({"analyze", log, "--all"})) == "");
    CHECK(schema.Errors(JsonOf(With({"analyze", log}, stated))) == "");
  }
}

TEST_CASE("the output is the same bytes with any number of threads, and when run again") {
  const TempDir dir;
  const Arguments options = {"--rules", dir.Write("own.toml", kRules), "--event", "own:1", "--all"};
  for (const std::string& log : {SampleLog("q176708"), SampleLog("q254282"), ManyLeaks(dir)}) {
    for (const char* format : {"json", "text"}) {
      CAPTURE(log);
      CAPTURE(format);
      const Arguments run = With(With({"analyze", log, "--format", format}, options), {});
      const std::string once = OutputOf(With(run, {"--threads", "1"}));
      CHECK(once == OutputOf(With(run, {"--threads", "1"})));
      CHECK(once == OutputOf(With(run, {"--threads", "2"})));
      CHECK(once == OutputOf(With(run, {"--threads", "8"})));
      CHECK(once == OutputOf(run));
    }
  }
}

TEST_CASE("--top leaves out suspects and changes nothing in those that stay") {
  const Arguments run = {"analyze", SampleLog("q254282")};
  const Json all = JsonOf(run)["suspects"];
  const Json first = JsonOf(With(run, {"--top", "1"}))["suspects"];
  REQUIRE(all.size() == 2);
  REQUIRE(first.size() == 1);
  CHECK(first[0] == all[0]);
}

// --- text

std::vector<std::string> LinesOf(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The lines of one suspect from the label "known issues" to the next label.
std::vector<std::string> IssueLines(const std::string& text, int rank) {
  const std::string headline = std::to_string(rank) + ". ";
  const std::string label = "   known issues";
  std::vector<std::string> found;
  bool here = false, listed = false;
  for (const std::string& line : LinesOf(text)) {
    if (line.starts_with(headline)) here = true;
    if (here && listed && !line.starts_with("    ")) break;
    if (here && line.starts_with(label)) listed = true;
    if (here && listed) found.push_back(line);
  }
  return found;
}

// N of "and N more" at the end of the list, where it stands in the column of the fields: ties
// within an issue stand further in.
size_t AndMore(const std::vector<std::string>& lines) {
  const std::regex more("^ {23}and (\\d+) more");
  for (const std::string& line : lines) {
    std::smatch match;
    if (std::regex_search(line, match, more)) return std::stoul(match[1]);
  }
  return 0;
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return Unwrapped(text);
}

// How many issues of the suspect have their title in the text.
size_t Shown(const Json& suspect, const std::string& text) {
  const Json& issues = suspect["known_issues"];
  return static_cast<size_t>(std::count_if(issues.begin(), issues.end(), [&](const Json& issue) {
    const auto id = issue["id"].get<std::string>();
    return !id.empty() && Contains(text, id + " (" + issue["grade"].get<std::string>() + "): ");
  }));
}

// What is shown and what is counted are all issues that the suspect may have.
void CheckCounts(const Json& suspect, const std::string& report, size_t named) {
  const std::vector<std::string> lines = IssueLines(report, suspect["rank"]);
  const std::string text = Joined(lines);
  const size_t listed = suspect["known_issues"].size() - 1;  // one is in no catalogue
  const size_t shown = Shown(suspect, text);
  CHECK(shown == std::min(listed, named));
  CHECK(shown + AndMore(lines) == listed + suspect["known_issues_more"].get<size_t>());
  CHECK(Contains(text, "a defect not in this catalogue (cannot be excluded)"));
}

bool HoldsPath(const std::string& line) { return Contains(line, "\\\\"); }

void CheckWidth(const std::string& report, size_t width) {
  for (const std::string& line : LinesOf(report)) {
    if (!HoldsPath(line)) CHECK_MESSAGE(DisplayWidth(line) <= width, line);
  }
}

constexpr size_t kWidths[] = {60, 80, 140};

TEST_CASE("known issues keep to the page, and what is shown and counted are all of them") {
  size_t longest = 0;
  for (const std::string& name : SamplesThatLeak()) {
    const Arguments run = {"analyze", SampleLog(name)};
    const Json suspects = JsonOf(run)["suspects"];
    for (const size_t width : kWidths) {
      CAPTURE(name);
      CAPTURE(width);
      const Arguments page = With(run, {"--width", std::to_string(width)});
      const std::string folded = OutputOf(page);
      const std::string whole = OutputOf(With(page, {"--all"}));
      CheckWidth(folded, width);
      CheckWidth(whole, width);
      for (const Json& suspect : suspects) {
        longest = std::max(longest, suspect["known_issues"].size() - 1);
        CheckCounts(suspect, folded, kNamed);
        CheckCounts(suspect, whole, suspect["known_issues"].size());
      }
    }
  }
  CHECK(longest > kNamed);  // else this test does not see a list that is folded
}

TEST_CASE("suspects in brief name one issue and count the others") {
  const TempDir dir;
  const Arguments run = {"analyze",      ManyLeaks(dir), "--product",
                         "exchange-5.5", "--windows",    "nt4"};
  const Json suspects = JsonOf(run)["suspects"];
  REQUIRE(suspects.size() > kInFull);
  for (const size_t width : kWidths) {
    CAPTURE(width);
    const std::string report = OutputOf(With(run, {"--width", std::to_string(width)}));
    CheckWidth(report, width);
    for (const Json& suspect : suspects) {
      CAPTURE(suspect["component"]);
      CheckCounts(suspect, report, suspect["rank"] > kInFull ? 1 : kNamed);
    }
  }
}

TEST_CASE("--top shows the known issues of the first suspects only") {
  const Arguments run = {"analyze", SampleLog("q254282")};
  const std::string all = OutputOf(run);
  const std::string first = OutputOf(With(run, {"--top", "1"}));
  CHECK(IssueLines(first, 1) == IssueLines(all, 1));
  CHECK(!IssueLines(all, 2).empty());
  CHECK(IssueLines(first, 2).empty());
}

TEST_CASE("--ascii is ASCII with the same known issues") {
  for (const std::string& name : SamplesThatLeak()) {
    CAPTURE(name);
    const Arguments run = {"analyze", SampleLog(name), "--all"};
    const std::string text = OutputOf(With(run, {"--ascii"}));
    CHECK(std::all_of(text.begin(), text.end(), [](char c) { return c > 0; }));
    CHECK(IssueLines(text, 1) == IssueLines(OutputOf(run), 1));
  }
}

TEST_CASE("words of the user's rules are shown, not obeyed, and keep to the page") {
  const TempDir dir;
  const std::string rules = dir.Write("own.toml", kRules);
  for (const size_t width : kWidths) {
    const std::string text = OutputOf({"analyze", SampleLog("q265511"), "--rules", rules, "--width",
                                       std::to_string(width), "--color", "never"});
    CheckWidth(text, width);
    CHECK(!Contains(text, "\x1b"));
    CHECK(Contains(Unwrapped(text), "OPS-1 (compatible): Größer \"als\" \\x1B[2J ein 漏れ"));
    CHECK(Contains(Unwrapped(text), "fix: filter.sys 1.2 (2001-02-03)"));
  }
}

}  // namespace
}  // namespace perfleak
