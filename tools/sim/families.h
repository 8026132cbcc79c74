// Families of single series: what one counter of one process may look like, healthy or leaking,
// told apart by labels. With them the accuracy of verdicts is measured.
//
// A family is a function from a time grid and random numbers to a series. Most are a level, noise,
// an innocent shape and a leak, added up; the true slope is that of the leak alone.
//
// A quarter of the families is held out: no constant of perfleak may be fitted on them, nor changed
// after looking at how they come out. They stand for what nobody thought of when fitting.
#ifndef PERFLEAK_TOOLS_SIM_FAMILIES_H_
#define PERFLEAK_TOOLS_SIM_FAMILIES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "family_kit.h"
#include "process.h"

namespace perfleak::sim {

enum class FamilySet { kFitting, kHeldOut };

// What a log must have for the label to be fair.
enum class Needs {
  kAny,         // whatever comes
  kLoad,        // a load counter, and a load that comes back to where it was
  kRisingLoad,  // a load counter, and a load that is higher at the end
  kHiddenRise,  // a load that rises, and no counter that shows it
  kPids,        // ID Process
  kNoPids       // no ID Process
};

// Time grids, as bits: 1 << index in Grids().
inline constexpr unsigned kAllGrids = 31;
inline constexpr unsigned kHourGrids = 3;    // shorter than a day
inline constexpr unsigned kDayGrids = 28;    // a day and longer
inline constexpr unsigned kWeekGrids = 24;   // a week and longer
inline constexpr unsigned kMonthGrids = 16;  // four weeks

enum class Measures { kAll, kBytes, kCounts };

struct Family {
  std::string name;
  Truth truth = Truth::kHealthy;
  FamilySet set = FamilySet::kFitting;
  unsigned grids = kAllGrids;
  Needs needs = Needs::kAny;
  Measures measures = Measures::kAll;
  Series (*make)(Desk&) = nullptr;
  // Where set, the series is not of a process: "Memory\Free System Page Table Entries". A log has
  // each such counter once at most.
  std::string machine_counter = {};
};

std::vector<Family> HealthyFamilies();
std::vector<Family> AmbiguousFamilies();
std::vector<Family> LeakingFamilies();
std::vector<Family> MachineFamilies();

// All of the above.
std::vector<Family> AllFamilies();

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_FAMILIES_H_
