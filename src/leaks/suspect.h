// What the leaks stage hands to the report: suspects in rank order, and what was explained away.
#ifndef PERFLEAK_LEAKS_SUSPECT_H_
#define PERFLEAK_LEAKS_SUSPECT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "leaks/finding.h"
#include "leaks/platform.h"
#include "trend/trend.h"

namespace perfleak {

enum class LeakKind {
  kHeap,
  kAddressSpace,
  kFragmentation,
  kHandles,
  kThreads,
  kKernelObjects,
  kNonpagedPool,
  kPagedPool,
  kSession,
  kSystemPte,
  kRegistryQuota,
  kConnections,
  kManagedHeap,
  kNativeInManaged,
  kUnownedCommit,
  kAccumulation,
  kMeasurement,
  kGdi,
  kOther
};
std::string_view ToString(LeakKind kind);      // "nonpaged-pool", as in JSON
std::string_view DescribeKind(LeakKind kind);  // "nonpaged pool leak", for people

// One fact for or against, with the number that was seen and the one that was looked for.
struct Evidence {
  bool supports = true;
  std::string what;
  std::optional<double> value;
  std::string expected;
  std::string source;
  bool is_gate = false;  // one of the gates; of those that pass, the weakest comes last
};

// One growing counter of a component.
struct Growth {
  std::string path;  // the counter, as Windows writes it
  Unit unit = Unit::kBytes;
  Slope slope;
  double grown = 0;
  double level = 0;                       // at the end
  double since_s = 0;                     // seconds since 1970
  size_t lives = 1;                       // process lives that took part
  std::optional<double> share_of_system;  // of the growth of the machine's total, 0..1
  std::vector<double> sparkline;          // the series in up to 64 means, NaN where missing
};

struct Exhaustion {
  std::string limit;  // "Commit Limit"
  double limit_value = 0;
  Unit unit = Unit::kBytes;
  double as_of_s = 0;                      // the last sample it is foretold from
  double p10_s = 0, p50_s = 0, p90_s = 0;  // seconds since 1970; infinity for never
};

struct Responsible {
  std::string component;
  std::string why;
  std::string grade;  // "fits", "compatible", "cannot be excluded"
};

// A known issue held against a suspect.
struct IssueMatch {
  std::string id;     // empty: a defect that is in no catalogue
  std::string grade;  // "fits", "compatible", "cannot be excluded"
  std::string title, type, fix, applies_if;
  std::string check;                // what would settle whether it is this one
  std::string discriminator;        // what in a log would tell it from others
  std::vector<std::string> guilty;  // modules at fault
  std::vector<std::string> matched, contradicted, not_logged;
  int tie_group = 0;  // issues of one group cannot be told apart by this log; 0: in none
};

struct Suspect {
  int rank = 0;  // from 1
  Verdict verdict = Verdict::kWatch;
  LeakKind kind = LeakKind::kOther;
  double score = 0;
  std::string machine;
  std::string component;  // process image, "kernel", or "unowned commit"
  std::vector<int64_t> pids;
  Growth growth_in;
  std::vector<Growth> also_growing;
  std::string explanation;  // one sentence
  std::vector<Evidence> evidence;
  std::optional<Exhaustion> exhaustion;
  std::optional<Responsible> likely_responsible;
  std::vector<IssueMatch> known_issues;  // best first
  size_t known_issues_more = 0;          // that fit worse than those
  size_t known_issues_excluded = 0;      // that fall away by their version
  std::string deciding_fact;             // the missing fact that would cut the list most
  std::vector<std::string> next_steps;
};

// Something that rises and is not called: why.
struct Explained {
  std::string machine;
  std::string path;
  Unit unit = Unit::kBytes;
  Slope slope;
  double grown = 0;
  Reason reason = Reason::kNone;
  std::string known_issue;  // the id of the one that explains it; may be empty
  std::string explanation;
};

// One judged life, for --all. pid empty and lives > 1: the lives of one image combined.
struct TrendLine {
  std::vector<std::string> paths;
  std::optional<int64_t> pid;
  bool combined = false;
  size_t lives = 1;
  double start_s = 0, end_s = 0;
  uint64_t n = 0;  // samples
  Unit unit = Unit::kBytes;
  Slope slope;
  double score = 0;
  Verdict verdict = Verdict::kSteady;
  Reason reason = Reason::kNone;
  Gate gate = Gate::kSignificant;  // the weakest
  std::array<GateResult, kGateCount> gates{};
  std::vector<Cap> caps;
};

struct LeakReport {
  uint64_t judged = 0;               // counters a verdict was given on
  std::vector<Suspect> suspects;     // by rank
  std::vector<Explained> explained;  // largest share of its level first
  std::vector<TrendLine> trends;     // sorted by path, start
  std::vector<Platform> platforms;   // of each machine
  std::vector<Finding> findings;     // what was judged, called or not, in no promised order
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_SUSPECT_H_
