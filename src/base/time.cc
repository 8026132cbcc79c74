#include "base/time.h"

#include <chrono>
#include <cmath>
#include <cstdint>

namespace perfleak {
namespace {

// A moment taken apart, down to whole seconds.
struct Civil {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int64_t second_of_day = 0;
};

// nullopt unless the year is 0 to 9999.
std::optional<Civil> ToCivil(double t_s) {
  constexpr double kYear0 = -62167219200;  // 0000-01-01
  constexpr double kYear10000 = 253402300800;
  if (!(t_s >= kYear0 && t_s < kYear10000)) return std::nullopt;
  const double days = std::floor(t_s / kSecondsPerDay);
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{static_cast<int>(days)}}};
  const auto second = static_cast<int64_t>(std::floor(t_s - days * kSecondsPerDay));
  return Civil{static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
               static_cast<unsigned>(date.day()), second};
}

void AppendPadded(int64_t value, size_t digits, std::string* text) {
  const std::string number = std::to_string(value);
  if (number.size() < digits) text->append(digits - number.size(), '0');
  text->append(number);
}

void AppendDate(const Civil& time, std::string* text) {
  AppendPadded(time.year, 4, text);
  *text += '-';
  AppendPadded(time.month, 2, text);
  *text += '-';
  AppendPadded(time.day, 2, text);
}

void AppendHourMinute(const Civil& time, std::string* text) {
  AppendPadded(time.second_of_day / 3600, 2, text);
  *text += ':';
  AppendPadded(time.second_of_day / 60 % 60, 2, text);
}

// Reads fields of fixed width off the front of a text.
class Fields {
 public:
  explicit Fields(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }

  // `digits` digits as a number; nullopt if they are not there.
  std::optional<int> Number(size_t digits) {
    if (rest_.size() < digits) return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }

  // True, and past it, if the next character is one of `wanted`.
  bool Skip(std::string_view wanted) {
    if (rest_.empty() || wanted.find(rest_.front()) == wanted.npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // A number after one of `wanted`.
  std::optional<int> NumberAfter(std::string_view wanted, size_t digits) {
    return Skip(wanted) ? Number(digits) : std::nullopt;
  }

 private:
  std::string_view rest_;
};

}  // namespace

std::optional<double> SecondsFromCivil(int year, int month, int day, int hour, int minute,
                                       double second) {
  const bool time_exists =
      hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 61;
  const bool date_in_range = year >= 0 && year <= 9999 && month > 0 && month < 13 && day > 0;
  if (!time_exists || !date_in_range || day > 31) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days{date}.time_since_epoch().count();
  return static_cast<double>(days) * kSecondsPerDay + hour * 3600 + minute * 60 + second;
}

std::string FormatRfc3339(double t_s, TimeBasis basis) {
  const auto time = ToCivil(t_s);
  if (!time) return "unknown";
  std::string text;
  AppendDate(*time, &text);
  text += 'T';
  AppendHourMinute(*time, &text);
  text += ':';
  AppendPadded(time->second_of_day % 60, 2, &text);
  if (basis == TimeBasis::kUtc) text += 'Z';
  return text;
}

std::string FormatMinute(double t_s) {
  const auto time = ToCivil(t_s);
  if (!time) return "unknown";
  std::string text;
  AppendDate(*time, &text);
  text += ' ';
  AppendHourMinute(*time, &text);
  return text;
}

std::optional<double> ParseUserTime(std::string_view text) {
  Fields fields(text);
  const auto year = fields.Number(4);
  const auto month = fields.NumberAfter("-", 2);
  const auto day = fields.NumberAfter("-", 2);
  if (!year || !month || !day) return std::nullopt;
  if (fields.done()) return SecondsFromCivil(*year, *month, *day, 0, 0, 0);
  const auto hour = fields.NumberAfter(" T", 2);
  const auto minute = fields.NumberAfter(":", 2);
  if (!hour || !minute) return std::nullopt;
  int second = 0;
  if (fields.Skip(":")) {
    const auto written = fields.Number(2);
    if (!written) return std::nullopt;
    second = *written;
  }
  fields.Skip("Z");
  if (!fields.done()) return std::nullopt;
  return SecondsFromCivil(*year, *month, *day, *hour, *minute, second);
}

}  // namespace perfleak
