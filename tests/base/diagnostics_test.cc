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

TEST_CASE("entries counted elsewhere are added up, with the first places") {
  Diagnostics diagnostics;
  diagnostics.Add("bad-row", "first", {"a.csv", 2, 0});
  diagnostics.Add({"bad-row", "second", 10, {"b.csv:1", "b.csv:2", "b.csv:3"}});
  diagnostics.Add({"overlap", "new", 2, {"b.csv:4"}});
  const auto entries = diagnostics.Entries();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].count == 11);
  CHECK(entries[0].message == "first");
  CHECK(entries[0].places == std::vector<std::string>{"a.csv:2", "b.csv:1", "b.csv:2"});
  CHECK(entries[1].count == 2);
  CHECK(entries[1].message == "new");
}

}  // namespace
}  // namespace perfleak
