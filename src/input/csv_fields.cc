// A regular line, which nearly every line is, goes through the kernels of row_kernels.h: the ends
// of all cells first, then the wanted cells. Any other is taken cell by cell with CellEnd, which is
// the rule.
#include "input/csv_fields.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "base/number.h"
#include "base/text.h"

namespace perfleak {
namespace {

constexpr char kQuote = '"';
constexpr size_t kMostCells = 1'000'001;  // of a line that goes through the kernels

const char* SkipBlanks(const char* p, const char* end) {
  while (p != end && *p == ' ') ++p;
  return p;
}

// The end of the cell if the quote at `quote` closes it, else nullptr.
const char* EndAfterQuote(const char* quote, const char* end, char separator) {
  const char* p = SkipBlanks(quote + 1, end);
  return p == end || *p == separator ? p : nullptr;
}

// The end of a cell whose opening quote is just before p.
const char* QuotedCellEnd(const char* p, const char* end, char separator) {
  while ((p = std::find(p, end, kQuote)) != end) {
    const bool doubled = p + 1 != end && p[1] == kQuote;
    if (const char* cell_end = doubled ? nullptr : EndAfterQuote(p, end, separator)) {
      return cell_end;
    }
    p += doubled ? 2 : 1;
  }
  return end;
}

// The place of the separator that ends the cell at p, or `end`. See the rule in the header.
const char* CellEnd(const char* p, const char* end, char separator) {
  const char* first = SkipBlanks(p, end);
  if (first != end && *first == kQuote) return QuotedCellEnd(first + 1, end, separator);
  const char* stop = std::find(p, end, separator);
  const char* quote = std::find(p, stop, kQuote);
  if (quote == stop) return stop;
  const char* second = std::find(quote + 1, end, kQuote);
  if (second == end) return stop;
  const char* stop_after_quotes = EndAfterQuote(second, end, separator);
  return stop_after_quotes ? stop_after_quotes : stop;
}

struct CellContent {
  std::string_view text;  // between the quotes, or the cell as it stands
  bool quoted = false;
  bool torn = false;  // no closing quote
};

CellContent Unquote(std::string_view cell) {
  std::string_view text = Trim(cell);
  if (text.empty() || text.front() != kQuote) return {cell};
  text.remove_prefix(1);
  const bool torn = text.empty() || text.back() != kQuote;
  if (!torn) text.remove_suffix(1);
  return {text, true, torn};
}

std::string CellText(std::string_view cell) {
  const CellContent content = Unquote(cell);
  std::string text(content.text);
  if (!content.quoted) return text;
  for (size_t at = 0; (at = text.find("\"\"", at)) != text.npos; ++at) text.erase(at, 1);
  return text;
}

// "1234,56" as some locales write it.
std::optional<double> ParseDecimalComma(std::string_view text) {
  const size_t comma = text.find(',');
  std::array<char, 64> copy;
  if (comma == text.npos || text.size() > copy.size()) return std::nullopt;
  std::copy(text.begin(), text.end(), copy.begin());
  copy[comma] = '.';
  return ParseNumber({copy.data(), text.size()});
}

// Whether `text`, a number with a comma, may be a whole number of thousands: "1,024", "-12,000".
bool IsLikeGroups(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const size_t comma = text.find(',');
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return comma >= 1 && comma <= 3 && text.front() != '0' && text.size() == comma + 4 &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(comma) + 1, text.end(), is_digit);
}

// Turns wanted cells, which come in order, into numbers.
class CellSink {
 public:
  CellSink(const char* line_end, std::span<const uint32_t> wanted, std::span<double> values,
           RowFields* row)
      : line_end_(line_end), wanted_(wanted), values_(values), row_(row) {}

  // Cell k of the wanted ones.
  void AddWanted(size_t k, const char* cell, const char* cell_end) {
    double* value = &values_[k];
    const bool quoted = cell != cell_end && *cell == kQuote;
    const char* digits = cell + quoted;
    const char* digits_end = cell_end - quoted;
    const char* stop = ParseNumberPrefix(digits, line_end_, value);
    const bool whole = stop == digits_end && stop != digits && (!quoted || *stop == kQuote);
    if (!whole || std::isinf(*value)) AddUnusual({cell, cell_end}, wanted_[k], value);
    row_->negatives += *value < 0;
  }

  // Any cell of the line.
  void Add(size_t column, const char* cell, const char* cell_end) {
    if (row_->filled == wanted_.size() || wanted_[row_->filled] != column) return;
    AddWanted(row_->filled++, cell, cell_end);
  }

 private:
  // Blanks, decimal commas, numbers too large and junk.
  void AddUnusual(std::string_view cell, size_t column, double* value);

  const char* line_end_;
  std::span<const uint32_t> wanted_;
  std::span<double> values_;
  RowFields* row_;
};

void CellSink::AddUnusual(std::string_view cell, size_t column, double* value) {
  *value = std::numeric_limits<double>::quiet_NaN();
  const CellContent content = Unquote(cell);
  const std::string_view text = Trim(content.text);
  if (text.empty() && !content.torn) return;
  const size_t cell_number = column + 2;  // 1-based, after the time stamp
  auto number = content.torn ? std::nullopt : ParseNumber(text);
  const bool has_comma = !number && !content.torn && (number = ParseDecimalComma(text));
  if (!number || std::isinf(*number)) {
    if (row_->bad_values++ == 0) row_->first_bad_column = cell_number;
    return;
  }
  *value = *number;
  if (!has_comma) return;
  ++row_->decimal_commas;
  if (!IsLikeGroups(text)) return;
  if (row_->group_like_commas++ == 0) row_->first_group_like_column = cell_number;
}

// Hands every cell from `cell` to the end of the line to `sink`. Returns how many there are.
size_t AddCells(const char* cell, const char* line_end, char separator, CellSink* sink) {
  for (size_t column = 0;;) {
    const char* cell_end = CellEnd(cell, line_end, separator);
    sink->Add(column++, cell, cell_end);
    if (cell_end == line_end) return column;
    cell = cell_end + 1;
  }
}

}  // namespace

void SplitFields(std::string_view line, char separator, std::vector<std::string>* fields) {
  fields->clear();
  const char* end = line.data() + line.size();
  for (const char* p = line.data();; ++p) {
    const char* cell_end = CellEnd(p, end, separator);
    fields->push_back(CellText({p, cell_end}));
    if (cell_end == end) return;
    p = cell_end;
  }
}

bool EndsInsideQuotes(std::string_view line, char separator) {
  line = Trim(line);
  const size_t last = line.rfind(separator);
  const std::string_view cell = last == std::string_view::npos ? line : line.substr(last + 1);
  return cell.starts_with(kQuote) && (cell.size() == 1 || !cell.ends_with(kQuote));
}

// False if the line is not regular.
bool RowParser::ParseRegular(std::string_view line, char separator,
                             std::span<const uint32_t> wanted, std::span<double> values,
                             size_t readable_after, RowFields* row) {
  const size_t most = std::min(line.size(), kMostCells);
  if (ends_room_ < most + RowKernels::kSpareEnds) {
    ends_room_ = most + RowKernels::kSpareEnds;
    ends_ = std::make_unique_for_overwrite<uint32_t[]>(ends_room_);
  }
  if (others_.size() < wanted.size() + 1) others_.resize(wanted.size() + 1);
  const auto found = kernels_->find_cell_ends(
      line.data(), line.size(), line.size() + readable_after, separator, ends_.get(), most);
  if (found.count == RowKernels::kIrregular) return false;
  row->columns = found.count;
  ends_[row->columns] = static_cast<uint32_t>(line.size());
  row->time_stamp = Trim(Unquote(line.substr(0, ends_[0])).text);
  row->filled = static_cast<size_t>(std::lower_bound(wanted.begin(), wanted.end(), row->columns) -
                                    wanted.begin());
  const size_t others =
      kernels_->parse_whole_numbers(line.data(), ends_.get(), found.all_quoted, wanted.data(),
                                    row->filled, values.data(), others_.data());
  CellSink sink(line.data() + line.size(), wanted, values, row);
  for (size_t i = 0; i < others; ++i) {
    const size_t k = others_[i];
    const size_t begin = ends_[wanted[k]] + 1, end = ends_[wanted[k] + 1];
    const size_t quoted = line[end - 1] == kQuote;
    Decimal decimal;
    if (kernels_->read_decimal(line.data(), begin + quoted, end - quoted, &decimal) &&
        decimal.fraction_digits <= Decimal::kMostFractionDigits) {
      values[k] = ValueOf(decimal);
    } else {
      sink.AddWanted(k, line.data() + begin, line.data() + end);
    }
  }
  return true;
}

void RowParser::Parse(std::string_view line, char separator, std::span<const uint32_t> wanted,
                      std::span<double> values, RowFields* row, size_t readable_after) {
  *row = RowFields();
  if (ParseRegular(line, separator, wanted, values, readable_after, row)) return;
  const char* line_end = line.data() + line.size();
  const char* cell_end = CellEnd(line.data(), line_end, separator);
  CellSink sink(line_end, wanted, values, row);
  row->columns = cell_end == line_end ? 0 : AddCells(cell_end + 1, line_end, separator, &sink);
  row->time_stamp = Trim(Unquote({line.data(), cell_end}).text);
  row->torn = EndsInsideQuotes(line, separator);
}

}  // namespace perfleak
