// The robust summaries that the trend stage uses: they look at ranks, so a few wild values do not
// move them.
#ifndef PERFLEAK_TREND_ORDER_STATISTICS_H_
#define PERFLEAK_TREND_ORDER_STATISTICS_H_

#include <span>
#include <vector>

namespace perfleak {

// The middle value, or the mean of the two in the middle. 0 for no values. O(n).
double Median(std::vector<double> values);

// 1.4826 times the median absolute deviation from the median: the standard deviation, where values
// are normal. 0 if more than half of them are equal.
double RobustSd(std::span<const double> values);
double RobustSd(std::span<const double> values, std::vector<double>* scratch);

double Mean(std::span<const double> values);  // 0 for no values

// Changes of the mean from each of so many runs of equally many values to the next; of the values
// themselves where there are fewer.
std::vector<double> StretchChanges(std::span<const double> values, size_t stretches);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_ORDER_STATISTICS_H_
