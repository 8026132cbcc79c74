#include "leaks/ranking.h"

#include <doctest/doctest.h>

#include <string>

namespace perfleak {
namespace {

Suspect Make(const char* component, Verdict verdict, double score, double share = 0,
             double exhausted_s = 0) {
  Suspect suspect;
  suspect.component = component;
  suspect.verdict = verdict;
  suspect.score = score;
  if (share > 0) suspect.growth_in.share_of_system = share;
  if (exhausted_s > 0) {
    suspect.exhaustion.emplace().p50_s = exhausted_s;
  }
  return suspect;
}

std::string Order(std::vector<Suspect> suspects) {
  Rank(&suspects);
  std::string text;
  for (const Suspect& suspect : suspects) text += std::to_string(suspect.rank) + suspect.component;
  return text;
}

TEST_CASE("leaks come before what is to be watched, whatever the score") {
  CHECK(Order({Make("a", Verdict::kWatch, .99), Make("b", Verdict::kLeak, .8)}) == "1b2a");
}

TEST_CASE("what is exhausted first comes first, then the larger share, score and name") {
  CHECK(Order({Make("a", Verdict::kLeak, .9, .9), Make("b", Verdict::kLeak, .9, .1, 2e9),
               Make("c", Verdict::kLeak, .9, .1, 1e9)}) == "1c2b3a");
  CHECK(Order({Make("a", Verdict::kLeak, .9, .2), Make("b", Verdict::kLeak, .9, .7)}) == "1b2a");
  CHECK(Order({Make("a", Verdict::kLeak, .8), Make("b", Verdict::kLeak, .9)}) == "1b2a");
  CHECK(Order({Make("b", Verdict::kLeak, .9), Make("a", Verdict::kLeak, .9)}) == "1a2b");
}

}  // namespace
}  // namespace perfleak
