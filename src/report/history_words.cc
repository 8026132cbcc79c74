#include "report/history_words.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "base/week.h"
#include "report/words.h"

namespace perfleak {
namespace {

using Periods = std::vector<PeriodTrend>;

// "then 2.00 to 4.50 MB/h": the slowest and the fastest while it was called.
std::string RatesOf(const Periods& called, Unit unit) {
  const auto slower = [](const PeriodTrend& a, const PeriodTrend& b) {
    return std::abs(a.slope.per_s) < std::abs(b.slope.per_s);
  };
  const auto [low, high] = std::minmax_element(called.begin(), called.end(), slower);
  const std::string slowest = PerHour(low->slope.per_s, unit);
  const std::string fastest = PerHour(high->slope.per_s, unit);
  if (slowest == fastest) return "with " + slowest;
  return "with " + IntervalPerHour({0, 0, low->slope.per_s, high->slope.per_s}, unit);
}

// Where it was called for the first time, and whether it may be older than the history.
std::string BeginningOf(const Periods& judged, const PeriodTrend& first) {
  const std::string week = "the week of " + WeekOf(first.start_s);
  return judged.front().called() ? "called from the first week on, " + week
                                 : "first called in " + week;
}

// What came after the last period in which it was called, and whether there were breaks before.
std::string EndingOf(const Periods& judged, size_t called) {
  const auto last = std::find_if(judged.rbegin(), judged.rend(), std::mem_fn(&PeriodTrend::called));
  const auto first = std::find_if(judged.begin(), judged.end(), std::mem_fn(&PeriodTrend::called));
  const auto between = static_cast<size_t>(last.base() - first);
  const std::string breaks =
      called == between ? "" : "in " + Thousands(called) + " of " + Thousands(between) + " weeks";
  const std::string since =
      last == judged.rbegin() ? "" : "not called since " + Day(last.base()->start_s);
  return JoinFilled({breaks, since}, "; ");
}

// Weeks are stored of suspects only: one that is none any more has no later ones.
std::string LeftBehind(const HistoryLine& line) {
  const bool later = line.machine_end_s > line.periods.back().end_s;
  return line.suspect || !later
             ? ""
             : "no suspect any more in the logs until " + Day(line.machine_end_s);
}

}  // namespace

std::string DescribeHistory(const HistoryLine& line) {
  Periods judged, called;
  for (const PeriodTrend& period : line.periods) {
    if (period.judged) judged.push_back(period);
    if (period.called()) called.push_back(period);
  }
  if (judged.empty()) return "No week had enough data for a verdict.";
  if (called.empty()) {
    return "Not called in " +
           Counted(judged.size(), "week that was judged.", "weeks that were judged.");
  }
  return Sentence(JoinFilled(
      {JoinFilled({BeginningOf(judged, called.front()), RatesOf(called, line.unit)}, ", "),
       EndingOf(judged, called.size()), LeftBehind(line)},
      "; "));
}

}  // namespace perfleak
