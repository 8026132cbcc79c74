// --since and --until: the part of the logs that is looked at.
#ifndef PERFLEAK_APP_TIME_RANGE_H_
#define PERFLEAK_APP_TIME_RANGE_H_

#include <string>

#include "base/result.h"
#include "input/timeline.h"

namespace perfleak {

// "--since 2026-03-01 --until 2026-04-01", without what is empty.
std::string DescribeTimeRange(const std::string& since, const std::string& until);

// Errors: a bound that is no time, or both the wrong way round.
Status ReadTimeRange(const std::string& since, const std::string& until, TimelineOptions* range);

}  // namespace perfleak

#endif  // PERFLEAK_APP_TIME_RANGE_H_
