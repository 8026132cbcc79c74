// The lines of a log with their cells parsed, in the order of the log, by as many threads as are
// wanted: every batch of lines is framed, parsed and then handed out line by line. The caller's
// thread works along while it would have to wait.
#ifndef PERFLEAK_INPUT_ROW_PIPELINE_H_
#define PERFLEAK_INPUT_ROW_PIPELINE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "input/csv_fields.h"
#include "input/line_framer.h"
#include "input/time_stamp.h"

namespace perfleak {

// Which cells of a row are read.
struct RowPlan {
  char separator = ',';
  std::vector<uint32_t> wanted;  // columns, as RowParser takes them
  size_t least_columns = 0;      // a row with fewer is not used
};

struct ParsedLine {
  std::string_view text;  // without its end
  uint64_t number = 0;    // counts from 1 in the file
  const RowFields* fields = nullptr;
  const TimeStamp* stamp = nullptr;  // of the first cell; null if it is none
  // One for each wanted column, NaN where missing; empty if the line has fewer cells than are
  // needed.
  std::span<const double> values;
};

class RowPipeline {
 public:
  // `lines_before` lines of the file are already consumed. Starts nothing yet.
  RowPipeline(std::unique_ptr<LineFramer> framer, std::string name, uint64_t lines_before,
              int threads);
  ~RowPipeline();  // may be called at any time; stops the threads

  RowPipeline(const RowPipeline&) = delete;
  RowPipeline& operator=(const RowPipeline&) = delete;

  // For the lines that Next() gives from now on. To be called before the first one.
  void Use(RowPlan plan);

  // The next line that is not blank, or null at the end; valid until the next call. An Error is
  // final.
  Result<const ParsedLine*> Next();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_ROW_PIPELINE_H_
