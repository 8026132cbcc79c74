// A table that fits its page: columns that matter less are left out and long names shortened until
// no line is wider than the page.
#ifndef PERFLEAK_REPORT_TABLE_H_
#define PERFLEAK_REPORT_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "report/page.h"

namespace perfleak {

struct Column {
  std::string title;
  bool right = false;    // flush right: numbers
  int drop = 0;          // 0 stays; else the highest is left out first when the page is too narrow
  size_t min_width = 0;  // may be shortened down to this; 0 for never
  bool whole = false;    // never shortened, may run over the edge: paths, in the last column
};

struct Cell {
  std::string text;
  Ink ink = Ink::kPlain;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns);

  // One cell a column.
  void Add(std::vector<Cell> row);

  // Title line and rows, `indent` columns from the left. Columns that are empty in every row are
  // left out.
  void Print(size_t indent, Page* page) const;

 private:
  // Shape: one entry per column; 0 for a column left out.
  std::vector<size_t> FitWidths(size_t room) const;
  size_t NaturalWidth(size_t column) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_TABLE_H_
