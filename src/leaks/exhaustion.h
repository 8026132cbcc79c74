// When a growing counter meets the limit of what it uses up, where that limit is known.
//
// Commit is used up by all that leaks on a machine together, so its growth is the sum of what was
// called: each process's private bytes, the pools, and what nobody owns. Each of these is far
// calmer than their total, in which every process's ups and downs add up.
#ifndef PERFLEAK_LEAKS_EXHAUSTION_H_
#define PERFLEAK_LEAKS_EXHAUSTION_H_

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leaks/finding.h"
#include "leaks/machine_index.h"
#include "leaks/platform.h"
#include "leaks/suspect.h"
#include "leaks/workload.h"
#include "trend/pace.h"

namespace perfleak {

class ExhaustionForecaster {
 public:
  // `findings`, `index`, `platforms` and `designs` (TrendContext::designs) outlive this.
  ExhaustionForecaster(std::span<const Finding> findings, const MachineIndex& index,
                       std::span<const Platform> platforms, Designs* designs)
      : findings_(findings), index_(index), platforms_(platforms), designs_(designs) {}

  // The first of the limits that what this finding shows will meet. nullopt where no limit is known
  // (none is guessed) or none is foreseeable. Sources of limits: docs/method.md.
  std::optional<Exhaustion> Of(const Finding& finding);

 private:
  // What growth has left to a limit: one number, or one for each of the next 24 hours.
  struct Room {
    std::vector<double> by_hour;
    double sd = 0;
  };
  // What counts towards the commit limit of one machine.
  struct Commit {
    Room room;
    double limit = 0;
    std::vector<Pace> parts;  // all that leaks
    double per_s = 0;         // of all parts
  };
  struct Part {
    BucketSeries series;
    Pace pace;
  };
  struct Outlook {
    std::optional<Workload> workload;
    std::vector<Week> weeks;
    bool commit_known = false;
    std::optional<Commit> commit;  // nullopt: limit or level not logged
  };

  // nullptr for a machine that is not among the platforms.
  const Platform* PlatformOf(const std::string& machine) const;
  Outlook& OutlookOf(const std::string& machine);
  const Commit* CommitOf(const std::string& machine);
  std::optional<Commit> MakeCommit(const std::string& machine);
  std::vector<Part> PartsOfCommit(const std::string& machine, const BucketSeries& committed);
  BucketSeries Unowned(const std::string& machine, const BucketSeries& committed) const;

  BucketSeries SeriesOf(SeriesRef ref);
  Pace PaceOf(const Finding& finding);
  // The leak of a process that is gone, or is restarted again and again, or gives back at each exit
  // of another, comes to nothing.
  bool GoesOn(const Finding& finding) const;
  const Finding* OfSameProcess(const Finding& finding, Resource resource) const;
  const Finding& MemoryBehind(const Finding& finding) const;
  const Finding* CalledOfSystem(const std::string& machine, Resource resource) const;

  std::optional<Exhaustion> CommitLimit(const Finding& finding);
  std::optional<Exhaustion> PoolLimitOf(const Finding& finding);
  std::optional<Exhaustion> AddressSpace(const Finding& finding);
  std::optional<Exhaustion> OwnLimit(const Finding& finding, double limit, std::string name);
  std::optional<Exhaustion> Meets(const std::string& machine, std::span<const Pace> parts,
                                  const Room& room, Exhaustion limit);

  std::span<const Finding> findings_;
  const MachineIndex& index_;
  std::span<const Platform> platforms_;
  Designs* const designs_;
  std::map<std::string, Outlook> outlooks_;  // by machine
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_EXHAUSTION_H_
