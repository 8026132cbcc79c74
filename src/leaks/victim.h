// Victim and culprit: a program may grow only by what another one makes it hold. When the culprit
// exits, the victim gives back what it has gained since the exit before. Its counter is then a
// sawtooth that no gate passes, although between the exits it grows like any leak, and the program
// to mend is the other one.
#ifndef PERFLEAK_LEAKS_VICTIM_H_
#define PERFLEAK_LEAKS_VICTIM_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leaks/finding.h"
#include "series/bucket_series.h"
#include "series/life.h"

namespace perfleak {

// The lives of one program, one after another, of which some ended while the log went on.
struct ExitingProgram {
  std::string machine;
  std::string image;
  std::vector<const Life*> lives;  // in order of time
};

// Programs that exited in the log. `roles` hold indices into `lives`, see SplitRoles.
std::vector<ExitingProgram> FindExitingPrograms(std::span<const Life> lives,
                                                std::span<const std::vector<size_t>> roles);

struct Relieved {
  Relief relief;
  BucketSeries mended;  // as if nothing had been given back
};

// The program whose exits give back what `series`, of `life`, gains between them; nullopt if there
// is none. A program fits if it was there for most of each stretch between two exits, at every exit
// the series falls, more than it does elsewhere, and all falls together are 85 to 110 % of all
// gains. Ties go to the first of `programs`.
std::optional<Relieved> FindRelief(const BucketSeries& series, const Life& life,
                                   std::span<const ExitingProgram> programs);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_VICTIM_H_
