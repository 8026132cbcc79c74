// A series drawn in one line of text.
#ifndef PERFLEAK_REPORT_SPARKLINE_H_
#define PERFLEAK_REPORT_SPARKLINE_H_

#include <cstddef>
#include <span>
#include <string>

namespace perfleak {

// `values` as at most `width` columns, the smallest as the lowest mark and the largest as the
// highest; more values than columns are averaged. Missing values (NaN, infinite) are blanks. A
// series without change is drawn low. "" if there is nothing to draw. With `unicode` the marks are
// eighth blocks, else "_.:-=+*#".
std::string Sparkline(std::span<const double> values, size_t width, bool unicode);

// The same on a scale that begins at zero, for values whose size matters and not only their change;
// what is below zero is drawn as zero.
std::string SparklineFromZero(std::span<const double> values, size_t width, bool unicode);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_SPARKLINE_H_
