// The lives and the span of time of each machine, found without a walk through all of them.
#ifndef PERFLEAK_LEAKS_MACHINE_INDEX_H_
#define PERFLEAK_LEAKS_MACHINE_INDEX_H_

#include <map>
#include <string>
#include <vector>

#include "leaks/finding.h"
#include "series/series_set.h"

namespace perfleak {

class MachineIndex {
 public:
  // `set` outlives the index.
  explicit MachineIndex(const SeriesSet& set);

  // Every series of a machine that measures `resource`, in order of time: of its processes, or of
  // the system's objects Memory and System, or of all other objects. Empty if not logged.
  std::vector<SeriesRef> OfProcesses(const std::string& machine, Resource resource) const;
  std::vector<SeriesRef> OfSystem(const std::string& machine, Resource resource) const;
  std::vector<SeriesRef> OfOthers(const std::string& machine, Resource resource) const;

  // Indices of the lives of the machine's processes.
  const std::vector<size_t>& ProcessLives(const std::string& machine) const;

  // nullptr for a machine that is not in the set.
  const MachineFacts* Facts(const std::string& machine) const;

  const SeriesSet& set() const { return set_; }

 private:
  struct Entry {
    const MachineFacts* facts = nullptr;
    std::map<Resource, std::vector<SeriesRef>> of_processes, of_system, of_others;
    std::vector<size_t> process_lives;
  };

  const Entry& Of(const std::string& machine) const;

  const SeriesSet& set_;
  std::map<std::string, Entry> machines_;
  Entry unknown_;  // of machines that are not in the set
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_MACHINE_INDEX_H_
