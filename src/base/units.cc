#include "base/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/time.h"

namespace perfleak {
namespace {

constexpr std::string_view kNoValue = "n/a";
constexpr double kLongestPlain = 1e15;  // more digits than this help nobody

std::string Fixed(double value, int decimals) {
  std::array<char, 400> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::fixed, decimals);
  return {buffer.data(), end.ptr};
}

std::string Scientific(double value) {
  std::array<char, 32> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::general, 3);
  return {buffer.data(), end.ptr};
}

// Commas between thousands. Requires digits, then at most a point and decimals.
std::string WithThousands(std::string digits) {
  size_t at = std::min(digits.find('.'), digits.size());
  while (at > 3) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

// The power of ten of the first of `value`'s three significant digits, after rounding to them.
int ExponentAfterRounding(double value) {
  std::array<char, 32> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific, 2);
  constexpr size_t kBeforeExponent = 5;  // "1.23e+01"
  int exponent = 0;
  const bool negative = buffer[kBeforeExponent] == '-';
  std::from_chars(buffer.data() + kBeforeExponent + 1, end.ptr, exponent);
  return negative ? -exponent : exponent;
}

// `magnitude` >= 0 with three significant digits, thousands in full: 1,234; 123; 12.3; 1.23; 0.123.
std::string ThreeDigits(double magnitude) {
  if (magnitude == 0) return "0";
  if (magnitude >= kLongestPlain || magnitude < 1e-4) return Scientific(magnitude);
  return WithThousands(Fixed(magnitude, std::max(0, 2 - ExponentAfterRounding(magnitude))));
}

std::string WithoutTrailingZeros(std::string text) {
  if (text.find('.') == text.npos || text.find('e') != text.npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string FormatCount(double magnitude) {
  const bool whole = magnitude == std::floor(magnitude) && magnitude < kLongestPlain;
  return whole ? WithThousands(Fixed(magnitude, 0)) : WithoutTrailingZeros(ThreeDigits(magnitude));
}

std::string FormatBytes(double magnitude) {
  constexpr std::array<std::string_view, 7> kPrefixes = {"bytes", "KB", "MB", "GB",
                                                         "TB",    "PB", "EB"};
  size_t prefix = 0;
  // From 1023.5 on the next prefix, because "1,024 KB" is "1.00 MB".
  while (magnitude >= 1023.5 && prefix + 1 < kPrefixes.size()) {
    magnitude /= 1024;
    ++prefix;
  }
  if (prefix == 0 && magnitude == 1) return "1 byte";
  std::string text = prefix == 0 ? FormatCount(magnitude) : ThreeDigits(magnitude);
  return text.append(" ").append(kPrefixes[prefix]);
}

std::string FormatMagnitude(double magnitude, Unit unit) {
  switch (unit) {
    case Unit::kBytes:
      return FormatBytes(magnitude);
    case Unit::kPercent:
      return FormatCount(magnitude) + "%";
    case Unit::kSeconds:
      return FormatCount(magnitude) + " s";
    case Unit::kPerSecond:
      return FormatCount(magnitude) + "/s";
    case Unit::kNone:
    case Unit::kCount:
      break;
  }
  return FormatCount(magnitude);
}

// "3 h 20 min" of a count of the smaller unit; "3 h" if nothing is left over.
std::string TwoUnits(double smaller_units, int64_t per_larger, std::string_view larger,
                     std::string_view smaller) {
  const auto all = static_cast<int64_t>(smaller_units);
  std::string text;
  if (all / per_larger != 0) text += std::to_string(all / per_larger).append(larger);
  if (all % per_larger == 0 && !text.empty()) return text;
  if (!text.empty()) text += ' ';
  return text + std::to_string(all % per_larger).append(smaller);
}

}  // namespace

std::string_view ToString(Unit unit) {
  switch (unit) {
    case Unit::kBytes:
      return "bytes";
    case Unit::kCount:
      return "count";
    case Unit::kPercent:
      return "percent";
    case Unit::kSeconds:
      return "seconds";
    case Unit::kPerSecond:
      return "per second";
    case Unit::kNone:
      break;
  }
  return "";
}

std::string FormatQuantity(double value, Unit unit) {
  if (!std::isfinite(value)) return std::string(kNoValue);
  const std::string text = FormatMagnitude(std::fabs(value), unit);
  return value < 0 ? "-" + text : text;
}

std::string FormatPerHour(double slope_per_s, Unit unit) {
  return FormatQuantity(slope_per_s * kSecondsPerHour, unit) + "/h";
}

std::string FormatPerDay(double slope_per_s, Unit unit) {
  return FormatQuantity(slope_per_s * kSecondsPerDay, unit) + "/d";
}

// Rounds to the smaller unit shown before choosing the larger, so that 59.7 s is "1 min".
std::string FormatPercent(double share) { return std::to_string(std::lround(100 * share)) + " %"; }

std::string FormatDuration(double seconds) {
  constexpr double kSecondsPerYear = 365.25 * kSecondsPerDay;
  if (!std::isfinite(seconds)) return std::string(kNoValue);
  if (seconds < 0) return std::string("-").append(FormatDuration(-seconds));
  if (seconds < 9.95) return WithoutTrailingZeros(Fixed(seconds, 1)) + " s";
  if (std::round(seconds) < kSecondsPerHour) return TwoUnits(std::round(seconds), 60, " min", " s");
  const double minutes = std::round(seconds / 60);
  if (minutes < 24 * 60) return TwoUnits(minutes, 60, " h", " min");
  const double hours = std::round(seconds / kSecondsPerHour);
  if (seconds < kSecondsPerYear) return TwoUnits(hours, 24, " d", " h");
  const std::string years = FormatCount(std::round(seconds / kSecondsPerYear * 10) / 10);
  return years + (years == "1" ? " year" : " years");
}

}  // namespace perfleak
