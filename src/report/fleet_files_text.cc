// What was given and is in no verdict. A file that cannot be read may be the one that matters, so
// each is named; hundreds with one cause are named under it.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/fleet_sections.h"
#include "report/input_text.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr size_t kNamesOfOneCause = 20;  // when folded

using Causes = std::map<std::string, std::vector<std::string>>;  // message, names

// `message` without the name of the file where it begins with it: causes are compared.
std::string Cause(const FleetFile& file) {
  const std::string prefix = file.name + ": ";
  return file.message.rfind(prefix, 0) == 0 ? file.message.substr(prefix.size()) : file.message;
}

Causes CausesOf(const std::vector<FleetFile>& files, FileOutcome outcome) {
  Causes causes;
  for (const FleetFile& file : files) {
    if (file.outcome == outcome) causes[Cause(file)].push_back(file.name);
  }
  return causes;
}

void PrintCause(const std::string& cause, const std::vector<std::string>& names, Page* page) {
  const std::string why = cause.empty() ? "no reason is known" : cause;
  if (names.size() == 1) {
    page->Verbatim(1, "* " + names.front());
    page->Prose("   ", why);
    return;
  }
  page->Prose(" * ", fmt::format("{} files: {}", Thousands(names.size()), why));
  const size_t shown =
      page->style().show_all ? names.size() : std::min(names.size(), kNamesOfOneCause);
  for (size_t i = 0; i < shown; ++i) page->Verbatim(3, names[i]);
  if (shown < names.size()) {
    page->Prose("   ",
                fmt::format("and {} more; --all lists them", Thousands(names.size() - shown)));
  }
}

void PrintFailed(const FleetReport& report, Page* page) {
  const Causes causes = CausesOf(report.files, FileOutcome::kFailed);
  if (causes.empty()) return;
  page->Blank();
  page->Heading(fmt::format("Could not be read: {}", Counted(report.failed, "file", "files")));
  for (const auto& [cause, names] : causes) PrintCause(cause, names, page);
}

void PrintEach(std::string_view heading, const std::vector<FleetFile>& files, FileOutcome outcome,
               Page* page) {
  page->Blank();
  page->Heading(heading);
  for (const FleetFile& file : files) {
    if (file.outcome != outcome) continue;
    page->Verbatim(1, JoinFilled({file.name, Cause(file)}, ": "));
  }
}

void PrintPassedOver(const FleetReport& report, Page* page) {
  const std::string duplicates = Counted(report.duplicates, "file with the content of another",
                                         "files with the content of another");
  const std::string no_logs = Counted(report.no_logs, "file that is no performance log",
                                      "files that are no performance logs");
  if (page->style().show_all) {
    if (report.duplicates > 0) {
      PrintEach(duplicates, report.files, FileOutcome::kDuplicate, page);
    }
    if (report.no_logs > 0) PrintEach(no_logs, report.files, FileOutcome::kNoLog, page);
    return;
  }
  const std::string both = JoinFilled(
      {report.duplicates > 0 ? duplicates : "", report.no_logs > 0 ? no_logs : ""}, ", ");
  if (both.empty()) return;
  page->Blank();
  page->Prose("", fmt::format("Passed over: {}; --all lists them.", both));
}

}  // namespace

void PrintUnreadFiles(const FleetReport& report, Page* page) {
  PrintFailed(report, page);
  PrintPassedOver(report, page);
}

}  // namespace perfleak
