// What was read, in lines of text: the same words in the report of every command.
#ifndef PERFLEAK_REPORT_INPUT_TEXT_H_
#define PERFLEAK_REPORT_INPUT_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "report/page.h"
#include "report/report.h"

namespace perfleak {

// "monday.csv, tuesday.csv (5.7 MB, PDH-CSV, ASCII)": each kind of file once.
std::string FilesLine(const std::vector<InputFile>& files);

// "2026-03-01 00:00 to 2026-03-02 09:19 UTC (1 d 9 h, every 1 min)"
// "counter names are German; shown in English"; empty if they are English in all logs.
std::string NamesLine(const std::vector<InputFile>& files);

// NamesLine behind `label`, where there is one.
void PrintNames(std::string_view label, const std::vector<InputFile>& files, Page* page);

std::string TimeLine(const InputSummary& input);

// "215 counters; 1,440 rows read, 1,440 used, 0 dropped"
std::string RowsLine(const InputSummary& input);

// A list item, and on the next line what to do about it.
void PrintNote(std::string_view message, std::string_view next_step, Page* page);

// Under headings of their own; nothing if there is nothing to tell.
void PrintQuality(const std::vector<QualityNote>& notes, Page* page);
void PrintDiagnostics(const std::vector<Diagnostics::Entry>& entries, Page* page);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_INPUT_TEXT_H_
