// Which kind of leak the growing counters of a process show together, and that of another object.
#ifndef PERFLEAK_LEAKS_KINDS_H_
#define PERFLEAK_LEAKS_KINDS_H_

#include <vector>

#include "leaks/finding.h"
#include "leaks/ownership.h"
#include "leaks/suspect.h"

namespace perfleak {

using FindingList = std::vector<const Finding*>;

// The surest of the called findings of a resource; nullptr if none is.
const Finding* FindCalled(const FindingList& findings, Resource resource);

bool IsLogged(const FindingList& findings, Resource resource);

// The kind of leak, and the counter that shows it best; nullptr where nothing leaks.
struct Diagnosis {
  LeakKind kind = LeakKind::kOther;
  const Finding* growth = nullptr;
};

// `findings` are all of one process, or of the lives of one role.
Diagnosis DiagnoseProcess(const FindingList& findings, const Ownership& ownership);

// What growth of an object that is no process is.
LeakKind KindOfOther(const Finding& finding);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_KINDS_H_
