// The header line of a log: its format, time zone and columns, found behind whatever a console put
// before it.
//
// The first cell is `(PDH-CSV 4.0) (ZONE)(BIAS)`, every other one a counter path. Zone and bias are
// absent (typeperf), or cut off at the first character that is not ASCII (Chinese, Japanese,
// Russian Windows); some exports lack the signature and keep the zone, or name the column "Time".
#ifndef PERFLEAK_INPUT_LOG_HEADER_H_
#define PERFLEAK_INPUT_LOG_HEADER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "base/result.h"
#include "input/head_reader.h"
#include "input/process_structure.h"
#include "model/counter_table.h"
#include "model/name_translator.h"

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
constexpr size_t kMaxCounters = 1'000'000;  // in the table that the logs of a timeline share

// The header in `line`, what stands before it on the same line cut off. nullopt if there is none.
std::optional<LogHeader> ParseHeader(std::string_view line);

// Skips noise (at most 100 lines or 1 MiB) and takes the header off `head`. Errors: no header (with
// what was found), header cut off by the end of the file, limits passed.
Result<LogHeader> ReadHeader(HeadReader* head, const std::string& name, Diagnostics* diagnostics);

// What a line must look like to be a row under a header.
struct RowShape {
  char separator = ',';
  size_t columns = 0;        // after the time stamp
  size_t least_columns = 0;  // up to the last counter; cells after it may be absent
};

RowShape ShapeOf(const LogHeader& header);

// Which cell of a row goes where.
struct ColumnMap {
  std::vector<uint32_t> columns;        // the wanted ones, ascending
  std::vector<CounterId> wanted;        // the counter of each
  std::vector<CounterId> scaled;        // of these, the ones to multiply by traits.scale
  std::vector<CounterId> non_negative;  // of these, levels that cannot be below 0
  std::vector<CounterId> page_table_entries;
  uint64_t counter_columns = 0;  // duplicates and unwanted ones included
  size_t least_columns = 0;      // as in RowShape
};

// Interns the columns of one header after another into a shared table, of which it keeps the size
// bounded: headers inside a log may name new counters without end. This is where names in other
// languages become English ones; nobody after it sees another.
class ColumnMapper {
 public:
  // Reads the first rows of the log ahead.
  using ReadAhead = std::function<FirstRows()>;

  // `table` and `diagnostics` outlive this. `language`: of the names, if stated.
  ColumnMapper(CounterTable* table, Diagnostics* diagnostics, size_t most_counters = kMaxCounters,
               std::optional<Language> language = std::nullopt)
      : table_(table),
        diagnostics_(diagnostics),
        most_counters_(most_counters),
        language_(language),
        names_(language) {}

  // `header` stands at `where`. Duplicates, cells that are no counter and new counters that the
  // table has no room for are skipped and counted. Cost: the columns of the header, and once the
  // size of the table when that is full. `read_ahead` is asked where names alone do not tell which
  // object is Process; without it such an object stays unknown.
  ColumnMap Map(const LogHeader& header, const Position& where, const ReadAhead& read_ahead = {});

  // Codes of the languages other than English that names were found in: "de", "de, fr", "".
  std::string language_codes() const;

 private:
  void LearnNames(const std::vector<HeaderColumn>& columns, const Position& where,
                  const ReadAhead& read_ahead);
  void TakeByStructure(const std::vector<HeaderColumn>& columns, const Position& where,
                       const ReadAhead& read_ahead);
  std::optional<CounterId> IdOf(CounterPath path);
  void MapColumn(CounterId id, size_t column, ColumnMap* map) const;

  CounterTable* table_;
  Diagnostics* diagnostics_;
  size_t most_counters_;
  std::optional<Language> language_;
  NameTranslator names_;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_LOG_HEADER_H_
