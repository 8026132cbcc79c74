// A folder of small logs of a few machines, quick to analyze: some leak, some do not.
#ifndef PERFLEAK_TESTS_APP_SMALL_FLEET_H_
#define PERFLEAK_TESTS_APP_SMALL_FLEET_H_

#include <cmath>
#include <string>

#include "support/csv_log.h"
#include "support/temp_dir.h"

namespace perfleak {

constexpr int kRowsADay = 1440;

// `days` of `machine` from the given day of March 2026 on. Private bytes of "app" grow by so much
// an hour; "calm" does not grow.
inline std::string SmallLog(const std::string& machine, int first_day, int days,
                            double bytes_per_hour) {
  const std::string prefix = "\\\\" + machine + "\\";
  const auto wobble = [](int i) { return 4096.0 * ((i * 7919) % 61); };
  return CsvLog(
      {{prefix + "Process(app)\\ID Process", [](int) { return 1840.0; }},
       {prefix + "Process(app)\\Private Bytes",
        [=](int i) { return 5e7 + std::floor(bytes_per_hour * i / 60) + wobble(i); }},
       {prefix + "Process(calm)\\ID Process", [](int) { return 1900.0; }},
       {prefix + "Process(calm)\\Private Bytes", [=](int i) { return 3e7 + wobble(i + 13); }},
       {prefix + "Memory\\Committed Bytes",
        [=](int i) { return 3e8 + std::floor(bytes_per_hour * i / 60) + wobble(i + 5); }},
       {prefix + "Memory\\Commit Limit", [](int) { return 4e9; }}},
      days * kRowsADay, (first_day - 1) * kRowsADay);
}

// Three machines, seven logs, one of them twice; and what is no log, or cannot be read.
class SmallFleet {
 public:
  SmallFleet() {
    constexpr double kMegabyte = 1048576;
    Write("a/monday.csv", SmallLog("SRV1", 2, 2, 4 * kMegabyte));
    Write("a/wednesday.csv", SmallLog("srv1", 4, 2, 4 * kMegabyte));
    Write("a/copy of monday.csv", SmallLog("SRV1", 2, 2, 4 * kMegabyte));
    Write("b/1.csv", SmallLog("SRV2", 2, 3, 0));
    Write("b/2.csv", SmallLog("SRV2", 5, 1, 0));
    Write("c.csv", SmallLog("SRV3", 3, 3, 9 * kMegabyte));
    Write("readme.txt", "These are the logs of March.\n");
    Write("empty.csv", "");
    Write("broken.csv.gz", "\x1F\x8B\x08 and nothing that could be unpacked");
  }

  // Paths inside are given relative to this.
  std::string root() const { return dir_.Path(""); }
  std::string Path(const std::string& name) const { return dir_.Path(name); }
  void Write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories(std::filesystem::path(dir_.Path(name)).parent_path());
    dir_.Write(name, content);
  }

 private:
  TempDir dir_;
};

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_APP_SMALL_FLEET_H_
