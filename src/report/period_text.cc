#include "report/period_text.h"

#include <cmath>
#include <limits>

#include "report/sparkline.h"
#include "report/suspect_text.h"
#include "report/table.h"
#include "report/words.h"

namespace perfleak {
namespace {

// -1 where the counter falls as things grow worse, as Free System Page Table Entries do.
double BadDirection(const std::vector<PeriodTrend>& periods) {
  double sum = 0;
  for (const PeriodTrend& period : periods) {
    const double per_s = period.slope.per_s;
    if (period.called() && std::isfinite(per_s)) sum += per_s;
  }
  return sum < 0 ? -1 : 1;
}

}  // namespace

std::string PeriodSparkline(const std::vector<PeriodTrend>& periods, size_t width, bool unicode) {
  const double direction = BadDirection(periods);
  std::vector<double> rates;
  for (const PeriodTrend& period : periods) {
    rates.push_back(period.judged ? direction * period.slope.per_s
                                  : std::numeric_limits<double>::quiet_NaN());
  }
  return SparklineFromZero(rates, width, unicode);
}

void PrintPeriods(const std::vector<PeriodTrend>& periods, Unit unit, size_t indent, Page* page) {
  Table table({{.title = "From"},
               {.title = "To", .drop = 2},
               {.title = "Per hour", .right = true},
               {.title = "80 % interval", .right = true, .drop = 1},
               {.title = "Verdict", .min_width = 12}});
  for (const PeriodTrend& period : periods) {
    table.Add({{Day(period.start_s)},
               {Day(period.end_s)},
               {period.judged ? PerHour(period.slope.per_s, unit) : "-"},
               {period.judged ? IntervalPerHour(period.slope, unit) : ""},
               {period.judged ? DescribeVerdict(period.verdict, period.reason) : "too little data",
                period.called() ? InkOf(period.verdict) : Ink::kPlain}});
  }
  table.Print(indent, page);
}

}  // namespace perfleak
