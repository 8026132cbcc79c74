#include "leaks/component_evidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "base/text.h"
#include "leaks/resource_group.h"

namespace perfleak {
namespace {

// Processes that keep the objects they are counted under.
struct ObjectOwner {
  std::string_view object;  // wildcards allowed
  std::string_view process;
};
constexpr std::array kObjectOwners = {
    ObjectOwner{"MSExchangeIS*", "store"},   ObjectOwner{"Database*", "store"},
    ObjectOwner{"MSExchangeMTA*", "emsmta"}, ObjectOwner{"MSExchangeIMC*", "msexcimc"},
    ObjectOwner{"Web Service*", "inetinfo"}, ObjectOwner{"FTP Service*", "inetinfo"},
    ObjectOwner{"SMTP Server*", "inetinfo"}, ObjectOwner{"Active Server Pages*", "inetinfo"},
    ObjectOwner{"SQLServer:*", "sqlservr"},  ObjectOwner{"NTDS*", "lsass"},
};

// Where a resource is counted.
enum class CountedIn { kProcess, kSystem };

struct Source {
  IssueResource resource;
  Resource counter;
  CountedIn scope;
};
// What measures each resource of a known issue. A pool may show in the process or in the total.
constexpr std::array kSources = {
    Source{IssueResource::kPrivateBytes, Resource::kPrivateBytes, CountedIn::kProcess},
    Source{IssueResource::kVirtualBytes, Resource::kVirtualBytes, CountedIn::kProcess},
    Source{IssueResource::kVirtualBytes, Resource::kLargestFreeBlock, CountedIn::kSystem},
    Source{IssueResource::kPageFileBytes, Resource::kPageFileBytes, CountedIn::kProcess},
    Source{IssueResource::kHandles, Resource::kHandles, CountedIn::kProcess},
    Source{IssueResource::kThreads, Resource::kThreads, CountedIn::kProcess},
    Source{IssueResource::kGdiObjects, Resource::kGdiObjects, CountedIn::kProcess},
    Source{IssueResource::kUserObjects, Resource::kUserObjects, CountedIn::kProcess},
    Source{IssueResource::kPagedPool, Resource::kPoolPagedBytes, CountedIn::kProcess},
    Source{IssueResource::kPagedPool, Resource::kPoolPagedBytes, CountedIn::kSystem},
    Source{IssueResource::kNonpagedPool, Resource::kPoolNonpagedBytes, CountedIn::kProcess},
    Source{IssueResource::kNonpagedPool, Resource::kPoolNonpagedBytes, CountedIn::kSystem},
    Source{IssueResource::kCommittedBytes, Resource::kCommittedBytes, CountedIn::kSystem},
    Source{IssueResource::kSystemPte, Resource::kSystemPtes, CountedIn::kSystem},
    Source{IssueResource::kRegistryQuota, Resource::kRegistryQuota, CountedIn::kSystem},
    Source{IssueResource::kKernelObjects, Resource::kKernelObjects, CountedIn::kSystem},
    Source{IssueResource::kConnections, Resource::kConnections, CountedIn::kSystem},
    Source{IssueResource::kConnections, Resource::kSessions, CountedIn::kSystem},
};

std::string ProcessOf(const Suspect& suspect) {
  const std::string component = ToLower(suspect.component);
  for (const ObjectOwner& owner : kObjectOwners) {
    if (WildcardMatch(owner.object, component)) return std::string(owner.process);
  }
  return component;
}

bool IsOfKernel(const Suspect& suspect) {
  return suspect.component == "kernel" || suspect.component == "unowned commit";
}

Shown ShownBy(const Finding& finding) {
  if (finding.called()) return Shown::kRises;
  return finding.trend.verdict == Verdict::kSteady ? Shown::kFlat : Shown::kUnclear;
}

class Gatherer {
 public:
  Gatherer(const CounterTable& table, ComponentEvidence* evidence)
      : table_(table), evidence_(*evidence) {}

  void Take(const Finding& finding) {
    const bool of_component =
        finding.is_process && EqualsIgnoreCase(finding.instance, evidence_.process);
    if (finding.is_process && !of_component) return;
    const CountedIn scope = finding.is_process ? CountedIn::kProcess : CountedIn::kSystem;
    for (const Source& source : kSources) {
      if (source.counter == finding.traits.resource && source.scope == scope) {
        Note(finding, source.resource);
      }
    }
  }

 private:
  // The strongest of several series stands.
  void Note(const Finding& finding, IssueResource resource) {
    ShownResource& known = evidence_.resources[static_cast<size_t>(resource)];
    const Shown shown = ShownBy(finding);
    const double per_s = std::abs(finding.trend.slope.per_s);
    if (shown < known.shown || (shown == known.shown && per_s <= known.per_s)) return;
    known = {shown, per_s, finding.is_process || IsOfSuspect(finding),
             LocalPath(table_[finding.counter].path)};
  }

  bool IsOfSuspect(const Finding& finding) const {
    const std::string path = ToString(table_[finding.counter].path);
    const Suspect& suspect = *evidence_.suspect;
    return suspect.growth_in.path == path ||
           std::any_of(suspect.also_growing.begin(), suspect.also_growing.end(),
                       [&](const Growth& growth) { return growth.path == path; });
  }

  const CounterTable& table_;
  ComponentEvidence& evidence_;
};

// The counter that the suspect is named for tells best what its growth keeps step with.
GrowthDriver DriverOf(const Suspect& suspect, std::span<const Finding> findings,
                      const MachineIndex& index, const CounterTable& table) {
  for (const Finding& finding : findings) {
    if (finding.machine != suspect.machine || !finding.called()) continue;
    if (ToString(table[finding.counter].path) != suspect.growth_in.path) continue;
    const Life& life = index.set().lives[finding.lives.back().life];
    return DriverOf(life.Buckets(life.series[finding.lives.back().series]));
  }
  return GrowthDriver::kUnknown;
}

}  // namespace

std::vector<IssueResource> RisesBeside(const ComponentEvidence& evidence,
                                       const std::vector<IssueResource>& listed) {
  std::vector<IssueResource> beside;
  std::set<ResourceGroup> seen;
  for (const IssueResource resource : listed) seen.insert(GroupOf(resource));
  const std::set<ResourceGroup> causes = seen;
  for (size_t i = 0; i < kIssueResourceCount; ++i) {
    const auto resource = static_cast<IssueResource>(i);
    if (resource == IssueResource::kCommittedBytes) continue;  // it counts the pools too
    const ShownResource& shown = evidence.of(resource);
    const ResourceGroup group = GroupOf(resource);
    if (shown.shown != Shown::kRises || !shown.own) continue;
    const bool follows = std::any_of(causes.begin(), causes.end(), [&](ResourceGroup cause) {
      return FollowsFrom(cause, group);
    });
    if (!follows && seen.insert(group).second) beside.push_back(resource);
  }
  return beside;
}

ComponentEvidence EvidenceOf(const Suspect& suspect, std::span<const Suspect> suspects,
                             std::span<const Finding> findings, const MachineIndex& index,
                             const CounterTable& table) {
  ComponentEvidence evidence;
  evidence.suspect = &suspect;
  evidence.machine = suspect.machine;
  evidence.is_of_kernel = IsOfKernel(suspect);
  evidence.process = evidence.is_of_kernel ? "system" : ProcessOf(suspect);
  Gatherer gatherer(table, &evidence);
  for (const Finding& finding : findings) {
    if (finding.machine == suspect.machine) gatherer.Take(finding);
  }
  for (const Life& life : index.set().lives) {
    if (life.is_process && life.machine == suspect.machine) {
      evidence.processes.insert(ToLower(life.instance));
    }
  }
  for (const Suspect& other : suspects) {
    if (other.machine == suspect.machine) evidence.suspects.insert(ToLower(other.component));
  }
  evidence.driver = DriverOf(suspect, findings, index, table);
  return evidence;
}

}  // namespace perfleak
