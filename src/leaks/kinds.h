// Which kind of leak the growing counters of a process show together, and that of another object.
#ifndef PERFLEAK_LEAKS_KINDS_H_
#define PERFLEAK_LEAKS_KINDS_H_

#include <vector>

#include "leaks/finding.h"
#include "leaks/ownership.h"
#include "leaks/platform.h"
#include "leaks/suspect.h"

namespace perfleak {

using FindingList = std::vector<const Finding*>;

// The surest of the called findings of a resource; nullptr if none is.
const Finding* FindCalled(const FindingList& findings, Resource resource);

// All series of a resource; empty if it is not logged.
std::vector<SeriesRef> SeriesOf(const FindingList& findings, Resource resource);

// Per second, of a finding's growth; 0 for nullptr.
double RateOf(const Finding* finding);

bool IsLogged(const FindingList& findings, Resource resource);

// Pool that hangs on a handle or another object: more or less for each is not for it.
constexpr double kMinPoolPerHandle = 20;
constexpr double kMaxPoolPerHandle = 30 * 1024;

// The kind of leak, and the counter that shows it best; nullptr where nothing leaks.
struct Diagnosis {
  LeakKind kind = LeakKind::kOther;
  const Finding* growth = nullptr;
};

// `findings` are all of one process, or of the lives of one role. `platform` is the machine's;
// nullptr if nothing is known of it.
Diagnosis DiagnoseProcess(const FindingList& findings, const Ownership& ownership,
                          const Platform* platform);

// What growth of an object that is no process is.
LeakKind KindOfOther(const Finding& finding);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_KINDS_H_
