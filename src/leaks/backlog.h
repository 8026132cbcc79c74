// Work that waits: queues, sessions, connections. What holds them grows as they do and gives back
// as they drain, which is no leak.
#ifndef PERFLEAK_LEAKS_BACKLOG_H_
#define PERFLEAK_LEAKS_BACKLOG_H_

#include <optional>
#include <vector>

#include "leaks/finding.h"
#include "leaks/machine_index.h"
#include "model/counter_table.h"

namespace perfleak {

class Backlogs {
 public:
  // `index` and `table` outlive this.
  Backlogs(const MachineIndex& index, const CounterTable& table) : index_(index), table_(table) {}

  // These leak themselves, and are no reason for others to grow.
  void Exclude(const std::vector<SeriesRef>& leaks);

  // The backlog that explains the finding's growth far better than time does, if there is one.
  std::optional<Backlog> Behind(const Finding& finding) const;

 private:
  std::vector<SeriesRef> SeenDuring(const Life& life) const;

  const MachineIndex& index_;
  const CounterTable& table_;
  std::vector<SeriesRef> excluded_;
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_BACKLOG_H_
