#include "leaks/instances.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "base/text.h"

namespace perfleak {
namespace {

// Fewer lives cannot hold a material rise.
constexpr size_t kMinLives = 9;
// From so many on, lives may have been forgotten, and the past looks emptier than it was.
constexpr size_t kAllKept = 64;

using LivesByImage = std::map<std::string, std::vector<const Life*>>;

LivesByImage GroupByImage(const MachineIndex& index, const std::string& machine) {
  LivesByImage images;
  for (const size_t i : index.ProcessLives(machine)) {
    const Life& life = index.set().lives[i];
    images[life.instance].push_back(&life);
  }
  return images;
}

// The times of the machine's longest life, with the load.
std::optional<BucketSeries> TimesOf(const MachineIndex& index, const std::string& machine) {
  const Life* longest = nullptr;
  for (const size_t i : index.ProcessLives(machine)) {
    const Life& life = index.set().lives[i];
    if (life.series.empty()) continue;
    if (longest == nullptr || life.span_s() > longest->span_s()) longest = &life;
  }
  if (longest == nullptr) return std::nullopt;
  return longest->Buckets(longest->series.front());
}

BucketSeries Count(BucketSeries times, const std::vector<const Life*>& lives) {
  for (size_t i = 0; i < times.size(); ++i) {
    const double t_s = times.start_s + times.t_s[i];
    times.mean[i] =
        static_cast<double>(std::count_if(lives.begin(), lives.end(), [t_s](const Life* life) {
          return life->start_s <= t_s && t_s <= life->end_s;
        }));
    times.min[i] = times.max[i] = times.mean[i];
  }
  return times;
}

std::vector<int64_t> PidsAtEnd(const std::vector<const Life*>& lives) {
  std::vector<int64_t> pids;
  for (const Life* life : lives) {
    if (life->pid && life->ended == Cut::kLogEdge) pids.push_back(*life->pid);
  }
  return pids;
}

}  // namespace

std::vector<GrowingNumber> FindGrowingNumbers(const MachineIndex& index, Designs* designs) {
  std::vector<GrowingNumber> found;
  for (const MachineFacts& facts : index.set().machines) {
    const auto times = TimesOf(index, facts.name);
    if (!times) continue;
    for (const auto& [image, lives] : GroupByImage(index, facts.name)) {
      const bool forgotten = index.set().lives_forgotten > 0 && lives.size() >= kAllKept;
      if (lives.size() < kMinLives || forgotten || image.empty()) continue;
      GrowingNumber one{facts.name, image, Count(*times, lives), {}, PidsAtEnd(lives)};
      TrendContext context;
      context.unit = Unit::kCount;
      context.designs = designs;
      one.trend = FitTrend(one.number, context);
      if (one.trend.verdict >= Verdict::kWatch) found.push_back(std::move(one));
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const GrowingNumber& a, const GrowingNumber& b) {
    return std::make_tuple(a.machine, -a.trend.grown, a.image) <
           std::make_tuple(b.machine, -b.trend.grown, b.image);
  });
  return found;
}

bool IsOfSession(const std::string& image) {
  return EqualsIgnoreCase(image, "csrss") || EqualsIgnoreCase(image, "winlogon");
}

}  // namespace perfleak
