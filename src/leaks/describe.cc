#include "leaks/describe.h"

#include <algorithm>
#include <limits>

namespace perfleak {
namespace {

constexpr size_t kSparklinePoints = 64;

}  // namespace

std::string Describer::NameOf(const Finding& finding) const {
  const CounterPath& path = table_[finding.counter].path;
  if (!finding.is_process) return path.object + "\\" + path.counter;
  return path.counter + " of " +
         (finding.instance.empty() ? "a process without name" : finding.instance);
}

double Describer::SpanOf(const Finding& finding) const {
  const Span span = ownership_.SpanOf(finding);
  return span.to_s - span.from_s;
}

Growth Describer::GrowthOf(const Finding& finding) const {
  Growth growth;
  growth.path = ToString(table_[finding.counter].path);
  growth.unit = finding.traits.unit;
  growth.slope = finding.trend.slope;
  growth.grown = finding.grown;
  growth.level = finding.trend.level;
  growth.since_s = finding.since_s;
  growth.lives = finding.lives_used;
  growth.share_of_system = ownership_.ShareOfSystem(finding);
  std::vector<BucketSeries> series;
  for (const SeriesRef& ref : finding.lives) {
    const Life& life = ownership_.index().set().lives[ref.life];
    series.push_back(life.Buckets(life.series[ref.series]));
  }
  growth.sparkline = Sparkline(finding.machine, series);
  return growth;
}

// No counter has this number: the path says what was counted.
Growth Describer::GrowthOf(const GrowingNumber& number) const {
  CounterPath path;
  path.machine = number.machine;
  path.object = "Process";
  path.has_instance = true;
  path.instance = number.image;
  path.counter = kInstanceCount;
  Growth growth;
  growth.path = ToString(path);
  growth.unit = Unit::kCount;
  growth.slope = number.trend.slope;
  growth.grown = number.trend.rise;
  growth.level = number.trend.level;
  growth.since_s = number.number.start_s + number.trend.onset_s;
  growth.sparkline = Sparkline(number.machine, std::span(&number.number, 1));
  return growth;
}

std::vector<double> Describer::Sparkline(const std::string& machine,
                                         std::span<const BucketSeries> all) const {
  std::vector<double> sum(kSparklinePoints, 0.0), n(kSparklinePoints, 0.0);
  const SeriesSet& set = ownership_.index().set();
  const MachineFacts* facts = ownership_.index().Facts(machine);
  const double start_s = facts != nullptr ? facts->start_s : set.start_s;
  const double end_s = facts != nullptr ? facts->end_s : set.end_s;
  const double span_s = std::max(end_s - start_s, 1.0);
  for (const BucketSeries& series : all) {
    for (size_t i = 0; i < series.size(); ++i) {
      const double part = (series.start_s + series.t_s[i] - start_s) / span_s;
      const auto point =
          std::min(static_cast<size_t>(part * kSparklinePoints), kSparklinePoints - 1);
      sum[point] += series.mean[i];
      n[point] += 1;
    }
  }
  for (size_t i = 0; i < kSparklinePoints; ++i) {
    sum[i] = n[i] > 0 ? sum[i] / n[i] : std::numeric_limits<double>::quiet_NaN();
  }
  return sum;
}

}  // namespace perfleak
