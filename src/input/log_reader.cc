// What becomes of a line after the header:
//
//   it begins with a time stamp     a row: used, or dropped with a reason
//   it is another header            the columns change
//   it looks like a row otherwise   a dropped row (bad-time, torn-row)
//   anything else                   text of a console, counted and skipped
//
// A row with too few cells is torn if nothing follows it and bad if something does, so that judging
// it waits for the next line. A row far ahead of the one before waits for the next row, which tells
// a gap from a mistaken time stamp (RowClock).
#include "input/log_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "base/text.h"
#include "input/csv_fields.h"
#include "input/file_kind.h"
#include "input/head_reader.h"
#include "input/line_ends.h"
#include "input/line_framer.h"
#include "input/log_header.h"
#include "input/read_ahead.h"
#include "input/row_clock.h"
#include "input/row_pipeline.h"
#include "input/text_decoder.h"
#include "input/time_stamp.h"

namespace perfleak {
namespace {

constexpr size_t kFirstRows = 8;                         // to tell counters by their values
constexpr size_t kMostLookedThrough = size_t{64} << 20;  // for the first row
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// Turns values that a counter cannot have into missing ones and returns how many there were. Only
// what is known to be impossible: Windows reports 4294967295 (-1) free system page table entries
// when it failed to count them, and a level of something held is never negative (wrapped 32-bit
// counters, -1 for none or unlimited).
size_t RemoveImpossible(const ColumnMap& columns, bool has_negatives, std::vector<double>* values) {
  size_t removed = 0;
  const auto remove_if = [&](CounterId id, bool impossible) {
    if (!impossible) return;
    (*values)[id] = kMissing;
    ++removed;
  };
  if (has_negatives) {
    for (const CounterId id : columns.non_negative) remove_if(id, (*values)[id] < 0);
  }
  for (const CounterId id : columns.page_table_entries) {
    remove_if(id, (*values)[id] == 4294967295.0);
  }
  return removed;
}

// Cells past the header's columns that may be ignored: a comma at the end of every line, blanks.
bool ExtraCellsAreBlank(std::string_view line, char separator, size_t extra) {
  for (; extra > 0; --extra) {
    const size_t last = line.rfind(separator);
    if (last == std::string_view::npos) return false;
    if (line.find_first_not_of(" \"\t\r", last + 1) != std::string_view::npos) return false;
    line = line.substr(0, last);
  }
  return true;
}

bool LooksLikeRow(std::string_view line) {
  line = Trim(line);
  if (line.starts_with('"')) line.remove_prefix(1);
  return !line.empty() && line.front() >= '0' && line.front() <= '9';
}

bool HasNoMoreCells(std::string_view line, const RowFields& fields, const RowShape& shape) {
  return fields.columns <= shape.columns ||
         ExtraCellsAreBlank(line, shape.separator, fields.columns - shape.columns);
}

bool IsWholeRow(std::string_view line, const RowFields& fields, const RowShape& shape) {
  return fields.columns >= shape.least_columns && !fields.torn &&
         HasNoMoreCells(line, fields, shape);
}

// A header inside the log, in a line without a time stamp.
std::optional<LogHeader> ParseLaterHeader(std::string_view line) {
  if (line.find('\\') == std::string_view::npos) return std::nullopt;
  std::optional<LogHeader> header = ParseHeader(line);
  const bool usable = header && !header->columns.empty() && header->columns.size() <= kMaxColumns;
  return usable ? std::move(header) : std::nullopt;
}

struct Sample {
  double t_s = 0;
  uint64_t line = 0;
  std::vector<double> values;
};

class LogReaderImpl : public LogReader {
 public:
  LogReaderImpl(std::unique_ptr<TextDecoder> decoder, CounterTable* table, Diagnostics* diagnostics,
                const ReadOptions& options)
      : decoder_(std::move(decoder)),
        line_ends_(decoder_.get()),
        head_(&line_ends_),
        mapper_(table, diagnostics, kMaxCounters, options.language),
        table_(table),
        diagnostics_(diagnostics),
        options_(options) {
    info_.name = decoder_->name();
  }

  Status Start();
  void ReadAsLocalTime() override;
  std::optional<double> FirstTime() override;
  std::optional<double> FirstLocalTime() override;
  std::optional<double> FirstStep() override;
  Result<const Row*> Next() override;
  uint64_t line() const override { return line_; }
  const std::vector<CounterId>& counters() const override { return columns_.wanted; }
  const LogInfo& info() const override { return info_; }

 private:
  enum class Outcome { kUsed, kHeldRowUsed, kNotUsed };

  Status ReadStart();
  void UsePlan();
  void UseColumns(LogHeader header, uint64_t line, const ColumnMapper::ReadAhead& read_ahead = {});
  FirstRows ReadFirstRows(size_t columns, char separator);
  void ReportZone(uint64_t line);
  Outcome TakeLine(const ParsedLine& line);
  Outcome TakeRow(const ParsedLine& line);
  Outcome TakeSample(const ParsedLine& line);
  void TakeOther(const ParsedLine& line);
  bool Accepts(RowClock::Verdict verdict, const TimeStamp& stamp, uint64_t line);
  void TakeValues(const ParsedLine& line);
  void NoteUnusual(const RowFields& fields, uint64_t line);
  const Row* Deliver(const Sample& sample);
  void Drop(std::string_view code, std::string_view message, uint64_t line);
  void DropOutlier();
  void SettleHeldRow();
  void SettleIncompleteRow(bool at_end);
  bool Finish();
  void UpdateInfo();
  void LookForFirstTimes();

  Position At(uint64_t line) const { return {info_.name, line, 0}; }
  bool IsUtc() const { return info_.time_basis == TimeBasis::kUtc; }

  std::unique_ptr<TextDecoder> decoder_;
  LineEnds line_ends_;
  HeadReader head_;
  ColumnMapper mapper_;
  CounterTable* table_;
  Diagnostics* diagnostics_;
  ReadOptions options_;

  LogInfo info_;
  LogHeader header_;
  RowShape shape_;
  ColumnMap columns_;
  RowClock clock_;
  Sample sample_;                // of the line at hand
  Sample held_;                  // while clock_ holds one
  Sample released_;              // was held_, is handed out
  bool sample_waits_ = false;    // sample_ is handed out next, after released_
  Row row_;                      // handed out last
  uint64_t line_ = 0;            // of it
  uint64_t incomplete_row_ = 0;  // line of a row not judged yet, 0 for none
  uint64_t decimal_commas_ = 0;
  uint64_t group_like_commas_ = 0;  // see RowFields
  Position first_group_like_;
  bool looked_for_first_times_ = false;
  bool first_row_is_far_ = false;
  double first_bias_s_ = 0;          // in force at the first usable row
  std::vector<double> first_times_;  // of the first two usable rows
  bool finished_ = false;
  std::unique_ptr<RowPipeline> rows_;  // made by the first Next(); before what it reads from goes
};

// If what is there is no log because the rest is lost, that is what is wrong with it.
Status LogReaderImpl::Start() {
  const Status read = ReadStart();
  const std::optional<Error> damage = decoder_->damage();
  return read || !damage ? read : Status(*damage);
}

Status LogReaderImpl::ReadStart() {
  if (auto foreign = RecognizeForeignFile(info_.name, decoder_->head())) {
    const Encoding encoding = decoder_->encoding();
    if (encoding != Encoding::kUtf16Le && encoding != Encoding::kUtf16Be) return *foreign;
  }
  Result<LogHeader> header = ReadHeader(&head_, info_.name, diagnostics_);
  if (!header) return header.error();
  const size_t columns = header->columns.size();
  const char separator = header->separator;
  UseColumns(std::move(*header), head_.lines(), [&] { return ReadFirstRows(columns, separator); });
  info_.format = header_.format;
  info_.zone = header_.zone;
  info_.bias_minutes = header_.bias_minutes;
  info_.columns = columns_.counter_columns;
  if (header_.bias_minutes) {
    info_.time_basis = TimeBasis::kUtc;
    clock_.SetBias(*header_.bias_minutes);
  }
  ReportZone(head_.lines());
  UpdateInfo();
  return {};
}

void LogReaderImpl::UseColumns(LogHeader header, uint64_t line,
                               const ColumnMapper::ReadAhead& read_ahead) {
  for (const CounterId id : columns_.wanted) sample_.values[id] = kMissing;
  header_ = std::move(header);
  columns_ = mapper_.Map(header_, At(line), read_ahead);
  info_.language = mapper_.language_codes();
  shape_ = {header_.separator, header_.columns.size(), columns_.least_columns};
  header_.columns = {};
  sample_.values.resize(table_->size(), kMissing);
}

// Tells the pipeline what the columns are now.
void LogReaderImpl::UsePlan() {
  rows_->Use({shape_.separator, columns_.columns, shape_.least_columns});
}

// All cells of the first few rows, before it is known which counters they are.
FirstRows LogReaderImpl::ReadFirstRows(size_t columns, char separator) {
  FirstRows rows;
  RowParser parser;
  std::vector<uint32_t> wanted(columns);
  std::iota(wanted.begin(), wanted.end(), 0u);
  RowClock clock = clock_;
  size_t at = 0;
  while (rows.t_s.size() < kFirstRows && at < kMostLookedThrough) {
    const auto line = head_.PeekLine(&at, kMaxHeaderBytes);
    if (!line || !*line) break;
    std::vector<double> values(columns, kMissing);
    RowFields fields;
    parser.Parse(**line, separator, wanted, values, &fields);
    const std::optional<TimeStamp> stamp = ParseTimeStamp(fields.time_stamp);
    if (!stamp || fields.columns != columns) continue;
    const RowClock::Reading reading = clock.Take(*stamp);
    if (reading.verdict != RowClock::Verdict::kUse) continue;
    rows.t_s.push_back(reading.t_s);
    rows.values.push_back(std::move(values));
  }
  return rows;
}

void LogReaderImpl::ReportZone(uint64_t line) {
  if (header_.bias_minutes) return;
  if (header_.zone_cut_off) {
    diagnostics_->Add("zone-cut-off",
                      "the time zone in the header is cut off; times are the log's local time",
                      At(line));
  } else {
    diagnostics_->Add("zone-missing",
                      "the header names no time zone; times are the log's local time", At(line));
  }
}

void LogReaderImpl::ReadAsLocalTime() {
  info_.time_basis = TimeBasis::kLocal;
  clock_.SetBias(0);
  looked_for_first_times_ = false;
}

std::optional<double> LogReaderImpl::FirstTime() {
  LookForFirstTimes();
  if (first_row_is_far_) return -std::numeric_limits<double>::infinity();
  if (first_times_.empty()) return std::nullopt;
  return first_times_[0];
}

std::optional<double> LogReaderImpl::FirstLocalTime() {
  const std::optional<double> first_s = FirstTime();
  if (!first_s) return std::nullopt;
  return *first_s - first_bias_s_;
}

std::optional<double> LogReaderImpl::FirstStep() {
  LookForFirstTimes();
  if (first_times_.size() < 2) return std::nullopt;
  return first_times_[1] - first_times_[0];
}

void LogReaderImpl::LookForFirstTimes() {
  if (looked_for_first_times_ || rows_ != nullptr) return;
  looked_for_first_times_ = true;
  first_times_.clear();
  RowClock clock = clock_;
  RowShape shape = shape_;
  RowParser parser;
  size_t at = 0;
  while (first_times_.size() < 2 && at < kMostLookedThrough) {
    const auto line = head_.PeekLine(&at, kMaxHeaderBytes);
    if (!line || !*line) return;  // Next() meets the same error and reports it
    RowFields fields;
    parser.Parse(**line, shape.separator, {}, {}, &fields);
    const std::optional<TimeStamp> stamp = ParseTimeStamp(fields.time_stamp);
    if (!stamp) {
      const std::optional<LogHeader> header = ParseLaterHeader(**line);
      if (header) shape = ShapeOf(*header);
      if (header && header->bias_minutes && IsUtc()) clock.SetBias(*header->bias_minutes);
      continue;
    }
    if (!IsWholeRow(**line, fields, shape)) continue;
    const RowClock::Reading reading = clock.Take(*stamp);
    if (reading.verdict != RowClock::Verdict::kUse) continue;
    if (first_times_.empty()) first_bias_s_ = clock.bias_s();
    first_times_.push_back(reading.t_s);
  }
  first_row_is_far_ = first_times_.empty();
}

Result<const Row*> LogReaderImpl::Next() {
  if (std::exchange(sample_waits_, false)) return Deliver(sample_);
  if (finished_) return static_cast<const Row*>(nullptr);
  if (rows_ == nullptr) {
    rows_ = std::make_unique<RowPipeline>(
        std::make_unique<LineFramer>(head_.TakeRest(), &line_ends_, decoder_.get()), info_.name,
        head_.lines(), options_.threads);
    UsePlan();
  }
  for (;;) {
    const Result<const ParsedLine*> line = rows_->Next();
    if (!line) {
      SettleIncompleteRow(true);
      SettleHeldRow();
      UpdateInfo();
      return line.error();
    }
    if (*line == nullptr) break;
    const Outcome outcome = TakeLine(**line);
    if (outcome != Outcome::kNotUsed) {
      return Deliver(outcome == Outcome::kUsed ? sample_ : released_);
    }
  }
  return Finish() ? Deliver(held_) : nullptr;
}

const Row* LogReaderImpl::Deliver(const Sample& sample) {
  ++info_.rows_used;
  line_ = sample.line;
  row_.t_s = sample.t_s;
  row_.values = sample.values;
  return &row_;
}

LogReaderImpl::Outcome LogReaderImpl::TakeLine(const ParsedLine& line) {
  SettleIncompleteRow(false);
  if (line.stamp) return TakeRow(line);
  TakeOther(line);
  return Outcome::kNotUsed;
}

LogReaderImpl::Outcome LogReaderImpl::TakeRow(const ParsedLine& line) {
  ++info_.rows_read;
  if (line.fields->columns < shape_.least_columns || line.fields->torn) {
    incomplete_row_ = line.number;
    return Outcome::kNotUsed;
  }
  if (!HasNoMoreCells(line.text, *line.fields, shape_)) {
    Drop("bad-row", "a row has more cells than the header", line.number);
    return Outcome::kNotUsed;
  }
  return TakeSample(line);
}

// A row with all its cells: only its time may be wrong. The row held before it is judged by it.
LogReaderImpl::Outcome LogReaderImpl::TakeSample(const ParsedLine& line) {
  const RowClock::Reading reading = clock_.Take(*line.stamp);
  if (reading.held == RowClock::HeldRow::kRefuted) DropOutlier();
  const bool confirmed = reading.held == RowClock::HeldRow::kConfirmed;
  if (confirmed) std::swap(held_, released_);
  bool used = Accepts(reading.verdict, *line.stamp, line.number);
  if (used) {
    sample_.t_s = reading.t_s;
    sample_.line = line.number;
    TakeValues(line);
  }
  if (reading.verdict == RowClock::Verdict::kHold) {
    held_ = sample_;
    used = false;
  }
  sample_waits_ = confirmed && used;
  if (confirmed) return Outcome::kHeldRowUsed;
  return used ? Outcome::kUsed : Outcome::kNotUsed;
}

// Without a time stamp that can be read.
void LogReaderImpl::TakeOther(const ParsedLine& line) {
  if (std::optional<LogHeader> header = ParseLaterHeader(line.text)) {
    diagnostics_->Add("repeated-header", "the log has another header; its columns apply from there",
                      At(line.number));
    if (IsUtc() && header->bias_minutes) clock_.SetBias(*header->bias_minutes);
    UseColumns(std::move(*header), line.number);
    UsePlan();
    return;
  }
  if (!LooksLikeRow(line.text)) {
    diagnostics_->Add("text-line", "a line of text among the rows was skipped", At(line.number));
    return;
  }
  ++info_.rows_read;
  if (line.fields->columns < shape_.least_columns) {
    incomplete_row_ = line.number;
  } else {
    Drop("bad-time", "a row has no time stamp that can be read", line.number);
  }
}

// Counts what the clock says about a row; false if the row must go.
bool LogReaderImpl::Accepts(RowClock::Verdict verdict, const TimeStamp& stamp, uint64_t line) {
  switch (verdict) {
    case RowClock::Verdict::kEqual:
      Drop("equal-time", "a row has the time stamp of the row before", line);
      return false;
    case RowClock::Verdict::kBackwards:
      Drop("time-backwards", "a row is earlier than the row before", line);
      return false;
    case RowClock::Verdict::kUseAfterHourBack:
      diagnostics_->Add("hour-back",
                        "the clock was set back by an hour (end of daylight saving?); later rows "
                        "are read one hour later",
                        At(line));
      break;
    case RowClock::Verdict::kUse:
    case RowClock::Verdict::kHold:
      break;
  }
  if (stamp.form != TimeStamp::Form::kFull) {
    diagnostics_->Add("time-without-date",
                      "time stamps have no date; days are counted on from the row before",
                      At(line));
  }
  return true;
}

void LogReaderImpl::TakeValues(const ParsedLine& line) {
  double* const values = sample_.values.data();
  const CounterId* const wanted = columns_.wanted.data();
  for (size_t k = 0; k < line.values.size(); ++k) values[wanted[k]] = line.values[k];
  const RowFields& fields = *line.fields;
  if (fields.bad_values > 0 || fields.decimal_commas > 0) NoteUnusual(fields, line.number);
  const bool has_negatives = fields.negatives > 0;
  if (const size_t removed = RemoveImpossible(columns_, has_negatives, &sample_.values)) {
    diagnostics_->Add("impossible-value", "a counter has a value it cannot have; read as missing",
                      At(line.number), removed);
  }
  for (const CounterId id : columns_.scaled) {
    double& value = sample_.values[id];
    value *= (*table_)[id].traits.scale;
    if (!std::isinf(value)) continue;
    value = kMissing;
    diagnostics_->Add("bad-value", "a number is too large; read as missing", At(line.number));
  }
}

void LogReaderImpl::NoteUnusual(const RowFields& fields, uint64_t line) {
  if (fields.bad_values > 0) {
    diagnostics_->Add("bad-value", "a cell is neither a number nor blank; read as missing",
                      {info_.name, line, fields.first_bad_column}, fields.bad_values);
  }
  decimal_commas_ += fields.decimal_commas;
  if (fields.group_like_commas > 0 && group_like_commas_ == 0) {
    first_group_like_ = {info_.name, line, fields.first_group_like_column};
  }
  group_like_commas_ += fields.group_like_commas;
}

void LogReaderImpl::Drop(std::string_view code, std::string_view message, uint64_t line) {
  ++info_.rows_dropped;
  diagnostics_->Add(code, message, At(line));
}

void LogReaderImpl::DropOutlier() {
  Drop("time-outlier", "a row's time stamp is days ahead of the rows around it", held_.line);
}

// Where no row will follow that could confirm it.
void LogReaderImpl::SettleHeldRow() {
  if (!clock_.holds()) return;
  clock_.ForgetHeld();
  DropOutlier();
}

void LogReaderImpl::SettleIncompleteRow(bool at_end) {
  const uint64_t line = std::exchange(incomplete_row_, uint64_t{0});
  if (line == 0) return;
  if (at_end) {
    Drop("torn-row", "the last row is cut off: the logger was stopped while it wrote", line);
  } else {
    Drop("bad-row", "a row has fewer cells than the header", line);
  }
}

// True if a row is held that may be used.
bool LogReaderImpl::Finish() {
  SettleIncompleteRow(true);
  const bool release = clock_.HeldIsPlausible();
  if (!release) SettleHeldRow();
  if (group_like_commas_ > 0 && group_like_commas_ == decimal_commas_) {
    diagnostics_->Add("comma-ambiguous",
                      "every comma inside a number could separate thousands as well; it is read as "
                      "the decimal point",
                      first_group_like_, group_like_commas_);
  }
  if (const uint64_t nuls = line_ends_.nuls()) {
    diagnostics_->Add("nul-bytes", "zero bytes in the log, as a crash leaves them, were skipped",
                      At(0), nuls);
  }
  if (line_ends_.gave_up()) {
    diagnostics_->Add("nul-tail", "more than 64 MB of zero bytes; the log was taken to end there",
                      At(0));
  }
  if (const uint64_t replaced = decoder_->replaced()) {
    diagnostics_->Add("bad-encoding", "bytes that are no characters in the log's encoding", At(0),
                      replaced);
  }
  if (decoder_->damage()) {
    diagnostics_->Add("damaged-data",
                      "the data is damaged or cut off in its archive; what came before was read",
                      At(0));
  }
  finished_ = true;
  UpdateInfo();
  return release;
}

void LogReaderImpl::UpdateInfo() {
  info_.bytes = decoder_->bytes_read();
  info_.encoding = decoder_->encoding_name();
}

}  // namespace

Result<std::unique_ptr<LogReader>> LogReader::Open(std::unique_ptr<ByteSource> source,
                                                   CounterTable* table, Diagnostics* diagnostics,
                                                   const ReadOptions& options) {
  if (options.threads > 1 && source->is_unpacked()) source = ReadAhead(std::move(source));
  Result<std::unique_ptr<TextDecoder>> decoder =
      TextDecoder::Open(std::move(source), options.language);
  if (!decoder) return decoder.error();
  auto reader = std::make_unique<LogReaderImpl>(std::move(*decoder), table, diagnostics, options);
  if (const Status status = reader->Start(); !status) return status.error();
  return {std::unique_ptr<LogReader>(std::move(reader))};
}

}  // namespace perfleak
