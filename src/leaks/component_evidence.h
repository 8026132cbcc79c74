// What a log shows of one suspect, in the terms of known issues: which of their resources rise in
// it, which are flat, which were not logged, how fast, with what.
#ifndef PERFLEAK_LEAKS_COMPONENT_EVIDENCE_H_
#define PERFLEAK_LEAKS_COMPONENT_EVIDENCE_H_

#include <array>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "leaks/finding.h"
#include "leaks/known_issue.h"
#include "leaks/machine_index.h"
#include "leaks/suspect.h"
#include "model/counter_table.h"
#include "trend/growth_driver.h"

namespace perfleak {

enum class Shown {
  kNotLogged,
  kFlat,
  kUnclear,  // it moves, and is neither called nor steady
  kRises
};

constexpr size_t kIssueResourceCount = static_cast<size_t>(IssueResource::kDiskSpace) + 1;

struct ShownResource {
  Shown shown = Shown::kNotLogged;
  double per_s = 0;     // of kRises, without sign
  bool own = false;     // of the suspect itself, not of the whole machine
  std::string counter;  // the path without machine, for people
};

struct ComponentEvidence {
  const Suspect* suspect = nullptr;
  std::string machine;
  std::string process;        // lower case; "system" for the kernel
  bool is_of_kernel = false;  // no process holds it
  std::array<ShownResource, kIssueResourceCount> resources;
  GrowthDriver driver = GrowthDriver::kUnknown;
  std::set<std::string> processes;  // of the machine, logged; lower case
  std::set<std::string> suspects;   // images that are suspects on the machine; lower case

  const ShownResource& of(IssueResource resource) const {
    return resources[static_cast<size_t>(resource)];
  }
};

// What of the suspect rises that is none of `listed` and does not follow from them, each kind once.
std::vector<IssueResource> RisesBeside(const ComponentEvidence& evidence,
                                       const std::vector<IssueResource>& listed);

// `suspects` are all of the log: the processes of one issue may be several of them.
ComponentEvidence EvidenceOf(const Suspect& suspect, std::span<const Suspect> suspects,
                             std::span<const Finding> findings, const MachineIndex& index,
                             const CounterTable& table);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_COMPONENT_EVIDENCE_H_
