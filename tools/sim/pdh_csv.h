// Writes a log as Windows does: quoted cells, CRLF, a blank for what is missing, times in US order.
#ifndef PERFLEAK_TOOLS_SIM_PDH_CSV_H_
#define PERFLEAK_TOOLS_SIM_PDH_CSV_H_

#include <cstdint>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "load.h"

namespace perfleak::sim {

// What a row holds where the log is blank.
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// A number as the C library of Windows prints it with %.<digits>g: whole numbers plain, exponents
// of three digits. "5065.1881638525528615", "6.9494827586206889356e-005", "49871417344".
std::string PdhNumber(double value, int digits);

// "10/09/2022 18:35:28.403", ms milliseconds after start.
std::string PdhTime(LocalSeconds start, int64_t ms);

class PdhCsvWriter {
 public:
  PdhCsvWriter(std::ostream& out, LocalSeconds start, int digits)
      : out_(out), start_(start), digits_(digits) {}

  void Header(const std::string& zone, int bias_minutes, const std::vector<std::string>& paths);
  void Row(int64_t ms, const std::vector<double>& values);

 private:
  std::ostream& out_;
  LocalSeconds start_;
  int digits_;
};

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_PDH_CSV_H_
