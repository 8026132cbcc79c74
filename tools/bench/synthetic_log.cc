#include "synthetic_log.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <numbers>
#include <optional>
#include <utility>

#include "base/time.h"

namespace perfleak {
namespace {

constexpr size_t kCellBytes = 32;  // no cell is longer
constexpr double kDay_s = 86400;

// SplitMix64 (Steele, Lea, Flood 2014): small, fast and the same everywhere.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  double Uniform() { return static_cast<double>(Next() >> 11) * 0x1p-53; }
  double Between(double low, double high) { return low + (high - low) * Uniform(); }
  double LogUniform(double low_exponent, double high_exponent) {
    return std::pow(10.0, Between(low_exponent, high_exponent));
  }

 private:
  uint64_t state_;
};

// A probability, to be compared with the upper half of a random number.
uint32_t Threshold(double probability) {
  return static_cast<uint32_t>(std::min(probability, 1.0) * 4294967295.0);
}

enum class Look {
  kConstant,  // whole number, the same in every row
  kLevel,     // whole number that stays, moves a little and is pulled back
  kPeak,      // the highest that the level of the same name can have been
  kAge,       // seconds since the process or the machine began
  kShare,     // percent of Memory\Commit Limit that is committed
  kRate,      // often 0, otherwise a fraction
};

// What the fractions of a rate are like; each has its pool.
enum class Fractions { kPercent, kPerSecond, kBytes, kSeconds };
constexpr size_t kFractionKinds = 4;

struct Range {
  double low = 0, high = 0;  // exponents of ten
};
constexpr std::array<Range, kFractionKinds> kFractionRanges = {
    {{-0.7, 1.9}, {-0.7, 3.5}, {1, 6.3}, {-5, -3.3}}};

// What of a leak a counter shows.
enum class Grows { kNever, kMemory, kFreeMemory, kHandles };

struct Counter {
  std::string_view name;
  Look look = Look::kConstant;
  Range base = {};   // of constants and levels, in units
  int64_t unit = 1;  // what a level moves by
  double moves = 0;  // how often, of the rows in which what is committed moves
  double zeros = 0;  // share of a rate; below 0: each column has its own
  Fractions fractions = Fractions::kPerSecond;
  Grows grows = Grows::kNever;
  bool is_memory = false;  // moves when what is committed moves
};

constexpr Counter Rate(std::string_view name, Fractions fractions, double zeros) {
  return {.name = name, .look = Look::kRate, .zeros = zeros, .fractions = fractions};
}
constexpr Counter Constant(std::string_view name, Range base, int64_t unit) {
  return {.name = name, .base = base, .unit = unit};
}
constexpr Counter Level(std::string_view name, Range base, int64_t unit, double moves) {
  return {.name = name, .look = Look::kLevel, .base = base, .unit = unit, .moves = moves};
}
constexpr Counter MemoryOf(std::string_view name, Look look, Range base, double moves = 0) {
  return {.name = name,
          .look = look,
          .base = base,
          .unit = 4096,
          .moves = moves,
          .grows = Grows::kMemory,
          .is_memory = true};
}

constexpr double kOften = -1;  // of a process's rates, about six in ten are 0
constexpr Range kPrivate = {2.7, 4.6};
constexpr Range kVirtual = {4.3, 6.3};

const Counter kProcess[] = {
    Rate("% Processor Time", Fractions::kPercent, kOften),
    Rate("% User Time", Fractions::kPercent, kOften),
    Rate("% Privileged Time", Fractions::kPercent, kOften),
    MemoryOf("Virtual Bytes Peak", Look::kPeak, kVirtual),
    MemoryOf("Virtual Bytes", Look::kLevel, kVirtual, 0),
    Rate("Page Faults/sec", Fractions::kPerSecond, kOften),
    MemoryOf("Working Set Peak", Look::kPeak, kPrivate),
    MemoryOf("Working Set", Look::kLevel, kPrivate, 0.4),
    MemoryOf("Page File Bytes Peak", Look::kPeak, kPrivate),
    MemoryOf("Page File Bytes", Look::kLevel, kPrivate),
    MemoryOf("Private Bytes", Look::kLevel, kPrivate),
    Level("Thread Count", {0.9, 1.9}, 1, 0.36),
    Constant("Priority Base", {0.9, 1.1}, 1),
    {.name = "Elapsed Time", .look = Look::kAge},
    Constant("ID Process", {}, 4),
    Constant("Creating Process ID", {}, 4),
    Level("Pool Paged Bytes", {3.5, 4.6}, 8, 0.4),
    Level("Pool Nonpaged Bytes", {2.7, 4}, 8, 0.7),
    {.name = "Handle Count",
     .look = Look::kLevel,
     .base = {2, 3.3},
     .moves = 0.6,
     .grows = Grows::kHandles},
    Rate("IO Read Operations/sec", Fractions::kPerSecond, kOften),
    Rate("IO Write Operations/sec", Fractions::kPerSecond, kOften),
    Rate("IO Data Operations/sec", Fractions::kPerSecond, kOften),
    Rate("IO Other Operations/sec", Fractions::kPerSecond, kOften),
    Rate("IO Read Bytes/sec", Fractions::kBytes, kOften),
    Rate("IO Write Bytes/sec", Fractions::kBytes, kOften),
    Rate("IO Data Bytes/sec", Fractions::kBytes, kOften),
    Rate("IO Other Bytes/sec", Fractions::kBytes, kOften),
    MemoryOf("Working Set - Private", Look::kLevel, kPrivate, 0.4),
};

// A server of 256 GB, so that no log is long enough for its leaks to fill it.
constexpr Range kHalf = {7.5, 7.55};
constexpr Range kWhole = {8, 8};

const Counter kMemory[] = {
    Rate("Page Faults/sec", Fractions::kPerSecond, 0),
    {.name = "Available Bytes",
     .look = Look::kLevel,
     .base = kHalf,
     .unit = 4096,
     .moves = 1,
     .grows = Grows::kFreeMemory},
    MemoryOf("Committed Bytes", Look::kLevel, kHalf, 1),
    Constant("Commit Limit", kWhole, 4096),
    Rate("Cache Faults/sec", Fractions::kPerSecond, 0),
    Rate("Demand Zero Faults/sec", Fractions::kPerSecond, 0),
    Rate("Pages/sec", Fractions::kPerSecond, 0.1),
    Rate("Pages Output/sec", Fractions::kPerSecond, 0.98),
    Level("Pool Paged Bytes", {4.8, 5.3}, 4096, 0.5),
    Level("Pool Nonpaged Bytes", {4.8, 5.3}, 4096, 0.5),
    Constant("Pool Paged Allocs", {}, 0),
    Level("Free System Page Table Entries", {7, 7.3}, 1, 0.9),
    Level("Cache Bytes", {4.8, 5.3}, 4096, 1),
    Level("Pool Paged Resident Bytes", {4.5, 4.8}, 4096, 0.9),
    {.name = "% Committed Bytes In Use",
     .look = Look::kShare,
     .base = kHalf,
     .unit = 4096,
     .moves = 1,
     .grows = Grows::kMemory},
    Constant("System Code Total Bytes", {0.3, 0.4}, 4096),
};

const Counter kSystem[] = {
    Rate("Context Switches/sec", Fractions::kPerSecond, 0),
    Rate("System Calls/sec", Fractions::kPerSecond, 0),
    {.name = "System Up Time", .look = Look::kAge},
    Level("Processor Queue Length", {0.9, 0.9}, 1, 0.05),
    Constant("Processes", {1.9, 2.1}, 1),
    Level("Threads", {3, 3.3}, 1, 0.9),
};

const Counter kProcessor[] = {
    Rate("% Processor Time", Fractions::kPercent, 0),
    Rate("% User Time", Fractions::kPercent, 0),
    Rate("% Privileged Time", Fractions::kPercent, 0.02),
    Rate("% Interrupt Time", Fractions::kPercent, 0.5),
    Rate("Interrupts/sec", Fractions::kPerSecond, 0),
};

const Counter kPhysicalDisk[] = {
    Rate("Current Disk Queue Length", Fractions::kPerSecond, 0.98),
    Rate("% Disk Time", Fractions::kPercent, 0),
    Rate("Avg. Disk sec/Read", Fractions::kSeconds, 0.6),
    Rate("Avg. Disk sec/Write", Fractions::kSeconds, 0),
    Rate("Disk Reads/sec", Fractions::kPerSecond, 0.6),
    Rate("Disk Writes/sec", Fractions::kPerSecond, 0),
    Rate("Disk Bytes/sec", Fractions::kBytes, 0),
    Rate("Avg. Disk Bytes/Transfer", Fractions::kBytes, 0),
    Rate("% Idle Time", Fractions::kPercent, 0),
    Rate("Split IO/Sec", Fractions::kPerSecond, 0.1),
};

// As the Windows C runtime prints "%.20g": exponents have three digits.
std::string PrintDigits(double value) {
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::general, 20);
  std::string text(buffer.data(), end.ptr);
  const size_t exponent = text.find('e');
  if (exponent != text.npos) text.insert(exponent + 2, 5 - (text.size() - exponent), '0');
  return text;
}

// `,"value"`. Copied as 32 bytes, whatever its size: no call, no branch.
struct Cell {
  std::array<char, kCellBytes> text = {',', '"', '0', '"'};
  uint8_t size = 4;

  void Set(std::string_view value) {
    std::copy(value.begin(), value.end(), text.begin() + 2);
    text[2 + value.size()] = '"';
    size = static_cast<uint8_t>(value.size() + 3);
  }
  void Set(int64_t value) {
    char* const end = std::to_chars(text.data() + 2, text.data() + kCellBytes, value).ptr;
    *end = '"';
    size = static_cast<uint8_t>(end + 1 - text.data());
  }
  char* Append(char* out) const {
    std::memcpy(out, text.data(), kCellBytes);
    return out + size;
  }
};

// Fractions of one kind, sorted, so that neighbours are of like size.
class FractionPool {
 public:
  static constexpr size_t kCells = 4096;
  static constexpr size_t kWindow = 512;  // what one column takes its values from

  FractionPool(Range range, Random* random) : cells_(kCells) {
    std::vector<double> values(kCells);
    for (double& value : values) value = random->LogUniform(range.low, range.high);
    std::sort(values.begin(), values.end());
    for (size_t i = 0; i < kCells; ++i) {
      while (!Fill(values[i], &cells_[i])) values[i] *= 1.000001;
    }
  }

  char* Append(size_t index, uint64_t random, char* out) const {
    const Patched& patched = cells_[index];
    char* const end = patched.cell.Append(out);
    for (size_t i = 0; i < kNewDigits; i += 2, random >>= 7) {
      std::memcpy(out + patched.begin + i, kPairs[random % 128].data(), 2);
    }
    return end;
  }

 private:
  static constexpr size_t kNewDigits = 12;
  using Pair = std::array<char, 2>;

  struct Patched {
    Cell cell;
    uint8_t begin = 0;  // of the digits that are new each time
  };

  static constexpr std::array<Pair, 128> MakePairs() {
    std::array<Pair, 128> pairs{};
    for (int i = 0; i < 128; ++i) {
      pairs[static_cast<size_t>(i)] = {static_cast<char>('0' + i % 100 / 10),
                                       static_cast<char>('0' + i % 10)};
    }
    return pairs;
  }
  static const std::array<Pair, 128> kPairs;

  // False if the value has not enough digits behind its point. The last digit, never 0, stays.
  static bool Fill(double value, Patched* patched) {
    const std::string text = PrintDigits(value);
    const size_t digits_end = std::min(text.find('e'), text.size());
    if (text.find('.') + kNewDigits + 2 > digits_end) return false;
    patched->cell.Set(text);
    patched->begin = static_cast<uint8_t>(2 + digits_end - 1 - kNewDigits);
    return true;
  }

  std::vector<Patched> cells_;
};

const std::array<FractionPool::Pair, 128> FractionPool::kPairs = FractionPool::MakePairs();

// A whole number that wanders about 0: each move is at most `reach`, and a quarter of the way back
// to a place that is `reach` away at most and follows the day. So it stays within Bound(), and even
// what moves seldom has no trend over two days.
class Walk {
 public:
  explicit Walk(int64_t reach = 0) : reach_(reach) {}

  void Move(double day, uint64_t random) {
    const auto step = static_cast<int64_t>(random % static_cast<uint64_t>(2 * reach_ + 1)) - reach_;
    const auto home = static_cast<int64_t>(day * static_cast<double>(reach_ * kFine));
    fine_ += step * kFine - (fine_ - home) / 4;
  }
  int64_t at() const { return fine_ / kFine; }
  int64_t Bound() const { return 5 * reach_ + 1; }

 private:
  static constexpr int64_t kFine = 256;  // so that a quarter of little is not nothing

  int64_t reach_;
  int64_t fine_ = 0;
};

// A process, or the machine itself.
struct Owner {
  double began_s = 0;
  uint32_t moves = 0;  // threshold
  bool moved = true;   // in this row
  Walk committed;      // in pages
  double memory_per_s = 0;
  double handles_per_s = 0;
  int64_t memory_grown = 0;  // in this row, whole pages
  int64_t handles_grown = 0;

  void Advance(double elapsed_s, double day, Random* random) {
    const uint64_t number = random->Next();
    moved = number >> 32 <= moves;
    if (moved) committed.Move(day, number & 0xFFFFFFFF);
    const auto pages = static_cast<int64_t>(memory_per_s * elapsed_s / 4096);
    const auto handles = static_cast<int64_t>(handles_per_s * elapsed_s);
    moved = moved || pages * 4096 != memory_grown || handles != handles_grown;
    memory_grown = pages * 4096;
    handles_grown = handles;
  }
};

struct Column {
  std::string path;
  const Counter* counter = nullptr;
  uint32_t owner = 0;
  uint32_t threshold = 0;  // of a level: to move; of a rate: to be 0
  int64_t base = 0;
  Walk walk;
  size_t window = 0;  // of a rate: where it begins in its pool
  Cell cell;

  int64_t Grown(const Owner& of) const {
    switch (counter->grows) {
      case Grows::kMemory:
        return of.memory_grown;
      case Grows::kFreeMemory:
        return -of.memory_grown;
      case Grows::kHandles:
        return of.handles_grown;
      case Grows::kNever:
        break;
    }
    return 0;
  }
  int64_t Value(const Owner& of) const {
    const int64_t shared = counter->is_memory ? of.committed.at() : 0;
    return base + counter->unit * (walk.at() + shared) + Grown(of);
  }
};

// The processes that leak, by their number. One log has at least the first of them.
struct Leak {
  size_t process;
  Grows what;
};
constexpr Leak kLeaks[] = {{3, Grows::kMemory},
                           {19, Grows::kMemory},
                           {35, Grows::kHandles},
                           {131, Grows::kMemory},
                           {259, Grows::kHandles}};

std::string ProcessName(size_t i) {
  constexpr std::array<std::string_view, 12> kNames = {
      "svchost",  "System",   "lsass",    "store",   "w3wp",  "sqlservr",
      "explorer", "inetinfo", "services", "dllhost", "csrss", "MsMpEng"};
  std::string name(kNames[i % kNames.size()]);
  if (i >= kNames.size()) name.append("#").append(std::to_string(i / kNames.size()));
  return name;
}

// Who and what is in the log. owners[0] is the machine.
class Machine {
 public:
  explicit Machine(Random* random) : random_(random) {
    Owner machine;
    machine.began_s = -random_->Between(1, 3) * kDay_s;
    machine.moves = Threshold(1);
    machine.committed = Walk(2000);
    owners.push_back(machine);
  }

  std::vector<Owner> owners;
  std::vector<Column> columns;
  std::vector<std::string> leak_paths;

  void AddServer(size_t count) {
    AddInstance("System", "", kSystem);
    AddInstance("Memory", "", kMemory);
    for (const char* cpu : {"0", "1", "2", "3", "_Total"})
      AddInstance("Processor", cpu, kProcessor);
    for (const char* disk : {"0 C:", "1 D: E:", "_Total"}) {
      AddInstance("PhysicalDisk", disk, kPhysicalDisk);
    }
    for (size_t i = 0; columns.size() < count; ++i) AddProcess(i);
    columns.resize(count);
  }

  // Few counters, as a collector set made for one leak has.
  void AddNarrow(size_t count) {
    AddInstance("Memory", "", kMemory);
    AddProcess(3);
    columns.resize(count);
  }

 private:
  void AddProcess(size_t i) {
    Owner process;
    process.began_s = owners.front().began_s * random_->Between(0.5, 1);
    process.moves = Threshold(random_->Uniform() < 0.2 ? 0.75 : random_->Between(0.03, 0.14));
    for (const Leak& leak : kLeaks) {
      if (leak.process == i) Plant(leak.what, ProcessName(i), &process);
    }
    const bool leaks = process.memory_per_s > 0;
    const double pages = random_->LogUniform(leaks ? 4 : kPrivate.low, kPrivate.high);
    process.committed = Walk(1 + static_cast<int64_t>(pages / 500));
    owners.push_back(process);
    process_pages_ = static_cast<int64_t>(pages);
    next_pid_ += 4 + random_->Next() % 8 * 4;
    AddInstance("Process", ProcessName(i), kProcess);
  }

  void Plant(Grows what, const std::string& name, Owner* process) {
    if (what == Grows::kMemory) process->memory_per_s = random_->Between(2, 6) * 1048576 / 3600;
    if (what == Grows::kHandles) process->handles_per_s = random_->Between(30, 90) / 3600;
    owners.front().memory_per_s += process->memory_per_s;
    const std::string counter = what == Grows::kMemory ? "Private Bytes" : "Handle Count";
    leak_paths.push_back(Prefix("Process", name) + counter);
  }

  static std::string Prefix(std::string_view object, const std::string& instance) {
    std::string prefix = "\\\\SERVER01\\" + std::string(object);
    if (!instance.empty()) prefix += "(" + instance + ")";
    return prefix + "\\";
  }

  template <size_t kCount>
  void AddInstance(std::string_view object, const std::string& instance,
                   const Counter (&counters)[kCount]) {
    const bool of_process = object == "Process";
    const size_t owner = of_process ? owners.size() - 1 : 0;
    for (const Counter& counter : counters) {
      Column column;
      column.path = Prefix(object, instance) + std::string(counter.name);
      column.counter = &counter;
      column.owner = static_cast<uint32_t>(owner);
      SetBase(counter, of_process, &column);
      SetRandom(counter, owners[owner], &column);
      columns.push_back(std::move(column));
    }
  }

  void SetBase(const Counter& counter, bool of_process, Column* column) {
    double units = random_->LogUniform(counter.base.low, counter.base.high);
    if (counter.is_memory && of_process) {
      const bool is_virtual = counter.base.low == kVirtual.low;
      units = static_cast<double>(process_pages_) * (is_virtual ? 20 : 1);
      if (counter.name == "Working Set - Private") units *= 0.8;
    }
    column->base = static_cast<int64_t>(units) * counter.unit;
    if (counter.name == "ID Process") column->base = next_pid_;
    if (counter.name == "Creating Process ID") column->base = 4 + next_pid_ / 8 * 4;
  }

  void SetRandom(const Counter& counter, const Owner& owner, Column* column) {
    const double moves = counter.moves * owner.moves / 4294967295.0;
    const int64_t units = counter.unit == 0 ? 0 : column->base / counter.unit;
    column->walk = Walk(1 + units / 1000);
    column->threshold = Threshold(moves);
    if (counter.look == Look::kPeak) {
      // Both walks of the level: its own one and the shared one.
      column->base += counter.unit * (column->walk.Bound() + owner.committed.Bound());
    }
    if (counter.look == Look::kRate) {
      double zeros = counter.zeros;
      if (zeros < 0) zeros = random_->Uniform() < 0.5 ? 0.98 : random_->Between(0, 0.5);
      column->threshold = Threshold(zeros);
      column->window = random_->Next() % (FractionPool::kCells - FractionPool::kWindow);
    }
    column->cell.Set(column->base);
  }

  Random* random_;
  int64_t process_pages_ = 0;
  int64_t next_pid_ = 400;
};

Machine MakeMachine(LogShape shape, size_t columns, Random* random) {
  Machine machine(random);
  if (shape == LogShape::kNarrow) {
    machine.AddNarrow(40);
  } else {
    const size_t usual = shape == LogShape::kWide ? 20000 : 1500;
    machine.AddServer(columns > 0 ? columns : usual);
  }
  return machine;
}

}  // namespace

double UsualInterval_s(LogShape shape) {
  if (shape == LogShape::kNarrow) return 1;
  return shape == LogShape::kProcess ? 15 : 60;
}

class SyntheticLog::Impl {
 public:
  Impl(LogShape shape, uint64_t seed, double interval_s, size_t columns)
      : random_(seed), interval_s_(interval_s), machine_(MakeMachine(shape, columns, &random_)) {
    for (const Range range : kFractionRanges) pools_.emplace_back(range, &random_);
  }

  const Machine& machine() const { return machine_; }

  char* AppendRow(uint64_t row, char* out) {
    // The interval and up to 20 ms more than the grid, as real collectors are late.
    const double late_s = std::min(0.020, interval_s_ / 2) * random_.Uniform();
    const double elapsed_s = interval_s_ * static_cast<double>(row) + late_s;
    const double day = std::cos(2 * std::numbers::pi * (elapsed_s / kDay_s - 14.0 / 24));
    for (Owner& owner : machine_.owners) owner.Advance(elapsed_s, day, &random_);
    out = AppendTimeStamp(elapsed_s, out);
    for (Column& column : machine_.columns) out = AppendCell(&column, row, elapsed_s, day, out);
    std::memcpy(out, "\r\n", 2);
    return out + 2;
  }

 private:
  static char* AppendTimeStamp(double elapsed_s, char* out) {
    constexpr double kStart = 1767571200;  // 2026-01-05 00:00
    const double t_s = kStart + elapsed_s;
    const std::string time = FormatRfc3339(t_s, TimeBasis::kLocal);  // YYYY-MM-DDThh:mm:ss
    const auto millisecond = static_cast<int>((t_s - std::floor(t_s)) * 1000);
    const int size = std::snprintf(out, 40, "\"%.2s/%.2s/%.4s %.8s.%03d\"", &time[5], &time[8],
                                   &time[0], &time[11], millisecond);
    return out + size;
  }

  char* AppendCell(Column* column, uint64_t row, double elapsed_s, double day, char* out) {
    const Counter& counter = *column->counter;
    const Owner& owner = machine_.owners[column->owner];
    switch (counter.look) {
      case Look::kConstant:
        break;
      case Look::kLevel:
        MoveLevel(column, owner, day);
        break;
      case Look::kPeak:
        if (owner.memory_per_s > 0) column->cell.Set(column->base + owner.memory_grown);
        break;
      case Look::kAge:
        column->cell.Set(PrintDigits(elapsed_s - owner.began_s));
        break;
      case Look::kShare:
        column->cell.Set(PrintDigits(CommittedPercent(*column, owner)));
        break;
      case Look::kRate:
        return AppendRate(*column, row, out);
    }
    return column->cell.Append(out);
  }

  void MoveLevel(Column* column, const Owner& owner, double day) {
    const uint64_t number = random_.Next();
    const bool moves = number >> 32 < column->threshold;
    if (moves) column->walk.Move(day, number & 0xFFFFFFFF);
    if (moves || owner.moved) column->cell.Set(column->Value(owner));
  }

  static double CommittedPercent(const Column& column, const Owner& machine) {
    constexpr double kLimit = 1e8 * 4096;
    return 100 * static_cast<double>(column.Value(machine) + machine.committed.at() * 4096) /
           kLimit;
  }

  char* AppendRate(const Column& column, uint64_t row, char* out) {
    if (row == 0) {
      std::memcpy(out, ",\" \"", 4);  // a rate needs two samples
      return out + 4;
    }
    const uint64_t number = random_.Next();
    if (number >> 32 < column.threshold) {
      std::memcpy(out, ",\"0\"", 4);
      return out + 4;
    }
    const FractionPool& pool = pools_[static_cast<size_t>(column.counter->fractions)];
    const size_t index = column.window + (number >> 32) % FractionPool::kWindow;
    return pool.Append(index, number, out);
  }

  Random random_;
  double interval_s_;
  Machine machine_;
  std::vector<FractionPool> pools_;  // by Fractions
};

SyntheticLog::SyntheticLog(LogShape shape, uint64_t seed, double interval_s, size_t columns)
    : impl_(std::make_unique<Impl>(shape, seed, interval_s, columns)) {}

SyntheticLog::SyntheticLog(SyntheticLog&&) noexcept = default;
SyntheticLog::~SyntheticLog() = default;

std::vector<std::string> SyntheticLog::CounterPaths() const {
  std::vector<std::string> paths;
  for (const Column& column : impl_->machine().columns) paths.push_back(column.path);
  return paths;
}

std::vector<std::string> SyntheticLog::LeakPaths() const { return impl_->machine().leak_paths; }

size_t SyntheticLog::RoomForRow() const {
  return 64 + (impl_->machine().columns.size() + 1) * kCellBytes;
}

std::string SyntheticLog::Header() const {
  std::string header = "\"(PDH-CSV 4.0) (W. Europe Standard Time)(-60)\"";
  for (const Column& column : impl_->machine().columns) header += ",\"" + column.path + "\"";
  return header + "\r\n";
}

char* SyntheticLog::AppendRow(uint64_t row, char* out) { return impl_->AppendRow(row, out); }

}  // namespace perfleak
