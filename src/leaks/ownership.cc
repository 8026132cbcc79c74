#include "leaks/ownership.h"

#include <algorithm>

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

// The machine's total that a resource of a process counts towards: private bytes are committed
// bytes.
Resource SystemTotalOf(Resource resource) {
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

bool IsCounted(Resource resource) {
  return resource == Resource::kHandles || resource == Resource::kThreads;
}

}  // namespace

double Ownership::GridSlope(std::span<const SeriesRef> parts, const Span& span) const {
  if (span.to_s <= span.from_s) return 0;
  // The middles of equal parts, so that the ends of the span weigh no more than the rest.
  const auto time_s = [&](size_t i) {
    const double part = (static_cast<double>(i) + 0.5) / kGridPoints;
    return span.from_s + part * (span.to_s - span.from_s);
  };
  std::vector<double> sum(kGridPoints, 0.0);
  for (const SeriesRef& part : parts) {
    const Life& life = index_.set().lives[part.life];
    if (life.end_s < span.from_s || life.start_s > span.to_s) continue;
    const BucketSeries series = life.Buckets(life.series[part.series]);
    for (size_t i = 0; i < kGridPoints; ++i) sum[i] += ValueAt(series, time_s(i));
  }
  const double t_mean_s = (span.from_s + span.to_s) / 2;
  double sxx = 0, sxy = 0;
  for (size_t i = 0; i < kGridPoints; ++i) {
    const double dt_s = time_s(i) - t_mean_s;
    sxx += dt_s * dt_s;
    sxy += dt_s * (sum[i] - sum[0]);
  }
  return sxy / sxx;
}

Span Ownership::SpanOf(const Finding& finding) const {
  return {finding.since_s, index_.set().lives[finding.lives.back().life].end_s};
}

std::optional<double> Ownership::ShareOfSystem(const Finding& finding) const {
  const Resource resource = finding.traits.resource;
  const Resource total = SystemTotalOf(resource);
  std::vector<SeriesRef> whole;
  if (total != Resource::kNone) {
    whole = index_.OfSystem(finding.machine, total);
  } else if (finding.is_process && IsCounted(resource)) {
    whole = index_.OfProcesses(finding.machine, resource);
  }
  if (whole.empty()) return std::nullopt;
  const Span span = SpanOf(finding);
  const double slope = GridSlope(whole, span);
  if (slope <= 0) return std::nullopt;
  return std::clamp(GridSlope(finding.lives, span) / slope, 0.0, 1.0);
}

}  // namespace perfleak
