// Did it help? One sentence, one table of what leaks in either log, a paragraph for each, and what
// limits the comparison.

#include "report/compare_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/input_text.h"
#include "report/page.h"
#include "report/table.h"
#include "report/words.h"

namespace perfleak {
namespace {

std::string_view Word(Change change) {
  switch (change) {
    case Change::kFixed:
      return "FIXED";
    case Change::kBetter:
      return "BETTER";
    case Change::kSame:
      return "SAME";
    case Change::kWorse:
      return "WORSE";
    case Change::kCannotTell:
      return "UNDECIDED";
  }
  return "";
}

Ink InkOf(Change change) {
  if (change == Change::kWorse) return Ink::kLeak;
  return change == Change::kFixed ? Ink::kPlain : Ink::kWatch;
}

std::string Range(double low_per_s, double high_per_s, Unit unit) {
  return IntervalPerHour({0, 0, low_per_s, high_per_s}, unit);
}

// "0.12 MB/h per %": the rate of one unit of mean load.
std::string PerLoad(const std::optional<SideGrowth>& side, Unit unit) {
  return side && side->per_load_per_s ? PerHour(*side->per_load_per_s, unit) : "";
}

std::string RateCell(const std::optional<SideGrowth>& side, Unit unit) {
  return side ? PerHour(side->slope_per_s, unit) : "-";
}

std::string CounterName(const ComparedGrowth& growth) {
  return growth.counter.substr(growth.counter.rfind('\\') + 1);
}

void PrintSide(const char* label, const ComparedSide& side, Page* page) {
  page->Prose(label, FilesLine(side.input.files));
  const std::string blanks(std::string_view(label).size(), ' ');
  PrintNames(blanks, side.input.files, page);
  page->Prose(blanks, JoinFilled({NameList(side.input.machines), TimeLine(side.input)}, ", "));
  page->Prose(blanks, RowsLine(side.input));
}

void PrintLoads(const CompareReport& report, Page* page) {
  for (const ComparedLoad& load : report.loads) {
    const std::string machine =
        report.loads.size() > 1 ? NameOrUnnamed(load.machine_after) + ": " : "";
    page->Prose("Load:     ", fmt::format("{}{} {} before, {} after (means)", machine, load.counter,
                                          Quantity(load.mean_before, load.unit),
                                          Quantity(load.mean_after, load.unit)));
  }
}

void PrintHeading(const CompareReport& report, Page* page) {
  page->Heading(JoinFilled({"perfleak", report.version}, " "));
  PrintSide("Before:   ", report.before, page);
  PrintSide("After:    ", report.after, page);
  PrintLoads(report, page);
  page->Blank();
  page->Heading(report.summary);
}

void PrintTable(const std::vector<ComparedGrowth>& components, Page* page) {
  if (components.empty()) return;
  page->Blank();
  Table table({{.title = "Change"},
               {.title = "Component", .min_width = 12},
               {.title = "Counter", .min_width = 16},
               {.title = "Before", .right = true},
               {.title = "After", .right = true},
               {.title = "Difference", .right = true},
               {.title = "95 % interval of it", .drop = 1},
               {.title = "Before, per load", .right = true, .drop = 3},
               {.title = "After, per load", .right = true, .drop = 2},
               {.title = "Machine", .drop = 4, .min_width = 8}});
  const bool one_machine =
      std::all_of(components.begin(), components.end(), [&](const ComparedGrowth& growth) {
        return growth.machine_after == components.front().machine_after;
      });
  for (const ComparedGrowth& growth : components) {
    const auto& difference = growth.difference;
    table.Add(
        {{std::string(Word(growth.change)), growth.called() ? InkOf(growth.change) : Ink::kPlain},
         {NameOrUnnamed(growth.component)},
         {CounterName(growth)},
         {RateCell(growth.before, growth.unit)},
         {RateCell(growth.after, growth.unit)},
         {difference ? PerHour(difference->per_s, growth.unit) : "-"},
         {difference ? Range(difference->low_95_per_s, difference->high_95_per_s, growth.unit)
                     : ""},
         {PerLoad(growth.before, growth.unit)},
         {PerLoad(growth.after, growth.unit)},
         {one_machine                    ? ""
          : growth.machine_after.empty() ? growth.machine_before
                                         : growth.machine_after}});
  }
  table.Print(1, page);
}

void PrintSideOf(const char* label, const std::optional<SideGrowth>& side, Unit unit, Page* page) {
  page->Label(label);
  if (!side) {
    page->Field("not judged");
    return;
  }
  const std::string interval = Range(side->low_per_s, side->high_per_s, unit);
  const std::string load = PerLoad(side, unit);
  page->Field(
      JoinFilled({fmt::format("{} (80 % interval {})", PerHour(side->slope_per_s, unit), interval),
                  DescribeVerdict(side->verdict, side->reason),
                  side->instances > 1 ? fmt::format("{} at a time", side->instances) : "",
                  load.empty() ? "" : load + " per unit of load"},
                 "; "));
}

void PrintParagraph(size_t number, const ComparedGrowth& growth, Page* page) {
  page->Headline(fmt::format("{}.", number), Word(growth.change), InkOf(growth.change),
                 NameOrUnnamed(growth.component) + ": " + growth.why);
  page->Blank();
  page->Label("counter");
  page->FieldPath(growth.counter);
  PrintSideOf("before", growth.before, growth.unit, page);
  PrintSideOf("after", growth.after, growth.unit, page);
  if (!growth.difference) return;
  const Difference& difference = *growth.difference;
  page->Label("difference");
  page->Field(fmt::format("{} (80 % interval {}; 95 % interval {})",
                          PerHour(difference.per_s, growth.unit),
                          Range(difference.low_80_per_s, difference.high_80_per_s, growth.unit),
                          Range(difference.low_95_per_s, difference.high_95_per_s, growth.unit)));
}

void PrintQuality(const CompareReport& report, Page* page) {
  if (report.quality.empty()) return;
  page->Blank();
  page->Heading("What limits the comparison");
  for (const QualityNote& note : report.quality) PrintNote(note.message, note.next_step, page);
}

}  // namespace

std::string RenderText(const CompareReport& report, const TextStyle& style) {
  Page page(style);
  std::vector<ComparedGrowth> called, others;
  size_t beside = 0;
  for (const ComparedGrowth& growth : report.components) {
    const bool folded = growth.called() && !growth.leads && !style.show_all;
    beside += folded ? 1 : 0;
    if (!folded) (growth.called() ? called : others).push_back(growth);
  }
  PrintHeading(report, &page);
  PrintTable(called, &page);
  if (beside > 0) {
    page.Prose(" ", fmt::format("{} beside them; --all shows more.",
                                Counted(beside, "counter grows", "counters grow")));
  }
  for (size_t i = 0; i < called.size(); ++i) {
    page.Blank();
    PrintParagraph(i + 1, called[i], &page);
  }
  if (style.show_all && !others.empty()) {
    page.Blank();
    page.Heading(
        fmt::format("Called in neither log: {}", Counted(others.size(), "counter", "counters")));
    PrintTable(others, &page);
  }
  PrintQuality(report, &page);
  PrintDiagnostics(report.before.diagnostics, &page);
  PrintDiagnostics(report.after.diagnostics, &page);
  return page.Take();
}

}  // namespace perfleak
