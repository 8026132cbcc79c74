// The slope of every column, as everybody would write it: lines by fast-cpp-csv-parser, a loop over
// the cells, std::from_chars, sums. Blank cells are left out of the sums of their column.
//
//   plain_slopes [--lines-only] LOG
//
// --lines-only delivers the lines and looks at none. What it prints: tools/bench/peers/slopes.mjs.
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <libfccp/csv.h>

namespace {

struct Sums {
  double n = 0, t = 0, y = 0, ty = 0, tt = 0;

  void Add(double at, double value) {
    n += 1;
    t += at;
    y += value;
    ty += at * value;
    tt += at * at;
  }
  double Slope() const { return (n * ty - t * y) / (n * tt - t * t); }
};

double Digits(const char* text, size_t count) {
  double value = 0;
  for (size_t i = 0; i < count; ++i) value = 10 * value + (text[i] - '0');
  return value;
}

// Seconds of "MM/DD/YYYY HH:MM:SS.mmm" since 0000-03-01.
double Seconds(const char* text) {
  const double month = Digits(text, 2), year = Digits(text + 6, 4) - (month < 3 ? 1 : 0);
  const double of_year = std::floor((153 * (month + (month < 3 ? 9 : -3)) + 2) / 5);
  const double days = 365 * year + std::floor(year / 4) - std::floor(year / 100) +
                      std::floor(year / 400) + of_year + Digits(text + 3, 2) - 1;
  return 86400 * days + 3600 * Digits(text + 11, 2) + 60 * Digits(text + 14, 2) +
         Digits(text + 17, 2) + Digits(text + 20, 3) / 1000;
}

// Adds the cells `,"value"` of one line.
void AddRow(std::string_view line, double t_s, std::vector<Sums>* columns) {
  size_t column = 0;
  for (size_t at = line.find(','); at < line.size() && column < columns->size(); ++column) {
    const char* const begin = line.data() + at + 2;
    const char* const end = line.data() + line.size();
    double value = 0;
    const auto result = std::from_chars(begin, end, value);
    if (result.ec == std::errc()) (*columns)[column].Add(t_s, value);
    at = line.find(',', at + 1);
  }
}

void PrintSlopes(const std::vector<Sums>& columns) {
  size_t count = 0;
  double sum = 0, roots = 0;
  for (const Sums& column : columns) {
    if (column.n < 2) continue;
    const double size = std::abs(column.Slope());
    ++count;
    sum += size;
    roots += std::sqrt(size);
  }
  std::printf("slopes %zu sum %.8e roots %.8e\n", count, sum, roots);
}

void CountLines(io::LineReader* reader) {
  size_t lines = 0;
  while (reader->next_line() != nullptr) ++lines;
  std::printf("lines %zu\n", lines);
}

size_t Counters(std::string_view header) {
  size_t count = 0;
  for (size_t at = header.find("\",\""); at != header.npos; at = header.find("\",\"", at + 2)) {
    ++count;
  }
  return count;
}

void AddRows(io::LineReader* reader, std::vector<Sums>* columns) {
  double start_s = -1;
  while (const char* line = reader->next_line()) {
    const double at_s = Seconds(line + 1);
    if (start_s < 0) start_s = at_s;
    AddRow(line, at_s - start_s, columns);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bool lines_only = argc == 3 && std::strcmp(argv[1], "--lines-only") == 0;
  if (argc != 2 && !lines_only) {
    std::fputs("usage: plain_slopes [--lines-only] LOG\n", stderr);
    return 2;
  }
  try {
    io::LineReader reader(argv[argc - 1]);
    if (lines_only) {
      CountLines(&reader);
      return 0;
    }
    const char* const header = reader.next_line();
    std::vector<Sums> columns(header == nullptr ? 0 : Counters(header));
    AddRows(&reader, &columns);
    PrintSlopes(columns);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "plain_slopes: %s\n", error.what());
    return 2;
  }
  return 0;
}
