// Runs the program on small logs and takes its output apart, for tests of the whole.
#ifndef PERFLEAK_TESTS_APP_RUN_PROGRAM_H_
#define PERFLEAK_TESTS_APP_RUN_PROGRAM_H_

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "app/cli.h"
#include "support/fake_console.h"

namespace perfleak {

using Arguments = std::vector<std::string>;

inline std::string SampleLog(const std::string& name) {
  return std::string(PERFLEAK_SAMPLES_DIR) + "/" + name + ".csv";
}

inline Arguments With(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// What a run that succeeds prints.
inline std::string OutputOf(const Arguments& arguments) {
  FakeConsole console;
  CHECK(Run(arguments, &console) == 0);
  CHECK(console.err.empty());
  return console.out;
}

// What a run that fails says.
inline std::string ErrorOf(const Arguments& arguments) {
  FakeConsole console;
  CHECK(Run(arguments, &console) == 2);
  CHECK(console.out.empty());
  return console.err;
}

inline nlohmann::json JsonOf(const Arguments& arguments) {
  return nlohmann::json::parse(OutputOf(With(arguments, {"--format", "json"})));
}

inline bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The text with one blank wherever it has blanks or line ends, so that wrapping does not matter.
inline std::string Unwrapped(const std::string& text) {
  std::istringstream words(text);
  std::string joined;
  for (std::string word; words >> word;) joined += (joined.empty() ? "" : " ") + word;
  return joined;
}

// The issue of a suspect with this id ("" for the defect that is in no catalogue); null if it has
// none.
inline nlohmann::json IssueOf(const nlohmann::json& suspect, const std::string& id) {
  for (const nlohmann::json& issue : suspect["known_issues"]) {
    if (issue["id"] == id) return issue;
  }
  return nullptr;
}

// The ids of the first issue and of those that the log cannot tell from it.
inline std::vector<std::string> FirstPlace(const nlohmann::json& suspect) {
  std::vector<std::string> ids;
  const nlohmann::json& first = suspect["known_issues"].front();
  for (const nlohmann::json& issue : suspect["known_issues"]) {
    const bool tied = first["tie_group"] != 0 && issue["tie_group"] == first["tie_group"];
    if (tied || issue["id"] == first["id"]) ids.push_back(issue["id"]);
  }
  return ids;
}

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_APP_RUN_PROGRAM_H_
