// A stretch of a series prepared for judging: growth that is bad points up, time runs from 0 to 1,
// and values count from the first bucket, so that nothing below ever squares a large number.
#ifndef PERFLEAK_TREND_WINDOW_H_
#define PERFLEAK_TREND_WINDOW_H_

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "series/bucket_series.h"

namespace perfleak {

// The vectors have one entry per bucket; load has as many or none.
struct Window {
  double from_s = 0;  // first bucket, seconds from the start of the life
  double span_s = 0;  // first to last bucket
  double width_s = 0;
  double origin = 0;          // value = origin + sign * x
  double sign = 1;            // -1 where a fall is bad
  std::vector<double> age;    // 0 .. 1
  std::vector<double> x;      // bucket means
  std::vector<double> floor;  // bucket minima; of the mirrored series where a fall is bad
  std::vector<double> load;   // gaps filled with the mean; empty if not logged or mostly missing

  size_t size() const { return age.size(); }
  double Value(double of_x) const { return origin + sign * of_x; }
};

// The whole series; buckets that are not finite are left out. A load counter of which more than a
// fifth is missing counts as not logged.
Window MakeWindow(const BucketSeries& series, bool falling_is_bad);

// Buckets [begin, end) as a window of their own. Requires begin < end <= size.
Window Slice(const Window& window, size_t begin, size_t end);

// First bucket with age >= from; size() if there is none.
size_t FirstFrom(const Window& window, double age);

// Where one gap takes more than half of the time there are two logs, and a line through both
// measures the gap's lever, not growth. Then the side with more buckets (the later of equals), else
// the window itself.
Window LongestSide(Window window);

constexpr size_t kBlocks = 8;

// Mean or minimum of `values` in 8 stretches of equal time; nullopt where no bucket falls.
using Blocks = std::array<std::optional<double>, kBlocks>;
Blocks BlockMeans(std::span<const double> age, std::span<const double> values);
Blocks BlockMinima(std::span<const double> age, std::span<const double> values);

size_t FilledBlocks(const Blocks& blocks);

// Share of rises among the differences of neighbouring blocks, empty ones passed over. 0 for fewer
// than 3 filled blocks.
double ShareRising(const Blocks& blocks);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_WINDOW_H_
