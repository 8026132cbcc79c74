// The time stamp of a row as text. Performance Monitor always writes MM/DD/YYYY HH:MM:SS.mmm,
// whatever the locale; spreadsheets that saved the log again leave other forms.
#ifndef PERFLEAK_INPUT_TIME_STAMP_H_
#define PERFLEAK_INPUT_TIME_STAMP_H_

#include <optional>
#include <string>
#include <string_view>

namespace perfleak {

struct TimeStamp {
  // kTimeOfDay has lost its date, kTimeOfHour ("35:28.4", what spreadsheets show) the hour as well.
  enum class Form { kFull, kTimeOfDay, kTimeOfHour };

  Form form = Form::kFull;
  double local_s = 0;  // seconds since 1970 local time; since midnight; since the full hour
};

// Reads "10/09/2022 18:35:28.403", "3/26/2015 22:42", "3/26/2015 10:42:05 PM", "2022-10-09
// 18:35:28", "26.03.2015 22:42", "18:35:28.403", "22:42", "35:28.4". nullopt for anything else.
std::optional<TimeStamp> ParseTimeStamp(std::string_view text);

// The same for one stamp after another, of which most have the date of the one before.
class TimeStampParser {
 public:
  std::optional<TimeStamp> Parse(std::string_view text);

 private:
  std::string date_;   // as written, with the blank behind it; empty if there was none yet
  double date_s_ = 0;  // its midnight
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_TIME_STAMP_H_
