// Golden files: output compared byte for byte with a file that a person has read and accepted.
//
// A test fails with the first line that differs. tests/accept shows the differences of all of them
// and, on request, writes the new output: it sets PERFLEAK_ACTUAL_DIR to collect the output that
// differs under the path of its golden file, or PERFLEAK_ACCEPT=1 to overwrite the golden files.
#ifndef PERFLEAK_TESTS_SUPPORT_GOLDEN_H_
#define PERFLEAK_TESTS_SUPPORT_GOLDEN_H_

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>

namespace perfleak {

// The bytes of a file, "" if it cannot be read.
inline std::string ReadWholeFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void WriteWholeFile(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << text;
  REQUIRE_MESSAGE(out.flush().good(), "cannot write ", path.string());
}

// "line 3:\n  expected: ...\n  actual:   ..." of the first line that differs.
inline std::string FirstDifference(const std::string& expected, const std::string& actual) {
  std::istringstream expected_in(expected), actual_in(actual);
  for (size_t number = 1;; ++number) {
    std::string expected_line, actual_line;
    const bool expected_ends = !std::getline(expected_in, expected_line);
    const bool actual_ends = !std::getline(actual_in, actual_line);
    if (expected_ends && actual_ends) return "the line feed at the end";
    if (!expected_ends && !actual_ends && expected_line == actual_line) continue;
    return "line " + std::to_string(number) +
           ":\n  expected: " + (expected_ends ? "(end)" : expected_line) +
           "\n  actual:   " + (actual_ends ? "(end)" : actual_line);
  }
}

// Requires an absolute path.
inline void CheckGolden(const std::filesystem::path& golden, const std::string& actual) {
  const std::string expected = ReadWholeFile(golden);
  if (expected == actual) return;
  const char* accept = std::getenv("PERFLEAK_ACCEPT");
  if (accept != nullptr && std::string_view(accept) == "1") {
    WriteWholeFile(golden, actual);
    return;
  }
  if (const char* directory = std::getenv("PERFLEAK_ACTUAL_DIR")) {
    WriteWholeFile(std::filesystem::path(directory) / golden.relative_path(), actual);
  }
  FAIL_CHECK(golden.string(), " differs in ", FirstDifference(expected, actual),
             "\nRead and accept the difference with tests/accept.");
}

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_SUPPORT_GOLDEN_H_
