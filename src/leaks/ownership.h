// Who owns the growth of a total: least-squares slopes on one common time grid are linear in the
// series, so the slopes of the parts add up exactly to the slope of their sum. A process that does
// not live at some time holds 0 then, which is what a restart gives back.
#ifndef PERFLEAK_LEAKS_OWNERSHIP_H_
#define PERFLEAK_LEAKS_OWNERSHIP_H_

#include <optional>
#include <span>
#include <vector>

#include "leaks/finding.h"
#include "leaks/machine_index.h"

namespace perfleak {

// A stretch of time that slopes are compared over.
struct Span {
  double from_s = 0, to_s = 0;
};

// The total that a resource counts towards, itself where it is one: private bytes are committed
// bytes. kNone for what has no total.
Resource SystemTotalOf(Resource resource);

// The moments that slopes are compared at: the middles of 64 equal parts, so that the ends of the
// span weigh no more than the rest.
std::vector<double> GridOf(const Span& span);

class Ownership {
 public:
  // `index` outlives this.
  explicit Ownership(const MachineIndex& index) : index_(index) {}

  const MachineIndex& index() const { return index_; }

  // Slope per second of the sum of the series over `span`. Missing is 0 before the start and after
  // the end of a life, interpolated inside it. 0 for an empty span.
  double GridSlope(std::span<const SeriesRef> parts, const Span& span) const;

  // The same of the number of these lives that last.
  double SlopeOfNumber(std::span<const size_t> lives, const Span& span) const;

  // The sum of the series at these moments, which ascend.
  std::vector<double> SumAt(std::span<const SeriesRef> parts,
                            std::span<const double> times_s) const;

  // What of `total` is in none of the parts, bucket by bucket. Noise and restarts of the parts
  // cancel, so that it shows growth that is a small part of the total's. Its floor and ceiling are
  // its means: minima of different series do not subtract.
  BucketSeries Rest(const SeriesRef& total, std::span<const SeriesRef> parts) const;

  // What the series gain along their lines over the lives of the finding, summed.
  double RiseOver(const Finding& finding, std::span<const SeriesRef> parts) const;

  // From where the finding's growth begins to the end of its last life.
  Span SpanOf(const Finding& finding) const;

  // The part of the growth of the machine's total that the finding makes up, over the finding's
  // time; from 0 to 1, also where others shrink. nullopt if no total is logged or it does not grow.
  std::optional<double> ShareOfSystem(const Finding& finding) const;

 private:
  const MachineIndex& index_;
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_OWNERSHIP_H_
