// What several machines have in common: told once, with the machines, where the ranking tells it
// once a machine.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic_codes.h"
#include "report/fleet_sections.h"
#include "report/input_text.h"
#include "report/suspect_text.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr size_t kComponentsShown = 10;  // when folded
constexpr size_t kIssuesShown = 10;
constexpr size_t kNotesShown = 8;
constexpr size_t kMachinesNamed = 6;

size_t ShownOf(size_t count, size_t folded, const Page& page) {
  return page.style().show_all ? count : std::min(count, folded);
}

std::string Machines(const std::vector<std::string>& names, const Page& page) {
  return NameList(names, ShownOf(names.size(), kMachinesNamed, page));
}

void PrintMore(size_t count, Page* page) {
  if (count > 0) page->Prose(" ", fmt::format("{} more in --all", Thousands(count)));
}

// ---- components

// "4 of the 5 machines that have it", "4 of 12 machines" where all have it.
std::string Spread(const FleetComponent& component, size_t of) {
  const uint64_t n = component.machines.size();
  const uint64_t on = component.runs_on;
  if (on < n) return Counted(n, "machine", "machines");
  const std::string which = on == of ? "" : " that have it";
  if (on == n) return (n == 2 ? "both" : "all " + Thousands(n)) + " machines" + which;
  return fmt::format("{} of {}{} machines{}", Thousands(n), on == of ? "" : "the ", Thousands(on),
                     which);
}

std::string Since(const FleetComponent& component) {
  if (!IsDate(component.since_s)) return "";
  return fmt::format("since {} ({} first)", Day(component.since_s),
                     NameOrUnnamed(component.since_machine));
}

std::string Rates(const FleetComponent& component) {
  const Slope range{0, 0, component.slowest_per_s, component.fastest_per_s};
  const std::string interval = IntervalPerHour(range, component.unit);
  if (interval.empty() || component.slowest_per_s == component.fastest_per_s) {
    return PerHour(component.median_per_s, component.unit);
  }
  return fmt::format("{}, median {}", interval, PerHour(component.median_per_s, component.unit));
}

std::string FirstLimit(const FleetComponent& component) {
  if (!component.soonest || !IsDate(component.soonest->p50_s)) return "";
  const Exhaustion& end = *component.soonest;
  const bool now = TimeTo(end) == "now";
  return fmt::format("first at a limit: {}, {} {}", NameOrUnnamed(component.soonest_machine),
                     end.limit, now ? "reached" : "on " + Day(end.p50_s));
}

void PrintComponent(const FleetComponent& component, size_t machines, Page* page) {
  const std::string what = fmt::format("{}: {} on {}", NameOrUnnamed(component.component),
                                       DescribeKind(component.kind), Spread(component, machines));
  page->Headline(" *", VerdictWord(component.verdict), InkOf(component.verdict),
                 JoinFilled({what, Since(component)}, ", "));
  page->Prose("   ", JoinFilled({Rates(component), FirstLimit(component)}, "; "));
  page->Prose("   ", Machines(component.machines, *page));
}

// ---- known issues

void PrintIssue(const FleetIssue& issue, Page* page) {
  page->Prose(" * ", fmt::format("{} ({}): {}", issue.id, issue.grade, issue.title));
  const std::string in =
      issue.components.empty() ? "" : NameList(issue.components, kMachinesNamed) + " ";
  page->Prose("   ",
              fmt::format("{}on {}: {}", in, Counted(issue.machines.size(), "machine", "machines"),
                          Machines(issue.machines, *page)));
  page->Prose("   Fix: ", issue.fix);
}

// ---- notes

struct SharedNote {
  std::string message;
  bool message_differs = false;
  std::vector<std::string> machines;
};

using NoteKey = std::pair<std::string, std::string>;  // code, next step
using SharedNotes = std::vector<std::pair<NoteKey, SharedNote>>;

void Note(const NoteKey& key, const std::string& message, const std::string& machine,
          std::map<NoteKey, SharedNote>* notes) {
  SharedNote& note = (*notes)[key];
  if (note.machines.empty()) note.message = message;
  note.message_differs |= note.message != message;
  note.machines.push_back(machine);
}

// On most machines first.
SharedNotes Sorted(const std::map<NoteKey, SharedNote>& notes) {
  SharedNotes sorted(notes.begin(), notes.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.second.machines.size() > b.second.machines.size();
  });
  return sorted;
}

SharedNotes QualityOf(const FleetReport& report) {
  std::map<NoteKey, SharedNote> notes;
  for (const FleetMachine& machine : report.machines) {
    for (const QualityNote& note : machine.quality) {
      Note({note.code, note.next_step}, note.message, machine.name, &notes);
    }
  }
  return Sorted(notes);
}

// "a row is earlier than the row before (400 times, first a.csv:403)"
std::string MessageOf(const Diagnostics::Entry& entry) {
  const std::string first = entry.places.empty() ? "" : ", first " + entry.places.front();
  return fmt::format("{} ({}{})", entry.message, Counted(entry.count, "time", "times"), first);
}

SharedNotes DiagnosticsOf(const FleetReport& report) {
  std::map<NoteKey, SharedNote> notes;
  for (const FleetMachine& machine : report.machines) {
    for (const Diagnostics::Entry& entry : machine.diagnostics) {
      const std::string next_step = Sentence(std::string(NextStepFor(entry.code)));
      Note({entry.code, next_step}, MessageOf(entry), machine.name, &notes);
    }
  }
  return Sorted(notes);
}

std::string MessageOf(const SharedNote& note) {
  if (!note.message_differs) return note.message;
  return fmt::format("such as {}: {}", NameOrUnnamed(note.machines.front()), note.message);
}

// "gaps on 4 of 12 machines (DC02, FILE01, FILE02 and 1 more)": which machines, unless there is but
// one.
std::string Where(const std::string& code, const SharedNote& note, size_t machines,
                  const Page& page) {
  if (machines == 1) return code;
  const size_t n = note.machines.size();
  if (n == machines) return fmt::format("{} on all {} machines", code, Thousands(n));
  return fmt::format("{} on {} of {} machines ({})", code, Thousands(n), Thousands(machines),
                     Machines(note.machines, page));
}

void PrintNotes(std::string_view heading, const SharedNotes& notes, size_t machines, Page* page) {
  if (notes.empty()) return;
  page->Blank();
  page->Heading(heading);
  const size_t shown = ShownOf(notes.size(), kNotesShown, *page);
  for (size_t i = 0; i < shown; ++i) {
    const auto& [key, note] = notes[i];
    PrintNote(Where(key.first, note, machines, *page) + ": " + MessageOf(note), key.second, page);
  }
  PrintMore(notes.size() - shown, page);
}

}  // namespace

void PrintComponents(const FleetReport& report, Page* page) {
  std::vector<const FleetComponent*> shared;
  for (const FleetComponent& component : report.components) {
    if (component.machines.size() > 1) shared.push_back(&component);
  }
  if (shared.empty()) return;
  page->Blank();
  page->Heading("On several machines");
  const size_t shown = ShownOf(shared.size(), kComponentsShown, *page);
  for (size_t i = 0; i < shown; ++i) PrintComponent(*shared[i], report.machines.size(), page);
  PrintMore(shared.size() - shown, page);
}

void PrintIssues(const FleetReport& report, Page* page) {
  if (report.issues.empty()) return;
  page->Blank();
  page->Heading("Known issues");
  const size_t shown = ShownOf(report.issues.size(), kIssuesShown, *page);
  for (size_t i = 0; i < shown; ++i) PrintIssue(report.issues[i], page);
  PrintMore(report.issues.size() - shown, page);
}

void PrintSharedNotes(const FleetReport& report, Page* page) {
  const size_t machines = report.machines.size();
  PrintNotes("What the data lacks", QualityOf(report), machines, page);
  PrintNotes("What was met while reading", DiagnosticsOf(report), machines, page);
}

}  // namespace perfleak
