// What rises and is no leak, with the reason.
#ifndef PERFLEAK_LEAKS_EXPLAINED_H_
#define PERFLEAK_LEAKS_EXPLAINED_H_

#include <vector>

#include "leaks/finding.h"
#include "leaks/machine_index.h"
#include "leaks/suspect.h"
#include "model/counter_table.h"

namespace perfleak {

class Explainer {
 public:
  // `index`, `table` and `designs` (TrendContext::designs) outlive this.
  Explainer(const MachineIndex& index, const CounterTable& table, Designs* designs)
      : index_(index), table_(table), designs_(designs) {}

  // Adds the finding where it is worth telling: where somebody would ask why it is not called.
  void Add(const Finding& finding, std::vector<Explained>* explained) const;

  // Adds counters that are no resources, rise in most logs and are often taken for leaks.
  void AddContext(std::vector<Explained>* explained) const;

 private:
  void AddRising(const SeriesRef& ref, Reason reason, std::vector<Explained>* explained) const;

  const MachineIndex& index_;
  const CounterTable& table_;
  Designs* const designs_;
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_EXPLAINED_H_
