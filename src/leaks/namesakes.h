// Processes of one name: svchost is many programs, and each leaks in its own way.
#ifndef PERFLEAK_LEAKS_NAMESAKES_H_
#define PERFLEAK_LEAKS_NAMESAKES_H_

#include <vector>

#include "leaks/kinds.h"
#include "leaks/ownership.h"
#include "leaks/suspect.h"
#include "model/counter_table.h"

namespace perfleak {

// What one of the processes of a component shows: its counters decide together, those of its
// namesakes have no say.
struct OfProcess {
  Diagnosis diagnosis;
  FindingList findings;
};

// Each process of a component, the worst first; those that show nothing last. At least one.
// `platform` as in DiagnoseProcess.
std::vector<OfProcess> DiagnoseEach(const FindingList& component, const Ownership& ownership,
                                    const Platform* platform);

// Processes of one name that leak in one way; the worst comes first.
struct Namesakes {
  std::vector<OfProcess> processes;
  FindingList findings;  // of all of them
};

// A suspect for each kind of leak that is sure. All else goes with the worst of them.
std::vector<Namesakes> GroupByKind(const std::vector<OfProcess>& worst_first,
                                   const FindingList& component);

// Several processes of one name that leak in the same way are one suspect, and all are told.
void AddNamesakes(const Namesakes& group, const CounterTable& table, Suspect* suspect);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_NAMESAKES_H_
