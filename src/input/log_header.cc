#include "input/log_header.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "base/text.h"
#include "input/csv_fields.h"
#include "input/file_kind.h"

namespace perfleak {
namespace {

constexpr size_t kNoiseLines = 100;
constexpr size_t kNoiseBytes = size_t{1} << 20;
constexpr size_t kLongLine = size_t{64} << 10;
constexpr size_t kBeginning = 4096;        // where a line that is a header shows it
constexpr int kMostBiasMinutes = 15 * 60;  // zones reach from UTC-12 to UTC+14

constexpr std::string_view kCsvSignature = "(PDH-CSV";
constexpr std::string_view kTsvSignature = "(PDH-TSV";

// Whether a cell may begin after `before`: at the start of a line, after a quote, a blank or a
// prompt, or after what a terminal takes for a command.
bool MayBeginCell(std::string_view before) {
  if (before.empty()) return true;
  const char last = before.back();
  if (last == '"' || last == '>' || static_cast<unsigned char>(last) <= ' ') return true;
  constexpr size_t kLongestEscape = 16;
  return before.substr(before.size() - std::min(before.size(), kLongestEscape)).find('\x1B') !=
         std::string_view::npos;
}

size_t FindSignature(std::string_view line) {
  // Behind a prompt or a program's first words, never far into a line.
  const std::string_view start = line.substr(0, kBeginning);
  for (size_t at = start.find('('); at != std::string_view::npos; at = start.find('(', at + 1)) {
    const std::string_view rest = start.substr(at);
    const bool here = rest.starts_with(kCsvSignature) || rest.starts_with(kTsvSignature);
    if (here && MayBeginCell(start.substr(0, at))) return at;
  }
  return std::string_view::npos;
}

// From the cell with the signature on. `"Date \\SERVER (PDH-CSV` loses its first words and keeps
// its quote; `prompt>"(PDH-CSV` loses the prompt.
std::string CutBefore(std::string_view line, size_t signature) {
  const std::string_view before = line.substr(0, signature);
  const bool quoted = std::count(before.begin(), before.end(), '"') % 2 == 1;
  return (quoted ? "\"" : "") + std::string(line.substr(signature));
}

// The character between the first cell and the first counter path.
char FindSeparator(std::string_view line, char otherwise) {
  for (size_t at = line.find('\\'); at != std::string_view::npos; at = line.find('\\', at + 1)) {
    size_t before = at;
    while (before > 0 && (line[before - 1] == '"' || line[before - 1] == ' ')) --before;
    const char c = before > 0 ? line[before - 1] : '\0';
    if (c == ',' || c == ';' || c == '\t') return c;
  }
  return otherwise;
}

// Takes "(-480)" off the end of the zone cell.
std::optional<int> TakeBias(std::string_view* cell) {
  const size_t open = cell->rfind('(');
  if (open == std::string_view::npos || !cell->ends_with(')')) return std::nullopt;
  const std::string_view digits = cell->substr(open + 1, cell->size() - open - 2);
  int bias = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bias);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (std::abs(bias) > kMostBiasMinutes) return std::nullopt;
  *cell = Trim(cell->substr(0, open));
  return bias;
}

// " (Eastern Daylight Time)(240)", "(RTZ 2 (", "".
void ParseZone(std::string_view cell, LogHeader* header) {
  cell = Trim(cell);
  header->bias_minutes = TakeBias(&cell);
  header->zone_cut_off = !header->bias_minutes && !cell.empty();
  if (cell.starts_with('(')) cell.remove_prefix(1);
  if (header->bias_minutes && cell.ends_with(')')) cell.remove_suffix(1);
  header->zone = Trim(cell);
}

// A cell that a counter path starts in, told without parsing it.
bool LooksLikePath(std::string_view cell) {
  cell = Trim(cell);
  return cell.starts_with('\\') && ParseCounterPath(cell).has_value();
}

// A header without signature is believed if all its first cells are counter paths, and the first of
// all is not.
bool IsBareHeader(const std::vector<std::string>& cells) {
  if (cells.size() < 2 || LooksLikePath(cells[0])) return false;
  const size_t looked_at = std::min<size_t>(cells.size(), 3);
  for (size_t i = 1; i < looked_at; ++i) {
    if (!LooksLikePath(cells[i]) && !(i > 1 && Trim(cells[i]).empty())) return false;
  }
  return true;
}

// Whether text that follows a signature and its version may be the zone, or a piece of it.
bool LooksLikeZone(std::string_view text) {
  text = Trim(text);
  return text.empty() || (text.starts_with('(') && text.find('"') == std::string_view::npos);
}

// The signature may stand in any text. It is that of a header if a counter path is among the other
// cells, or if nothing but a header without its counters is on the line.
bool IsSignedHeader(const std::vector<std::string>& cells, std::string_view before) {
  const auto begins_path = [](const std::string& cell) { return Trim(cell).starts_with('\\'); };
  if (std::any_of(cells.begin() + 1, cells.end(), begins_path)) return true;
  const auto is_blank = [](const std::string& cell) { return Trim(cell).empty(); };
  const size_t close = std::min(cells[0].find(')'), cells[0].size() - 1);
  return (before.empty() || before == "\"") &&
         std::all_of(cells.begin() + 1, cells.end(), is_blank) &&
         LooksLikeZone(std::string_view(cells[0]).substr(close + 1));
}

LogHeader FromCells(std::vector<std::string> cells, char separator) {
  LogHeader header;
  header.separator = separator;
  const size_t signature = FindSignature(cells[0]);
  const size_t close = cells[0].find(')', std::min(signature, cells[0].size()));
  if (signature == std::string::npos) {
    header.format = separator == '\t' ? "PDH-TSV" : "PDH-CSV";
    if (Trim(cells[0]).starts_with('(')) ParseZone(cells[0], &header);
  } else {
    header.format = cells[0].substr(signature + 1, kCsvSignature.size() - 1);
    if (close != std::string::npos) {
      ParseZone(std::string_view(cells[0]).substr(close + 1), &header);
    }
  }
  cells.erase(cells.begin());
  header.columns = std::move(cells);
  return header;
}

Result<bool> OnlyBlanksFollow(HeadReader* head) {
  size_t at = 0;
  for (int i = 0; i < 3; ++i) {
    const auto line = head->PeekLine(&at, kMaxHeaderBytes);
    if (!line) return line.error();
    if (!*line) return true;
    if (!Trim(**line).empty()) return false;
  }
  return true;
}

// A line without an end is read on only if it begins like a header: other files may have no lines.
Result<bool> MayHoldHeader(HeadReader* head) {
  const Result<std::string_view> start = head->PeekBytes(kLongLine);
  if (!start) return start.error();
  if (start->size() < kLongLine || start->find('\n') != std::string_view::npos) return true;
  const std::string_view beginning = start->substr(0, kBeginning);
  return FindSignature(beginning) != std::string_view::npos ||
         beginning.find("\"\\") != std::string_view::npos;
}

Result<LogHeader> CheckHeader(LogHeader header, bool cut, HeadReader* head,
                              const std::string& name) {
  const std::string where = name + ":" + std::to_string(head->lines());
  if (header.columns.size() > kMaxColumns) {
    return Error{where + ": the header has " + std::to_string(header.columns.size()) +
                 " columns; the limit is " + std::to_string(kMaxColumns)};
  }
  const Result<bool> nothing_follows = OnlyBlanksFollow(head);
  if (!nothing_follows) return nothing_follows.error();
  if (cut && *nothing_follows) {
    return Error{where + ": the file ends inside its header, after " +
                 std::to_string(header.columns.size()) +
                 " columns, and holds no samples; copy the log again, complete"};
  }
  if (header.columns.empty()) {
    return Error{where + ": the header names no counters; " +
                 (*nothing_follows ? "the file ends there" : "add counters to the collector")};
  }
  return header;
}

// Whether a Windows in that language has names of its own for most counters. East Asian ones have
// not, and are stated for their code page.
bool NamesAreItsOwn(Language language) {
  return language != Language::kEnglish && InfoOf(language).code_page >= 1250;
}

// The columns that are counters; others are counted.
std::vector<HeaderColumn> ReadColumns(const LogHeader& header, const Position& where,
                                      Diagnostics* diagnostics) {
  std::vector<HeaderColumn> columns;
  columns.reserve(header.columns.size());
  for (size_t i = 0; i < header.columns.size(); ++i) {
    if (std::optional<CounterPath> path = ParseCounterPath(header.columns[i])) {
      columns.push_back({i, std::move(*path)});
    } else {
      diagnostics->Add("not-a-counter", "a column that is no counter path was skipped",
                       {where.file, where.line, i + 2});
    }
  }
  return columns;
}

}  // namespace

std::optional<LogHeader> ParseHeader(std::string_view line) {
  const size_t signature = FindSignature(line);
  if (signature == std::string_view::npos) {
    const std::string_view beginning = line.substr(0, kBeginning);
    if (beginning.find('\\') == std::string_view::npos) return std::nullopt;
    const char separator = FindSeparator(beginning, ',');
    std::vector<std::string> cells;
    SplitFields(line, separator, &cells);
    if (!IsBareHeader(cells)) return std::nullopt;
    return FromCells(std::move(cells), separator);
  }
  const std::string text = CutBefore(line, signature);
  const bool tabs = line.substr(signature).starts_with(kTsvSignature);
  const char separator = FindSeparator(text, tabs ? '\t' : ',');
  std::vector<std::string> cells;
  SplitFields(text, separator, &cells);
  if (!IsSignedHeader(cells, Trim(line.substr(0, signature)))) return std::nullopt;
  return FromCells(std::move(cells), separator);
}

Result<LogHeader> ReadHeader(HeadReader* head, const std::string& name, Diagnostics* diagnostics) {
  const Result<std::string_view> peeked = head->PeekBytes(kBeginning);
  if (!peeked) return peeked.error();
  const std::string start(*peeked);
  size_t noise_bytes = 0;
  while (head->lines() < kNoiseLines && noise_bytes < kNoiseBytes) {
    const Result<bool> sensible = MayHoldHeader(head);
    if (!sensible) return sensible.error();
    if (!*sensible) break;
    const auto line = head->NextLine(kMaxHeaderBytes);
    if (!line) return line.error();
    if (!*line) break;
    if (std::optional<LogHeader> header = ParseHeader(**line)) {
      const bool cut = EndsInsideQuotes(**line, header->separator);
      return CheckHeader(std::move(*header), cut, head, name);
    }
    noise_bytes += (*line)->size() + 1;
    if (!Trim(**line).empty()) {
      diagnostics->Add("text-before-header", "text before the header of the log was skipped",
                       {name, head->lines(), 0});
    }
  }
  return NotALog(name, start);
}

RowShape ShapeOf(const LogHeader& header) {
  RowShape shape{header.separator, header.columns.size(), header.columns.size()};
  const auto is_counter = [&](size_t i) { return ParseCounterPath(header.columns[i]).has_value(); };
  while (shape.least_columns > 0 && !is_counter(shape.least_columns - 1)) --shape.least_columns;
  return shape;
}

ColumnMap ColumnMapper::Map(const LogHeader& header, const Position& where,
                            const ReadAhead& read_ahead) {
  ColumnMap map;
  std::vector<HeaderColumn> columns = ReadColumns(header, where, diagnostics_);
  if (table_->size() == 0) table_->Reserve(columns.size());
  map.counter_columns = columns.size();
  if (!columns.empty()) map.least_columns = columns.back().index + 1;
  LearnNames(columns, where, read_ahead);
  std::vector<bool> seen;  // by id
  for (HeaderColumn& column : columns) {
    const auto cell = [&] { return Position{where.file, where.line, column.index + 2}; };
    if (names_.Translate(&column.path) == NameTranslator::Outcome::kAmbiguous) {
      diagnostics_->Add("ambiguous-name",
                        "a counter's name has two meanings in its language; it is not translated",
                        cell());
    }
    const std::optional<CounterId> id = IdOf(std::move(column.path));
    if (!id) {
      diagnostics_->Add("too-many-counters",
                        "the logs name more counters than are kept; later ones were skipped",
                        cell());
      continue;
    }
    if (seen.size() <= *id) seen.resize(*id + 1);
    if (seen[*id]) {
      diagnostics_->Add("duplicate-column",
                        "a counter stands in two columns; the first one is read", cell());
    } else {
      seen[*id] = true;
      MapColumn(*id, column.index, &map);
    }
  }
  return map;
}

void ColumnMapper::LearnNames(const std::vector<HeaderColumn>& columns, const Position& where,
                              const ReadAhead& read_ahead) {
  std::vector<const CounterPath*> paths;
  paths.reserve(columns.size());
  for (const HeaderColumn& column : columns) paths.push_back(&column.path);
  names_.Learn(paths);
  if (language_ && NamesAreItsOwn(*language_) && names_.languages().empty()) {
    diagnostics_->Add("other-language",
                      "no counter has a name that perfleak knows in the language that was stated",
                      where);
  }
  const auto is_process = [](const HeaderColumn& column) { return IsProcess(column.path); };
  if (!read_ahead || std::any_of(columns.begin(), columns.end(), is_process) ||
      !MayHoldProcesses(columns)) {
    return;
  }
  std::vector<HeaderColumn> unknown;
  for (const HeaderColumn& column : columns) {
    CounterPath path = column.path;
    const bool is_known = names_.Translate(&path) != NameTranslator::Outcome::kEnglish;
    if (IsProcess(path)) return;
    if (!is_known) unknown.push_back(column);
  }
  if (MayHoldProcesses(unknown)) TakeByStructure(unknown, where, read_ahead);
}

void ColumnMapper::TakeByStructure(const std::vector<HeaderColumn>& columns, const Position& where,
                                   const ReadAhead& read_ahead) {
  for (const TakenObject& taken : TakeProcesses(columns, read_ahead())) {
    diagnostics_->Add("taken-by-structure", Describe(taken), where);
    for (const HeaderColumn& column : columns) {
      if (column.path.machine != taken.machine || column.path.object != taken.object) continue;
      const auto counter =
          std::find_if(taken.counters.begin(), taken.counters.end(),
                       [&](const TakenCounter& one) { return one.name == column.path.counter; });
      names_.Take(column.path, "Process",
                  counter == taken.counters.end() ? std::string_view() : counter->english);
    }
  }
}

std::string ColumnMapper::language_codes() const {
  std::vector<std::string> codes;
  for (const Language language : names_.languages()) codes.emplace_back(InfoOf(language).code);
  return Join(codes, ", ");
}

// nullopt for a new counter that there is no room for.
std::optional<CounterId> ColumnMapper::IdOf(CounterPath path) {
  if (table_->size() < most_counters_) return table_->Intern(std::move(path));
  return table_->Find(path);
}

void ColumnMapper::MapColumn(CounterId id, size_t column, ColumnMap* map) const {
  const Counter& counter = (*table_)[id];
  if (!counter.wanted) return;
  map->columns.push_back(static_cast<uint32_t>(column));
  map->wanted.push_back(id);
  if (counter.traits.scale != 1) map->scaled.push_back(id);
  if (counter.traits.kind == CounterKind::kResource) map->non_negative.push_back(id);
  if (counter.traits.resource == Resource::kSystemPtes) map->page_table_entries.push_back(id);
}

}  // namespace perfleak
