// Who owns the growth of a total: least-squares slopes on one common time grid are linear in the
// series, so the slopes of the parts add up exactly to the slope of their sum. A process that does
// not live at some time holds 0 then, which is what a restart gives back.
#ifndef PERFLEAK_LEAKS_OWNERSHIP_H_
#define PERFLEAK_LEAKS_OWNERSHIP_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leaks/finding.h"
#include "series/series_set.h"

namespace perfleak {

class Ownership {
 public:
  explicit Ownership(const SeriesSet& set);

  // Slope per second of the sum of the series over the whole log. Missing is 0 before the start and
  // after the end of a life, interpolated inside it.
  double GridSlope(std::span<const SeriesRef> parts) const;

  // Every series of a machine that measures `resource`: of its processes, or of the system's object
  // "Memory". Empty if not logged.
  std::vector<SeriesRef> OfProcesses(const std::string& machine, Resource resource) const;
  std::vector<SeriesRef> OfSystem(const std::string& machine, Resource resource) const;

  // The part of the growth of the machine's total that the finding makes up, at least 0; may pass 1
  // where others shrink. nullopt if no total is logged or it does not grow.
  std::optional<double> ShareOfSystem(const Finding& finding) const;

  // The machine's total that the resource of a process counts towards: private bytes are committed
  // bytes. kNone if there is none.
  static Resource SystemTotalOf(Resource resource);

 private:
  static constexpr size_t kGridPoints = 64;

  double GridTime(size_t i) const;

  const SeriesSet& set_;
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_OWNERSHIP_H_
