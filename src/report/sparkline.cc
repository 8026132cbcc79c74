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

}  // namespace

std::string Sparkline(std::span<const double> values, size_t width, bool unicode) {
  const std::vector<double> columns = Resample(values, width);
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (double value : columns) {
    if (std::isnan(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) return "";

  std::string line;
  for (double value : columns) {
    if (std::isnan(value)) {
      line += ' ';
    } else if (unicode) {
      line += kBlocks[LevelOf(value, low, high)];
    } else {
      line += kAscii[LevelOf(value, low, high)];
    }
  }
  return line;
}

}  // namespace perfleak
