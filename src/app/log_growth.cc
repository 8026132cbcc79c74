#include "app/log_growth.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "leaks/find_leaks.h"
#include "trend/judge.h"
#include "trend/slope_fit.h"
#include "trend/window.h"

namespace perfleak {
namespace {

constexpr double kNormalAt90 = 1.2815515655446004;  // quantile of the normal distribution at 0.9

// As lives of one role (docs/method.md): shorter ones are mostly warm-up.
constexpr double kMinShareOfLongest = 0.4;

// "Process(svchost)\Private Bytes"
std::string CounterOf(const Finding& finding, const CounterTable& table) {
  const std::string counter = table[finding.counter].path.counter;
  const std::string instance = finding.instance.empty() ? "" : "(" + finding.instance + ")";
  return finding.object + instance + "\\" + counter;
}

std::string WithoutMachine(CounterPath path) {
  path.machine.clear();
  std::string text = ToString(path);
  text.erase(0, text.find_first_not_of('\\'));
  return text;
}

// Growth that was a start or a few steps is over: what is left of it shows at the end.
bool IsOver(Reason reason) {
  return reason == Reason::kStopped || reason == Reason::kSaturating || reason == Reason::kSteps;
}

bool IsConstant(const Window& window) {
  return std::all_of(window.x.begin(), window.x.end(),
                     [&](double x) { return x == window.x.front(); });
}

}  // namespace

Result<std::unique_ptr<LogGrowth>> LogGrowth::Read(const std::vector<std::string>& logs,
                                                   const FileFilter& files,
                                                   const ReadOptions& options) {
  std::unique_ptr<LogGrowth> growth(new LogGrowth);
  TimelineOptions whole;
  whole.files = files;
  whole.read = options;
  LogGrowth* self = growth.get();
  const auto observe = [self](const Row& row) {
    const size_t columns = std::min(row.values.size(), self->table_.size());
    for (auto& [id, load] : self->loads_) {
      if (id >= columns || std::isnan(row.values[id])) continue;
      load.sum += row.values[id];
      ++load.rows;
    }
  };
  CounterTable& table = growth->table_;
  table = CounterTable([self](const Counter& counter) {
    const bool wanted = CounterTable::UsedByAnalysis(counter);
    if (wanted && counter.traits.resource == Resource::kLoad) {
      self->loads_.try_emplace(static_cast<CounterId>(self->table_.size()));
    }
    return wanted;
  });
  auto read = ReadSeries(logs, whole, &table, &growth->diagnostics_, observe);
  if (!read) return read.error();
  if (read->set.rows == 0) {
    return Error{logs.front() + ": the log has no usable sample. perfleak inspect tells why."};
  }
  growth->read_ = std::move(*read);
  growth->Judge(options.threads);
  return growth;
}

void LogGrowth::Judge(int threads) {
  LeakOptions options;
  options.trends = false;
  options.threads = threads;
  LeakReport report = FindLeaks(read_.set, table_, options);
  judged_ = report.judged;
  findings_ = std::move(report.findings);
  suspects_ = std::move(report.suspects);
  explained_ = std::move(report.explained);
  GroupFindings();
  TakeSuspects();
}

void LogGrowth::GroupFindings() {
  for (size_t i = 0; i < findings_.size(); ++i) {
    groups_[findings_[i].machine][KeyOf(findings_[i], table_)].findings.push_back(i);
  }
}

void LogGrowth::TakeSuspects() {
  std::map<std::string, Group*> by_path;
  for (const Finding& finding : findings_) {
    by_path[ToString(table_[finding.counter].path)] =
        &groups_[finding.machine][KeyOf(finding, table_)];
  }
  const auto call = [&by_path](const std::string& path, const Suspect& suspect, bool leads) {
    const auto found = by_path.find(path);
    if (found == by_path.end()) return;
    Group& group = *found->second;
    if (group.suspect == nullptr || suspect.verdict > group.suspect->verdict) {
      group.suspect = &suspect;
    }
    group.leads |= leads;
  };
  for (const Suspect& suspect : suspects_) {
    call(suspect.growth_in.path, suspect, true);
    for (const Growth& growth : suspect.also_growing) call(growth.path, suspect, false);
  }
  for (const Explained& one : explained_) {
    const auto found = by_path.find(one.path);
    if (found != by_path.end()) found->second->explained = one.reason;
  }
}

std::vector<GrowthKey> LogGrowth::Keys(const std::string& machine) const {
  std::vector<GrowthKey> keys;
  const auto found = groups_.find(machine);
  if (found == groups_.end()) return keys;
  for (const auto& [key, group] : found->second) keys.push_back(key);
  return keys;
}

const LogGrowth::Group* LogGrowth::Find(const std::string& machine, const GrowthKey& key) const {
  const auto groups = groups_.find(machine);
  if (groups == groups_.end()) return nullptr;
  const auto group = groups->second.find(key);
  return group == groups->second.end() ? nullptr : &group->second;
}

std::optional<LogGrowth::Described> LogGrowth::Describe(const std::string& machine,
                                                        const GrowthKey& key) const {
  const Group* group = Find(machine, key);
  if (group == nullptr) return std::nullopt;
  const Finding& finding = findings_[group->findings.front()];
  const std::string own = finding.instance.empty() ? finding.object : finding.instance;
  return Described{group->leads ? group->suspect->component : own, CounterOf(finding, table_),
                   finding.traits, group->leads};
}

bool LogGrowth::IsCalled(const std::string& machine, const GrowthKey& key) const {
  const Group* group = Find(machine, key);
  return group != nullptr && group->suspect != nullptr;
}

double LogGrowth::Watched(const Finding& finding) const {
  double watched_s = 0;
  for (const SeriesRef& ref : finding.lives) watched_s += read_.set.lives[ref.life].span_s();
  return watched_s;
}

std::vector<const Finding*> LogGrowth::LongRoles(const Group& group) const {
  double longest_s = 0;
  for (const size_t i : group.findings) longest_s = std::max(longest_s, Watched(findings_[i]));
  std::vector<const Finding*> roles;
  for (const size_t i : group.findings) {
    const Finding& role = findings_[i];
    if (Watched(role) >= kMinShareOfLongest * longest_s || role.called()) roles.push_back(&role);
  }
  return roles;
}

std::optional<LogGrowth::Rate> LogGrowth::FitLife(const Finding& finding,
                                                  const SeriesRef& ref) const {
  const Life& life = read_.set.lives[ref.life];
  const Window window =
      LongestSide(MakeWindow(life.Buckets(life.series[ref.series]), finding.traits.falling_is_bad));
  if (window.size() < kMinBuckets || !(window.span_s > 0)) return std::nullopt;
  if (IsConstant(window)) return Rate{};
  const SlopeFit fit = FitSlopes(window);
  const bool over = IsOver(finding.trend.reason);
  const double growth = over ? fit.recent_40.growth : fit.whole.growth;
  const double error = over ? std::max(fit.recent_40.error, fit.recent_error) : fit.whole.error;
  return Rate{growth / window.span_s, error / window.span_s};
}

// What is called has the slope that the report of its log shows. Elsewhere the lives are fitted
// here, those too that were too steady to be fitted there, and weigh by their length.
LogGrowth::Rate LogGrowth::RateOf(const Finding& finding) const {
  const double sign = finding.traits.falling_is_bad ? -1 : 1;
  if (finding.called() && finding.trend.state == TrendState::kFitted) {
    return {sign * finding.trend.slope.per_s, finding.trend.slope.stderr_per_s};
  }
  double longest_s = 0;
  for (const SeriesRef& ref : finding.lives) {
    longest_s = std::max(longest_s, read_.set.lives[ref.life].span_s());
  }
  double weights = 0, sum = 0, variance = 0;
  for (const SeriesRef& ref : finding.lives) {
    const double weight = read_.set.lives[ref.life].span_s();
    if (weight < kMinShareOfLongest * longest_s) continue;
    const auto rate = FitLife(finding, ref);
    if (!rate) continue;
    weights += weight;
    sum += weight * rate->per_s;
    variance += weight * weight * rate->stderr_per_s * rate->stderr_per_s;
  }
  return weights > 0 ? Rate{sum / weights, std::sqrt(variance) / weights} : Rate{};
}

std::optional<SideGrowth> LogGrowth::Measure(const std::string& machine,
                                             const GrowthKey& key) const {
  const Group* group = Find(machine, key);
  if (group == nullptr) return std::nullopt;
  const std::vector<const Finding*> roles = LongRoles(*group);
  const double sign = roles.front()->traits.falling_is_bad ? -1 : 1;
  SideGrowth side;
  side.instances = roles.size();
  double variance = 0;
  for (const Finding* role : roles) {
    const Rate rate = RateOf(*role);
    side.slope_per_s += sign * rate.per_s;
    variance += rate.stderr_per_s * rate.stderr_per_s;
    const bool calms = role->trend.verdict == Verdict::kExplained;
    if (calms || side.reason == Reason::kNone) side.reason = role->trend.reason;
    if (calms) side.verdict = Verdict::kExplained;
  }
  side.stderr_per_s = std::sqrt(variance);
  side.low_per_s = side.slope_per_s - kNormalAt90 * side.stderr_per_s;
  side.high_per_s = side.slope_per_s + kNormalAt90 * side.stderr_per_s;
  if (group->suspect != nullptr) {
    side.verdict = group->suspect->verdict;
    side.reason = Reason::kNone;
  } else if (group->explained != Reason::kNone) {
    side.verdict = Verdict::kExplained;
    side.reason = group->explained;
  }
  if (const auto load = Load(machine); load && load->mean > 0) {
    side.per_load_per_s = side.slope_per_s / load->mean;
  }
  return side;
}

bool LogGrowth::Runs(const std::string& machine, const GrowthKey& key) const {
  return std::any_of(read_.set.lives.begin(), read_.set.lives.end(), [&](const Life& life) {
    return life.machine == machine && EqualsIgnoreCase(life.object, key.object) &&
           EqualsIgnoreCase(life.instance, key.instance);
  });
}

bool LogGrowth::Logs(const std::string& machine, const GrowthKey& key) const {
  for (CounterId id = 0; id < table_.size(); ++id) {
    const CounterPath& path = table_[id].path;
    if (EqualsIgnoreCase(path.machine, machine) && EqualsIgnoreCase(path.object, key.object) &&
        EqualsIgnoreCase(path.counter, key.counter)) {
      return true;
    }
  }
  return false;
}

std::optional<MachineLoad> LogGrowth::Load(const std::string& machine) const {
  for (const MachineFacts& facts : read_.set.machines) {
    if (facts.name != machine || !facts.has_load) continue;
    const auto found = loads_.find(facts.load_counter);
    if (found == loads_.end() || found->second.rows == 0) continue;
    const Counter& counter = table_[facts.load_counter];
    const double mean = found->second.sum / static_cast<double>(found->second.rows);
    return MachineLoad{WithoutMachine(counter.path), counter.traits.unit, mean};
  }
  return std::nullopt;
}

}  // namespace perfleak
