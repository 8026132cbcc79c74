#include "series/bucket_series.h"

#include <algorithm>

namespace perfleak {

double ValueAt(const BucketSeries& series, double t_s) {
  const double age_s = t_s - series.start_s;
  const auto after = std::lower_bound(series.t_s.begin(), series.t_s.end(), age_s);
  const auto i = static_cast<size_t>(after - series.t_s.begin());
  if (i == 0) return series.mean.front();
  if (i == series.size()) return series.mean.back();
  const double part = (age_s - series.t_s[i - 1]) / (series.t_s[i] - series.t_s[i - 1]);
  return series.mean[i - 1] + part * (series.mean[i] - series.mean[i - 1]);
}

}  // namespace perfleak
