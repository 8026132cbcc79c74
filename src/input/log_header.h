// The header line of a log: its format, time zone and columns, found behind whatever a console put
// before it.
//
// The first cell is `(PDH-CSV 4.0) (ZONE)(BIAS)`, every other one a counter path. Zone and bias are
// absent (typeperf), or cut off at the first character that is not ASCII (Chinese, Japanese,
// Russian Windows); some exports lack the signature and keep the zone, or name the column "Time".
#ifndef PERFLEAK_INPUT_LOG_HEADER_H_
#define PERFLEAK_INPUT_LOG_HEADER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "base/result.h"
#include "input/head_reader.h"
#include "model/counter_table.h"

namespace perfleak {

struct LogHeader {
  std::string format;  // "PDH-CSV" or "PDH-TSV"
  char separator = ',';
  std::string zone;                  // may be cut or empty
  bool zone_cut_off = false;         // a zone begins and its bias is missing
  std::optional<int> bias_minutes;   // UTC = local time + bias
  std::vector<std::string> columns;  // the cells after the first
};

constexpr size_t kMaxHeaderBytes = size_t{256} << 20;
constexpr size_t kMaxColumns = 1'000'000;

// The header in `line`, what stands before it on the same line cut off. nullopt if there is none.
std::optional<LogHeader> ParseHeader(std::string_view line);

// Skips noise (at most 100 lines or 1 MiB) and takes the header off `head`. Errors: no header (with
// what was found), header cut off by the end of the file, limits passed.
Result<LogHeader> ReadHeader(HeadReader* head, const std::string& name, Diagnostics* diagnostics);

// Which cell of a row goes where.
struct ColumnMap {
  std::vector<uint32_t> targets;        // per column: a CounterId or kSkipColumn
  std::vector<CounterId> wanted;        // the ids among targets
  std::vector<CounterId> scaled;        // of these, the ones to multiply by traits.scale
  std::vector<CounterId> non_negative;  // of these, levels that cannot be below 0
  std::vector<CounterId> page_table_entries;
  uint64_t counter_columns = 0;  // duplicates and unwanted ones included
  size_t least_columns = 0;      // up to the last counter; cells after it may be absent
};

// Whether the last cell of `line` begins with a quote that nothing closes: the line was cut.
bool EndsInsideQuotes(std::string_view line, char separator);

// Interns the columns of `header`, which stands at `where`. Duplicates and cells that are no
// counter are skipped and counted.
ColumnMap MapColumns(const LogHeader& header, const Position& where, CounterTable* table,
                     Diagnostics* diagnostics);

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_LOG_HEADER_H_
