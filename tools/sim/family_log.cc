#include "family_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "labels.h"
#include "pdh_csv.h"
#include "portable_math.h"

namespace perfleak::sim {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kMachine = "SIM";
constexpr int kSignificantDigits = 17;
// Fewer where the course of the load decides: each log has one only.
constexpr size_t kSeriesPerLog = 90;
constexpr size_t kSeriesPerRisingLog = 45;

// Kinds of log. Where no load is logged and the log is shorter than a day, the load rises: what
// does not hang on it looks the same, and what does cannot be told from a leak.
enum class LogKind { kUsual, kNoLoad, kRisingLoad, kNoPids };
constexpr std::array kLogKinds = {LogKind::kUsual, LogKind::kNoLoad, LogKind::kRisingLoad,
                                  LogKind::kNoPids};

// One series to be made.
struct Order {
  const Family* family = nullptr;
  std::string image = {};
  Measure measure = Measure::kBytes;
  size_t grid = 0;
  LogKind kind = LogKind::kUsual;
  Rng rng;
};

struct Labelled {
  const Family* family = nullptr;
  std::string image = {};  // empty: a counter of the machine
  Measure measure = Measure::kBytes;
  Series series;
};

struct FamilyLog {
  std::string name;
  Clock clock;
  std::vector<Labelled> series;
};

LogKind KindFor(Needs needs, Rng& rng) {
  const double u = rng.Uniform();
  switch (needs) {
    case Needs::kLoad:
      return u < .8 ? LogKind::kUsual : LogKind::kNoPids;
    case Needs::kRisingLoad:
      return LogKind::kRisingLoad;
    case Needs::kHiddenRise:
      return LogKind::kNoLoad;
    case Needs::kNoPids:
      return LogKind::kNoPids;
    case Needs::kPids:
      return u < .7 ? LogKind::kUsual : u < .85 ? LogKind::kNoLoad : LogKind::kRisingLoad;
    case Needs::kAny:
      break;
  }
  if (u < .57) return LogKind::kUsual;
  return u < .72 ? LogKind::kNoLoad : u < .84 ? LogKind::kRisingLoad : LogKind::kNoPids;
}

Measure MeasureFor(Measures measures, Rng& rng) {
  const double u = rng.Uniform();
  if (measures == Measures::kBytes) return Measure::kBytes;
  if (measures == Measures::kCounts) return u < .75 ? Measure::kHandles : Measure::kThreads;
  return u < .6 ? Measure::kBytes : u < .88 ? Measure::kHandles : Measure::kThreads;
}

char Letter(Measure measure) {
  return measure == Measure::kBytes ? 'b' : measure == Measure::kHandles ? 'h' : 't';
}

Order MakeOrder(const Family& family, int number, const Rng& root) {
  Order order{.family = &family, .rng = root.Fork(fmt::format("{}/{}", family.name, number))};
  Rng draws = order.rng.Fork("order");
  std::vector<size_t> grids;
  for (size_t i = 0; i < Grids().size(); ++i) {
    if (family.grids >> i & 1) grids.push_back(i);
  }
  order.grid = grids[static_cast<size_t>(number) % grids.size()];
  order.kind = KindFor(family.needs, draws);
  order.measure = MeasureFor(family.measures, draws);
  order.image = fmt::format("{}.{}.{}", family.name, Letter(order.measure), number);
  return order;
}

FamilyLog MakeLog(size_t grid, LogKind kind, const Rng& rng) {
  const bool hidden = kind == LogKind::kNoLoad && Grids()[grid].span_s < kDaySeconds;
  FamilyLog log;
  log.clock = MakeClock(Grids()[grid], kind == LogKind::kRisingLoad || hidden, rng);
  log.clock.load_logged = kind != LogKind::kNoLoad;
  log.clock.pids_logged = kind != LogKind::kNoPids;
  return log;
}

Labelled Make(const Order& order, const Clock& clock) {
  Desk desk(clock, order.measure, order.rng.Fork("series"));
  Series series = order.family->make(desk);
  return {order.family, order.image, order.measure, std::move(series)};
}

// One counter of the machine that falls; the other one, in every second log, does not.
void AddMachineCounters(FamilyLog& log, const std::vector<Family>& families, const Rng& rng) {
  Rng draws = rng.Fork("machine counters");
  const bool ptes_fall = draws.Chance(.5);
  const bool other_too = draws.Chance(.5);
  for (const Family& family : families) {
    if (family.machine_counter.empty()) continue;
    const bool ptes = family.machine_counter.starts_with("Memory");
    const bool leaks = family.truth == Truth::kLeak;
    if ((ptes == ptes_fall) != leaks || (!leaks && !other_too)) continue;
    const Measure measure = ptes ? Measure::kHandles : Measure::kBytes;
    log.series.push_back(
        Make({&family, "", measure, 0, LogKind::kUsual, rng.Fork(family.name)}, log.clock));
  }
}

const char* CounterOf(Measure measure) {
  return measure == Measure::kBytes     ? "Private Bytes"
         : measure == Measure::kHandles ? "Handle Count"
                                        : "Thread Count";
}

std::string InstanceOf(const Labelled& labelled, size_t column) {
  return column == 0 ? labelled.image : fmt::format("{}#{}", labelled.image, column);
}

std::string PathOf(const Labelled& labelled, size_t column) {
  if (labelled.image.empty()) {
    return fmt::format("\\\\{}\\{}", kMachine, labelled.family->machine_counter);
  }
  return fmt::format("\\\\{}\\Process({})\\{}", kMachine, InstanceOf(labelled, column),
                     CounterOf(labelled.measure));
}

// Columns of the log that are no series: the load, and memory that is in use by design and must
// never be called, whatever it does.
struct Context {
  std::string path;
  Curve value;
};

Curve ProcessorTime(const Clock& clock, Rng rng) {
  double busiest = 0;
  for (const Moment& m : clock.moments) busiest = std::max(busiest, m.load);
  Curve percent;
  for (const Moment& m : clock.moments) {
    const double noise = 1 + .06 * rng.Gaussian();
    percent.push_back(std::clamp(2 + 85 * m.load / busiest * noise, 0.0, 100.0));
  }
  percent[0] = kMissing;  // a rate needs two samples
  return percent;
}

// A file cache that fills all through the log, at the cost of what is available.
std::vector<Context> ContextOf(const Clock& clock, const Rng& rng) {
  Rng draws = rng.Fork("context");
  const double ram = LogUniform(draws, 512 * kMiB, 16384 * kMiB);
  const double filled = draws.Uniform(.1, .5);
  Curve cache, available;
  for (const Moment& m : clock.moments) {
    const double s = m.t_s / static_cast<double>(clock.grid.span_s);
    const double bytes = ram * (.1 + filled * s) * (1 + .01 * draws.Gaussian());
    cache.push_back(kPage * std::floor(bytes / kPage));
    available.push_back(kPage * std::floor((.8 * ram - bytes) / kPage));
  }
  const std::string memory = fmt::format("\\\\{}\\Memory\\", kMachine);
  std::vector<Context> context = {{memory + "Available Bytes", std::move(available)},
                                  {memory + "Cache Bytes", std::move(cache)}};
  if (clock.load_logged) {
    context.push_back({fmt::format("\\\\{}\\Processor(_Total)\\% Processor Time", kMachine),
                       ProcessorTime(clock, rng.Fork("processor"))});
  }
  return context;
}

// The columns of a log by reference, and where each value comes from.
class Table {
 public:
  Table(const FamilyLog& log, const std::vector<Context>& context) : log_(log), context_(context) {
    for (const Context& column : context) paths_.push_back(column.path);
    for (const Labelled& labelled : log.series) {
      for (size_t i = 0; i < labelled.series.columns.size(); ++i) {
        if (HasPid(labelled)) {
          paths_.push_back(
              fmt::format("\\\\{}\\Process({})\\ID Process", kMachine, InstanceOf(labelled, i)));
        }
        paths_.push_back(PathOf(labelled, i));
      }
    }
  }

  const std::vector<std::string>& paths() const { return paths_; }

  std::vector<double> Row(size_t row) const {
    std::vector<double> values;
    values.reserve(paths_.size());
    for (const Context& column : context_) values.push_back(column.value[row]);
    for (const Labelled& labelled : log_.series) {
      for (const InstanceColumn& column : labelled.series.columns) {
        const bool blank = std::isnan(column.value[row]);
        if (HasPid(labelled)) {
          values.push_back(blank ? kMissing : static_cast<double>(column.pid[row]));
        }
        values.push_back(column.value[row]);
      }
    }
    return values;
  }

 private:
  bool HasPid(const Labelled& labelled) const {
    return log_.clock.pids_logged && !labelled.image.empty();
  }

  const FamilyLog& log_;
  const std::vector<Context>& context_;
  std::vector<std::string> paths_;
};

// In one log of six the collector was stopped for a while: its rows are not there.
RowRange Outage(const Clock& clock, const Rng& rng) {
  Rng draws = rng.Fork("outage");
  if (!draws.Chance(1.0 / 6)) return {};
  const auto rows = static_cast<double>(clock.moments.size());
  const double from = draws.Uniform(.15, .8);
  const double length = draws.Uniform(.01, .06);
  return {static_cast<size_t>(from * rows), static_cast<size_t>((from + length) * rows)};
}

void WriteRows(const FamilyLog& log, const Table& table, const Rng& rng, std::ostream& out) {
  PdhCsvWriter csv(out, log.clock.start, kSignificantDigits);
  csv.Header("Eastern Standard Time", 300, table.paths());
  const RowRange outage = Outage(log.clock, rng);
  Rng jitter = rng.Fork("jitter");
  const int64_t offset_ms = jitter.Integer(0, 900);
  for (size_t row = 0; row < log.clock.moments.size(); ++row) {
    const int64_t late_ms = jitter.Integer(0, 15);
    if (row >= outage.begin && row < outage.end) continue;
    const auto t_ms = static_cast<int64_t>(row) * log.clock.grid.interval_s * 1000;
    csv.Row(t_ms + offset_ms + late_ms, table.Row(row));
  }
}

Json LabelOf(const Labelled& labelled) {
  const Series& series = labelled.series;
  Json label = {{"path", PathOf(labelled, series.last_column)},
                {"image", labelled.image.empty() ? Json(nullptr) : Json(labelled.image)},
                {"label", Name(labelled.family->truth)},
                {"family", labelled.family->name},
                {"set", labelled.family->set == FamilySet::kFitting ? "fitting" : "held-out"},
                {"unit", labelled.measure == Measure::kBytes ? "bytes" : "count"},
                {"slope_per_hour", Rounded(series.slope_per_hour)},
                {"growth", Rounded(series.growth)}};
  label["onset_s"] = series.onset_s ? Json(*series.onset_s) : Json(nullptr);
  label["level"] = Rounded(series.level);
  label["noise_sd"] = Rounded(series.noise_sd);
  label["lives"] = series.lives;
  return label;
}

Json LabelsOf(const FamilyLog& log, const std::vector<Context>& context, uint64_t seed) {
  Json labels = {{"schema_version", "1.0"},
                 {"kind", "series"},
                 {"seed", seed},
                 {"machine", kMachine},
                 {"grid", log.clock.grid.name},
                 {"interval_s", log.clock.grid.interval_s},
                 {"span_s", log.clock.grid.span_s},
                 {"has_load", log.clock.load_logged},
                 {"load_rises", log.clock.load_rises},
                 {"has_pid", log.clock.pids_logged}};
  labels["not_judged"] = Json::array();
  for (const Context& column : context) labels["not_judged"].push_back(column.path);
  labels["columns"] = Json::array();
  for (const Labelled& labelled : log.series) labels["columns"].push_back(LabelOf(labelled));
  return labels;
}

void WriteFile(const fs::path& path, const auto& write) {
  std::ofstream file(path, std::ios::binary);
  write(file);
  if (!file.flush()) throw std::runtime_error(fmt::format("{}: cannot be written", path.string()));
}

void WriteLog(const FamilyLog& log, const Rng& rng, uint64_t seed, const fs::path& folder) {
  const std::vector<Context> context = ContextOf(log.clock, rng);
  WriteFile(folder / (log.name + ".csv"),
            [&](std::ostream& out) { WriteRows(log, Table(log, context), rng, out); });
  WriteFile(folder / "labels" / (log.name + ".json"),
            [&](std::ostream& out) { out << Print(LabelsOf(log, context, seed)); });
}

std::vector<Family> Chosen(const std::optional<FamilySet>& only) {
  std::vector<Family> families = AllFamilies();
  std::erase_if(families, [&](const Family& family) { return only && family.set != *only; });
  return families;
}

// The orders of one kind of log, dealt out evenly to as few logs as hold them.
std::vector<std::vector<Order>> Deal(const std::vector<Order>& orders, size_t grid, LogKind kind) {
  std::vector<Order> here;
  std::copy_if(orders.begin(), orders.end(), std::back_inserter(here),
               [&](const Order& order) { return order.grid == grid && order.kind == kind; });
  const size_t room = kind == LogKind::kRisingLoad ? kSeriesPerRisingLog : kSeriesPerLog;
  std::vector<std::vector<Order>> logs((here.size() + room - 1) / room);
  for (size_t i = 0; i < here.size(); ++i) logs[i % logs.size()].push_back(here[i]);
  return logs;
}

}  // namespace

FamilyTotals WriteFamilies(const FamilyOptions& options, const fs::path& folder) {
  fs::create_directories(folder / "labels");
  const Rng root(options.seed);
  const std::vector<Family> families = Chosen(options.only);
  std::vector<Order> orders;
  for (const Family& family : families) {
    for (int i = 0; family.machine_counter.empty() && i < options.per_family; ++i) {
      orders.push_back(MakeOrder(family, i, root));
    }
  }
  FamilyTotals totals;
  for (size_t grid = 0; grid < Grids().size(); ++grid) {
    int number = 0;
    for (const LogKind kind : kLogKinds) {
      for (const std::vector<Order>& some : Deal(orders, grid, kind)) {
        const std::string name = fmt::format("series-{}-{}", Grids()[grid].name, ++number);
        const Rng rng = root.Fork(name);
        FamilyLog log = MakeLog(grid, kind, rng);
        log.name = name;
        for (const Order& order : some) log.series.push_back(Make(order, log.clock));
        AddMachineCounters(log, families, rng);
        WriteLog(log, rng, options.seed, folder);
        totals.series += static_cast<int>(log.series.size());
        ++totals.logs;
      }
    }
  }
  return totals;
}

}  // namespace perfleak::sim
