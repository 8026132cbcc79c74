#include "leaks/exhaustion.h"

#include <string>
#include <utility>

namespace perfleak {
namespace {

// Handles one process can hold (Russinovich, Pushing the Limits of Windows: Handles).
constexpr double kMaxHandles = 16777216;

// The machine's committed bytes speak for a component if they grow at least so much of its rate...
constexpr double kTotalSpeaks = 0.8;
// ...and it makes up at least so much of theirs: a small leak does not bring the end that a large
// one does.
constexpr double kPartSpeaks = 0.3;

bool CountsTowardsCommit(const Finding& finding) {
  switch (finding.traits.resource) {
    case Resource::kPrivateBytes:
    case Resource::kPageFileBytes:
    case Resource::kManagedHeapBytes:
    case Resource::kCommittedBytes:
      return true;
    default:
      return false;
  }
}

// The last level of a counter of the object Memory.
std::optional<double> LastOf(const MachineIndex& index, const std::string& machine,
                             Resource resource) {
  const std::vector<SeriesRef> refs = index.OfSystem(machine, resource);
  if (refs.empty()) return std::nullopt;
  return index.set().lives[refs.back().life].series[refs.back().series].moments.last;
}

std::optional<Exhaustion> AtLimit(const Finding& finding, const MachineIndex& index, double limit,
                                  Exhaustion shown) {
  const Forecast forecast = ForecastLimit(finding.trend, limit);
  if (!forecast.foreseeable) return std::nullopt;
  shown.as_of_s = index.set().lives[finding.lives.back().life].end_s;
  shown.p10_s = shown.as_of_s + forecast.p10_s;
  shown.p50_s = shown.as_of_s + forecast.p50_s;
  shown.p90_s = shown.as_of_s + forecast.p90_s;
  return shown;
}

Exhaustion Limit(std::string name, double value, Unit unit) {
  Exhaustion exhaustion;
  exhaustion.limit = std::move(name);
  exhaustion.limit_value = value;
  exhaustion.unit = unit;
  return exhaustion;
}

std::optional<Exhaustion> OfCommitLimit(const Finding& finding, const Finding* total,
                                        const MachineIndex& index) {
  const auto limit = LastOf(index, finding.machine, Resource::kCommitLimit);
  const auto committed = LastOf(index, finding.machine, Resource::kCommittedBytes);
  if (!limit || !committed || *limit <= *committed) return std::nullopt;
  const Exhaustion shown = Limit("Commit Limit", *limit, Unit::kBytes);
  const bool total_speaks = total != nullptr && total->trend.state == TrendState::kFitted &&
                            total->trend.slope.per_s > kTotalSpeaks * finding.trend.slope.per_s &&
                            finding.trend.slope.per_s > kPartSpeaks * total->trend.slope.per_s;
  if (total_speaks) return AtLimit(*total, index, *limit, shown);
  const double head = *limit - *committed;
  return AtLimit(finding, index, finding.trend.level + head, shown);
}

}  // namespace

std::optional<Exhaustion> ForecastExhaustion(const Finding& finding, const Finding* committed,
                                             const MachineIndex& index) {
  if (CountsTowardsCommit(finding)) return OfCommitLimit(finding, committed, index);
  switch (finding.traits.resource) {
    case Resource::kHandles:
      return AtLimit(finding, index, kMaxHandles,
                     Limit("handles of one process", kMaxHandles, Unit::kCount));
    case Resource::kSystemPtes:
      return AtLimit(finding, index, 0, Limit("no free system PTEs", 0, Unit::kCount));
    case Resource::kLargestFreeBlock:
      return AtLimit(finding, index, 0, Limit("no free address space", 0, Unit::kBytes));
    case Resource::kRegistryQuota:
      return AtLimit(finding, index, 100, Limit("registry quota", 100, Unit::kPercent));
    default:
      return std::nullopt;
  }
}

}  // namespace perfleak
