// The counters of one timeline, each once: the same path in two columns or two files is one
// counter. A CounterId is an index into the table and into every Row. The table only grows.
#ifndef PERFLEAK_MODEL_COUNTER_TABLE_H_
#define PERFLEAK_MODEL_COUNTER_TABLE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/counter_path.h"
#include "model/counter_traits.h"

namespace perfleak {

using CounterId = uint32_t;

struct Counter {
  CounterPath path;
  CounterTraits traits;
  bool wanted = false;  // values are read from the log; others stay missing in every Row
};

class CounterTable {
 public:
  // Decides for each counter, once and before it is in the table, whether its values are read.
  // Default: every counter that the analysis uses (not kUnknown, flows only as measure of load,
  // others only where a rule needs them).
  using Filter = std::function<bool(const Counter&)>;

  explicit CounterTable(Filter wanted = UsedByAnalysis);

  // Makes room for so many.
  void Reserve(size_t counters);

  // The id of the counter, adding it when new.
  CounterId Intern(CounterPath path);

  // nullopt if it is not in the table.
  std::optional<CounterId> Find(const CounterPath& path) const;

  const Counter& operator[](CounterId id) const { return counters_[id]; }
  size_t size() const { return counters_.size(); }

  static bool UsedByAnalysis(const Counter& counter);

 private:
  std::optional<CounterId> Find(const std::string& key, size_t hash) const;

  Filter wanted_;
  std::vector<Counter> counters_;
  std::unordered_multimap<size_t, CounterId> ids_of_hash_;  // of the canonical key; keys are long
};

}  // namespace perfleak

#endif  // PERFLEAK_MODEL_COUNTER_TABLE_H_
