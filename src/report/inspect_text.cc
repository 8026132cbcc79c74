// The order of a reader who wonders whether the log will do: the answer, what is in it, what limits
// it, and the command lines for a better one.

#include "report/inspect_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/input_text.h"
#include "report/page.h"
#include "report/table.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr size_t kObjectsShown = 12;  // when folded
constexpr size_t kFilesShown = 10;
constexpr size_t kMissingShown = 12;
constexpr double kMb = 1048576;

std::string FitnessSentence(const InspectReport& report) {
  switch (report.fitness) {
    case Fitness::kGood:
      return "Good for a verdict: nothing that matters is missing.";
    case Fitness::kLimited:
      return "A verdict is possible, but limited by what is listed below.";
    case Fitness::kUseless:
      return report.input.rows_used == 0 ? "No verdict is possible: no row could be used."
                                         : "No verdict is possible: none of the counters can be "
                                           "judged.";
  }
  return "";
}

std::string ZoneOf(const InspectedFile& file) {
  if (!file.bias_minutes) {
    return file.zone.empty() ? "not told" : file.zone + " (cut off)";
  }
  const int east = -*file.bias_minutes;
  const std::string offset =
      fmt::format("UTC{}{}:{:02}", east < 0 ? "-" : "+", std::abs(east) / 60, std::abs(east) % 60);
  return file.zone.empty() ? offset : fmt::format("{} ({})", file.zone, offset);
}

void PrintFiles(const InspectReport& report, Page* page) {
  page->Blank();
  Table table({{.title = "Log", .min_width = 16},
               {.title = "Size", .right = true, .drop = 1},
               {.title = "Format"},
               {.title = "Encoding", .drop = 2},
               {.title = "Columns", .right = true},
               {.title = "Rows", .right = true},
               {.title = "Dropped", .right = true},
               {.title = "Zone", .min_width = 24}});
  const size_t shown =
      page->style().show_all ? report.files.size() : std::min(report.files.size(), kFilesShown);
  for (size_t i = 0; i < shown; ++i) {
    const InspectedFile& file = report.files[i];
    table.Add({{file.file.name},
               {Quantity(static_cast<double>(file.file.bytes), Unit::kBytes)},
               {file.file.format},
               {file.file.encoding},
               {Thousands(file.columns)},
               {Thousands(file.rows_read)},
               {Thousands(file.rows_dropped)},
               {ZoneOf(file)}});
  }
  table.Print(0, page);
  if (shown < report.files.size()) {
    page->Prose("", fmt::format("and {} more", Thousands(report.files.size() - shown)));
  }
}

std::string SamplingLine(const InspectReport& report) {
  std::string line = report.input.interval_s > 0
                         ? "every " + FormatDuration(report.input.interval_s)
                         : "not known";
  if (report.interval_changes == 0) {
    line += report.intervals.empty() ? "" : ", steady";
  } else {
    line += fmt::format(" for the most part, {}",
                        Counted(report.interval_changes, "change", "changes"));
  }
  return line;
}

std::string GapsLine(const InspectReport& report) {
  if (report.gap_count == 0) return "none";
  const auto longest = std::max_element(
      report.gaps.begin(), report.gaps.end(),
      [](const TimeGap& a, const TimeGap& b) { return a.to_s - a.from_s < b.to_s - b.from_s; });
  return fmt::format("{}, the longest {} from {}", Thousands(report.gap_count),
                     FormatDuration(longest->to_s - longest->from_s), Moment(longest->from_s));
}

void PrintSummary(const InspectReport& report, Page* page) {
  page->Heading(JoinFilled({"perfleak", report.version}, " "));
  page->Prose("Log:      ", FilesLine([&] {
                std::vector<InputFile> files;
                for (const InspectedFile& file : report.files) files.push_back(file.file);
                return files;
              }()));
  PrintNames("Names:    ", report.input.files, page);
  page->Prose("Time:     ", TimeLine(report.input));
  page->Prose("Data:     ", RowsLine(report.input));
  page->Prose("Sampled:  ", SamplingLine(report));
  page->Prose("Gaps:     ", GapsLine(report));
  page->Blank();
  page->Heading(FitnessSentence(report));
}

void PrintMachines(const InspectReport& report, Page* page) {
  if (report.machines.empty()) return;
  page->Blank();
  Table table({{.title = "Machine", .min_width = 8},
               {.title = "Programs", .right = true},
               {.title = "Lives", .right = true},
               {.title = "At once", .right = true, .drop = 1},
               {.title = "PIDs"},
               {.title = "Restarts", .right = true},
               {.title = "Load counter", .min_width = 34}});
  for (const InspectedMachine& machine : report.machines) {
    const std::string prefix = "\\\\" + machine.name + "\\";
    const bool has_prefix = machine.load_counter.starts_with(prefix);
    table.Add({{NameOrUnnamed(machine.name)},
               {Thousands(machine.images)},
               {Thousands(machine.lives)},
               {Thousands(machine.at_once)},
               {machine.has_process_ids ? "yes" : "no"},
               {Thousands(machine.restarts)},
               {machine.load_counter.empty() ? "none"
                : has_prefix                 ? machine.load_counter.substr(prefix.size())
                                             : machine.load_counter}});
  }
  table.Print(0, page);
}

// Objects that perfleak reads first, then the large ones.
std::vector<InspectedObject> SortedObjects(const InspectReport& report) {
  std::vector<InspectedObject> objects = report.objects;
  std::stable_sort(objects.begin(), objects.end(),
                   [](const InspectedObject& a, const InspectedObject& b) {
                     return std::pair(a.used, a.columns) > std::pair(b.used, b.columns);
                   });
  return objects;
}

void PrintObjects(const InspectReport& report, Page* page) {
  if (report.objects.empty()) return;
  page->Blank();
  const bool one_machine = report.machines.size() < 2;
  Table table({{.title = "Object", .min_width = 12},
               {.title = "Instances", .right = true},
               {.title = "Counters", .right = true},
               {.title = "Columns", .right = true},
               {.title = "Of use", .right = true},
               {.title = "Machine", .drop = 1, .min_width = 8}});
  const std::vector<InspectedObject> objects = SortedObjects(report);
  const size_t shown =
      page->style().show_all ? objects.size() : std::min(objects.size(), kObjectsShown);
  for (size_t i = 0; i < shown; ++i) {
    const InspectedObject& object = objects[i];
    table.Add({{object.name},
               {object.instances == 0 ? "-" : Thousands(object.instances)},
               {Thousands(object.counters)},
               {Thousands(object.columns)},
               {Thousands(object.used)},
               {one_machine ? "" : object.machine}});
  }
  table.Print(0, page);
  if (shown < objects.size()) {
    page->Prose("", fmt::format("and {}; --all lists them",
                                Counted(objects.size() - shown, "more object", "more objects")));
  }
}

void PrintNeeds(const InspectReport& report, Page* page) {
  if (report.needs.empty() || report.input.rows_used == 0) return;
  page->Blank();
  page->Heading("What the length allows");
  for (const LengthNeed& need : report.needs) {
    page->Prose(need.met ? " + " : " - ",
                fmt::format("To {} takes {}: {}.", need.what, FormatDuration(need.needed_s),
                            need.met ? "met" : "the log has " + FormatDuration(report.watched_s)));
  }
}

void PrintQuality(const InspectReport& report, Page* page) {
  if (report.quality.empty()) return;
  page->Blank();
  page->Heading("What the data lacks");
  for (const QualityNote& note : report.quality) PrintNote(note.message, note.next_step, page);
}

void PrintUnknown(const InspectReport& report, Page* page) {
  if (report.unknown.empty() || !page->style().show_all) return;
  page->Blank();
  page->Heading(fmt::format("Not known to perfleak: {}",
                            Counted(report.unknown.size(), "counter", "counters")));
  Table table({{.title = "Columns", .right = true}, {.title = "Counter", .whole = true}});
  for (const UnknownCounter& counter : report.unknown) {
    table.Add({{Thousands(counter.columns)}, {counter.path}});
  }
  table.Print(1, page);
}

void PrintMissing(const CollectorPlan& plan, Page* page) {
  if (plan.missing.empty()) return;
  page->Prose("", "Useful, and not in the log:");
  const size_t shown =
      page->style().show_all ? plan.missing.size() : std::min(plan.missing.size(), kMissingShown);
  for (size_t i = 0; i < shown; ++i) page->Verbatim(3, plan.missing[i]);
  if (shown < plan.missing.size()) {
    page->Prose("   ", fmt::format("and {} more; --all lists them",
                                   Thousands(plan.missing.size() - shown)));
  }
  page->Blank();
}

// The lines are printed whole, to be copied.
void PrintPlan(const CollectorPlan& plan, Page* page) {
  page->Blank();
  page->Heading("How to collect what a verdict takes");
  PrintMissing(plan, page);
  page->Prose("",
              fmt::format("On the server, as administrator (one sample every {}; a week takes "
                          "about {} MB of at most {} MB):",
                          FormatDuration(plan.interval_s),
                          Thousands(static_cast<uint64_t>(plan.week_bytes / kMb)), plan.max_mb));
  page->Blank();
  page->Verbatim(3, plan.create);
  page->Verbatim(3, plan.start);
  page->Blank();
  page->Prose("",
              "After a day or more, better a week; the name of the file ends with the time of "
              "the start:");
  page->Blank();
  page->Verbatim(3, plan.stop);
  page->Verbatim(3, plan.relog);
  page->Blank();
  page->Prose("",
              "A restart of the server ends the collector: start it again, and give perfleak "
              "all the logs. In a batch file write %% for %.");
}

// Windows may take counters only by the names it writes itself.
void PrintNameAdvice(const InspectReport& report, Page* page) {
  if (NamesLine(report.input.files).empty()) return;
  page->Prose("",
              "The names in these lines are English. Where Windows does not take them, write those "
              "of its own language; typeperf -q lists them.");
}

}  // namespace

std::string RenderText(const InspectReport& report, const TextStyle& style) {
  Page page(style);
  PrintSummary(report, &page);
  PrintFiles(report, &page);
  PrintMachines(report, &page);
  PrintObjects(report, &page);
  PrintNeeds(report, &page);
  PrintQuality(report, &page);
  PrintUnknown(report, &page);
  PrintDiagnostics(report.diagnostics, &page);
  PrintPlan(report.plan, &page);
  PrintNameAdvice(report, &page);
  return page.Take();
}

}  // namespace perfleak
