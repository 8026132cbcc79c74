// The part of the text report that is about suspects: the ranked table, and a paragraph for each.
#ifndef PERFLEAK_REPORT_SUSPECT_TEXT_H_
#define PERFLEAK_REPORT_SUSPECT_TEXT_H_

#include <span>
#include <string>
#include <string_view>

#include "report/page.h"
#include "report/report.h"

namespace perfleak {

// The leak in capitals: it must stand out in a mail without colours too.
std::string_view VerdictWord(Verdict verdict);
Ink InkOf(Verdict verdict);

// From the last sample of the machine to the limit: "3 d 4 h", "now". "" without a date.
std::string TimeTo(const Exhaustion& exhaustion);

// One line per suspect, whatever the width.
void PrintSuspectTable(std::span<const Suspect> suspects, const InputSummary& input, Page* page);

// What grows, who is likely responsible, when it matters, what speaks for and against, what to do.
// `brief` leaves out evidence, other growing counters and the details of known issues.
void PrintSuspect(const Suspect& suspect, const InputSummary& input, bool brief, Page* page);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_SUSPECT_TEXT_H_
