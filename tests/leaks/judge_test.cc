#include "leaks/judge.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace perfleak {
namespace {

std::string Roles(const std::vector<std::pair<double, double>>& spans) {
  std::vector<Life> lives;
  for (const auto& [start_s, end_s] : spans) {
    Life& life = lives.emplace_back();
    life.start_s = start_s;
    life.end_s = end_s;
  }
  std::string text;
  for (const auto& role : SplitRoles(lives)) {
    text += "[";
    for (const size_t life : role) text += std::to_string(life);
    text += "]";
  }
  return text;
}

TEST_CASE("lives one after another are one role") {
  CHECK(Roles({{0, 10}, {11, 20}, {21, 30}}) == "[012]");
}

TEST_CASE("lives at the same time are different roles") {
  CHECK(Roles({{0, 30}, {0, 30}, {5, 20}}) == "[0][1][2]");
}

TEST_CASE("a life takes over the role that was left last") {
  // 0 ends at 10, 1 at 18; 2 begins at 19 and follows 1; 3 begins at 20 and follows 0.
  CHECK(Roles({{0, 10}, {0, 18}, {19, 40}, {20, 40}}) == "[03][12]");
}

TEST_CASE("no lives are no roles") { CHECK(Roles({}).empty()); }

}  // namespace
}  // namespace perfleak
