// Writes small logs as Windows exports them, for tests of the whole program.
#ifndef PERFLEAK_TESTS_SUPPORT_CSV_LOG_H_
#define PERFLEAK_TESTS_SUPPORT_CSV_LOG_H_

#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace perfleak {

struct CsvColumn {
  std::string path;
  std::function<double(int)> value;  // of the row
};

// Rows one minute apart from 03/01/2026 00:00 local time, bias 0. first_row shifts the time.
inline std::string CsvLog(const std::vector<CsvColumn>& columns, int rows, int first_row = 0,
                          const std::string& first_cell = "(PDH-CSV 4.0) (UTC)(0)") {
  std::string text = "\"" + first_cell + "\"";
  for (const CsvColumn& column : columns) text += ",\"" + column.path + "\"";
  text += "\r\n";
  for (int i = first_row; i < first_row + rows; ++i) {
    char cell[64];
    std::snprintf(cell, sizeof cell, "\"03/%02d/2026 %02d:%02d:00.000\"", 1 + i / 1440, i / 60 % 24,
                  i % 60);
    text += cell;
    for (const CsvColumn& column : columns) {
      std::snprintf(cell, sizeof cell, ",\"%.17g\"", column.value(i));
      text += cell;
    }
    text += "\r\n";
  }
  return text;
}

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_SUPPORT_CSV_LOG_H_
