#include "model/counter_table.h"

#include <utility>

namespace perfleak {

CounterTable::CounterTable(Filter wanted) : wanted_(std::move(wanted)) {}

void CounterTable::Reserve(size_t counters) {
  counters_.reserve(counters);
  id_of_key_.reserve(counters);
}

CounterId CounterTable::Intern(CounterPath path) {
  const auto next = static_cast<CounterId>(counters_.size());
  const auto [found, is_new] = id_of_key_.try_emplace(CanonicalKey(path), next);
  if (!is_new) return found->second;
  Counter counter;
  counter.traits = TraitsOf(path);
  counter.path = std::move(path);
  counter.wanted = wanted_(counter);
  counters_.push_back(std::move(counter));
  return next;
}

bool CounterTable::UsedByAnalysis(const Counter& counter) {
  switch (counter.traits.kind) {
    case CounterKind::kResource:
    case CounterKind::kIdentifier:
    case CounterKind::kClock:
      return true;
    case CounterKind::kContext:
    case CounterKind::kCumulative:
      return counter.traits.resource != Resource::kNone;
    case CounterKind::kFlow:
      return counter.traits.load_rank > 0;
    case CounterKind::kUnknown:
      return false;
  }
  return false;
}

}  // namespace perfleak
