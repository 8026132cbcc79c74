#include "series/life_order.h"

#include <algorithm>
#include <tuple>

namespace perfleak {
namespace {

auto Order(const Life& life) {
  return std::tie(life.machine, life.object, life.instance, life.start_s, life.pid);
}

// -1 for none: ids are not negative.
int64_t FirstColumn(const Life& life) {
  if (life.series.empty() || life.series.front().counters.empty()) return -1;
  return life.series.front().counters.front();
}

}  // namespace

bool ComesBefore(const Life& a, const Life& b) {
  if (Order(a) != Order(b)) return Order(a) < Order(b);
  return FirstColumn(a) < FirstColumn(b);
}

void SortLives(std::vector<Life>* lives) {
  std::stable_sort(lives->begin(), lives->end(), ComesBefore);
}

}  // namespace perfleak
