// The sections of the text report on a fleet; fleet_text.cc puts them in order. Each begins with a
// blank line, and prints nothing if there is nothing to tell.
#ifndef PERFLEAK_REPORT_FLEET_SECTIONS_H_
#define PERFLEAK_REPORT_FLEET_SECTIONS_H_

#include "report/fleet_report.h"
#include "report/page.h"

namespace perfleak {

// Components that leak on more than one machine, and known issues with the machines they may be on.
void PrintComponents(const FleetReport& report, Page* page);
void PrintIssues(const FleetReport& report, Page* page);

// What the logs of several machines lack, each once; and what was met while reading them.
void PrintSharedNotes(const FleetReport& report, Page* page);

// Files without a verdict: those that cannot be read each, the others as counts.
void PrintUnreadFiles(const FleetReport& report, Page* page);

// All suspects of a machine with their periods, its logs and the notes on them. Requires a machine
// with a suspect or without a verdict.
void PrintMachine(const FleetMachine& machine, Page* page);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_FLEET_SECTIONS_H_
