// What in a log tells of the Windows and the products it is from: the table of signs, and which of
// them a machine shows. docs/platform.md has their sources.
#ifndef PERFLEAK_LEAKS_PLATFORM_SIGNS_H_
#define PERFLEAK_LEAKS_PLATFORM_SIGNS_H_

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/counter_table.h"
#include "series/series_set.h"

namespace perfleak {

struct Sign {
  enum class Kind {
    kProcess,  // an instance of Process
    kNone,     // none of these, blanks between them, among the processes, all of which are listed
    kObject,   // any counter of it
    kCounter   // Object\Counter
  };
  enum class Weight {
    kSure,    // nothing else is called so
    kLikely,  // a common name, or one that could be missing; two of these make one another sure
    kHint     // tells the version only beside other signs of the product
  };

  std::string_view product;
  Kind kind = Kind::kProcess;
  std::string_view name;         // wildcards allowed, no case
  std::string_view first, last;  // versions; "": open
  Weight weight = Weight::kSure;
};

// Of the product; those of product "server" are of Windows for servers.
std::vector<const Sign*> SignsOf(std::string_view product);

// On which Windows a version of a product runs.
struct RunsOn {
  std::string_view product, version;
  std::string_view first, last;  // versions of Windows; "": open
};
// nullptr if nothing is known of it.
const RunsOn* FindRunsOn(std::string_view product, std::string_view version);

// What the log of one machine shows.
class Sightings {
 public:
  // `table` outlives it.
  Sightings(const SeriesSet& set, const CounterTable& table, std::string_view machine);

  // What shows the sign: "process dsamain", "object Process V2", "no process wininit". "" if
  // nothing does.
  std::string Show(const Sign& sign) const;
  bool has_processes() const { return !processes_.empty(); }
  // Two or more ran at the same time.
  bool several_csrss() const { return several_csrss_; }

 private:
  void SeeLives(const SeriesSet& set, std::string_view machine);
  void SeeCounters(const CounterTable& table, std::string_view machine);
  std::string ShowProcess(std::string_view pattern) const;
  std::string ShowNone(std::string_view names) const;
  std::string ShowObject(std::string_view pattern) const;
  std::string ShowCounter(std::string_view pattern) const;
  bool Has(std::string_view process) const { return processes_.count(std::string(process)) > 0; }
  bool ListsSystemProcesses() const;

  std::map<std::string, std::string> processes_;                      // by lower case, as written
  std::set<std::pair<std::string_view, std::string_view>> counters_;  // object, counter
  bool several_csrss_ = false;
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_PLATFORM_SIGNS_H_
