// Which growth is which from one log or one week to the next: a counter of a program, whatever
// column it stands in.
#ifndef PERFLEAK_LEAKS_GROWTH_KEY_H_
#define PERFLEAK_LEAKS_GROWTH_KEY_H_

#include <string>

#include "leaks/finding.h"
#include "model/counter_table.h"

namespace perfleak {

// Lower case. Without the machine, whose name may change from log to log.
struct GrowthKey {
  std::string object, instance, counter;

  auto operator<=>(const GrowthKey&) const = default;
};

GrowthKey KeyOf(const Finding& finding, const CounterTable& table);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_GROWTH_KEY_H_
