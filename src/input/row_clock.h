// Time stamps of one log to moments that only go forward.
//
// Stamps are local time without a mark for daylight saving. When the row after a used one steps
// back so that one hour added continues the log at its usual pace, that is the end of daylight
// saving (or a clock set back by an hour): the log goes on, later stamps are shifted by that hour,
// and nothing is lost. Any other step back is refused until the stamps have caught up; rows pasted
// twice stay refused, wherever an hour added would fit them in.
//
// One wrong stamp far ahead would so refuse the rest of the log. A row that steps ahead by more
// than two days is therefore held until the next one: if that is later still, there was a gap; if
// it goes on from before, the held row was the mistake.
//
// Stamps without a date continue the date before them and pass midnight where they jump back by
// more than half a day; a log that has no date at all begins on 1970-01-01. Same for stamps of
// minutes and seconds only, with the hour in place of the day.
#ifndef PERFLEAK_INPUT_ROW_CLOCK_H_
#define PERFLEAK_INPUT_ROW_CLOCK_H_

#include <optional>

#include "input/time_stamp.h"

namespace perfleak {

class RowClock {
 public:
  enum class Verdict { kUse, kUseAfterHourBack, kHold, kEqual, kBackwards };
  enum class HeldRow { kUnchanged, kConfirmed, kRefuted };

  struct Reading {
    Verdict verdict;
    double t_s;                          // meaningful for kUse, kUseAfterHourBack and kHold
    HeldRow held = HeldRow::kUnchanged;  // what this stamp says about the row held until now
  };

  // Minutes to add to local time to get UTC; 0 leaves local time.
  void SetBias(int minutes) { bias_s_ = minutes * 60.0; }
  double bias_s() const { return bias_s_; }

  Reading Take(const TimeStamp& stamp);

  // At the end of the log: whether a row is held, and whether it may be believed without another
  // one behind it.
  bool holds() const { return held_.has_value(); }
  bool HeldIsPlausible() const;
  void ForgetHeld() { held_.reset(); }

 private:
  struct Moment {
    double t_s;
    double local_s;  // as stamped
  };

  double LocalTime(const TimeStamp& stamp) const;
  Reading Judge(Moment moment);
  bool ContinuesAfterHour(double t_s) const;
  void Use(Moment moment);

  double bias_s_ = 0;
  double shift_s_ = 0;  // whole hours added since daylight saving ended
  double pace_s_ = 0;   // about the median of the steps forward, 0 if there was none
  std::optional<Moment> last_;
  std::optional<Moment> held_;
  bool after_used_ = false;  // nothing but equal stamps came since the last used one
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_ROW_CLOCK_H_
