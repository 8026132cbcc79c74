#include "trend/window.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "trend/order_statistics.h"

namespace perfleak {
namespace {

constexpr double kMaxLoadMissing = 0.2;
constexpr double kLeverGap = 0.5;  // share of the span

// All four finite; what a log can hold does not overflow a sum.
bool Usable(const BucketSeries& series, size_t i) {
  return std::isfinite(series.t_s[i] + series.mean[i] + series.min[i] + series.max[i]);
}

void FillLoad(std::vector<double>* load) {
  const auto is_known = [](double value) { return std::isfinite(value); };
  if (std::all_of(load->begin(), load->end(), is_known)) return;
  std::vector<double> known;
  std::copy_if(load->begin(), load->end(), std::back_inserter(known), is_known);
  const double missing = static_cast<double>(load->size() - known.size());
  if (known.empty() || missing > kMaxLoadMissing * static_cast<double>(load->size())) {
    load->clear();
    return;
  }
  const double mean = Mean(known);
  for (double& value : *load) {
    if (!std::isfinite(value)) value = mean;
  }
}

// Ages from times, and values counted from the first bucket.
void Normalize(std::vector<double> t_s, Window* window) {
  window->from_s = t_s.front();
  window->span_s = t_s.back() - t_s.front();
  for (double& t : t_s) t = window->span_s > 0 ? (t - window->from_s) / window->span_s : 0;
  window->age = std::move(t_s);
}

size_t BlockOf(double age) {
  const double block = std::clamp(age, 0.0, 1.0) * static_cast<double>(kBlocks);
  return std::min(static_cast<size_t>(block), kBlocks - 1);
}

}  // namespace

Window MakeWindow(const BucketSeries& series, bool falling_is_bad) {
  Window window;
  window.width_s = series.width_s;
  window.sign = falling_is_bad ? -1 : 1;
  const bool has_load = series.load.size() == series.size();
  const std::vector<double>& worst = falling_is_bad ? series.max : series.min;
  std::vector<double> t_s(series.size());
  window.x.resize(series.size());
  window.floor.resize(series.size());
  window.load.resize(has_load ? series.size() : 0);
  size_t size = 0;
  for (size_t i = 0; i < series.size(); ++i) {
    if (!Usable(series, i)) continue;
    if (size == 0) window.origin = series.mean[i];
    t_s[size] = series.t_s[i];
    window.x[size] = window.sign * (series.mean[i] - window.origin);
    window.floor[size] = window.sign * (worst[i] - window.origin);
    if (has_load) window.load[size] = series.load[i];
    ++size;
  }
  for (auto* values : {&t_s, &window.x, &window.floor}) values->resize(size);
  if (has_load) window.load.resize(size);
  if (t_s.empty()) return window;
  Normalize(std::move(t_s), &window);
  FillLoad(&window.load);
  return window;
}

Window Slice(const Window& window, size_t begin, size_t end) {
  PERFLEAK_CHECK(begin < end && end <= window.size());
  const auto cut = [&](const std::vector<double>& values) {
    if (values.empty()) return values;
    return std::vector<double>(values.begin() + static_cast<std::ptrdiff_t>(begin),
                               values.begin() + static_cast<std::ptrdiff_t>(end));
  };
  Window part = window;
  part.x = cut(window.x);
  part.floor = cut(window.floor);
  part.load = cut(window.load);
  std::vector<double> t_s = cut(window.age);
  for (double& t : t_s) t = window.from_s + t * window.span_s;
  Normalize(std::move(t_s), &part);
  return part;
}

size_t FirstFrom(const Window& window, double age) {
  return static_cast<size_t>(std::lower_bound(window.age.begin(), window.age.end(), age) -
                             window.age.begin());
}

Window LongestSide(Window window) {
  for (size_t i = 1; i < window.size(); ++i) {
    if (window.age[i] - window.age[i - 1] <= kLeverGap) continue;
    const bool later = window.size() - i >= i;
    // A lone bucket inside a gap makes two gaps of it, so what is left is looked at again.
    return LongestSide(later ? Slice(window, i, window.size()) : Slice(window, 0, i));
  }
  return window;
}

Blocks BlockMeans(std::span<const double> age, std::span<const double> values) {
  std::array<double, kBlocks> sums{};
  std::array<size_t, kBlocks> counts{};
  for (size_t i = 0; i < age.size(); ++i) {
    sums[BlockOf(age[i])] += values[i];
    ++counts[BlockOf(age[i])];
  }
  Blocks blocks;
  for (size_t k = 0; k < kBlocks; ++k) {
    if (counts[k] > 0) blocks[k] = sums[k] / static_cast<double>(counts[k]);
  }
  return blocks;
}

Blocks BlockMinima(std::span<const double> age, std::span<const double> values) {
  Blocks blocks;
  for (size_t i = 0; i < age.size(); ++i) {
    std::optional<double>& block = blocks[BlockOf(age[i])];
    block = block ? std::min(*block, values[i]) : values[i];
  }
  return blocks;
}

size_t FilledBlocks(const Blocks& blocks) {
  return static_cast<size_t>(std::count_if(blocks.begin(), blocks.end(),
                                           [](const auto& block) { return block.has_value(); }));
}

double ShareRising(const Blocks& blocks) {
  int rises = 0;
  int differences = 0;
  std::optional<double> before;
  for (const std::optional<double>& block : blocks) {
    if (!block) continue;
    if (before) {
      ++differences;
      if (*block > *before) ++rises;
    }
    before = block;
  }
  return differences < 2 ? 0 : static_cast<double>(rises) / differences;
}

}  // namespace perfleak
