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
    const bool of_system =
        EqualsIgnoreCase(life.object, "Memory") || EqualsIgnoreCase(life.object, "System");
    Entry& entry = machines_[life.machine];
    if (life.is_process) entry.process_lives.push_back(l);
    auto& refs = life.is_process ? entry.of_processes
                 : of_system     ? entry.of_system
                                 : entry.of_others;
    for (size_t s = 0; s < life.series.size(); ++s) {
      refs[life.series[s].traits.resource].push_back({l, s});
    }
  }
}

const MachineIndex::Entry& MachineIndex::Of(const std::string& machine) const {
  const auto found = machines_.find(machine);
  return found == machines_.end() ? unknown_ : found->second;
}

std::vector<SeriesRef> MachineIndex::OfProcesses(const std::string& machine,
                                                 Resource resource) const {
  return Find(Of(machine).of_processes, resource);
}

std::vector<SeriesRef> MachineIndex::OfSystem(const std::string& machine, Resource resource) const {
  return Find(Of(machine).of_system, resource);
}

std::vector<SeriesRef> MachineIndex::OfOthers(const std::string& machine, Resource resource) const {
  return Find(Of(machine).of_others, resource);
}

const std::vector<size_t>& MachineIndex::ProcessLives(const std::string& machine) const {
  return Of(machine).process_lives;
}

const MachineFacts* MachineIndex::Facts(const std::string& machine) const {
  return Of(machine).facts;
}

}  // namespace perfleak
