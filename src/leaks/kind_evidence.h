// Facts for and against the kind of leak that a component is said to have.
#ifndef PERFLEAK_LEAKS_KIND_EVIDENCE_H_
#define PERFLEAK_LEAKS_KIND_EVIDENCE_H_

#include <span>
#include <string>
#include <vector>

#include "leaks/finding.h"
#include "leaks/kinds.h"
#include "leaks/ownership.h"
#include "leaks/suspect.h"
#include "leaks/totals.h"

namespace perfleak {

// What the other counters of the process say. `findings` are all of that process.
std::vector<Evidence> EvidenceOfKind(const Diagnosis& diagnosis, const FindingList& findings,
                                     const Ownership& ownership);

// Of a pool that no suspect is charged for: what processes are charged for, and whose handles it
// may hang on. `suspects` are those of processes.
std::vector<Evidence> EvidenceOfPool(const Finding& pool, const Totals& totals,
                                     std::span<const Suspect> suspects);

// The process whose handles or threads a pool of the kernel may hang on; nullptr for none.
const Suspect* HolderOfPool(const Finding& pool, std::span<const Suspect> suspects);

// "Of the growth of Memory\Committed Bytes, 92 % is in store, 7 % in other processes and 1 % in no
// logged process and no pool." Percentages add up to 100.
std::string WordsOnShares(const std::string& total, const std::vector<GrowthShare>& shares);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_KIND_EVIDENCE_H_
