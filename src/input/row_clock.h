// Time stamps of one log to moments that only go forward.
//
// Stamps are local time without a mark for daylight saving. When they step back so that one hour
// added continues the log at its usual pace, that is the end of daylight saving (or a clock set
// back by an hour): the log goes on, later stamps are shifted by that hour, and nothing is lost.
// Any other step back is refused until the stamps have caught up. Stamps without a date continue
// the date before them and pass midnight where they jump back by more than half a day; a log that
// has no date at all begins on 1970-01-01. Same for stamps of minutes and seconds only, with the
// hour in place of the day.
#ifndef PERFLEAK_INPUT_ROW_CLOCK_H_
#define PERFLEAK_INPUT_ROW_CLOCK_H_

#include <optional>

#include "input/time_stamp.h"

namespace perfleak {

class RowClock {
 public:
  enum class Verdict { kUse, kUseAfterHourBack, kEqual, kBackwards };

  struct Reading {
    Verdict verdict;
    double t_s;  // meaningful for kUse and kUseAfterHourBack
  };

  // Minutes to add to local time to get UTC; 0 leaves local time.
  void SetBias(int minutes) { bias_s_ = minutes * 60.0; }

  Reading Take(const TimeStamp& stamp);

 private:
  double LocalTime(const TimeStamp& stamp) const;

  double bias_s_ = 0;
  double shift_s_ = 0;  // whole hours added since daylight saving ended
  double step_s_ = 0;   // the last step forward, 0 if there was none
  std::optional<double> last_t_s_;
  std::optional<double> last_local_s_;  // as stamped
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_ROW_CLOCK_H_
