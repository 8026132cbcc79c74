#include "leaks/growth_key.h"

#include "base/text.h"

namespace perfleak {

GrowthKey KeyOf(const Finding& finding, const CounterTable& table) {
  return {ToLower(finding.object), ToLower(finding.instance),
          ToLower(table[finding.counter].path.counter)};
}

}  // namespace perfleak
