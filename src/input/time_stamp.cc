#include "input/time_stamp.h"

#include <cctype>
#include <charconv>

#include "base/text.h"
#include "base/time.h"

namespace perfleak {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes pieces off the front of a text; every Take says whether the piece was there.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool Take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // 1 to 4 digits; `*digits` says how many.
  bool TakeNumber(int* value, size_t* digits) {
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), *value);
    *digits = static_cast<size_t>(end - rest_.data());
    if (error != std::errc() || *digits > 4 || !IsDigit(rest_.front())) return false;
    rest_.remove_prefix(*digits);
    return true;
  }

  // ".403"; absent is 0. A comma stands for the point in some locales.
  bool TakeFraction(double* value) {
    *value = 0;
    if (!rest_.starts_with('.') && !rest_.starts_with(',')) return false;
    rest_.remove_prefix(1);
    double unit = 0.1;
    for (; !rest_.empty() && IsDigit(rest_.front()); rest_.remove_prefix(1), unit /= 10) {
      *value += unit * (rest_.front() - '0');
    }
    return true;
  }

  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

struct Date {
  int year, month, day;
};

std::optional<Date> TakeDate(Scanner* scanner) {
  int a = 0, b = 0, c = 0;
  size_t a_digits = 0, digits = 0, c_digits = 0;
  if (!scanner->TakeNumber(&a, &a_digits)) return std::nullopt;
  const char mark = scanner->rest().empty() ? '\0' : scanner->rest().front();
  if (mark != '/' && mark != '-' && mark != '.') return std::nullopt;
  if (!scanner->Take(mark) || !scanner->TakeNumber(&b, &digits) || !scanner->Take(mark) ||
      !scanner->TakeNumber(&c, &c_digits)) {
    return std::nullopt;
  }
  if (a_digits == 4 && c_digits <= 2) return Date{a, b, c};
  if (c_digits != 4) return std::nullopt;
  if (mark == '/') return Date{c, a, b};  // month first, always
  if (mark == '.') return Date{c, b, a};
  return std::nullopt;
}

// " 10:42 PM": shifts the hour; false for an hour that a 12-hour clock does not have.
bool TakeHalfOfDay(std::string_view rest, int* hour) {
  rest = Trim(rest);
  if (rest.empty()) return true;
  const bool pm = EqualsIgnoreCase(rest, "PM");
  if ((!pm && !EqualsIgnoreCase(rest, "AM")) || *hour < 1 || *hour > 12) return false;
  *hour = *hour % 12 + (pm ? 12 : 0);
  return true;
}

struct Clock {
  int hour = 0, minute = 0;
  double second = 0;
  bool has_hour = true;
};

std::optional<Clock> ParseClock(Scanner scanner) {
  Clock clock;
  int second = 0;
  size_t digits = 0;
  double fraction = 0;
  if (!scanner.TakeNumber(&clock.hour, &digits) || !scanner.Take(':') ||
      !scanner.TakeNumber(&clock.minute, &digits)) {
    return std::nullopt;
  }
  if (scanner.Take(':')) {
    if (!scanner.TakeNumber(&second, &digits)) return std::nullopt;
    scanner.TakeFraction(&fraction);
  } else if (scanner.TakeFraction(&fraction)) {
    clock.has_hour = false;
    second = clock.minute;
    clock.minute = clock.hour;
    clock.hour = 0;
  }
  if (!TakeHalfOfDay(scanner.rest(), &clock.hour)) return std::nullopt;
  if (clock.hour > 23 || clock.minute > 59 || second > 60) return std::nullopt;
  clock.second = second + fraction;
  return clock;
}

int TwoDigits(const char* p) { return (p[0] - '0') * 10 + (p[1] - '0'); }

// Whether the characters at p are digits where the pattern has '0', and as the pattern elsewhere.
// Without branches, as all of it is nearly always so.
bool Matches(const char* p, std::string_view pattern) {
  unsigned other = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const auto distance = static_cast<unsigned char>(p[i] - pattern[i]);
    other |= distance > (pattern[i] == '0' ? 9u : 0u);
  }
  return other == 0;
}

// "SS.mmm"
double SecondsOf(const char* p) {
  return TwoDigits(p) + (TwoDigits(p + 3) * 10 + (p[5] - '0')) / 1000.0;
}

// MM/DD/YYYY HH:MM:SS.mmm, the form of nearly every row there is.
constexpr std::string_view kPattern = "00/00/0000 00:00:00.000";
constexpr size_t kDateBytes = 11;  // with the blank behind it

std::optional<TimeStamp> ParseWindowsForm(std::string_view text) {
  if (text.size() != kPattern.size()) return std::nullopt;
  const char* p = text.data();
  if (!Matches(p, kPattern)) return std::nullopt;
  const std::optional<double> local_s =
      SecondsFromCivil(TwoDigits(p + 6) * 100 + TwoDigits(p + 8), TwoDigits(p), TwoDigits(p + 3),
                       TwoDigits(p + 11), TwoDigits(p + 14), SecondsOf(p + 17));
  if (!local_s) return std::nullopt;
  return TimeStamp{TimeStamp::Form::kFull, *local_s};
}

}  // namespace

std::optional<TimeStamp> ParseTimeStamp(std::string_view text) {
  if (const auto stamp = ParseWindowsForm(text)) return stamp;
  text = Trim(text);
  if (text.size() < 4 || text.size() > 40 || !IsDigit(text.front())) return std::nullopt;

  Scanner scanner(text);
  if (const std::optional<Date> date = TakeDate(&scanner)) {
    if (!scanner.Take(' ') && !scanner.Take('T')) return std::nullopt;
    const std::optional<Clock> clock = ParseClock(Scanner(Trim(scanner.rest())));
    if (!clock || !clock->has_hour) return std::nullopt;
    const std::optional<double> local_s = SecondsFromCivil(
        date->year, date->month, date->day, clock->hour, clock->minute, clock->second);
    if (!local_s) return std::nullopt;
    return TimeStamp{TimeStamp::Form::kFull, *local_s};
  }
  const std::optional<Clock> clock = ParseClock(Scanner(text));
  if (!clock) return std::nullopt;
  return TimeStamp{clock->has_hour ? TimeStamp::Form::kTimeOfDay : TimeStamp::Form::kTimeOfHour,
                   clock->hour * 3600 + clock->minute * 60 + clock->second};
}

std::optional<TimeStamp> TimeStampParser::Parse(std::string_view text) {
  if (text.size() != kPattern.size()) return ParseTimeStamp(text);
  if (text.starts_with(date_) && !date_.empty()) {
    const char* const p = text.data() + kDateBytes;
    if (Matches(p, kPattern.substr(kDateBytes)) && TwoDigits(p) < 24 && TwoDigits(p + 3) < 60) {
      const double second = SecondsOf(p + 6);
      if (second < 61) {
        return TimeStamp{TimeStamp::Form::kFull,
                         date_s_ + TwoDigits(p) * 3600 + TwoDigits(p + 3) * 60 + second};
      }
    }
  }
  const std::optional<TimeStamp> stamp = ParseTimeStamp(text);
  if (!stamp || !Matches(text.data(), kPattern)) return stamp;
  date_ = text.substr(0, kDateBytes);
  date_s_ = ParseTimeStamp(date_ + "00:00:00.000")->local_s;
  return stamp;
}

}  // namespace perfleak
