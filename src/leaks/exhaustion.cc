#include "leaks/exhaustion.h"

#include <cmath>
#include <limits>

#include "base/text.h"

namespace perfleak {
namespace {

// Handles one process can hold (Russinovich, Pushing the Limits of Windows: Handles).
constexpr double kMaxHandles = 16777216;

// Of the process's rate, the least by which the machine's committed bytes must grow to speak for
// it.
constexpr double kTotalSpeaks = 0.8;

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
std::optional<double> LastOf(const SeriesSet& set, const std::string& machine, Resource resource) {
  std::optional<double> last;
  for (const Life& life : set.lives) {  // sorted by start: the last life wins
    if (life.machine != machine || !EqualsIgnoreCase(life.object, "Memory")) continue;
    for (const LifeSeries& series : life.series) {
      if (series.traits.resource == resource) last = series.moments.last;
    }
  }
  return last;
}

const Finding* CommittedOf(std::span<const Finding> findings, const std::string& machine) {
  for (const Finding& finding : findings) {
    if (finding.machine == machine && finding.traits.resource == Resource::kCommittedBytes) {
      return &finding;
    }
  }
  return nullptr;
}

double EndOf(const Finding& finding, const SeriesSet& set) {
  return set.lives[finding.lives.back().life].end_s;
}

std::optional<Exhaustion> AtLimit(const Finding& finding, const SeriesSet& set, double limit,
                                  Exhaustion shown) {
  const Forecast forecast = ForecastLimit(finding.trend, limit);
  if (!forecast.foreseeable) return std::nullopt;
  const double end_s = EndOf(finding, set);
  shown.p10_s = end_s + forecast.p10_s;
  shown.p50_s = end_s + forecast.p50_s;
  shown.p90_s = end_s + forecast.p90_s;
  return shown;
}

std::optional<Exhaustion> OfCommitLimit(const Finding& finding, std::span<const Finding> findings,
                                        const SeriesSet& set) {
  const auto limit = LastOf(set, finding.machine, Resource::kCommitLimit);
  const auto committed = LastOf(set, finding.machine, Resource::kCommittedBytes);
  if (!limit || !committed || *limit <= *committed) return std::nullopt;
  const Exhaustion shown{"Commit Limit", *limit, Unit::kBytes, 0, 0, 0};
  const Finding* total = CommittedOf(findings, finding.machine);
  const bool total_speaks = total != nullptr && total->trend.state == TrendState::kFitted &&
                            total->trend.slope.per_s > kTotalSpeaks * finding.trend.slope.per_s;
  if (total_speaks) return AtLimit(*total, set, *limit, shown);
  const double head = *limit - *committed;
  return AtLimit(finding, set, finding.trend.level + head, shown);
}

}  // namespace

std::optional<Exhaustion> ForecastExhaustion(const Finding& finding,
                                             std::span<const Finding> findings,
                                             const SeriesSet& set) {
  if (CountsTowardsCommit(finding)) return OfCommitLimit(finding, findings, set);
  switch (finding.traits.resource) {
    case Resource::kHandles:
      return AtLimit(finding, set, kMaxHandles,
                     {"handles of one process", kMaxHandles, Unit::kCount, 0, 0, 0});
    case Resource::kSystemPtes:
      return AtLimit(finding, set, 0, {"no free system PTEs", 0, Unit::kCount, 0, 0, 0});
    case Resource::kLargestFreeBlock:
      return AtLimit(finding, set, 0, {"no free address space", 0, Unit::kBytes, 0, 0, 0});
    case Resource::kRegistryQuota:
      return AtLimit(finding, set, 100, {"registry quota", 100, Unit::kPercent, 0, 0, 0});
    default:
      return std::nullopt;
  }
}

}  // namespace perfleak
