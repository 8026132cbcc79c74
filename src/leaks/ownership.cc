#include "leaks/ownership.h"

#include <algorithm>

namespace perfleak {
namespace {

// 0 outside the life.
double HeldAt(const BucketSeries& series, double t_s) {
  const double age_s = t_s - series.start_s;
  const bool lives = series.size() > 0 && age_s >= 0 && age_s <= series.span_s;
  return lives ? ValueAt(series, t_s) : 0;
}

constexpr size_t kGridPoints = 64;

// Least squares.
double SlopeOf(std::span<const double> values, std::span<const double> times_s) {
  const double t_mean_s = (times_s.front() + times_s.back()) / 2;
  double sxx = 0, sxy = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double dt_s = times_s[i] - t_mean_s;
    sxx += dt_s * dt_s;
    sxy += dt_s * (values[i] - values[0]);
  }
  return sxy / sxx;
}

bool IsCounted(Resource resource) {
  return resource == Resource::kHandles || resource == Resource::kThreads;
}

}  // namespace

Resource SystemTotalOf(Resource resource) {
  switch (resource) {
    case Resource::kPrivateBytes:
    case Resource::kPageFileBytes:
    case Resource::kManagedHeapBytes:
    case Resource::kCommittedBytes:
      return Resource::kCommittedBytes;
    case Resource::kPoolPagedBytes:
      return Resource::kPoolPagedBytes;
    case Resource::kPoolNonpagedBytes:
      return Resource::kPoolNonpagedBytes;
    default:
      return Resource::kNone;
  }
}

std::vector<double> Ownership::SumAt(std::span<const SeriesRef> parts,
                                     std::span<const double> times_s) const {
  std::vector<double> sum(times_s.size(), 0.0);
  for (const SeriesRef& part : parts) {
    const Life& life = index_.set().lives[part.life];
    if (times_s.empty() || life.end_s < times_s.front() || life.start_s > times_s.back()) continue;
    const BucketSeries series = life.Buckets(life.series[part.series]);
    for (size_t i = 0; i < times_s.size(); ++i) sum[i] += HeldAt(series, times_s[i]);
  }
  return sum;
}

std::vector<double> GridOf(const Span& span) {
  std::vector<double> times_s(kGridPoints);
  for (size_t i = 0; i < kGridPoints; ++i) {
    const double part = (static_cast<double>(i) + 0.5) / kGridPoints;
    times_s[i] = span.from_s + part * (span.to_s - span.from_s);
  }
  return times_s;
}

double Ownership::GridSlope(std::span<const SeriesRef> parts, const Span& span) const {
  if (span.to_s <= span.from_s) return 0;
  const std::vector<double> times_s = GridOf(span);
  return SlopeOf(SumAt(parts, times_s), times_s);
}

double Ownership::SlopeOfNumber(std::span<const size_t> lives, const Span& span) const {
  if (span.to_s <= span.from_s) return 0;
  const std::vector<double> times_s = GridOf(span);
  std::vector<double> number(times_s.size(), 0.0);
  for (const size_t i : lives) {
    const Life& life = index_.set().lives[i];
    for (size_t k = 0; k < times_s.size(); ++k) {
      number[k] += life.start_s <= times_s[k] && times_s[k] <= life.end_s ? 1 : 0;
    }
  }
  return SlopeOf(number, times_s);
}

BucketSeries Ownership::Rest(const SeriesRef& total, std::span<const SeriesRef> parts) const {
  const Life& life = index_.set().lives[total.life];
  BucketSeries rest = life.Buckets(life.series[total.series]);
  std::vector<double> times_s(rest.t_s);
  for (double& t_s : times_s) t_s += rest.start_s;
  const std::vector<double> owned = SumAt(parts, times_s);
  for (size_t i = 0; i < rest.size(); ++i) {
    rest.mean[i] -= owned[i];
    rest.min[i] = rest.max[i] = rest.mean[i];
  }
  return rest;
}

Span Ownership::SpanOf(const Finding& finding) const {
  return {finding.since_s, index_.set().lives[finding.lives.back().life].end_s};
}

double Ownership::RiseOver(const Finding& finding, std::span<const SeriesRef> parts) const {
  double rise = 0;
  for (const SeriesRef& ref : finding.lives) {
    const Life& life = index_.set().lives[ref.life];
    rise += GridSlope(parts, {life.start_s, life.end_s}) * life.span_s();
  }
  return rise;
}

std::optional<double> Ownership::ShareOfSystem(const Finding& finding) const {
  const Resource resource = finding.traits.resource;
  const Resource total = SystemTotalOf(resource);
  std::vector<SeriesRef> whole;
  if (resource == Resource::kCommittedBytes) {
    return std::nullopt;  // the total itself, or what is left of it without its parts
  } else if (total != Resource::kNone) {
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
