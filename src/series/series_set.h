// Rows in, lives out: cuts the columns of each row into process lives and keeps every life in at
// most 256 buckets per counter. Memory depends on the number of counters and lives, not of rows.
#ifndef PERFLEAK_SERIES_SERIES_SET_H_
#define PERFLEAK_SERIES_SERIES_SET_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "model/counter_table.h"
#include "model/row.h"
#include "series/life.h"

namespace perfleak {

// A stretch without rows, longer than 10 sampling intervals.
struct Gap {
  double from_s = 0, to_s = 0;
};

// What was seen of one machine besides its lives.
struct MachineFacts {
  std::string name;
  double start_s = 0, end_s = 0;  // first and last sample of any of its counters
  bool has_process_ids = false;
  bool has_load = false;
  CounterId load_counter = 0;  // valid if has_load
  uint32_t restarts = 0;       // of the machine
  // When it was started, by the first and by the last System Up Time of the log.
  std::optional<double> booted_first_s = std::nullopt, booted_last_s = std::nullopt;
  uint64_t lives_forgotten = 0;  // of its processes, as in SeriesSet
};

struct SeriesSet {
  double start_s = 0, end_s = 0;
  double interval_s = 0;      // median distance of rows
  double local_offset_s = 0;  // local time = t_s + this: the hour of the day is that of people
  uint64_t rows = 0;
  std::vector<Gap> gaps;  // the first 100
  uint64_t gap_count = 0;
  std::vector<MachineFacts> machines;
  std::vector<Life> lives;       // sorted by machine, object, instance, start, pid
  uint64_t lives_forgotten = 0;  // short lives of images that restarted more often than is kept
};

class SeriesBuilder {
 public:
  // `table` outlives the builder and may grow between rows.
  explicit SeriesBuilder(const CounterTable* table, Diagnostics* diagnostics);
  ~SeriesBuilder();

  // Requires row.t_s greater than that of the row before.
  void Add(const Row& row);

  // Ends all lives. The builder is spent.
  SeriesSet Finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace perfleak

#endif  // PERFLEAK_SERIES_SERIES_SET_H_
