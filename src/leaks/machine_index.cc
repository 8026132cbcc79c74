#include "leaks/machine_index.h"

#include "base/text.h"

namespace perfleak {
namespace {

std::vector<SeriesRef> Find(const std::map<Resource, std::vector<SeriesRef>>& refs,
                            Resource resource) {
  const auto found = refs.find(resource);
  return found == refs.end() ? std::vector<SeriesRef>() : found->second;
}

}  // namespace

MachineIndex::MachineIndex(const SeriesSet& set) : set_(set) {
  for (const MachineFacts& facts : set.machines) machines_[facts.name].facts = &facts;
  for (size_t l = 0; l < set.lives.size(); ++l) {
    const Life& life = set.lives[l];
    const bool of_system = EqualsIgnoreCase(life.object, "Memory");
    if (!of_system && !life.is_process) continue;
    Entry& entry = machines_[life.machine];
    for (size_t s = 0; s < life.series.size(); ++s) {
      auto& refs = of_system ? entry.of_system : entry.of_processes;
      refs[life.series[s].traits.resource].push_back({l, s});
    }
  }
}

std::vector<SeriesRef> MachineIndex::OfProcesses(const std::string& machine,
                                                 Resource resource) const {
  const auto found = machines_.find(machine);
  if (found == machines_.end()) return {};
  return Find(found->second.of_processes, resource);
}

std::vector<SeriesRef> MachineIndex::OfSystem(const std::string& machine, Resource resource) const {
  const auto found = machines_.find(machine);
  if (found == machines_.end()) return {};
  return Find(found->second.of_system, resource);
}

const MachineFacts* MachineIndex::Facts(const std::string& machine) const {
  const auto found = machines_.find(machine);
  return found == machines_.end() ? nullptr : found->second.facts;
}

}  // namespace perfleak
