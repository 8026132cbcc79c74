// What `perfleak inspect` found out about a log: what is in it, what is wrong with it, what is
// missing for a verdict, and how to collect that.
#ifndef PERFLEAK_REPORT_INSPECT_REPORT_H_
#define PERFLEAK_REPORT_INSPECT_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/report.h"

namespace perfleak {

struct InspectedFile {
  InputFile file;
  TimeBasis time_basis = TimeBasis::kLocal;
  std::string zone;                 // as the header writes it; may be cut or empty
  std::optional<int> bias_minutes;  // UTC = local time + bias
  uint64_t columns = 0;             // counter columns, duplicates included
  uint64_t rows_read = 0, rows_used = 0, rows_dropped = 0;
};

// From `from_s` on, a row came every `interval_s`.
struct IntervalStretch {
  double from_s = 0;
  double interval_s = 0;
};

struct TimeGap {
  double from_s = 0, to_s = 0;
};

struct InspectedMachine {
  std::string name;
  uint32_t restarts = 0;
  std::string load_counter;  // path; empty for none
  bool has_process_ids = false;
  uint64_t images = 0;     // programs: processes of one name are one
  uint64_t lives = 0;      // processes, each from its start to its exit
  uint64_t at_once = 0;    // most processes at the same time
  uint64_t instances = 0;  // columns of processes: name, name#1, ...
  uint64_t late = 0;       // of these, without a value in the first rows
};

struct InspectedObject {
  std::string machine, name;
  uint64_t instances = 0;  // 0 for objects that have none
  uint64_t counters = 0;   // names of counters
  uint64_t columns = 0;    // both together
  uint64_t used = 0;       // columns that perfleak reads
};

// A counter that perfleak has no opinion on, instances taken together.
struct UnknownCounter {
  std::string path;  // "Object(*)\Counter"
  uint64_t columns = 0;
};

// What a log must be long enough for.
struct LengthNeed {
  std::string code;  // "day-rhythm"
  std::string what;
  double needed_s = 0;
  bool met = false;
};

// Command lines that collect all that a verdict takes.
struct CollectorPlan {
  std::vector<std::string> counters;  // paths with wildcards
  std::vector<std::string> missing;   // of these, what the log has not; the machine if several
  double interval_s = 60;
  double week_bytes = 0;  // estimated size of the log of a week
  uint64_t max_mb = 500;
  std::string create, start, stop, relog;
};

enum class Fitness { kGood, kLimited, kUseless };
std::string_view ToString(Fitness fitness);  // "good"

struct InspectReport {
  std::string version;
  InputSummary input;
  Fitness fitness = Fitness::kUseless;
  std::vector<InspectedFile> files;
  std::vector<IntervalStretch> intervals;  // the first stretches of steady sampling
  uint64_t interval_changes = 0;
  std::vector<TimeGap> gaps;  // the first
  uint64_t gap_count = 0;
  std::vector<InspectedMachine> machines;
  std::vector<InspectedObject> objects;
  std::vector<UnknownCounter> unknown;  // most columns first
  double watched_s = 0;                 // the longest time that one machine was watched
  std::vector<LengthNeed> needs;
  std::vector<QualityNote> quality;
  std::vector<Diagnostics::Entry> diagnostics;
  CollectorPlan plan;
};

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_INSPECT_REPORT_H_
