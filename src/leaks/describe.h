// Findings as the report shows them: names, numbers and a sparkline.
#ifndef PERFLEAK_LEAKS_DESCRIBE_H_
#define PERFLEAK_LEAKS_DESCRIBE_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leaks/finding.h"
#include "leaks/instances.h"
#include "leaks/ownership.h"
#include "leaks/suspect.h"
#include "model/counter_table.h"

namespace perfleak {

// What stands for a counter where the number of a program's processes grows.
constexpr std::string_view kInstanceCount = "Instance Count";

class Describer {
 public:
  // `ownership` and `table` outlive this.
  Describer(const Ownership& ownership, const CounterTable& table)
      : ownership_(ownership), table_(table) {}

  // "Private Bytes of store", "Memory\Committed Bytes".
  std::string NameOf(const Finding& finding) const;

  Growth GrowthOf(const Finding& finding) const;
  Growth GrowthOf(const GrowingNumber& number) const;

  // From where the growth begins to the last sample.
  double SpanOf(const Finding& finding) const;

 private:
  std::vector<double> Sparkline(const std::string& machine,
                                std::span<const BucketSeries> series) const;

  const Ownership& ownership_;
  const CounterTable& table_;
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_DESCRIBE_H_
