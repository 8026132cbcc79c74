#include "report/input_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/diagnostic_codes.h"
#include "base/units.h"
#include "model/language.h"
#include "report/words.h"

namespace perfleak {
namespace {

// "PDH-CSV, windows-1252": each kind once.
std::string Formats(const std::vector<InputFile>& files) {
  std::vector<std::string> kinds;
  for (const InputFile& file : files) {
    for (const std::string& kind : {file.format, file.encoding}) {
      if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
    }
  }
  return JoinFilled(kinds, ", ");
}

std::string DiagnosticText(const Diagnostics::Entry& entry) {
  const bool placed = !entry.places.empty() && !entry.places.front().empty();
  return fmt::format("{} ({}{}): {}", entry.code, Counted(entry.count, "time", "times"),
                     placed ? ", first at " + entry.places.front() : "", entry.message);
}

bool SpeaksLanguage(const InputFile& file, std::string_view code) {
  const std::string spoken = ", " + file.language + ",";
  return spoken.find(", " + std::string(code) + ",") != std::string::npos;
}

}  // namespace

std::string FilesLine(const std::vector<InputFile>& files) {
  std::vector<std::string> names;
  double bytes = 0;
  for (const InputFile& file : files) {
    names.push_back(file.name);
    bytes += static_cast<double>(file.bytes);
  }
  return fmt::format("{} ({})", NameList(names),
                     JoinFilled({FormatQuantity(bytes, Unit::kBytes), Formats(files)}, ", "));
}

std::string NamesLine(const std::vector<InputFile>& files) {
  std::vector<std::string> names;
  for (const LanguageInfo& info : kLanguages) {
    const bool spoken = std::any_of(files.begin(), files.end(), [&](const InputFile& file) {
      return SpeaksLanguage(file, info.code);
    });
    if (spoken) names.emplace_back(info.name);
  }
  if (names.empty()) return "";
  return "counter names are " + JoinFilled(names, " and ") + "; shown in English";
}

std::string TimeLine(const InputSummary& input) {
  if (input.rows_used == 0) return "none: no row could be used";
  return fmt::format(
      "{} to {} {} ({})", Moment(input.start_s), Moment(input.end_s),
      input.time_basis == TimeBasis::kUtc ? "UTC" : "local time",
      JoinFilled({FormatDuration(input.end_s - input.start_s),
                  input.interval_s > 0 ? Glue("every " + FormatDuration(input.interval_s)) : ""},
                 ", "));
}

std::string RowsLine(const InputSummary& input) {
  return fmt::format("{}; {} read, {} used, {} dropped",
                     Counted(input.counters, "counter", "counters"),
                     Counted(input.rows_read, "row", "rows"), Thousands(input.rows_used),
                     Thousands(input.rows_dropped));
}

void PrintNames(std::string_view label, const std::vector<InputFile>& files, Page* page) {
  const std::string names = NamesLine(files);
  if (!names.empty()) page->Prose(label, names);
}

void PrintNote(std::string_view message, std::string_view next_step, Page* page) {
  page->Prose(" * ", message);
  page->Prose("   Next step: ", next_step);
}

void PrintQuality(const std::vector<QualityNote>& notes, Page* page) {
  if (notes.empty()) return;
  page->Blank();
  page->Heading("What the data lacks");
  for (const QualityNote& note : notes) PrintNote(note.message, note.next_step, page);
}

void PrintDiagnostics(const std::vector<Diagnostics::Entry>& entries, Page* page) {
  if (entries.empty()) return;
  page->Blank();
  page->Heading("What was met while reading");
  for (const Diagnostics::Entry& entry : entries) {
    PrintNote(DiagnosticText(entry), Sentence(std::string(NextStepFor(entry.code))), page);
  }
}

}  // namespace perfleak
