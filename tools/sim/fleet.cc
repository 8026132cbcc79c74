#include "fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "boot.h"
#include "labels.h"
#include "life_plan.h"
#include "pdh_csv.h"

namespace perfleak::sim {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr double kUnloggedStepS = 600;  // while nobody looks

// "2019-02-04T23:00:00Z"
std::string UtcTime(const FleetGroup& group, double t_s) {
  const auto at = group.start + std::chrono::minutes(group.standard_bias_minutes) +
                  std::chrono::seconds(std::llround(t_s));
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const int64_t in_day = (at - day).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     in_day / 3600, in_day / 60 % 60, in_day % 60);
}

// ---- when samples are taken ----

struct Tick {
  int64_t ms = 0;  // since the group's start
  size_t log = 0;

  double Seconds() const { return static_cast<double>(ms) / 1000; }
};

bool IsIn(const std::vector<FleetLog::Outage>& outages, double t_s) {
  return std::any_of(outages.begin(), outages.end(), [t_s](const FleetLog::Outage& outage) {
    return t_s >= outage.from_s && t_s < outage.to_s;
  });
}

// The collector wakes a few milliseconds late each time.
std::vector<Tick> TicksOf(const FleetGroup& group, Rng rng) {
  std::vector<Tick> ticks;
  const int64_t interval_ms = 1000LL * group.interval_s;
  for (size_t i = 0; i < group.logs.size(); ++i) {
    const FleetLog& log = group.logs[i];
    auto at = static_cast<int64_t>(log.from_s * 1000) + rng.Integer(0, 800);
    for (; static_cast<double>(at) < log.to_s * 1000; at += interval_ms + rng.Integer(0, 12)) {
      if (!IsIn(log.outages, static_cast<double>(at) / 1000)) ticks.push_back({at, i});
    }
  }
  std::stable_sort(ticks.begin(), ticks.end(),
                   [](const Tick& a, const Tick& b) { return a.ms < b.ms; });
  return ticks;
}

// ---- a machine through all its boots ----

// What a culprit took so far, over all boots.
struct Taken {
  double leaked = 0, hours = 0;
  int lives = 0;
};

class MachineRun {
 public:
  explicit MachineRun(const FleetMachine& machine)
      : machine_(machine), taken_(machine.plan.culprits.size()), boot_(MakeBoot(0)) {}

  const FleetMachine& machine() const { return machine_; }

  bool IsDown(double t_s) const {
    return std::any_of(machine_.restarts.begin(), machine_.restarts.end(),
                       [t_s](const MachineRestart& r) { return t_s >= r.down_s && t_s < r.up_s; });
  }

  // The columns of a log with these sample times.
  std::vector<Column> Columns(const std::vector<double>& times_s) const {
    std::vector<Column> columns;
    bool first = true;
    for (size_t number = 0; number <= machine_.restarts.size(); ++number) {
      std::vector<double> of_boot;
      for (const double t_s : times_s) {
        if (BootAt(t_s) == number && !IsDown(t_s)) of_boot.push_back(t_s);
      }
      if (of_boot.empty()) continue;
      const std::vector<Column> more =
          number == number_ ? boot_->Columns(of_boot) : MakeBoot(number)->Columns(of_boot);
      columns = first ? more : Merged(columns, more);
      first = false;
      if (machine_.plan.machine.instances_at_start_only) break;
    }
    return columns;
  }

  // Null while the machine is down.
  const MachineSample* Advance(double t_s) {
    if (IsDown(t_s)) return nullptr;
    const size_t number = BootAt(t_s);
    is_new_ = last_s_ < 0 || number != number_;
    if (number != number_) EnterBoot(number);
    while (t_s - last_s_ > 2 * kUnloggedStepS) Step(last_s_ + kUnloggedStepS);
    return &Step(t_s);
  }

  // The last sample was the first since a boot: nothing to compute a rate from.
  bool is_new() const { return is_new_; }

  std::vector<Taken> TakenSoFar() const {
    std::vector<Taken> all = taken_;
    for (size_t i = 0; i < all.size(); ++i) {
      const LeakRecord& record = *boot_->culprits()[i].record;
      all[i].leaked += record.leaked;
      all[i].hours += record.hours;
      all[i].lives += record.lives;
    }
    return all;
  }

 private:
  size_t BootAt(double t_s) const {
    const auto after = std::find_if(machine_.restarts.begin(), machine_.restarts.end(),
                                    [t_s](const MachineRestart& r) { return t_s < r.up_s; });
    return static_cast<size_t>(after - machine_.restarts.begin());
  }

  std::unique_ptr<Boot> MakeBoot(size_t number) const {
    const double from_s = number == 0 ? 0 : machine_.restarts[number - 1].up_s;
    const double age_s = number == 0 ? machine_.plan.machine.boot_age_s : kCollectorAfterBootS;
    return std::make_unique<Boot>(machine_.plan, machine_.seed + number, from_s, age_s);
  }

  void EnterBoot(size_t number) {
    taken_ = TakenSoFar();
    boot_ = MakeBoot(number);
    number_ = number;
    last_s_ = machine_.restarts[number - 1].up_s - kCollectorAfterBootS;
  }

  const MachineSample& Step(double t_s) {
    const double dt_s = last_s_ < 0 ? machine_.plan.interval_s : t_s - last_s_;
    last_s_ = t_s;
    return boot_->Advance(t_s, dt_s);
  }

  const FleetMachine& machine_;
  std::vector<Taken> taken_;  // by culprit, in the boots before
  size_t number_ = 0;
  std::unique_ptr<Boot> boot_;
  double last_s_ = -1;
  bool is_new_ = true;
};

// ---- a log ----

class LogFile {
 public:
  LogFile(const FleetGroup& group, const FleetLog& log, const std::string& folder)
      : log_(log),
        path_(fs::path(folder) / fs::u8path(log.path)),
        file_(Create(path_)),
        writer_(file_, ClockOf(group, log), group.machines.front().plan.machine.windows.digits) {}

  // One list of columns for each machine.
  void Header(std::vector<std::vector<Column>> columns) {
    columns_ = std::move(columns);
    std::vector<std::string> paths;
    for (const std::vector<Column>& of_machine : columns_) {
      for (const Column& column : of_machine) {
        paths.push_back(log_.lower_case ? LowerMachine(column.path) : column.path);
      }
    }
    column_count_ = paths.size();
    writer_.Header(log_.zone, log_.bias_minutes, paths);
  }

  // One sample for each machine, null where it is down.
  void Row(const Tick& tick, const std::vector<const MachineSample*>& samples,
           const std::vector<std::unique_ptr<MachineRun>>& machines) {
    values_.clear();
    for (size_t m = 0; m < samples.size(); ++m) {
      const bool no_rates = rows_ == 0 || machines[m]->is_new();
      for (const Column& column : columns_[m]) {
        const bool blank = samples[m] == nullptr || (no_rates && column.is_rate);
        values_.push_back(blank ? kMissing : column.read(*samples[m]));
      }
    }
    writer_.Row(tick.ms, values_);
    if (rows_++ == 0) first_s_ = tick.Seconds();
    last_s_ = tick.Seconds();
  }

  Json Close(const FleetGroup& group) {
    const auto bytes = static_cast<int64_t>(file_.tellp());
    file_.close();
    if (!file_) throw std::runtime_error(fmt::format("{}: write error", path_.string()));
    Json names = Json::array();
    for (const FleetMachine& machine : group.machines) names.push_back(machine.plan.machine.name);
    return {{"path", log_.path},
            {"copies", log_.copies},
            {"machines", names},
            {"start", UtcTime(group, first_s_)},
            {"end", UtcTime(group, last_s_)},
            {"interval_s", group.interval_s},
            {"rows", rows_},
            {"columns", column_count_},
            {"bytes", bytes}};
  }

 private:
  static std::ofstream Create(const fs::path& path) {
    fs::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error(fmt::format("{}: cannot be written", path.string()));
    return file;
  }

  // What the clock of the log shows when the group begins.
  static LocalSeconds ClockOf(const FleetGroup& group, const FleetLog& log) {
    return group.start + std::chrono::minutes(group.standard_bias_minutes - log.bias_minutes);
  }

  static std::string LowerMachine(std::string path) {
    const size_t end = path.find('\\', 2);
    std::transform(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(end), path.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return path;
  }

  const FleetLog& log_;
  fs::path path_;
  std::ofstream file_;
  PdhCsvWriter writer_;
  std::vector<std::vector<Column>> columns_;
  std::vector<double> values_;
  size_t column_count_ = 0;
  int64_t rows_ = 0;
  double first_s_ = 0, last_s_ = 0;
};

// ---- a group ----

class GroupRun {
 public:
  GroupRun(const FleetGroup& group, uint64_t seed, const std::string& folder,
           const std::function<void(const Json&)>& closed)
      : group_(group), folder_(folder), closed_(closed) {
    for (const FleetMachine& machine : group.machines) {
      machines_.push_back(std::make_unique<MachineRun>(machine));
    }
    for (const Tick& tick : TicksOf(group, Rng(seed).Fork("ticks"))) {
      // One that logs itself logs nothing while it is down.
      const bool no_collector = machines_.size() == 1 && machines_[0]->IsDown(tick.Seconds());
      if (!no_collector) ticks_.push_back(tick);
    }
    for (size_t i = 0; i < ticks_.size(); ++i) last_tick_[ticks_[i].log] = i;
  }

  // Returns the labels of its machines.
  Json Write() {
    std::vector<const MachineSample*> samples(machines_.size());
    for (size_t i = 0; i < ticks_.size(); ++i) {
      const Tick& tick = ticks_[i];
      if (tick.Seconds() > .75 * group_.length_s && late_.empty()) NoteLate();
      LogFile& file = Open(tick.log);
      for (size_t m = 0; m < machines_.size(); ++m) {
        samples[m] = machines_[m]->Advance(tick.Seconds());
      }
      file.Row(tick, samples, machines_);
      if (last_tick_.at(tick.log) == i) {
        closed_(file.Close(group_));
        open_.erase(tick.log);
      }
    }
    Json labels = Json::array();
    for (size_t m = 0; m < machines_.size(); ++m) labels.push_back(LabelsOf(m));
    return labels;
  }

 private:
  LogFile& Open(size_t log) {
    const auto found = open_.find(log);
    if (found != open_.end()) return *found->second;
    auto file = std::make_unique<LogFile>(group_, group_.logs[log], folder_);
    std::vector<double> times_s;
    for (const Tick& tick : ticks_) {
      if (tick.log == log) times_s.push_back(tick.Seconds());
    }
    std::vector<std::vector<Column>> columns;
    for (const auto& machine : machines_) columns.push_back(machine->Columns(times_s));
    file->Header(std::move(columns));
    return *open_.emplace(log, std::move(file)).first->second;
  }

  // What was taken when the last quarter begins: for the rate at the end.
  void NoteLate() {
    for (const auto& machine : machines_) late_.push_back(machine->TakenSoFar());
  }

  Json LabelsOf(size_t m) const {
    const FleetMachine& machine = machines_[m]->machine();
    const MachinePlan& plan = machine.plan;
    Json labels = {{"machine", plan.machine.name},
                   {"story", Name(machine.story)},
                   {"role", plan.role},
                   {"windows", plan.machine.windows.name},
                   {"processes", plan.processes.size()},
                   {"start", UtcTime(group_, ticks_.front().Seconds())},
                   {"end", UtcTime(group_, ticks_.back().Seconds())},
                   {"interval_s", group_.interval_s},
                   {"restarts", Json::array()},
                   {"leaks", Json::array()},
                   {"innocent", plan.innocent}};
    for (const MachineRestart& restart : machine.restarts) {
      labels["restarts"].push_back(UtcTime(group_, restart.up_s - kCollectorAfterBootS));
    }
    const std::vector<Taken> taken = machines_[m]->TakenSoFar();
    for (size_t i = 0; i < plan.culprits.size(); ++i) {
      labels["leaks"].push_back(LeakJson(plan, plan.culprits[i], taken[i], late_[m][i]));
    }
    return labels;
  }

  Json LeakJson(const MachinePlan& plan, const Culprit& culprit, const Taken& all,
                const Taken& until_late) const {
    const std::string counter = culprit.Effects().front().counter;
    const std::string object =
        culprit.process == kNoProcess ? "Memory" : "Process(" + culprit.component + ")";
    const double begin_s = std::max(culprit.leak.onset_s, ticks_.front().Seconds());
    const bool is_over = culprit.leak.end_s < group_.length_s;
    const double late_hours = all.hours - until_late.hours;
    Json json = {{"component", culprit.component},
                 {"kind", culprit.KindInReport()},
                 {"path", fmt::format("\\\\{}\\{}\\{}", plan.machine.name, object, counter)},
                 {"slope_per_hour", Rounded(all.leaked / std::max(all.hours, 1e-9))},
                 {"slope_at_end_per_hour", nullptr},
                 {"grown", Rounded(all.leaked)},
                 {"since", UtcTime(group_, begin_s)},
                 {"until", nullptr},
                 {"lives", all.lives},
                 {"manner", culprit.manner}};
    if (is_over) json["until"] = UtcTime(group_, culprit.leak.end_s);
    if (late_hours > 1) {
      json["slope_at_end_per_hour"] = Rounded((all.leaked - until_late.leaked) / late_hours);
    }
    return json;
  }

  const FleetGroup& group_;
  const std::string& folder_;
  const std::function<void(const Json&)>& closed_;
  std::vector<std::unique_ptr<MachineRun>> machines_;
  std::vector<Tick> ticks_;
  std::map<size_t, size_t> last_tick_;               // by log: its last place in ticks_
  std::map<size_t, std::unique_ptr<LogFile>> open_;  // by log
  std::vector<std::vector<Taken>> late_;             // by machine and culprit
};

}  // namespace

Json WriteFleet(const FleetOptions& options, const FleetPart& part, const std::string& folder,
                const std::function<void(const Json& log)>& closed) {
  Json machines = Json::array();
  const std::vector<FleetGroup> groups = DrawFleet(options);
  for (size_t i = 0; i < groups.size(); ++i) {
    if (i % static_cast<size_t>(part.parts) != static_cast<size_t>(part.part)) continue;
    const auto with_group = [&](const Json& log) {
      Json numbered = log;
      numbered["group"] = i;
      closed(numbered);
    };
    const std::function<void(const Json&)> numbered = with_group;
    const uint64_t seed = Rng(options.seed).Fork("group " + std::to_string(i)).Next();
    for (Json& labels : GroupRun(groups[i], seed, folder, numbered).Write()) {
      machines.push_back(std::move(labels));
    }
  }
  return machines;
}

}  // namespace perfleak::sim
