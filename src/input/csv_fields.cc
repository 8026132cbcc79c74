// The search for cell ends works on blocks of 64 bytes. Two bit masks say where quotes and
// separators are; a prefix XOR over the quotes tells inside from outside, so that the separators
// outside are the cell ends, whatever the cells hold. That is right as long as every quote opens or
// closes a whole cell, which two more AND operations prove for the block. Where they do not, the
// cell at hand is taken byte by byte by CellEnd, which is the rule, and the next block begins after
// it.
#include "input/csv_fields.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/number.h"
#include "base/text.h"

namespace perfleak {
namespace {

constexpr char kQuote = '"';
constexpr size_t kBlockBytes = 64;

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

struct Block {
  uint64_t quotes = 0;
  uint64_t separators = 0;
};

// Bit i of each mask belongs to p[i]. Reads 64 bytes.
Block ReadBlock(const char* p, char separator) {
  Block block;
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8(kQuote);
  const __m128i sep = _mm_set1_epi8(separator);
  for (size_t i = 0; i < kBlockBytes; i += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + i));
    const auto bits = [&](__m128i wanted) {
      return uint64_t{static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)))};
    };
    block.quotes |= bits(quote) << i;
    block.separators |= bits(sep) << i;
  }
#else
  for (size_t i = 0; i < kBlockBytes; ++i) {
    block.quotes |= uint64_t{p[i] == kQuote} << i;
    block.separators |= uint64_t{p[i] == separator} << i;
  }
#endif
  return block;
}

// Bit i of the result is the XOR of bits 0 to i.
uint64_t PrefixXor(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

// Finds cell ends block by block. Restart() at the beginning of a cell, then Next() for each block.
class CellEndFinder {
 public:
  CellEndFinder(const char* line_end, char separator)
      : line_end_(line_end), separator_(separator) {}

  void Restart(const char* cell) {
    block_ = cell;
    inside_ = 0;
    may_open_ = 1;
    must_end_ = 0;
  }

  const char* block() const { return block_; }

  // Sets *ends to the cell ends in the block at block(), bit by bit, without the end of the line.
  // False if a quote in it is no simple opening or closing one.
  bool Find(uint64_t* ends) {
    const auto left = static_cast<size_t>(line_end_ - block_);
    const Block bits = left >= kBlockBytes ? ReadBlock(block_, separator_) : ReadTail(left);
    const uint64_t line_end_bit = left < kBlockBytes ? uint64_t{1} << left : 0;
    const uint64_t inside = PrefixXor(bits.quotes) ^ inside_;  // opening quotes are, closing not
    const uint64_t opening = bits.quotes & inside;
    const uint64_t closing = bits.quotes & ~inside;
    const uint64_t bad_opening = opening & ~(bits.separators << 1 | may_open_);
    const uint64_t bad_closing = (closing << 1 | must_end_) & ~(bits.separators | line_end_bit);
    inside_ = 0 - (inside >> 63);
    may_open_ = bits.separators >> 63;
    must_end_ = closing >> 63;
    *ends = bits.separators & ~inside;
    return (bad_opening | bad_closing) == 0;
  }

  // Moves on to the next block; false if the line has none.
  bool Advance() {
    if (static_cast<size_t>(line_end_ - block_) <= kBlockBytes) return false;
    block_ += kBlockBytes;
    return true;
  }

 private:
  Block ReadTail(size_t size) const {
    std::array<char, kBlockBytes> copy;
    copy.fill(0);
    std::memcpy(copy.data(), block_, size);
    return ReadBlock(copy.data(), separator_);
  }

  const char* line_end_;
  char separator_;
  const char* block_ = nullptr;
  // Carried over from the block before:
  uint64_t inside_ = 0;    // all ones if a quoted cell is open
  uint64_t may_open_ = 1;  // 1 if its last byte was a separator
  uint64_t must_end_ = 0;  // 1 if its last byte was a closing quote
};

// Turns cells into numbers.
class CellSink {
 public:
  CellSink(const char* line_end, std::span<const uint32_t> targets, std::span<double> values)
      : line_end_(line_end), targets_(targets), values_(values) {}

  void Add(size_t column, const char* cell, const char* cell_end) {
    if (column >= targets_.size() || targets_[column] == kSkipColumn) return;
    double* value = &values_[targets_[column]];
    const bool quoted = cell != cell_end && *cell == kQuote;
    const char* digits = cell + quoted;
    const char* digits_end = cell_end - quoted;
    const char* stop = ParseNumberPrefix(digits, line_end_, value);
    const bool whole = stop == digits_end && stop != digits && (!quoted || *stop == kQuote);
    if (!whole || std::isinf(*value)) AddUnusual({cell, cell_end}, column, value);
  }

  // What was unusual, for the caller's RowFields.
  const RowFields& unusual() const { return unusual_; }

 private:
  // Blanks, decimal commas, numbers too large and junk.
  void AddUnusual(std::string_view cell, size_t column, double* value);

  const char* line_end_;
  std::span<const uint32_t> targets_;
  std::span<double> values_;
  RowFields unusual_;
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
    if (unusual_.bad_values++ == 0) unusual_.first_bad_column = cell_number;
    return;
  }
  *value = *number;
  if (!has_comma) return;
  ++unusual_.decimal_commas;
  if (!IsLikeGroups(text)) return;
  if (unusual_.group_like_commas++ == 0) unusual_.first_group_like_column = cell_number;
}

// Hands every cell from `cell` to the end of the line to `sink`. Returns how many there are,
// counted here rather than in the sink so that the count stays in a register.
size_t AddCells(const char* cell, const char* line_end, char separator, CellSink* sink) {
  CellEndFinder finder(line_end, separator);
  finder.Restart(cell);
  for (size_t column = 0;;) {
    uint64_t ends = 0;
    if (finder.Find(&ends)) {
      for (; ends != 0; ends &= ends - 1) {
        const char* cell_end = finder.block() + std::countr_zero(ends);
        sink->Add(column++, cell, cell_end);
        cell = cell_end + 1;
      }
      if (finder.Advance()) continue;
      sink->Add(column++, cell, line_end);
      return column;
    }
    const char* cell_end = CellEnd(cell, line_end, separator);
    sink->Add(column++, cell, cell_end);
    if (cell_end == line_end) return column;
    cell = cell_end + 1;
    finder.Restart(cell);
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

RowFields ParseRow(std::string_view line, char separator, std::span<const uint32_t> targets,
                   std::span<double> values) {
  const char* line_end = line.data() + line.size();
  const char* cell_end = CellEnd(line.data(), line_end, separator);
  const std::string_view first(line.data(), cell_end);
  const std::string_view time_stamp = Trim(Unquote(first).text);
  if (cell_end == line_end) return {time_stamp};
  CellSink sink(line_end, targets, values);
  const size_t columns = AddCells(cell_end + 1, line_end, separator, &sink);
  RowFields row = sink.unusual();
  row.time_stamp = time_stamp;
  row.columns = columns;
  return row;
}

}  // namespace perfleak
