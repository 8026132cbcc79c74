// What `perfleak compare` found out: how fast each component grew in the log before a fix and in
// the log after it, and whether the difference is more than chance.
#ifndef PERFLEAK_REPORT_COMPARE_REPORT_H_
#define PERFLEAK_REPORT_COMPARE_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "report/report.h"

namespace perfleak {

enum class Change { kFixed, kBetter, kSame, kWorse, kCannotTell };
std::string_view ToString(Change change);  // "cannot-tell", as in JSON

// One counter of a component in one log.
struct SideGrowth {
  Verdict verdict = Verdict::kSteady;  // of the report on this log alone
  Reason reason = Reason::kNone;
  uint64_t instances = 1;  // processes of one name at the same time, added up
  double slope_per_s = 0;
  double stderr_per_s = 0;
  double low_per_s = 0, high_per_s = 0;  // 80 %
  std::optional<double> per_load_per_s;  // slope per unit of the mean load

  bool called() const { return verdict >= Verdict::kWatch; }
};

// After less before, in the counter's unit per second.
struct Difference {
  double per_s = 0;
  double stderr_per_s = 0;
  double low_80_per_s = 0, high_80_per_s = 0;
  double low_95_per_s = 0, high_95_per_s = 0;
};

struct ComparedGrowth {
  Change change = Change::kCannotTell;
  std::string why;  // one sentence
  std::string machine_before, machine_after;
  std::string component;
  std::string counter;  // "Process(store)\Private Bytes"
  Unit unit = Unit::kBytes;
  bool leads = false;  // the growth by which a report names the component, not one beside it
  std::optional<SideGrowth> before, after;
  std::optional<Difference> difference;

  bool called() const { return (before && before->called()) || (after && after->called()); }
};

// The counter that measures the load of a machine in both logs.
struct ComparedLoad {
  std::string machine_before, machine_after;
  std::string counter;  // "Processor(_Total)\% Processor Time"
  Unit unit = Unit::kPercent;
  double mean_before = 0, mean_after = 0;
};

struct ComparedSide {
  InputSummary input;
  std::vector<Diagnostics::Entry> diagnostics;
  uint64_t judged = 0;
};

struct CompareReport {
  std::string version;
  ComparedSide before, after;
  // What to tell first. nullopt: nothing is called in either log, so there is nothing to fix.
  std::optional<Change> overall;
  std::string summary;  // the same as a sentence
  std::vector<ComparedLoad> loads;
  std::vector<ComparedGrowth> components;  // worst news first; those not called last
  std::vector<QualityNote> quality;
};

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_COMPARE_REPORT_H_
