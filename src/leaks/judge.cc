#include "leaks/judge.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/text.h"

namespace perfleak {
namespace {

// The whole name of a process across the objects that list processes.
using ProcessKey = std::pair<std::string, int64_t>;  // machine, PID

// Processes whose .NET heap was never fully collected while they were logged: what such a heap
// holds may be garbage.
class UncollectedHeaps {
 public:
  explicit UncollectedHeaps(const SeriesSet& set) {
    for (const Life& life : set.lives) {
      for (const LifeSeries& series : life.series) {
        if (series.traits.resource != Resource::kGen2Collections || !life.pid) continue;
        const bool never = series.moments.last <= series.moments.first;
        never_collected_[{life.machine, *life.pid}] = never;
      }
    }
  }
  bool Contains(const Life& life) const {
    if (!life.pid) return false;
    const auto found = never_collected_.find({life.machine, *life.pid});
    return found != never_collected_.end() && found->second;
  }

 private:
  std::map<ProcessKey, bool> never_collected_;
};

bool HoldsManagedMemory(Resource resource) {
  return resource == Resource::kManagedHeapBytes || resource == Resource::kPrivateBytes ||
         resource == Resource::kPageFileBytes;
}

// Without PIDs a role of several lives was cut by guessing: a fall may be a restart, or what is
// given back.
bool GuessedCuts(const SeriesSet& set, const std::vector<size_t>& role) {
  return role.size() > 1 && set.lives[role.front()].is_process &&
         std::any_of(role.begin(), role.end(), [&](size_t life) { return !set.lives[life].pid; });
}

struct JudgedLife {
  SeriesRef ref;
  Trend trend;
};

class Judging {
 public:
  Judging(const SeriesSet& set, const CounterTable& table, const CounterFilter& is_judged)
      : set_(set), table_(table), is_judged_(is_judged), uncollected_(set) {}

  Judgement Run() {
    for (size_t begin = 0; begin < set_.lives.size();) {
      size_t end = begin + 1;
      while (end < set_.lives.size() && SameImage(set_.lives[begin], set_.lives[end])) ++end;
      JudgeImage(begin, end);
      begin = end;
    }
    SortTrends();
    return std::move(result_);
  }

 private:
  // What the way its lives were cut says of a role.
  struct Cuts {
    bool guessed = false;
    bool ended_early = false;
  };

  // A process that came and went inside the log: its growth may be one job's.
  bool EndedEarly(const Life& life) const {
    constexpr double kShort = 0.4;  // of the log
    return life.is_process && life.ended != Cut::kLogEdge && life.ended != Cut::kMachineRestart &&
           life.span_s() < kShort * SpanOf(life.machine);
  }
  double SpanOf(const std::string& machine) const {
    for (const MachineFacts& facts : set_.machines) {
      if (facts.name == machine) return facts.end_s - facts.start_s;
    }
    return 0;
  }

  static bool SameImage(const Life& a, const Life& b) {
    return a.machine == b.machine && a.object == b.object && a.instance == b.instance;
  }

  void JudgeImage(size_t begin, size_t end) {
    const std::span<const Life> lives(set_.lives.data() + begin, end - begin);
    for (std::vector<size_t>& role : SplitRoles(lives)) {
      for (size_t& life : role) life += begin;
      for (const std::string& counter : CountersOf(role)) JudgeRole(role, counter);
    }
  }

  // Names of the counters that may be called, as they appear in the lives of a role.
  std::vector<std::string> CountersOf(const std::vector<size_t>& role) const {
    std::vector<std::string> names;
    for (const size_t life : role) {
      for (const LifeSeries& series : set_.lives[life].series) {
        if (!IsJudged(series)) continue;
        const std::string name = NameOf(series);
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      }
    }
    return names;
  }

  bool IsJudged(const LifeSeries& series) const {
    if (series.traits.kind != CounterKind::kResource) return false;
    return !is_judged_ || is_judged_(table_[series.counters.back()]);
  }

  std::string NameOf(const LifeSeries& series) const {
    return ToLower(table_[series.counters.back()].path.counter);
  }

  void JudgeRole(const std::vector<size_t>& role, const std::string& counter) {
    std::vector<JudgedLife> judged;
    const Cuts cuts{GuessedCuts(set_, role), role.size() == 1 && EndedEarly(set_.lives[role[0]])};
    for (const size_t life : role) {
      const auto& all = set_.lives[life].series;
      for (size_t i = 0; i < all.size(); ++i) {
        if (!IsJudged(all[i]) || NameOf(all[i]) != counter) continue;
        JudgedLife one{{life, i},
                       FitTrend(set_.lives[life].Buckets(all[i]), ContextOf(life, i, cuts))};
        if (one.trend.state == TrendState::kTooLittleData) continue;
        AddTrendLine(one);
        judged.push_back(std::move(one));
      }
    }
    if (judged.empty()) return;
    ++result_.judged;
    result_.findings.push_back(judged.size() == 1 ? Alone(judged.front()) : Together(judged, cuts));
  }

  TrendContext ContextOf(size_t life_index, size_t series_index, const Cuts& cuts) const {
    const Life& life = set_.lives[life_index];
    const CounterTraits& traits = life.series[series_index].traits;
    TrendContext context;
    context.unit = traits.unit;
    context.falling_is_bad = traits.falling_is_bad;
    context.heap_never_collected =
        HoldsManagedMemory(traits.resource) && uncollected_.Contains(life);
    context.restart_without_pid = cuts.guessed;
    context.short_life = cuts.ended_early;
    return context;
  }

  Finding Describe(const JudgedLife& last) const {
    const Life& life = set_.lives[last.ref.life];
    const LifeSeries& series = life.series[last.ref.series];
    Finding finding;
    finding.machine = life.machine;
    finding.object = life.object;
    finding.instance = life.instance;
    finding.is_process = life.is_process;
    finding.traits = series.traits;
    finding.counter = series.counters.back();
    return finding;
  }

  void AddLife(const JudgedLife& judged, Finding* finding) const {
    const Life& life = set_.lives[judged.ref.life];
    finding->lives.push_back(judged.ref);
    if (life.pid) finding->pids.push_back(*life.pid);
  }

  Finding Alone(const JudgedLife& judged) const {
    Finding finding = Describe(judged);
    AddLife(judged, &finding);
    finding.trend = judged.trend;
    finding.grown = judged.trend.rise;
    finding.since_s = set_.lives[judged.ref.life].start_s + judged.trend.onset_s;
    return finding;
  }

  Finding Together(const std::vector<JudgedLife>& judged, const Cuts& cuts) {
    std::vector<Trend> trends;
    std::vector<double> spans_s;
    Finding finding = Describe(judged.back());
    for (const JudgedLife& one : judged) {
      trends.push_back(one.trend);
      spans_s.push_back(set_.lives[one.ref.life].span_s());
      AddLife(one, &finding);
      finding.grown += one.trend.rise;
    }
    const SeriesRef& last = judged.back().ref;
    const TrendContext context = ContextOf(last.life, last.series, cuts);
    const CombinedTrend combined = CombineLives(trends, spans_s, context);
    finding.trend = combined.trend;
    finding.lives_used = combined.lives;
    finding.since_s = set_.lives[judged.front().ref.life].start_s;
    AddCombinedLine(finding, combined.lives);
    return finding;
  }

  TrendLine LineOf(const Trend& trend, SeriesRef ref) const {
    const Life& life = set_.lives[ref.life];
    TrendLine line;
    for (const CounterId id : life.series[ref.series].counters) {
      line.paths.push_back(ToString(table_[id].path));
    }
    line.pid = life.pid;
    line.start_s = life.start_s;
    line.end_s = life.end_s;
    line.n = life.samples;
    line.unit = life.series[ref.series].traits.unit;
    line.slope = trend.slope;
    line.score = trend.score;
    line.verdict = trend.verdict;
    line.reason = trend.reason;
    line.gate = trend.weakest;
    line.gates = trend.gates;
    line.caps = trend.caps;
    return line;
  }

  void AddTrendLine(const JudgedLife& judged) {
    result_.trends.push_back(LineOf(judged.trend, judged.ref));
  }

  void AddCombinedLine(const Finding& finding, size_t lives) {
    TrendLine line = LineOf(finding.trend, finding.lives.back());
    line.pid.reset();
    line.combined = true;
    line.lives = lives;
    line.start_s = set_.lives[finding.lives.front().life].start_s;
    line.n = 0;
    for (const SeriesRef& ref : finding.lives) line.n += set_.lives[ref.life].samples;
    result_.trends.push_back(std::move(line));
  }

  void SortTrends() {
    std::stable_sort(result_.trends.begin(), result_.trends.end(),
                     [](const TrendLine& a, const TrendLine& b) {
                       return std::tie(a.paths.back(), a.combined, a.start_s, a.pid) <
                              std::tie(b.paths.back(), b.combined, b.start_s, b.pid);
                     });
  }

  const SeriesSet& set_;
  const CounterTable& table_;
  const CounterFilter& is_judged_;
  UncollectedHeaps uncollected_;
  Judgement result_;
};

}  // namespace

std::vector<std::vector<size_t>> SplitRoles(std::span<const Life> lives) {
  std::vector<std::vector<size_t>> roles;
  for (size_t i = 0; i < lives.size(); ++i) {
    std::vector<size_t>* best = nullptr;
    for (auto& role : roles) {
      const double left_s = lives[role.back()].end_s;
      const bool free = left_s < lives[i].start_s;
      if (free && (best == nullptr || left_s > lives[best->back()].end_s)) best = &role;
    }
    if (best == nullptr) best = &roles.emplace_back();
    best->push_back(i);
  }
  return roles;
}

Judgement Judge(const SeriesSet& set, const CounterTable& table, const CounterFilter& is_judged) {
  return Judging(set, table, is_judged).Run();
}

}  // namespace perfleak
