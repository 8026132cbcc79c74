#include "synthetic_log.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/time.h"

namespace perfleak {
namespace {

// How the values of a counter look.
enum class Look {
  kZero,      // nearly always 0
  kConstant,  // one integer for the whole log
  kSmall,     // integers up to a few thousand
  kLarge,     // integers of 5 to 9 digits: bytes
  kHuge,      // integers of 10 to 13 digits: virtual bytes
  kRate,      // per second or percent: often 0, otherwise 17 to 20 significant digits
  kTiny,      // fractions of a second: 20 digits after zeros or with an exponent such as e-005
  kLeak,      // bytes that grow, every row
  kUptime,    // seconds since the start, with decimals
};

struct Counter {
  std::string_view name;
  Look look;
  bool grows_in_a_leak = false;
};

constexpr Counter kProcess[] = {
    {"% Processor Time", Look::kRate},        {"% User Time", Look::kRate},
    {"% Privileged Time", Look::kRate},       {"Virtual Bytes Peak", Look::kHuge},
    {"Virtual Bytes", Look::kHuge},           {"Page Faults/sec", Look::kRate},
    {"Working Set Peak", Look::kLarge},       {"Working Set", Look::kLarge, true},
    {"Page File Bytes Peak", Look::kLarge},   {"Page File Bytes", Look::kLarge, true},
    {"Private Bytes", Look::kLarge, true},    {"Thread Count", Look::kSmall},
    {"Priority Base", Look::kConstant},       {"Elapsed Time", Look::kUptime},
    {"ID Process", Look::kConstant},          {"Creating Process ID", Look::kConstant},
    {"Pool Paged Bytes", Look::kLarge},       {"Pool Nonpaged Bytes", Look::kLarge},
    {"Handle Count", Look::kSmall},           {"IO Read Operations/sec", Look::kRate},
    {"IO Write Operations/sec", Look::kRate}, {"IO Data Operations/sec", Look::kRate},
    {"IO Other Operations/sec", Look::kRate}, {"IO Read Bytes/sec", Look::kRate},
    {"IO Write Bytes/sec", Look::kRate},      {"IO Data Bytes/sec", Look::kRate},
    {"IO Other Bytes/sec", Look::kRate},      {"Working Set - Private", Look::kLarge, true},
};

constexpr Counter kMemory[] = {
    {"Page Faults/sec", Look::kRate},
    {"Available Bytes", Look::kHuge},
    {"Committed Bytes", Look::kHuge},
    {"Commit Limit", Look::kConstant},
    {"Cache Faults/sec", Look::kRate},
    {"Demand Zero Faults/sec", Look::kRate},
    {"Pages/sec", Look::kRate},
    {"Pages Output/sec", Look::kZero},
    {"Pool Paged Bytes", Look::kLarge},
    {"Pool Nonpaged Bytes", Look::kLarge},
    {"Pool Paged Allocs", Look::kZero},
    {"Free System Page Table Entries", Look::kLarge},
    {"Cache Bytes", Look::kLarge},
    {"Pool Paged Resident Bytes", Look::kLarge},
    {"% Committed Bytes In Use", Look::kRate},
    {"Available MBytes", Look::kSmall},
};

constexpr Counter kSystem[] = {
    {"Context Switches/sec", Look::kRate}, {"System Calls/sec", Look::kRate},
    {"System Up Time", Look::kUptime},     {"Processor Queue Length", Look::kZero},
    {"Processes", Look::kSmall},           {"Threads", Look::kSmall},
};

constexpr Counter kProcessor[] = {
    {"% Processor Time", Look::kRate},  {"% User Time", Look::kRate},
    {"% Privileged Time", Look::kRate}, {"% Interrupt Time", Look::kRate},
    {"Interrupts/sec", Look::kRate},
};

constexpr Counter kPhysicalDisk[] = {
    {"Current Disk Queue Length", Look::kZero},
    {"% Disk Time", Look::kRate},
    {"Avg. Disk sec/Read", Look::kTiny},
    {"Avg. Disk sec/Write", Look::kTiny},
    {"Disk Reads/sec", Look::kRate},
    {"Disk Writes/sec", Look::kRate},
    {"Disk Bytes/sec", Look::kRate},
    {"Avg. Disk Bytes/Transfer", Look::kRate},
    {"% Idle Time", Look::kRate},
    {"Split IO/Sec", Look::kZero},
};

constexpr size_t kCellBytes = 32;  // no cell is longer

using Random = std::mt19937_64;

double Uniform(Random* random) { return static_cast<double>((*random)() >> 11) * 0x1p-53; }

double LogUniform(double low_exponent, double high_exponent, Random* random) {
  constexpr double kLog10 = 2.302585092994046;
  const double exponent = low_exponent + (high_exponent - low_exponent) * Uniform(random);
  return std::exp(exponent * kLog10);
}

// As the Windows C runtime prints "%.20g": exponents have three digits.
std::string PrintDigits(double value, int digits) {
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::general, digits);
  std::string text(buffer.data(), end.ptr);
  const size_t exponent = text.find('e');
  if (exponent != text.npos) text.insert(exponent + 2, 5 - (text.size() - exponent), '0');
  return text;
}

std::string Whole(double value) { return std::to_string(static_cast<uint64_t>(value)); }

std::string RandomValue(Look look, Random* random) {
  switch (look) {
    case Look::kZero:
      return Uniform(random) < 0.9 ? "0" : Whole(LogUniform(0, 1, random));
    case Look::kConstant:
      return Whole(4 * LogUniform(0, 4, random));
    case Look::kSmall:
      return Whole(LogUniform(0, 3.5, random));
    case Look::kLarge:
      return Whole(4096 * LogUniform(1, 5.3, random));
    case Look::kHuge:
      return Whole(4096 * LogUniform(6, 9.3, random));
    case Look::kRate:
      if (Uniform(random) < 0.5) return "0";
      return PrintDigits(LogUniform(-1, 6, random), 20);
    case Look::kTiny:
      return PrintDigits(LogUniform(-6, -2, random), 20);
    case Look::kLeak:
    case Look::kUptime:
      break;
  }
  return "0";
}

}  // namespace

// What a column writes. A leak and an uptime have no pool: value = start + per_row * row.
struct SyntheticLog::Column {
  std::string path;
  Look look = Look::kZero;
  size_t offset = 0;  // where the column begins in its pool, so that columns differ
  double start = 0;
  double per_row = 0;

  char* AppendGrowing(uint64_t row, char* out) const {
    const double value = start + per_row * static_cast<double>(row);
    std::memcpy(out, ",\"", 2);
    const int decimals = look == Look::kUptime ? 12 : 0;
    out = std::to_chars(out + 2, out + kCellBytes, value, std::chars_format::fixed, decimals).ptr;
    *out = '"';
    return out + 1;
  }
};

// Cells `,"value"` of one look.
class SyntheticLog::Pool {
 public:
  static constexpr size_t kCells = 4096;  // a power of two

  Pool(Look look, Random* random) {
    for (size_t i = 0; i < kCells; ++i) {
      const std::string cell = ",\"" + RandomValue(look, random) + "\"";
      sizes_[i] = static_cast<uint8_t>(cell.size());
      // Slots of equal size, so that copying always copies kCellBytes bytes: no call, no branch.
      std::copy(cell.begin(), cell.end(), slots_.begin() + static_cast<ptrdiff_t>(i * kCellBytes));
    }
  }

  // Needs kCellBytes bytes of room; returns the end of the cell.
  char* Append(size_t index, char* out) const {
    index %= kCells;
    std::memcpy(out, &slots_[index * kCellBytes], kCellBytes);
    return out + sizes_[index];
  }

 private:
  std::array<uint8_t, kCells> sizes_;
  std::vector<char> slots_ = std::vector<char>(kCells * kCellBytes);
};

class SyntheticLog::Columns {
 public:
  Columns(double interval_s, Random* random) : interval_s_(interval_s), random_(random) {}

  std::vector<Column> Take() { return std::move(columns_); }

  // One machine: System, Memory, 4 processors, 2 disks, then processes up to `columns`.
  void AddMachine(const std::string& machine, size_t columns) {
    AddInstance(machine, "System", "", kSystem, false);
    AddInstance(machine, "Memory", "", kMemory, false);
    for (const char* cpu : {"0", "1", "2", "3", "_Total"}) {
      AddInstance(machine, "Processor", cpu, kProcessor, false);
    }
    for (const char* disk : {"0 C:", "1 D: E:", "_Total"}) {
      AddInstance(machine, "PhysicalDisk", disk, kPhysicalDisk, false);
    }
    for (size_t i = 0; columns_.size() < columns; ++i) {
      AddInstance(machine, "Process", ProcessName(i), kProcess, i % 16 == 3);
    }
    columns_.resize(columns);
  }

  // Few counters, as a collector set made for one leak has.
  void AddNarrow(const std::string& machine, size_t columns) {
    AddInstance(machine, "Memory", "", kMemory, false);
    AddInstance(machine, "Process", ProcessName(3), kProcess, true);
    columns_.resize(columns);
  }

 private:
  static std::string ProcessName(size_t i) {
    constexpr std::array<std::string_view, 12> kNames = {
        "svchost",  "System",   "lsass",    "store",   "w3wp",  "sqlservr",
        "explorer", "inetinfo", "services", "dllhost", "csrss", "MsMpEng"};
    std::string name(kNames[i % kNames.size()]);
    if (i >= kNames.size()) name.append("#").append(std::to_string(i / kNames.size()));
    return name;
  }

  template <size_t kCount>
  void AddInstance(const std::string& machine, std::string_view object, const std::string& instance,
                   const Counter (&counters)[kCount], bool leaks) {
    std::string prefix = "\\\\" + machine + "\\" + std::string(object);
    if (!instance.empty()) prefix += "(" + instance + ")";
    const double leak_per_row = 20.0 * 1048576 / 3600 * interval_s_ * (0.5 + Uniform(random_));
    for (const Counter& counter : counters) {
      Column column;
      column.path = prefix + "\\" + std::string(counter.name);
      column.look = leaks && counter.grows_in_a_leak ? Look::kLeak : counter.look;
      column.offset = (*random_)();
      if (column.look == Look::kLeak) {
        column.start = 4096 * LogUniform(3, 4.5, random_);
        column.per_row = leak_per_row;
      } else if (column.look == Look::kUptime) {
        column.start = LogUniform(4, 6, random_);
        column.per_row = interval_s_;
      }
      columns_.push_back(std::move(column));
    }
  }

  double interval_s_;
  Random* random_;
  std::vector<Column> columns_;
};

SyntheticLog::SyntheticLog(LogShape shape, uint64_t seed, double interval_s)
    : random_(seed), interval_s_(interval_s) {
  Columns columns(interval_s, &random_);
  if (shape == LogShape::kNarrow) {
    columns.AddNarrow("SERVER01", 40);
  } else {
    columns.AddMachine("SERVER01", shape == LogShape::kWide ? 20000 : 1500);
  }
  columns_ = columns.Take();
  for (int look = 0; look <= static_cast<int>(Look::kTiny); ++look) {
    pools_.push_back(std::make_unique<Pool>(static_cast<Look>(look), &random_));
  }
}

SyntheticLog::~SyntheticLog() = default;

std::vector<std::string> SyntheticLog::CounterPaths() const {
  std::vector<std::string> paths;
  for (const Column& column : columns_) paths.push_back(column.path);
  return paths;
}

size_t SyntheticLog::RoomForRow() const { return 64 + (columns_.size() + 1) * kCellBytes; }

std::string SyntheticLog::Header() const {
  std::string header = "\"(PDH-CSV 4.0) (W. Europe Standard Time)(-60)\"";
  for (const Column& column : columns_) header += ",\"" + column.path + "\"";
  return header + "\r\n";
}

char* SyntheticLog::AppendRow(uint64_t row, char* out) {
  out = AppendTimeStamp(row, out);
  // Another walk through the pools for each row: the values of a column look unrelated.
  const size_t step = row * 0x9E3779B97F4A7C15u >> 40;
  for (const Column& column : columns_) out = AppendCell(column, row, step, out);
  std::memcpy(out, "\r\n", 2);
  return out + 2;
}

// The interval and up to 20 ms more than the grid, as real collectors are late.
char* SyntheticLog::AppendTimeStamp(uint64_t row, char* out) {
  constexpr double kStart = 1767571200;  // 2026-01-05 00:00
  const double late_s = std::min(0.020, interval_s_ / 2) * Uniform(&random_);
  const double t_s = kStart + interval_s_ * static_cast<double>(row) + late_s;
  const std::string time = FormatRfc3339(t_s, TimeBasis::kLocal);  // YYYY-MM-DDThh:mm:ss
  const auto millisecond = static_cast<int>((t_s - std::floor(t_s)) * 1000);
  const int size = std::snprintf(out, 40, "\"%.2s/%.2s/%.4s %.8s.%03d\"", &time[5], &time[8],
                                 &time[0], &time[11], millisecond);
  return out + size;
}

char* SyntheticLog::AppendCell(const Column& column, uint64_t row, size_t step, char* out) const {
  if (row == 0 && (column.look == Look::kRate || column.look == Look::kTiny)) {
    std::memcpy(out, ",\" \"", 4);  // a rate needs two samples
    return out + 4;
  }
  if (column.look == Look::kLeak || column.look == Look::kUptime) {
    return column.AppendGrowing(row, out);
  }
  const size_t index = column.look == Look::kConstant ? column.offset : column.offset + step;
  return pools_[static_cast<size_t>(column.look)]->Append(index, out);
}

}  // namespace perfleak
