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
// Both functions below share this rule, so a column whose quoting is broken in the same way in
// header and data is one cell in both.
#ifndef PERFLEAK_INPUT_CSV_FIELDS_H_
#define PERFLEAK_INPUT_CSV_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace perfleak {

// Splits a header or text line into cells, surrounding quotes removed, doubled quotes inside a
// quoted cell undone. `line` comes without its line end; an empty line has one empty cell.
void SplitFields(std::string_view line, char separator, std::vector<std::string>* fields);

// In ParseRow's targets: nobody wants this column.
inline constexpr uint32_t kSkipColumn = 0xFFFFFFFFu;

struct RowFields {
  std::string_view time_stamp;  // the first cell, unquoted and trimmed; a view into the line
  size_t columns = 0;           // cells after the first one
  size_t bad_values = 0;        // cells of wanted columns that are neither number nor blank
  size_t first_bad_column = 0;  // 1-based cell number in the line, 0 for none
  // Cells of wanted columns read with a decimal comma. "1,024" may as well be a whole number in
  // groups of three digits; "1234,5" and "0,250" may not.
  size_t decimal_commas = 0;
  size_t group_like_commas = 0;        // of these, the ones that may
  size_t first_group_like_column = 0;  // as first_bad_column
};

// Parses one data line, given without its line end. targets[i] says where in `values` column i (the
// cell after the time stamp is column 0) goes, or kSkipColumn; requires every target to be in
// `values`. Blank cells and bad ones leave NaN, which the caller has filled `values` with. Cells
// beyond `targets` are counted, not stored. Numbers too large for a double are bad. Reads nothing
// outside `line`.
RowFields ParseRow(std::string_view line, char separator, std::span<const uint32_t> targets,
                   std::span<double> values);

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_CSV_FIELDS_H_
