// Quantities for people: "1.4 GB", "0.7 MB/h", "3 d 4 h".
#ifndef PERFLEAK_BASE_UNITS_H_
#define PERFLEAK_BASE_UNITS_H_

#include <string>
#include <string_view>

namespace perfleak {

enum class Unit { kNone, kBytes, kCount, kPercent, kSeconds, kPerSecond };

// The name used in JSON: "bytes", "count", "percent", "seconds", "per second", "".
std::string_view ToString(Unit unit);

// Three significant digits and a binary prefix for bytes (1 KB = 1024 bytes, as Windows counts):
// "1.38 GB", "-12.5 MB", "0 bytes"; "1,234" and "12.3" for counts.
std::string FormatQuantity(double value, Unit unit);

// FormatQuantity followed by "/h" or "/d": slope is in units per second.
std::string FormatPerHour(double slope_per_s, Unit unit);
std::string FormatPerDay(double slope_per_s, Unit unit);

// A share of 1 as a whole percentage: "92 %".
std::string FormatPercent(double share);

// The two largest units: "45 s", "12 min", "3 h 20 min", "2 d 4 h", "3.2 years".
std::string FormatDuration(double seconds);

}  // namespace perfleak

#endif  // PERFLEAK_BASE_UNITS_H_
