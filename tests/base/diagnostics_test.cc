#include "base/diagnostics.h"

#include <doctest/doctest.h>

namespace perfleak {
namespace {

TEST_CASE("a position leaves out what is not known") {
  CHECK(ToString(Position{"a.csv", 3, 14}) == "a.csv:3:14");
  CHECK(ToString(Position{"a.csv", 3, 0}) == "a.csv:3");
  CHECK(ToString(Position{"a.csv", 0, 14}) == "a.csv");
}

TEST_CASE("events are counted by kind with the first message and the first places") {
  Diagnostics diagnostics;
  for (uint64_t line = 2; line <= 11; ++line) {
    diagnostics.Add("bad-row", line == 2 ? "first" : "later", {"a.csv", line, 0});
  }
  diagnostics.Add("abrupt-end", "torn", {"a.csv", 12, 0}, 5);
  CHECK(diagnostics.Count("bad-row") == 10);
  CHECK(diagnostics.Count("abrupt-end") == 5);
  CHECK(diagnostics.Count("never") == 0);
  const auto entries = diagnostics.Entries();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].code == "abrupt-end");
  CHECK(entries[1].message == "first");
  CHECK(entries[1].places == std::vector<std::string>{"a.csv:2", "a.csv:3", "a.csv:4"});
}

}  // namespace
}  // namespace perfleak
