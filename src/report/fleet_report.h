// What `perfleak batch` and `perfleak merge` found out: what leaks on which machine, how that
// changed from week to week, and what leaks on several machines.
#ifndef PERFLEAK_REPORT_FLEET_REPORT_H_
#define PERFLEAK_REPORT_FLEET_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/report.h"

namespace perfleak {

enum class FileOutcome {
  kRead,
  kDuplicate,  // its content is that of another file
  kNoLog,      // no performance log
  kFailed      // a log or an archive that cannot be read
};
std::string_view ToString(FileOutcome outcome);  // "duplicate", "no-log", as in JSON

// A file, or a member of an archive.
struct FleetFile {
  std::string name;
  FileOutcome outcome = FileOutcome::kRead;
  std::string message;  // of which file it is a duplicate, or why it was not read
};

// One counter of a component in one period: a calendar week of a machine's logs.
struct PeriodTrend {
  double start_s = 0, end_s = 0;  // first and last sample of the machine in the period
  bool judged = false;            // there was enough of it for a verdict
  Verdict verdict = Verdict::kSteady;
  Reason reason = Reason::kNone;  // why what rises is no leak
  Slope slope;                    // if judged

  bool called() const { return judged && verdict >= Verdict::kWatch; }
};

// How a growth of the latest period stands to the periods before.
enum class Movement {
  kUnknown,  // one period only, or too little data
  kNew,      // earlier periods were judged and did not have it
  kFaster,
  kSame,
  kSlower,
  kOver  // called over the whole time, but not in the latest period any more
};
std::string_view ToString(Movement movement);  // "same", as in JSON

struct FleetSuspect {
  Suspect suspect;      // of all logs of the machine together, as analyze names it
  bool recent = false;  // called in the latest period only; `suspect` is of that period
  Movement movement = Movement::kUnknown;
  std::string movement_text;         // "was 2.1 MB/h in the week of 2026-03-02"; may be empty
  std::vector<PeriodTrend> periods;  // of growth_in, oldest first
};

struct FleetMachine {
  std::string name;
  InputSummary input;  // its logs, in order of time; machines holds its name alone
  Platform platform;
  uint64_t judged = 0;
  std::vector<FleetSuspect> suspects;  // best first, as analyze ranks; what is over comes last
  std::vector<QualityNote> quality;
  std::vector<Diagnostics::Entry> diagnostics;
  std::string error;  // why there is no verdict on it: no usable sample; empty otherwise
};

// What there is to do about a machine.
enum class MachineState {
  kLeaks,
  kWatch,      // to be watched
  kOver,       // leaked, but not in its latest period any more
  kClear,      // no suspect
  kNoVerdict,  // nothing on it could be judged
};
std::string_view ToString(MachineState state);  // "no-verdict", as in JSON
MachineState StateOf(const FleetMachine& machine);

// A component that leaks on at least one machine.
struct FleetComponent {
  std::string component;
  LeakKind kind = LeakKind::kOther;
  Verdict verdict = Verdict::kWatch;  // the gravest
  Unit unit = Unit::kBytes;
  std::vector<std::string> machines;  // that it leaks on, gravest first
  uint64_t runs_on = 0;               // machines that it was seen on
  double since_s = 0;                 // the earliest start of the growth, and on which machine
  std::string since_machine;
  double slowest_per_s = 0, median_per_s = 0, fastest_per_s = 0;
  std::optional<Exhaustion> soonest;  // the first limit that is reached, on which machine
  std::string soonest_machine;
};

// A known issue among the first named for a suspect of at least one machine.
struct FleetIssue {
  std::string id, title, type, fix;
  std::string grade;                    // the best
  std::vector<std::string> components;  // by name
  std::vector<std::string> machines;    // by name
};

struct FleetReport {
  std::string version;
  std::vector<FleetFile> files;  // by name
  uint64_t read = 0, duplicates = 0, no_logs = 0, failed = 0;
  double start_s = 0, end_s = 0;           // of all machines
  TimeBasis time_basis = TimeBasis::kUtc;  // kLocal if any machine's is
  std::vector<FleetMachine> machines;      // gravest first
  std::vector<FleetComponent> components;  // on most machines first
  std::vector<FleetIssue> issues;          // on most machines first
};

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_FLEET_REPORT_H_
