// One exported log, header first and then row after row, into the ids of a shared CounterTable.
//
// docs/formats.md lists every oddity that is handled here and the diagnostic that counts it.
#ifndef PERFLEAK_INPUT_LOG_READER_H_
#define PERFLEAK_INPUT_LOG_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/result.h"
#include "base/time.h"
#include "input/byte_source.h"
#include "model/counter_table.h"
#include "model/language.h"
#include "model/row.h"

namespace perfleak {

struct LogInfo {
  std::string name;
  std::string format;  // "PDH-CSV" or "PDH-TSV"
  // "ASCII", "UTF-8", "UTF-16LE", "UTF-16BE", an ANSI code page such as "Windows-1251", or "ANSI"
  // where that is not known
  std::string encoding;
  std::string language;  // of the names of counters: "de", "de, fr"; empty for English
  TimeBasis time_basis = TimeBasis::kLocal;
  std::string zone;                 // as the header writes it; may be cut or empty
  std::optional<int> bias_minutes;  // UTC = local time + bias; nullopt where the header has none
  uint64_t bytes = 0;               // read so far, as stored
  uint64_t columns = 0;             // counter columns of the first header, duplicates included
  uint64_t rows_read = 0;
  uint64_t rows_used = 0;
  uint64_t rows_dropped = 0;  // rows_read = rows_used + rows_dropped
};

struct ReadOptions {
  int threads = 2;  // 2: line framing and unpacking run beside parsing
  std::optional<Language> language = std::nullopt;  // of counter names and ANSI text, if stated
};

class LogReader {
 public:
  // Reads encoding and header. Errors: empty, not a perfmon log (with what was found instead and
  // the relog line for a .blg), header cut off, limits passed. `table` and `diagnostics` outlive
  // the reader.
  static Result<std::unique_ptr<LogReader>> Open(std::unique_ptr<ByteSource> source,
                                                 CounterTable* table, Diagnostics* diagnostics,
                                                 const ReadOptions& options = {});
  virtual ~LogReader() = default;

  // Ignores the bias of the header from now on: rows carry the log's local time. Before Next()
  // only.
  virtual void ReadAsLocalTime() = 0;

  // Time stamp of the first usable row, without consuming it; nullopt if there is none, minus
  // infinity if it stands behind more text than is looked through (64 MiB). Cheap: reads no further
  // than the first rows.
  virtual std::optional<double> FirstTime() = 0;

  // The same in the log's local time.
  virtual std::optional<double> FirstLocalTime() = 0;

  // Distance of the first two usable rows in seconds; nullopt if there are fewer. As cheap.
  virtual std::optional<double> FirstStep() = 0;

  // The next usable row in file order, valid until the next call; nullptr at the end of the log.
  // Rows that cannot be used are counted in info() and in the diagnostics. Errors: reading failed
  // half-way.
  virtual Result<const Row*> Next() = 0;

  // The line in the file of the row that Next returned last, from 1.
  virtual uint64_t line() const = 0;

  // The counters that are read, ids of `table`: wanted ones of the columns that apply now.
  virtual const std::vector<CounterId>& counters() const = 0;

  // Counts are final once Next has returned nullopt.
  virtual const LogInfo& info() const = 0;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_LOG_READER_H_
