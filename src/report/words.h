// Numbers, times and reasons in the words of the text report.
#ifndef PERFLEAK_REPORT_WORDS_H_
#define PERFLEAK_REPORT_WORDS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "leaks/suspect.h"
#include "report/report.h"

namespace perfleak {

// 1234567 as "1,234,567".
std::string Thousands(uint64_t count);

// "1 row", "1,234 rows".
std::string Counted(uint64_t count, std::string_view singular, std::string_view plural);

// The first few names and how many there are besides: "a, b, c and 4 more".
std::string NameList(const std::vector<std::string>& names, size_t shown = 3);

// `name`, or "(unnamed)" for the empty one.
std::string NameOrUnnamed(const std::string& name);

// `text` as a sentence: a capital letter in front, a full stop behind.
std::string Sentence(std::string text);

// Parts that are not empty, between separators.
std::string JoinFilled(const std::vector<std::string>& parts, std::string_view separator);

// "12.0 MB/h", "288 MB/d"; "-" where the slope is not known.
std::string PerHour(double slope_per_s, Unit unit);
std::string PerDay(double slope_per_s, Unit unit);

// The 80 % interval of a slope per hour, the unit said once: "11.8 to 12.2 MB/h". "" if not known.
std::string IntervalPerHour(const Slope& slope, Unit unit);

// FormatQuantity, "-" where the value is not known.
std::string Quantity(double value, Unit unit);

// "2026-03-01 04:05", "-" where IsDate is false.
std::string Moment(double t_s);

// "2026-03-01", "-" where IsDate is false.
std::string Day(double t_s);

// True for moments that a date can be written for: in the years 0 to 9999.
bool IsDate(double t_s);

// Why something that rises is no leak, for people: "filling up to a level".
std::string_view DescribeReason(Reason reason);

// "leak", "watch", "no leak: filling up to a level", "no leak: steady".
std::string DescribeVerdict(Verdict verdict, Reason reason);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_WORDS_H_
