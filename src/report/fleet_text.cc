// The order is that of an administrator's morning: is anything wrong, where first, is it the same
// everywhere, is it known, and last what the verdict does not cover.

#include "report/fleet_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/text.h"
#include "report/fleet_sections.h"
#include "report/page.h"
#include "report/period_text.h"
#include "report/suspect_text.h"
#include "report/table.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr size_t kMachinesShown = 100;  // when folded
constexpr size_t kNamesShown = 6;       // of machines of one kind, when folded
constexpr size_t kNetBiosName = 15;     // at most so long are names in logs
constexpr size_t kRoomForNames = 80;    // width from which they are shown whole
constexpr size_t kFleetSparkline = 8;

// The machines by what there is to do about them, each list in the order of the report.
struct Roll {
  std::vector<const FleetMachine*> ranked;  // with a suspect
  std::vector<std::string> clear;
  std::vector<const FleetMachine*> no_verdict;
  uint64_t leaks = 0, watch = 0, over = 0;
};

Roll Call(const FleetReport& report) {
  Roll roll;
  for (const FleetMachine& machine : report.machines) {
    const MachineState state = StateOf(machine);
    roll.leaks += state == MachineState::kLeaks;
    roll.watch += state == MachineState::kWatch;
    roll.over += state == MachineState::kOver;
    if (!machine.suspects.empty()) roll.ranked.push_back(&machine);
    if (state == MachineState::kClear) roll.clear.push_back(machine.name);
    if (state == MachineState::kNoVerdict) roll.no_verdict.push_back(&machine);
  }
  return roll;
}

// ---- head

std::string FileCounts(const FleetReport& report) {
  const auto part = [](uint64_t count, const char* one, const char* many) {
    return count == 0 ? "" : Counted(count, one, many);
  };
  const std::string read = report.read == 0
                               ? "no log"
                               : Counted(report.read, "log", "logs") + " of " +
                                     Counted(report.machines.size(), "machine", "machines");
  return JoinFilled({read, part(report.duplicates, "duplicate", "duplicates"),
                     part(report.no_logs, "other file", "other files"),
                     part(report.failed, "could not be read", "could not be read")},
                    "; ");
}

void PrintHead(const FleetReport& report, Page* page) {
  page->Heading(JoinFilled({"perfleak", report.version}, " "));
  page->Prose("Files:    ", FileCounts(report));
  if (report.read == 0 || report.machines.empty()) return;
  page->Prose("Time:     ",
              fmt::format("{} to {} {} ({})", Moment(report.start_s), Moment(report.end_s),
                          report.time_basis == TimeBasis::kUtc ? "UTC" : "local time",
                          FormatDuration(report.end_s - report.start_s)));
}

// ---- verdict

std::string OneMachineSentence(const FleetMachine& machine) {
  const std::string name = NameOrUnnamed(machine.name);
  switch (StateOf(machine)) {
    case MachineState::kLeaks:
      return name + " leaks.";
    case MachineState::kWatch:
      return "No leak on " + name + ", but something to watch.";
    case MachineState::kOver:
      return name + " leaked, but does not any more.";
    case MachineState::kClear:
      return "No leak found on " + name + ".";
    case MachineState::kNoVerdict:
      return "No verdict on " + name + ".";
  }
  return "";
}

std::string VerdictSentence(const FleetReport& report, const Roll& roll) {
  const size_t n = report.machines.size();
  if (n == 0) {
    return report.files.empty() ? "No verdict: no file was found."
                                : "No verdict: no log could be read.";
  }
  if (n == 1) return OneMachineSentence(report.machines.front());
  if (roll.no_verdict.size() == n)
    return fmt::format("No verdict on any of {} machines.", Thousands(n));
  const auto part = [](uint64_t count, const char* one, const char* many) {
    return count == 0 ? "" : Thousands(count) + (count == 1 ? one : many);
  };
  const std::string first = roll.leaks == 0
                                ? fmt::format("None of {} machines leaks", Thousands(n))
                                : fmt::format("{} of {} machines {}", Thousands(roll.leaks),
                                              Thousands(n), roll.leaks == 1 ? "leaks" : "leak");
  return JoinFilled({first, part(roll.watch, " is to be watched", " are to be watched"),
                     part(roll.over, " leaked and no longer does", " leaked and no longer do"),
                     part(roll.no_verdict.size(), " is without verdict", " are without verdict")},
                    ", ") +
         ".";
}

bool IsSooner(const Exhaustion& a, const Exhaustion& b) {
  return a.p50_s - a.as_of_s < b.p50_s - b.as_of_s;
}

// Whose limit comes first after its last sample: where to begin. Logs may end years apart.
std::string SoonestSentence(const Roll& roll) {
  const Suspect* soonest = nullptr;
  for (const FleetMachine* machine : roll.ranked) {
    for (const FleetSuspect& candidate : machine->suspects) {
      const auto& end = candidate.suspect.exhaustion;
      if (candidate.movement == Movement::kOver || !end || !IsDate(end->p50_s)) continue;
      if (soonest == nullptr || IsSooner(*end, *soonest->exhaustion)) soonest = &candidate.suspect;
    }
  }
  if (soonest == nullptr) return "";
  const Exhaustion& end = *soonest->exhaustion;
  return fmt::format("First at a limit: {} on {}, {} {}.", NameOrUnnamed(soonest->component),
                     NameOrUnnamed(soonest->machine), end.limit,
                     TimeTo(end) == "now" ? "reached" : "on " + Day(end.p50_s));
}

std::string SpreadSentence(const FleetReport& report) {
  if (report.components.empty()) return "";
  const FleetComponent& first = report.components.front();
  if (first.machines.size() < 2) return "";
  return fmt::format("Most widespread: {}, on {} machines.", NameOrUnnamed(first.component),
                     Thousands(first.machines.size()));
}

void PrintVerdict(const FleetReport& report, const Roll& roll, Page* page) {
  page->Blank();
  page->Heading(VerdictSentence(report, roll));
  page->Prose("", SoonestSentence(roll));
  page->Prose("", SpreadSentence(report));
}

// ---- ranking

Cell VerdictCell(const FleetSuspect& suspect) {
  if (suspect.movement == Movement::kOver) return {"over"};
  const Verdict verdict = suspect.suspect.verdict;
  return {std::string(VerdictWord(verdict)), InkOf(verdict)};
}

std::string LimitDay(const std::optional<Exhaustion>& end) {
  return end && IsDate(end->p50_s) ? Day(end->p50_s) : "";
}

// In whole days from two days on: hours are noise in a forecast of weeks.
std::string DaysTo(const std::optional<Exhaustion>& end) {
  if (!end || !IsDate(end->p50_s)) return "";
  const double days = (end->p50_s - end->as_of_s) / kSecondsPerDay;
  return days < 2 || days >= 1000 ? TimeTo(*end) : fmt::format("{:.0f} d", std::floor(days));
}

// What is over is said by the verdict.
std::string MovementWord(const FleetSuspect& suspect) {
  const bool told = suspect.movement != Movement::kUnknown && suspect.movement != Movement::kOver;
  return told ? std::string(ToString(suspect.movement)) : "";
}

// Of the latest week; the rate of the suspect is that of the whole time.
std::string LatestRate(const FleetSuspect& suspect) {
  const auto& periods = suspect.periods;
  if (periods.size() < 2 || !periods.back().judged) return "";
  return PerHour(periods.back().slope.per_s, suspect.suspect.growth_in.unit);
}

// "store +2": the first suspect and how many there are besides.
std::string ComponentCell(const FleetMachine& machine) {
  const size_t more = machine.suspects.size() - 1;
  return NameOrUnnamed(machine.suspects.front().suspect.component) +
         (more == 0 ? "" : " +" + Thousands(more));
}

std::vector<Cell> RankingRow(size_t rank, const FleetMachine& machine, const TextStyle& style) {
  const FleetSuspect& first = machine.suspects.front();
  const Suspect& suspect = first.suspect;
  const Growth& growth = suspect.growth_in;
  const bool over = first.movement == Movement::kOver;  // then it reaches no limit any more
  const std::optional<Exhaustion> end = over ? std::nullopt : suspect.exhaustion;
  return {{Thousands(rank)},
          VerdictCell(first),
          {NameOrUnnamed(machine.name)},
          {ComponentCell(machine)},
          {std::string(ToString(suspect.kind))},
          {PerHour(growth.slope.per_s, growth.unit)},
          {LatestRate(first)},
          {LimitDay(end)},
          {DaysTo(end)},
          {end ? end->limit : ""},
          {IsDate(growth.since_s) ? Day(growth.since_s) : ""},
          {MovementWord(first)},
          {PeriodSparkline(first.periods, kFleetSparkline, style.unicode)},
          {first.movement == Movement::kSame ? "" : first.movement_text}};  // told by "Since"
}

void PrintRanking(std::span<const FleetMachine* const> shown, Page* page) {
  if (shown.empty()) return;
  page->Blank();
  const size_t whole_name = page->width() < kRoomForNames ? 9 : kNetBiosName;
  Table table({{.title = "#", .right = true},
               {.title = "Verdict"},
               {.title = "Machine", .min_width = whole_name},
               {.title = "Component", .min_width = 9},
               {.title = "Kind", .drop = 4},
               {.title = "Per hour", .right = true},
               {.title = "Latest", .right = true, .drop = 6},
               {.title = "Limit on", .drop = 1},
               {.title = "In", .right = true, .drop = 3},
               {.title = "Limit", .drop = 9, .min_width = 12},
               {.title = "Since", .drop = 5},
               {.title = "Lately", .drop = 2},
               {.title = "By week", .drop = 7},
               {.title = "Before", .drop = 8}});
  for (size_t i = 0; i < shown.size(); ++i) {
    table.Add(RankingRow(i + 1, *shown[i], page->style()));
  }
  table.Print(1, page);
}

// What the table leaves out, and how to see it.
void PrintFolded(std::span<const FleetMachine* const> shown, size_t of, Page* page) {
  if (shown.empty() || page->style().show_all) return;
  size_t most_more = 0;
  for (const FleetMachine* machine : shown) {
    most_more = std::max(most_more, machine->suspects.size() - 1);
  }
  std::vector<std::string> sentences;
  if (shown.size() < of) {
    sentences.push_back(fmt::format("The first {} of {} machines with a suspect.",
                                    Thousands(shown.size()), Thousands(of)));
  }
  if (most_more > 0) {
    sentences.push_back(
        fmt::format("+{}: {}.", most_more, Counted(most_more, "more suspect", "more suspects")));
  }
  sentences.push_back("--all shows every suspect in full, week by week.");
  page->Prose(" ", Join(sentences, " "));
}

// ---- machines without a row in the ranking

std::string Names(const std::vector<std::string>& machines, const Page& page) {
  return NameList(machines, page.style().show_all ? machines.size() : kNamesShown);
}

void PrintClear(const Roll& roll, Page* page) {
  if (roll.clear.empty()) return;
  page->Blank();
  page->Prose(
      "", fmt::format("{} without a suspect: {}", Counted(roll.clear.size(), "machine", "machines"),
                      Names(roll.clear, *page)));
}

std::string NoVerdictReason(const FleetMachine& machine) {
  return machine.error.empty() ? "no counter held enough data to be judged" : machine.error;
}

// The machines under each reason: one fault of a collector may be on all of them.
void PrintNoVerdict(const Roll& roll, Page* page) {
  if (roll.no_verdict.empty()) return;
  page->Blank();
  page->Prose("", Counted(roll.no_verdict.size(), "machine", "machines") + " without a verdict:");
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const FleetMachine* machine : roll.no_verdict) {
    by_reason[NoVerdictReason(*machine)].push_back(machine->name);
  }
  for (const auto& [reason, names] : by_reason) {
    page->Prose(" * ", Names(names, *page) + ": " + reason);
  }
}

size_t MachinesShown(const Roll& roll, const TextStyle& style) {
  const size_t most = style.top > 0    ? static_cast<size_t>(style.top)
                      : style.show_all ? roll.ranked.size()
                                       : kMachinesShown;
  return std::min(most, roll.ranked.size());
}

}  // namespace

std::string RenderText(const FleetReport& report, const TextStyle& style) {
  Page page(style);
  const Roll roll = Call(report);
  const size_t shown = MachinesShown(roll, style);
  const std::span<const FleetMachine* const> ranked(roll.ranked.data(), shown);

  PrintHead(report, &page);
  PrintVerdict(report, roll, &page);
  PrintRanking(ranked, &page);
  PrintFolded(ranked, roll.ranked.size(), &page);
  PrintClear(roll, &page);
  PrintNoVerdict(roll, &page);
  PrintComponents(report, &page);
  PrintIssues(report, &page);
  PrintUnreadFiles(report, &page);
  PrintSharedNotes(report, &page);
  if (style.show_all) {
    for (const FleetMachine* machine : ranked) PrintMachine(*machine, &page);
    for (const FleetMachine* machine : roll.no_verdict) PrintMachine(*machine, &page);
  }
  return page.Take();
}

}  // namespace perfleak
