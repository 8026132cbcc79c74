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

TEST_CASE("a life takes over the role that was left last, others alike") {
  // In seconds, so that being away counts for little: 2 begins at 19 and follows 1, which left at
  // 18 and not at 10; 3 follows 0.
  CHECK(Roles({{0, 10}, {0, 18}, {19, 40}, {20, 40}}) == "[03][12]");
}

// Private bytes and handles a life begins with.
Life Beginning(double start_s, double end_s, double bytes, double handles) {
  Life life;
  life.start_s = start_s;
  life.end_s = end_s;
  life.is_process = true;
  for (const auto& [resource, level] :
       {std::pair(Resource::kPrivateBytes, bytes), std::pair(Resource::kHandles, handles)}) {
    LifeSeries& series = life.series.emplace_back();
    series.traits.resource = resource;
    series.extremes.first = level;
  }
  return life;
}

TEST_CASE("of several programs of one name each goes on with its own after a restart") {
  // Two services before the restart of the machine, two after it, which begin in another order.
  const std::vector<Life> lives = {Beginning(0, 100, 4e6, 120), Beginning(0, 100, 30e6, 900),
                                   Beginning(200, 300, 29e6, 880), Beginning(200, 300, 4.1e6, 125)};
  CHECK(SplitRoles(lives) == std::vector<std::vector<size_t>>{{0, 3}, {1, 2}});
}

TEST_CASE("a life unlike all that left is a program of its own, if the name is shared") {
  const Life small = Beginning(0, 100, 4e6, 120), other = Beginning(0, 400, 30e6, 900);
  const Life large = Beginning(200, 300, 60e6, 2000);
  CHECK(SplitRoles(std::vector{small, other, large}).size() == 3);
  // Alone with its name it is the same program, which was updated or begins differently.
  CHECK(SplitRoles(std::vector{small, large}).size() == 1);
}

TEST_CASE("no lives are no roles") { CHECK(Roles({}).empty()); }

}  // namespace
}  // namespace perfleak
