#include "leaks/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace perfleak {
namespace {

// Sorts ascending: what comes first is worse.
auto RankKey(const Suspect& suspect) {
  const auto& exhaustion = suspect.exhaustion;
  const double left_s = exhaustion ? exhaustion->p50_s - exhaustion->as_of_s
                                   : std::numeric_limits<double>::infinity();
  const double share = suspect.growth_in.share_of_system.value_or(0);
  return std::make_tuple(suspect.verdict == Verdict::kLeak ? 0 : 1, left_s, -share, -suspect.score,
                         suspect.machine, suspect.component, suspect.growth_in.path);
}

}  // namespace

void Rank(std::vector<Suspect>* suspects) {
  std::sort(suspects->begin(), suspects->end(),
            [](const Suspect& a, const Suspect& b) { return RankKey(a) < RankKey(b); });
  for (size_t i = 0; i < suspects->size(); ++i) (*suspects)[i].rank = static_cast<int>(i + 1);
}

void Sort(std::vector<Explained>* explained) {
  std::sort(explained->begin(), explained->end(), [](const Explained& a, const Explained& b) {
    return std::make_tuple(a.unit, -std::abs(a.grown), a.path) <
           std::make_tuple(b.unit, -std::abs(b.grown), b.path);
  });
}

}  // namespace perfleak
