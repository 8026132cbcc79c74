#include "report/sparkline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

namespace perfleak {
namespace {

constexpr size_t kLevels = 8;
constexpr std::array<std::string_view, kLevels> kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::string_view kAscii = "_.:-=+*#";  // the lowest is no blank: blanks are gaps

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// Mean of the finite values, NaN without any. Running mean: no sum that could overflow.
double MeanOfFinite(std::span<const double> values) {
  double mean = 0, n = 0;
  for (double value : values) {
    if (!std::isfinite(value)) continue;
    n += 1;
    mean += value / n - mean / n;
  }
  return n > 0 ? mean : kMissing;
}

std::vector<double> Resample(std::span<const double> values, size_t width) {
  const size_t columns = std::min(values.size(), width);
  std::vector<double> out(columns);
  for (size_t i = 0; i < columns; ++i) {
    const size_t from = i * values.size() / columns;
    const size_t to = (i + 1) * values.size() / columns;
    out[i] = MeanOfFinite(values.subspan(from, to - from));
  }
  return out;
}

size_t LevelOf(double value, double low, double high) {
  if (!(high > low)) return 0;
  const double share = (value / 2 - low / 2) / (high / 2 - low / 2);  // halves: no overflow
  return std::min(kLevels - 1, static_cast<size_t>(share * kLevels));
}

struct Scale {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
};

Scale ScaleOf(const std::vector<double>& columns) {
  Scale scale;
  for (double value : columns) {
    if (std::isnan(value)) continue;
    scale.low = std::min(scale.low, value);
    scale.high = std::max(scale.high, value);
  }
  return scale;
}

std::string Draw(const std::vector<double>& columns, Scale scale, bool unicode) {
  std::string line;
  for (double value : columns) {
    if (std::isnan(value)) {
      line += ' ';
    } else if (unicode) {
      line += kBlocks[LevelOf(value, scale.low, scale.high)];
    } else {
      line += kAscii[LevelOf(value, scale.low, scale.high)];
    }
  }
  return line;
}

}  // namespace

std::string Sparkline(std::span<const double> values, size_t width, bool unicode) {
  const std::vector<double> columns = Resample(values, width);
  const Scale scale = ScaleOf(columns);
  return scale.low > scale.high ? "" : Draw(columns, scale, unicode);
}

std::string SparklineFromZero(std::span<const double> values, size_t width, bool unicode) {
  std::vector<double> columns = Resample(values, width);
  for (double& value : columns) {
    if (value < 0) value = 0;
  }
  Scale scale = ScaleOf(columns);
  if (scale.low > scale.high) return "";
  scale.low = 0;
  return Draw(columns, scale, unicode);
}

}  // namespace perfleak
