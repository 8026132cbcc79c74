// Whose known issues a growing program may have, by the names that programs have on other versions
// of Windows.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/run_program.h"
#include "support/csv_log.h"
#include "support/temp_dir.h"
#include "support/test_log.h"

namespace perfleak {
namespace {

using Json = nlohmann::json;

constexpr double kMb = 1048576;

// The suspect of a machine on which `grows` leaks and `quiet` runs beside it.
Json SuspectOf(const std::string& grows, const std::vector<std::string>& quiet,
               const Arguments& stated) {
  std::vector<CsvColumn> columns = {{R"(\\PC\Process()" + grows + R"()\Private Bytes)", [](int i) {
                                       return 20 * kMb + kMb / 10 * i + kMb * Noise(i, 1);
                                     }}};
  for (const std::string& name : quiet) {
    columns.push_back({R"(\\PC\Process()" + name + R"()\Private Bytes)",
                       [](int i) { return 20 * kMb + kMb * Noise(i, 2); }});
  }
  const TempDir dir;
  const Json suspects =
      JsonOf(With({"analyze", dir.Write("a.csv", CsvLog(columns, 2000))}, stated))["suspects"];
  REQUIRE(suspects.size() == 1);
  REQUIRE(suspects[0]["component"] == grows);
  return suspects[0];
}

// Whether an issue is a candidate because the program has another name elsewhere.
bool HasIssuesOfOtherName(const Json& suspect) {
  return Contains(suspect["known_issues"].dump(), "as the program is named on another Windows");
}

TEST_CASE("a program has the issues of the name it has on another Windows") {
  CHECK(HasIssuesOfOtherName(SuspectOf("w3wp", {"inetinfo"}, {"--windows", "2003"})));
  CHECK(HasIssuesOfOtherName(SuspectOf("dsamain", {"store"}, {"--windows", "nt4"})));
}

TEST_CASE("an earlier image beside the later one is another program and has none of its issues") {
  const Arguments nt4 = {"--windows", "nt4", "--product", "exchange-5.5"};
  const Json directory = SuspectOf("dsamain", {"lsass", "store"}, nt4);
  CHECK(!HasIssuesOfOtherName(directory));
  // Its own: Q177875 is of the directory service of Exchange.
  CHECK(!IssueOf(directory, "Q177875").is_null());
  CHECK(IssueOf(directory, "Q195733").is_null());  // of spoolss and lsass
}

}  // namespace
}  // namespace perfleak
