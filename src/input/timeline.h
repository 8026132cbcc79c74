// Several logs as one timeline: each time stamp once, strictly forward.
//
// Logs that have at least half of their counters in common are segments of one collector. They are
// put in the order of their first time stamps, whatever order they were given in, and read one
// after another; a row that is not later than the row before is dropped (the same log twice,
// overlapping copies).
//
// Other logs (another machine, a second collector) are separate chains of segments, read side by
// side and merged by time: nothing of them is an overlap. Collectors that sample at the same pace
// hardly ever stamp the same millisecond, so that rows of several chains less than half a step
// apart become one row, with the earliest time stamp. Counters of a chain that has no row there are
// missing.
//
// Whatever the first look at a log said, time goes forward: a row of any chain that is not later
// than the last one handed out is dropped like an overlap.
#ifndef PERFLEAK_INPUT_TIMELINE_H_
#define PERFLEAK_INPUT_TIMELINE_H_

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/result.h"
#include "input/file_finder.h"
#include "input/log_reader.h"
#include "model/counter_table.h"
#include "model/row.h"

namespace perfleak {

struct TimelineOptions {
  double since_s = -std::numeric_limits<double>::infinity();  // rows before are left out
  double until_s = std::numeric_limits<double>::infinity();   // rows at or after are left out
  FileFilter files;                                           // below folders and inside archives
  ReadOptions read;

  bool Covers(double t_s) const { return t_s >= since_s && t_s < until_s; }
};

class Timeline {
 public:
  // Looks into every log of the files, folders and archives `paths` for its header and first time
  // stamp. A file of `paths` that cannot be read or is no log is an error naming it; below a folder
  // and inside an archive such files are counted, and only if there is no log at all that is an
  // error. Holds at most one log per chain open for reading besides standard input ("-").
  static Result<std::unique_ptr<Timeline>> Open(const std::vector<std::string>& paths,
                                                CounterTable* table, Diagnostics* diagnostics,
                                                const TimelineOptions& options = {});
  virtual ~Timeline() = default;

  // The next row, strictly later than the one before and valid until the next call. nullptr at the
  // end.
  virtual Result<const Row*> Next() = 0;

  // In timeline order; counts are final at the end. Rows that overlap or lie outside the options'
  // range count as dropped.
  virtual std::vector<LogInfo> logs() const = 0;
  // kUtc only if every log says its bias. (If only some do, all are read as local time, and that is
  // a diagnostic.)
  virtual TimeBasis time_basis() const = 0;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_TIMELINE_H_
