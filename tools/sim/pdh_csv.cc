#include "pdh_csv.h"

#include <fmt/format.h>

#include <cmath>

namespace perfleak::sim {

std::string PdhNumber(double value, int digits) {
  if (value == std::floor(value) && std::fabs(value) < 1e15) {
    return fmt::format("{}", static_cast<int64_t>(value));
  }
  std::string text = fmt::format("{:.{}g}", value, digits);
  const size_t e = text.find('e');
  if (e != std::string::npos && text.size() - e == 4) text.insert(e + 2, 1, '0');
  return text;
}

std::string PdhTime(LocalSeconds start, int64_t ms) {
  using std::chrono::days;
  using std::chrono::milliseconds;
  const auto at = start + milliseconds(ms);
  const auto day = std::chrono::floor<days>(at);
  const std::chrono::year_month_day date(day);
  const int64_t in_day = (at - day).count();
  return fmt::format("{:02}/{:02}/{:04} {:02}:{:02}:{:02}.{:03}",
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     static_cast<int>(date.year()), in_day / 3600000, in_day / 60000 % 60,
                     in_day / 1000 % 60, in_day % 1000);
}

void PdhCsvWriter::Header(const std::string& zone, int bias_minutes,
                          const std::vector<std::string>& paths) {
  out_ << fmt::format("\"(PDH-CSV 4.0) ({})({})\"", zone, bias_minutes);
  for (const std::string& path : paths) out_ << ",\"" << path << '"';
  out_ << "\r\n";
}

void PdhCsvWriter::Row(int64_t ms, const std::vector<double>& values) {
  std::string line = fmt::format("\"{}\"", PdhTime(start_, ms));
  for (const double value : values) {
    line += ",\"";
    line += std::isnan(value) ? " " : PdhNumber(value, digits_);
    line += '"';
  }
  out_ << line << "\r\n";
}

}  // namespace perfleak::sim
