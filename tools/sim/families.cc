#include "families.h"

namespace perfleak::sim {

std::vector<Family> AllFamilies() {
  std::vector<Family> all;
  for (const auto& some :
       {HealthyFamilies(), AmbiguousFamilies(), LeakingFamilies(), MachineFamilies()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace perfleak::sim
