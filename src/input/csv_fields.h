// One line of a log cut into cells: as text for headers, as numbers for data.
//
// What ends a cell:
//   - one that begins with a quote (blanks before it allowed) ends at the separator or line end
//   after
//     its closing quote, the first quote that is not doubled and has only blanks up to there;
//     without a closing quote it is the rest of the line, and torn;
//   - any other ends at the next separator; unless a quote stands before that and the next quote
//   ends
//     a cell as above: then the cell ends there, as in  -"\\host\A(0,1)\B".
// SplitFields and RowParser share this rule, so a column whose quoting is broken in the same way in
// header and data is one cell in both.
#ifndef PERFLEAK_INPUT_CSV_FIELDS_H_
#define PERFLEAK_INPUT_CSV_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "input/row_kernels.h"

namespace perfleak {

// Splits a header or text line into cells, surrounding quotes removed, doubled quotes inside a
// quoted cell undone. `line` comes without its line end; an empty line has one empty cell.
void SplitFields(std::string_view line, char separator, std::vector<std::string>* fields);

// Whether the last cell of `line` begins with a quote that nothing closes: the line was cut.
bool EndsInsideQuotes(std::string_view line, char separator);

struct RowFields {
  std::string_view time_stamp;  // the first cell, unquoted and trimmed; a view into the line
  size_t columns = 0;           // cells after the first one
  size_t filled = 0;            // wanted cells that the line has; the first ones of `values`
  size_t negatives = 0;         // of these, numbers below 0
  size_t bad_values = 0;        // of these, neither number nor blank
  size_t first_bad_column = 0;  // 1-based cell number in the line, 0 for none
  // Wanted cells read with a decimal comma. "1,024" may as well be a whole number in groups of
  // three digits; "1234,5" and "0,250" may not.
  size_t decimal_commas = 0;
  size_t group_like_commas = 0;        // of these, the ones that may
  size_t first_group_like_column = 0;  // as first_bad_column
  bool torn = false;  // EndsInsideQuotes(), but not because of a separator inside quotes

  bool operator==(const RowFields&) const = default;
};

class RowParser {
 public:
  // The kernels are for tests; any give the same.
  explicit RowParser(const RowKernels& kernels = BestRowKernels()) : kernels_(&kernels) {}

  // Parses one data line, given without its line end. Value k is that of column wanted[k], counted
  // from 0 after the time stamp; requires `wanted` to ascend and values.size() == wanted.size().
  // Blank cells and bad ones are NaN, as are numbers too large for a double; values from
  // RowFields::filled on are left alone. Reads nothing outside `line` and the `readable_after`
  // bytes behind it, of which there should be 64: it is faster so.
  void Parse(std::string_view line, char separator, std::span<const uint32_t> wanted,
             std::span<double> values, RowFields* row, size_t readable_after = 0);

 private:
  bool ParseRegular(std::string_view line, char separator, std::span<const uint32_t> wanted,
                    std::span<double> values, size_t readable_after, RowFields* row);

  const RowKernels* kernels_;
  std::unique_ptr<uint32_t[]> ends_;  // of cells; room for the worst line, most of it never touched
  size_t ends_room_ = 0;
  std::vector<uint32_t> others_;  // wanted cells that are not simply whole numbers
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_CSV_FIELDS_H_
