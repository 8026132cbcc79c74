// How growth moved: one line for each counter where there are several, and for each its weeks.

#include "report/history_text.h"

#include <algorithm>
#include <set>

#include "report/history_words.h"
#include "report/page.h"
#include "report/period_text.h"
#include "report/suspect_text.h"
#include "report/table.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr size_t kWeeksShown = 13;  // a quarter of a year
constexpr size_t kHistorySparkline = 13;
constexpr size_t kMaxHistorySparkline = 52;
constexpr size_t kIndent = 3;

std::string CounterName(const HistoryLine& line) {
  return line.path.substr(line.path.rfind('\\') + 1);
}

size_t MachinesIn(const std::vector<HistoryLine>& lines) {
  std::set<std::string> machines;
  for (const HistoryLine& line : lines) machines.insert(line.machine);
  return machines.size();
}

// Logs of some machines may say their distance to UTC and those of others not.
std::string Clock(const std::vector<HistoryLine>& lines) {
  const auto is_utc = [](const HistoryLine& line) { return line.time_basis == TimeBasis::kUtc; };
  if (std::all_of(lines.begin(), lines.end(), is_utc)) return "UTC";
  if (std::none_of(lines.begin(), lines.end(), is_utc)) return "local time of the machines";
  return "UTC, or local time of machines whose logs do not tell their distance to it";
}

void PrintHeading(const HistoryReport& report, Page* page) {
  page->Heading(JoinFilled({"perfleak", report.version}, " "));
  page->Prose("Store:    ", report.store);
  page->Prose("History:  ", report.asked + ": " +
                                Counted(report.lines.size(), "counter", "counters") + " on " +
                                Counted(MachinesIn(report.lines), "machine", "machines"));
  if (!report.lines.empty()) page->Prose("Dates:    ", Clock(report.lines));
}

// The latest period that was judged, nullptr without one.
const PeriodTrend* LatestOf(const HistoryLine& line) {
  const auto last = std::find_if(line.periods.rbegin(), line.periods.rend(),
                                 [](const PeriodTrend& period) { return period.judged; });
  return last == line.periods.rend() ? nullptr : &*last;
}

void PrintOverview(const std::vector<HistoryLine>& lines, Page* page) {
  page->Blank();
  Table table({{.title = "Machine", .min_width = 8},
               {.title = "Component", .min_width = 12},
               {.title = "Counter", .drop = 2, .min_width = 16},
               {.title = "Latest", .right = true},
               {.title = "Verdict", .min_width = 12},
               {.title = "Week", .drop = 3},
               {.title = "By week", .drop = 1}});
  for (const HistoryLine& line : lines) {
    const PeriodTrend* latest = LatestOf(line);
    table.Add(
        {{NameOrUnnamed(line.machine)},
         {line.component},
         {CounterName(line)},
         {latest == nullptr ? "-" : PerHour(latest->slope.per_s, line.unit)},
         {latest == nullptr ? "too little data" : DescribeVerdict(latest->verdict, latest->reason),
          latest != nullptr && latest->called() ? InkOf(latest->verdict) : Ink::kPlain},
         {latest == nullptr ? "" : Day(latest->start_s)},
         {PeriodSparkline(line.periods, kHistorySparkline, page->style().unicode)}});
  }
  table.Print(1, page);
}

void PrintLine(const HistoryLine& line, Page* page) {
  const bool all = page->style().show_all || line.periods.size() <= kWeeksShown;
  const size_t before = all ? 0 : line.periods.size() - kWeeksShown;
  const size_t sparkline_width = std::min(kMaxHistorySparkline, page->width() - kIndent);
  page->Blank();
  page->Heading(NameOrUnnamed(line.machine) + ", " + line.component + ": " +
                std::string(DescribeKind(line.kind)));
  page->Verbatim(kIndent, line.path);
  page->Prose(std::string(kIndent, ' '),
              Glue(PeriodSparkline(line.periods, sparkline_width, page->style().unicode)));
  page->Prose(std::string(kIndent, ' '), DescribeHistory(line));
  page->Blank();
  PrintPeriods({line.periods.begin() + static_cast<std::ptrdiff_t>(before), line.periods.end()},
               line.unit, kIndent, page);
  if (before > 0) {
    page->Prose(std::string(kIndent, ' '), Counted(before, "week", "weeks") +
                                               " before them; --all shows " +
                                               (before == 1 ? "it." : "them."));
  }
}

}  // namespace

std::string RenderText(const HistoryReport& report, const TextStyle& style) {
  Page page(style);
  PrintHeading(report, &page);
  if (report.lines.size() > 1) PrintOverview(report.lines, &page);
  const size_t limit = style.top > 0 ? static_cast<size_t>(style.top) : report.lines.size();
  for (size_t i = 0; i < std::min(limit, report.lines.size()); ++i) {
    PrintLine(report.lines[i], &page);
  }
  return page.Take();
}

}  // namespace perfleak
