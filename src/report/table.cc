#include "report/table.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/text.h"

namespace perfleak {
namespace {

constexpr size_t kGap = 2;  // blanks between columns

size_t TotalWidth(const std::vector<size_t>& widths) {
  size_t total = 0;
  for (size_t width : widths) total += width == 0 ? 0 : width + kGap;
  return total == 0 ? 0 : total - kGap;
}

void TrimRight(std::string* text) { text->erase(text->find_last_not_of(' ') + 1); }

// `cell` filled up with blanks to `width` columns and painted.
std::string Padded(const Cell& cell, const Column& column, size_t width, const TextStyle& style) {
  const std::string text =
      column.whole ? cell.text : ShortenMiddle(cell.text, width, style.unicode);
  const std::string blanks(width - std::min(width, DisplayWidth(text)), ' ');
  const std::string painted = Paint(text, cell.ink, style.color);
  return column.right ? blanks + painted : painted + blanks;
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

void Table::Add(std::vector<Cell> row) {
  PERFLEAK_CHECK(row.size() == columns_.size());
  for (Cell& cell : row) cell.text = Printable(cell.text);
  rows_.push_back(std::move(row));
}

size_t Table::NaturalWidth(size_t column) const {
  size_t width = 0;
  for (const std::vector<Cell>& row : rows_) {
    width = std::max(width, DisplayWidth(row[column].text));
  }
  return width == 0 ? 0 : std::max(width, DisplayWidth(columns_[column].title));
}

std::vector<size_t> Table::FitWidths(size_t room) const {
  std::vector<size_t> widths(columns_.size()), floors(columns_.size());
  for (size_t i = 0; i < columns_.size(); ++i) {
    widths[i] = NaturalWidth(i);
    if (columns_[i].whole) widths[i] = std::min(widths[i], DisplayWidth(columns_[i].title));
    floors[i] = columns_[i].min_width == 0 ? widths[i] : std::min(widths[i], columns_[i].min_width);
  }
  while (TotalWidth(floors) > room) {
    size_t victim = 0;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const bool goes_first = columns_[i].drop > columns_[victim].drop || floors[victim] == 0;
      if (floors[i] > 0 && goes_first) victim = i;
    }
    if (columns_[victim].drop == 0) break;
    widths[victim] = floors[victim] = 0;
  }
  while (TotalWidth(widths) > room) {
    size_t widest = columns_.size();
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (widths[i] > floors[i] && (widest == columns_.size() || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    if (widest == columns_.size()) break;
    --widths[widest];
  }
  return widths;
}

void Table::Print(size_t indent, Page* page) const {
  const std::vector<size_t> widths = FitWidths(page->width() - indent);
  const auto print = [&](const auto& cell_of) {
    std::string line;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (widths[i] == 0) continue;
      line += line.empty() ? std::string(indent, ' ') : std::string(kGap, ' ');
      line += Padded(cell_of(i), columns_[i], widths[i], page->style());
    }
    TrimRight(&line);
    page->Raw(line);
  };
  print([&](size_t i) { return Cell{columns_[i].title, Ink::kHeading}; });
  for (const std::vector<Cell>& row : rows_) {
    print([&](size_t i) { return row[i]; });
  }
}

}  // namespace perfleak
