#include "model/counter_table.h"

#include <algorithm>
#include <utility>

namespace perfleak {

CounterTable::CounterTable(Filter wanted) : wanted_(std::move(wanted)) {}

void CounterTable::Reserve(size_t counters) {
  counters_.reserve(counters);
  ids_of_hash_.reserve(counters);
}

std::optional<CounterId> CounterTable::Find(const std::string& key, size_t hash) const {
  const auto [begin, end] = ids_of_hash_.equal_range(hash);
  const auto found = std::find_if(begin, end, [&](const auto& entry) {
    return CanonicalKey(counters_[entry.second].path) == key;
  });
  if (found == end) return std::nullopt;
  return found->second;
}

std::optional<CounterId> CounterTable::Find(const CounterPath& path) const {
  const std::string key = CanonicalKey(path);
  return Find(key, std::hash<std::string>()(key));
}

CounterId CounterTable::Intern(CounterPath path) {
  const std::string key = CanonicalKey(path);
  const size_t hash = std::hash<std::string>()(key);
  if (const std::optional<CounterId> known = Find(key, hash)) return *known;
  const auto next = static_cast<CounterId>(counters_.size());
  ids_of_hash_.emplace(hash, next);
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
