#include "app/inspect.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "app/collector_plan.h"
#include "app/quality.h"
#include "app/read_series.h"
#include "app/sampling.h"
#include "base/text.h"
#include "base/time.h"
#include "report/words.h"
#include "trend/judge.h"
#include "trend/trend.h"

namespace perfleak {
namespace {

constexpr double kMinSpan_s = kSecondsPerDay;             // KB Q130926
constexpr double kWeeklyPattern_s = 14 * kSecondsPerDay;  // each day of the week twice
constexpr size_t kFirstRows =
    3;  // of a machine: a process that is there at the start has a value in these
constexpr uint64_t kManyInstances = 10;

std::string InstanceKey(const CounterPath& path) {
  return ToLower(path.machine + "\\" + path.object + "\\" + InstanceName(path));
}

// Watches the rows go by: the sampling, and which process columns are filled from the start of a
// machine's log.
class RowWatch {
 public:
  explicit RowWatch(const CounterTable* table) : table_(table) {}

  void Look(const Row& row) {
    sampling_.Add(row.t_s);
    for (; planned_ < table_->size(); ++planned_) Plan(static_cast<CounterId>(planned_));
    for (auto& [name, machine] : machines_) {
      if (machine.rows < kFirstRows && TakeValues(row, machine.columns)) ++machine.rows;
    }
  }
  const Sampling& sampling() const { return sampling_; }
  bool WasThere(const std::string& instance_key) const {
    return there_at_first_.count(instance_key) > 0;
  }

 private:
  struct Machine {
    std::vector<CounterId> columns;  // of processes
    size_t rows = 0;                 // that held a value of one
  };

  void Plan(CounterId id) {
    const Counter& counter = (*table_)[id];
    if (!counter.wanted || !IsOneProcess(counter.path)) return;
    machines_[ToLower(counter.path.machine)].columns.push_back(id);
  }

  bool TakeValues(const Row& row, const std::vector<CounterId>& columns) {
    bool any = false;
    for (const CounterId id : columns) {
      if (id >= row.values.size() || std::isnan(row.values[id])) continue;
      there_at_first_.insert(InstanceKey((*table_)[id].path));
      any = true;
    }
    return any;
  }

  const CounterTable* table_;
  Sampling sampling_;
  size_t planned_ = 0;
  std::map<std::string, Machine> machines_;  // by lower-case name
  std::set<std::string> there_at_first_;
};

InspectedFile DescribeFile(const LogInfo& log) {
  return {{log.name, log.format, log.encoding, log.bytes, log.language},
          log.time_basis,
          log.zone,
          log.bias_minutes,
          log.columns,
          log.rows_read,
          log.rows_used,
          log.rows_dropped};
}

// The largest number of lives at the same time. First and last sample both belong to a life.
uint64_t MostAtOnce(const std::vector<const Life*>& lives) {
  enum { kStart, kEnd };  // sorted in this order at the same moment
  std::vector<std::pair<double, int>> events;
  for (const Life* life : lives) {
    events.emplace_back(life->start_s, kStart);
    events.emplace_back(life->end_s, kEnd);
  }
  std::sort(events.begin(), events.end());
  uint64_t now = 0, most = 0;
  for (const auto& [t_s, what] : events) {
    now = what == kStart ? now + 1 : now - 1;
    most = std::max(most, now);
  }
  return most;
}

void CountLives(const SeriesSet& set, InspectedMachine* machine) {
  std::vector<const Life*> lives;
  std::set<std::string> images;
  std::string object;  // of two objects that list the same processes one is enough
  for (const Life& life : set.lives) {
    if (!life.is_process || life.machine != machine->name) continue;
    if (object.empty()) object = life.object;
    if (life.object != object) continue;
    lives.push_back(&life);
    images.insert(ToLower(life.instance));
  }
  machine->lives = lives.size();
  machine->images = images.size();
  machine->at_once = MostAtOnce(lives);
}

void CountInstances(const CounterTable& table, const RowWatch& watch, InspectedMachine* machine) {
  std::set<std::string> instances;
  for (CounterId id = 0; id < table.size(); ++id) {
    const Counter& counter = table[id];
    if (!counter.wanted || !IsOneProcess(counter.path)) continue;
    if (!EqualsIgnoreCase(counter.path.machine, machine->name)) continue;
    instances.insert(InstanceKey(counter.path));
  }
  machine->instances = instances.size();
  machine->late = static_cast<uint64_t>(
      std::count_if(instances.begin(), instances.end(),
                    [&](const std::string& key) { return !watch.WasThere(key); }));
}

InspectedMachine DescribeMachine(const MachineFacts& facts, const SeriesSet& set,
                                 const CounterTable& table, const RowWatch& watch) {
  InspectedMachine machine;
  machine.name = facts.name;
  machine.restarts = facts.restarts;
  machine.has_process_ids = facts.has_process_ids;
  if (facts.has_load) machine.load_counter = ToString(table[facts.load_counter].path);
  CountLives(set, &machine);
  CountInstances(table, watch, &machine);
  return machine;
}

std::vector<InspectedObject> DescribeObjects(const CounterTable& table) {
  struct Seen {
    InspectedObject object;
    std::set<std::string> instances, counters;
  };
  std::map<std::string, Seen> seen;
  for (CounterId id = 0; id < table.size(); ++id) {
    const CounterPath& path = table[id].path;
    Seen& one = seen[ToLower(path.machine + "\\" + path.object)];
    if (one.object.columns++ == 0) {
      one.object.machine = path.machine;
      one.object.name = path.object;
    }
    if (table[id].wanted) ++one.object.used;
    if (path.has_instance) one.instances.insert(ToLower(InstanceName(path)));
    one.counters.insert(ToLower(path.counter));
  }
  std::vector<InspectedObject> objects;
  for (auto& [key, one] : seen) {
    one.object.instances = one.instances.size();
    one.object.counters = one.counters.size();
    objects.push_back(std::move(one.object));
  }
  return objects;
}

std::vector<UnknownCounter> FindUnknown(const CounterTable& table) {
  std::map<std::string, UnknownCounter> by_key;
  for (CounterId id = 0; id < table.size(); ++id) {
    const CounterPath& path = table[id].path;
    if (table[id].traits.kind != CounterKind::kUnknown) continue;
    const std::string name = path.object + (path.has_instance ? "(*)\\" : "\\") + path.counter;
    ++by_key.try_emplace(ToLower(name), UnknownCounter{name, 0}).first->second.columns;
  }
  std::vector<UnknownCounter> unknown;
  for (auto& [key, counter] : by_key) unknown.push_back(std::move(counter));
  std::stable_sort(
      unknown.begin(), unknown.end(),
      [](const UnknownCounter& a, const UnknownCounter& b) { return a.columns > b.columns; });
  return unknown;
}

// Counters that a verdict could be given on: logged, of a resource, with a value.
uint64_t CountJudgeable(const SeriesSet& set) {
  uint64_t count = 0;
  for (const Life& life : set.lives) {
    if (life.samples < kMinBuckets) continue;
    count += static_cast<uint64_t>(std::count_if(
        life.series.begin(), life.series.end(),
        [](const LifeSeries& series) { return series.traits.kind == CounterKind::kResource; }));
  }
  return count;
}

// The time the longest watched machine was watched: logs of different years do not add up. Each
// sample stands for one interval.
double LongestSpan(const SeriesSet& set) {
  double longest_s = 0;
  for (const MachineFacts& machine : set.machines) {
    longest_s = std::max(longest_s, machine.end_s - machine.start_s + set.interval_s);
  }
  return longest_s;
}

std::vector<LengthNeed> FindNeeds(const SeriesSet& set) {
  const double span_s = LongestSpan(set);
  const bool all_load = std::all_of(set.machines.begin(), set.machines.end(),
                                    [](const MachineFacts& machine) { return machine.has_load; });
  std::vector<LengthNeed> needs = {
      {"warm-up", "tell a leak from a warm-up", kMinSpan_s, false},
      {"weekly-pattern", "tell growth from a weekly pattern", kWeeklyPattern_s, false}};
  if (!all_load) {
    needs.insert(needs.begin() + 1,
                 {"day-rhythm", "tell a leak from a working day without a load counter",
                  kDecidesWithoutLoad_s, false});
  }
  for (LengthNeed& need : needs) need.met = set.rows > 1 && span_s >= need.needed_s;
  return needs;
}

void NoteIntervals(const Sampling& sampling, std::vector<QualityNote>* notes) {
  if (sampling.changes() == 0) return;
  const auto& stretches = sampling.stretches();
  notes->push_back(
      {"interval-changes",
       "The sampling interval changes " + Counted(sampling.changes(), "time", "times") +
           ", first from " + FormatDuration(stretches[0].interval_s) + " to " +
           FormatDuration(stretches[1].interval_s) + " at " + Moment(stretches[1].from_s) + ".",
       "Keep one interval; the parts sampled more often do not weigh more in a verdict."});
}

// A collector that writes CSV itself lists the instances of its first moment and no others.
bool LooksFixed(const InspectedMachine& machine, double span_s) {
  const bool could_show = span_s >= kSecondsPerDay || machine.lives > machine.instances;
  return machine.instances >= kManyInstances && machine.late == 0 && could_show;
}

void NoteFixedInstances(const std::vector<InspectedMachine>& machines, double span_s,
                        std::vector<QualityNote>* notes) {
  std::vector<std::string> names;
  for (const InspectedMachine& machine : machines) {
    if (LooksFixed(machine, span_s)) names.push_back(machine.name);
  }
  if (names.empty()) return;
  const std::string on = machines.size() > 1 ? " on " + NameList(names) : "";
  notes->push_back({"instances-fixed",
                    "Every process column" + on +
                        " is filled from the first sample on: it seems the collector wrote CSV "
                        "itself and lists only the processes of its start. What began later under "
                        "a new name is not in the log.",
                    "Collect a binary log (-f bincirc) and export it with relog."});
}

void NoteUnknown(const std::vector<UnknownCounter>& unknown, std::vector<QualityNote>* notes) {
  if (unknown.empty()) return;
  std::vector<std::string> names;
  for (const UnknownCounter& counter : unknown) names.push_back(counter.path);
  notes->push_back({"unknown-counters",
                    Counted(unknown.size(), "counter is", "counters are") +
                        " not known to perfleak and never judged: " + NameList(names) + ".",
                    "None, unless one of them is what you suspect."});
}

// Whether a note takes away from a verdict, or only tells.
bool Limits(const QualityNote& note) {
  return note.code != "unknown-counters" && note.code != "machine-restarted" &&
         note.code != "interval-changes";
}

Fitness FitnessOf(const InspectReport& report, uint64_t judgeable) {
  if (judgeable == 0) return Fitness::kUseless;
  return std::any_of(report.quality.begin(), report.quality.end(), Limits) ? Fitness::kLimited
                                                                           : Fitness::kGood;
}

void TakeGaps(const SeriesSet& set, InspectReport* report) {
  for (const Gap& gap : set.gaps) report->gaps.push_back({gap.from_s, gap.to_s});
  report->gap_count = set.gap_count;
}

void TakeQuality(const SeriesSet& set, const CounterTable& table, const RowWatch& watch,
                 InspectReport* report) {
  const uint64_t judgeable = CountJudgeable(set);
  report->quality = JudgeQuality(set, table, judgeable);
  NoteIntervals(watch.sampling(), &report->quality);
  NoteFixedInstances(report->machines, LongestSpan(set), &report->quality);
  NoteUnknown(report->unknown, &report->quality);
  report->fitness = FitnessOf(*report, judgeable);
}

}  // namespace

Result<InspectReport> Inspect(const InspectOptions& options) {
  Diagnostics diagnostics;
  CounterTable table;
  RowWatch watch(&table);
  TimelineOptions whole;
  whole.read.threads = options.threads;
  whole.read.language = options.language;
  auto read = ReadSeries(options.logs, whole, &table, &diagnostics,
                         [&watch](const Row& row) { watch.Look(row); });
  if (!read) return read.error();
  const SeriesSet& set = read->set;

  InspectReport report;
  report.version = PERFLEAK_VERSION;
  report.input = read->input;
  for (const LogInfo& log : read->logs) report.files.push_back(DescribeFile(log));
  report.intervals = watch.sampling().stretches();
  report.interval_changes = watch.sampling().changes();
  TakeGaps(set, &report);
  uint64_t at_once = 0;
  for (const MachineFacts& facts : set.machines) {
    report.machines.push_back(DescribeMachine(facts, set, table, watch));
    at_once = std::max(at_once, report.machines.back().at_once);
  }
  report.objects = DescribeObjects(table);
  report.unknown = FindUnknown(table);
  report.watched_s = LongestSpan(set);
  report.needs = FindNeeds(set);
  TakeQuality(set, table, watch, &report);
  report.diagnostics = diagnostics.Entries();
  report.plan = PlanCollector(table, report.input.machines, at_once);
  return report;
}

}  // namespace perfleak
