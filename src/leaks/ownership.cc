#include "leaks/ownership.h"

#include <algorithm>

#include "base/text.h"

namespace perfleak {
namespace {

// The series at a moment, by straight lines between bucket means; 0 outside the life.
double ValueAt(const BucketSeries& series, double t_s) {
  const double age_s = t_s - series.start_s;
  if (series.size() == 0 || age_s < 0 || age_s > series.span_s) return 0;
  const auto after = std::lower_bound(series.t_s.begin(), series.t_s.end(), age_s);
  const auto i = static_cast<size_t>(after - series.t_s.begin());
  if (i == 0) return series.mean.front();
  if (i == series.size()) return series.mean.back();
  const double part = (age_s - series.t_s[i - 1]) / (series.t_s[i] - series.t_s[i - 1]);
  return series.mean[i - 1] + part * (series.mean[i] - series.mean[i - 1]);
}

bool IsMemory(const Life& life) { return EqualsIgnoreCase(life.object, "Memory"); }

}  // namespace

Ownership::Ownership(const SeriesSet& set) : set_(set) {}

double Ownership::GridTime(size_t i) const {
  // The middles of equal parts, so that the ends of the log weigh no more than the rest.
  const double part = (static_cast<double>(i) + 0.5) / kGridPoints;
  return set_.start_s + part * (set_.end_s - set_.start_s);
}

double Ownership::GridSlope(std::span<const SeriesRef> parts) const {
  if (set_.end_s <= set_.start_s) return 0;
  std::vector<double> sum(kGridPoints, 0.0);
  for (const SeriesRef& part : parts) {
    const Life& life = set_.lives[part.life];
    const BucketSeries series = life.Buckets(life.series[part.series]);
    for (size_t i = 0; i < kGridPoints; ++i) sum[i] += ValueAt(series, GridTime(i));
  }
  const double t_mean_s = (set_.start_s + set_.end_s) / 2;
  double sxx = 0, sxy = 0;
  for (size_t i = 0; i < kGridPoints; ++i) {
    const double dt_s = GridTime(i) - t_mean_s;
    sxx += dt_s * dt_s;
    sxy += dt_s * (sum[i] - sum[0]);
  }
  return sxy / sxx;
}

std::vector<SeriesRef> Ownership::OfProcesses(const std::string& machine, Resource resource) const {
  std::vector<SeriesRef> refs;
  for (size_t l = 0; l < set_.lives.size(); ++l) {
    const Life& life = set_.lives[l];
    if (life.machine != machine || !life.is_process) continue;
    for (size_t s = 0; s < life.series.size(); ++s) {
      if (life.series[s].traits.resource == resource) refs.push_back({l, s});
    }
  }
  return refs;
}

std::vector<SeriesRef> Ownership::OfSystem(const std::string& machine, Resource resource) const {
  std::vector<SeriesRef> refs;
  for (size_t l = 0; l < set_.lives.size(); ++l) {
    const Life& life = set_.lives[l];
    if (life.machine != machine || !IsMemory(life)) continue;
    for (size_t s = 0; s < life.series.size(); ++s) {
      if (life.series[s].traits.resource == resource) refs.push_back({l, s});
    }
  }
  return refs;
}

Resource Ownership::SystemTotalOf(Resource resource) {
  switch (resource) {
    case Resource::kPrivateBytes:
    case Resource::kPageFileBytes:
    case Resource::kManagedHeapBytes:
      return Resource::kCommittedBytes;
    case Resource::kPoolPagedBytes:
      return Resource::kPoolPagedBytes;
    case Resource::kPoolNonpagedBytes:
      return Resource::kPoolNonpagedBytes;
    default:
      return Resource::kNone;
  }
}

std::optional<double> Ownership::ShareOfSystem(const Finding& finding) const {
  const Resource resource = finding.traits.resource;
  const Resource total = SystemTotalOf(resource);
  std::vector<SeriesRef> whole;
  if (total != Resource::kNone) {
    whole = OfSystem(finding.machine, total);
  } else if (finding.is_process &&
             (resource == Resource::kHandles || resource == Resource::kThreads)) {
    whole = OfProcesses(finding.machine, resource);
  }
  if (whole.empty()) return std::nullopt;
  const double slope = GridSlope(whole);
  if (slope <= 0) return std::nullopt;
  return std::max(0.0, GridSlope(finding.lives) / slope);
}

}  // namespace perfleak
