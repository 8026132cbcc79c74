// One machine in full, as analyze tells it, with the periods of each suspect.

#include <string>

#include "report/fleet_sections.h"
#include "report/input_text.h"
#include "report/period_text.h"
#include "report/platform_text.h"
#include "report/suspect_text.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr size_t kPeriodIndent = 23;      // the column right of the labels
constexpr size_t kMaxWeekSparkline = 26;  // half a year, if none is missing

std::string MovementSentence(const FleetSuspect& suspect) {
  const bool known = suspect.movement != Movement::kUnknown;
  const std::string word = known ? std::string(ToString(suspect.movement)) : "";
  return JoinFilled({JoinFilled({word, suspect.movement_text}, ": "),
                     suspect.recent ? "told from the latest week alone" : ""},
                    "; ");
}

void PrintWeeks(const FleetSuspect& suspect, Page* page) {
  if (suspect.periods.empty()) return;
  const std::string line =
      Glue(PeriodSparkline(suspect.periods, kMaxWeekSparkline, page->style().unicode));
  page->Label("week by week");
  page->Field(JoinFilled({line, MovementSentence(suspect)}, Glue("  ")));
  PrintPeriods(suspect.periods, suspect.suspect.growth_in.unit, kPeriodIndent, page);
}

void PrintLogs(const FleetMachine& machine, Page* page) {
  if (!machine.input.files.empty()) page->Prose("Logs:     ", FilesLine(machine.input.files));
  PrintPlatforms({machine.platform}, page);
  page->Prose("Time:     ", TimeLine(machine.input));
  page->Prose("Data:     ", RowsLine(machine.input));
}

std::string Summary(const FleetMachine& machine) {
  const size_t n = machine.suspects.size();
  return "Machine " + NameOrUnnamed(machine.name) + ": " +
         (n == 0 ? "no verdict" : Counted(n, "suspect", "suspects"));
}

}  // namespace

void PrintMachine(const FleetMachine& machine, Page* page) {
  page->Blank();
  page->Heading(Summary(machine));
  page->Prose("", Sentence(machine.error));
  PrintLogs(machine, page);
  for (const FleetSuspect& suspect : machine.suspects) {
    page->Blank();
    PrintSuspect(suspect.suspect, machine.input, false, page);
    PrintWeeks(suspect, page);
  }
  PrintQuality(machine.quality, page);
  PrintDiagnostics(machine.diagnostics, page);
}

}  // namespace perfleak
