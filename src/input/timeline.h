// Several logs of one collector as one timeline: ordered by their first time stamp, whatever order
// they were given in, read one after another, each time stamp used once.
#ifndef PERFLEAK_INPUT_TIMELINE_H_
#define PERFLEAK_INPUT_TIMELINE_H_

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/result.h"
#include "input/log_reader.h"
#include "model/counter_table.h"
#include "model/row.h"

namespace perfleak {

struct TimelineOptions {
  double since_s = -std::numeric_limits<double>::infinity();  // rows before are left out
  double until_s = std::numeric_limits<double>::infinity();   // rows at or after are left out
  ReadOptions read;
};

class Timeline {
 public:
  // Looks into every log for its header and first time stamp. A log that cannot be read is an error
  // naming it. Holds at most one log open for reading besides standard input.
  static Result<std::unique_ptr<Timeline>> Open(const std::vector<std::string>& paths,
                                                CounterTable* table, Diagnostics* diagnostics,
                                                const TimelineOptions& options = {});
  virtual ~Timeline() = default;

  // The next row, strictly later than the one before. nullopt at the end.
  virtual Result<std::optional<Row>> Next() = 0;

  // In timeline order; counts are final at the end.
  virtual std::vector<LogInfo> logs() const = 0;
  // kUtc only if every log says its bias. (If only some do, all are read as local time, and that is
  // a diagnostic.)
  virtual TimeBasis time_basis() const = 0;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_TIMELINE_H_
