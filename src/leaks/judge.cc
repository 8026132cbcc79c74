#include "leaks/judge.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/jobs.h"
#include "base/text.h"
#include "base/time.h"
#include "leaks/victim.h"

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
        const bool never = series.extremes.last <= series.extremes.first;
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

// Whether the life began or ended in the log by what only looks like a start or an exit: without
// PIDs, a fall may be what is given back, and of several columns of one name the last one goes
// blank whichever process exits.
bool IsGuess(Cut cut, const Life& life, const CounterTable& table) {
  if (life.pid || !life.is_process || life.series.empty()) return false;
  const CounterId counter = life.series.front().counters.back();
  return cut == Cut::kDropped || (cut == Cut::kBlank && table[counter].path.index > 0);
}

// Whether without PIDs lives were taken together that may be of several processes, or be one life.
// A restart of the machine is no guess.
bool GuessedCuts(const SeriesSet& set, const CounterTable& table, const std::vector<size_t>& role) {
  return std::any_of(role.begin(), role.end(), [&](size_t i) {
    const Life& life = set.lives[i];
    const bool follows = i != role.front() && life.began != Cut::kMachineRestart;
    return (follows && life.is_process && !life.pid) || IsGuess(life.began, life, table) ||
           IsGuess(life.ended, life, table);
  });
}

// Two lives of one program begin alike, within this factor.
const double kMostUnlike = std::log(1.4);
constexpr double kAnyone = std::numeric_limits<double>::infinity();

bool IsLevel(Resource resource) {
  switch (resource) {
    case Resource::kPrivateBytes:
    case Resource::kVirtualBytes:
    case Resource::kPoolPagedBytes:
    case Resource::kPoolNonpagedBytes:
    case Resource::kHandles:
    case Resource::kThreads:
      return true;
    default:
      return false;
  }
}

// How far apart two lives begin: the median over their counters of |ln of the ratio|, so that the
// one which leaked before the log does not tell them apart. 0 where nothing can be compared.
double Unlikeness(const Life& a, const Life& b) {
  std::vector<double> apart;
  for (const LifeSeries& of_a : a.series) {
    if (!IsLevel(of_a.traits.resource) || !(of_a.extremes.first > 0)) continue;
    for (const LifeSeries& of_b : b.series) {
      const bool same = of_a.traits.resource == of_b.traits.resource && of_b.extremes.first > 0;
      if (same) apart.push_back(std::abs(std::log(of_b.extremes.first / of_a.extremes.first)));
    }
  }
  if (apart.empty()) return 0;
  const auto middle = apart.begin() + static_cast<std::ptrdiff_t>(apart.size() / 2);
  std::nth_element(apart.begin(), middle, apart.end());
  return *middle;
}

// The same, and a little for the time in between: who follows at once is more likely the same.
double Distance(const Life& left, const Life& next) {
  constexpr double kLongAway = 0.1;
  const double away_h = (next.start_s - left.end_s) / kSecondsPerHour;
  return Unlikeness(left, next) + kLongAway * away_h / (away_h + 1);
}

bool AnyOverlap(std::span<const Life> lives) {
  double end_s = -std::numeric_limits<double>::infinity();
  for (const Life& life : lives) {
    if (life.start_s <= end_s) return true;
    end_s = std::max(end_s, life.end_s);
  }
  return false;
}

struct JudgedLife {
  SeriesRef ref;
  Trend trend;
  std::optional<Relief> relief;
};

class Judging {
 public:
  Judging(const SeriesSet& set, const CounterTable& table, const CounterFilter& is_judged,
          bool with_trends, Designs* designs)
      : set_(set),
        table_(table),
        is_judged_(is_judged),
        with_trends_(with_trends),
        designs_(designs),
        uncollected_(set) {
    FindRoles();
    exiting_ = FindExitingPrograms(set.lives, roles_);
  }

  Judgement Run(int threads) const {
    const std::vector<Task> tasks = Tasks();
    Judgement result;
    result.findings.resize(tasks.size());
    std::vector<Outcome> outcomes(tasks.size());
    RunJobs(tasks.size(), threads,
            [&](size_t i) { outcomes[i] = JudgeTask(tasks[i], &result.findings[i]); });
    LeaveOutUnjudged(outcomes, &result.findings);
    result.trends = InOrder(&outcomes);
    return result;
  }

 private:
  // One counter of the lives of one role, in order of time.
  struct Task {
    size_t role = 0;
    std::vector<SeriesRef> lives;
  };

  struct Outcome {
    bool found = false;  // a verdict; false if all lives have too little data
    std::vector<TrendLine> trends;
  };

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

  void FindRoles() {
    for (size_t begin = 0; begin < set_.lives.size();) {
      size_t end = begin + 1;
      while (end < set_.lives.size() && SameImage(set_.lives[begin], set_.lives[end])) ++end;
      const std::span<const Life> lives(set_.lives.data() + begin, end - begin);
      for (std::vector<size_t>& role : SplitRoles(lives)) {
        for (size_t& life : role) life += begin;
        roles_.push_back(std::move(role));
      }
      begin = end;
    }
  }

  // Counters that may be called, in the order in which their names appear in the lives of a role.
  std::vector<Task> Tasks() const {
    std::vector<Task> tasks;
    for (size_t role = 0; role < roles_.size(); ++role) {
      std::unordered_map<std::string, size_t> by_name;
      for (const size_t life : roles_[role]) {
        const auto& all = set_.lives[life].series;
        for (size_t i = 0; i < all.size(); ++i) {
          if (!IsJudged(all[i])) continue;
          const auto [place, is_new] = by_name.emplace(NameOf(all[i]), tasks.size());
          if (is_new) tasks.push_back({role, {}});
          tasks[place->second].lives.push_back({life, i});
        }
      }
    }
    return tasks;
  }

  bool IsJudged(const LifeSeries& series) const {
    if (series.traits.kind != CounterKind::kResource) return false;
    return !is_judged_ || is_judged_(table_[series.counters.back()]);
  }

  std::string NameOf(const LifeSeries& series) const {
    return ToLower(table_[series.counters.back()].path.counter);
  }

  // In place: a finding is large, and one is made for every counter.
  Outcome JudgeTask(const Task& task, Finding* finding) const {
    const std::vector<size_t>& role = roles_[task.role];
    const Cuts cuts{GuessedCuts(set_, table_, role),
                    role.size() == 1 && EndedEarly(set_.lives[role[0]])};
    Outcome outcome;
    std::vector<JudgedLife> judged;
    for (const SeriesRef& ref : task.lives) {
      TrendContext context = ContextOf(ref.life, ref.series, cuts);
      context.designs = designs_;
      context.one_of_several = task.lives.size() > 1;
      JudgedLife one = JudgeLife(ref, context);
      if (one.trend.state == TrendState::kTooLittleData) continue;
      if (with_trends_) outcome.trends.push_back(LineOf(one.trend, one.ref));
      judged.push_back(std::move(one));
    }
    if (judged.empty()) return outcome;
    outcome.found = true;
    *finding = judged.size() == 1 ? Alone(judged.front()) : Combined(judged, cuts);
    finding->role = task.role;
    if (with_trends_ && judged.size() > 1) {
      outcome.trends.push_back(CombinedLine(*finding, finding->lives_used));
    }
    return outcome;
  }

  // Where another program's exits take back what it gains, it is judged as if they did not.
  JudgedLife JudgeLife(const SeriesRef& ref, const TrendContext& context) const {
    const Life& life = set_.lives[ref.life];
    const BucketSeries series = life.Buckets(life.series[ref.series]);
    JudgedLife judged{ref, FitTrend(series, context), std::nullopt};
    if (!life.is_process || context.falling_is_bad) return judged;
    if (const auto relieved = FindRelief(series, life, exiting_)) {
      Trend mended = FitTrend(relieved->mended, context);
      if (relieved->relief.exits == 1 && mended.verdict == Verdict::kLeak) {
        mended.verdict = Verdict::kWatch;  // once may be chance
        mended.caps.push_back(Cap::kUndecidable);
      }
      if (mended.verdict < Verdict::kWatch || mended.verdict < judged.trend.verdict) return judged;
      mended.level -= relieved->relief.given_back;
      judged.trend = std::move(mended);
      judged.relief = relieved->relief;
    }
    return judged;
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
    if (judged.relief) finding->relief = judged.relief;
  }

  Finding Alone(const JudgedLife& judged) const {
    Finding finding = Describe(judged);
    AddLife(judged, &finding);
    finding.trend = judged.trend;
    finding.grown = judged.trend.rise;
    finding.since_s = set_.lives[judged.ref.life].start_s + judged.trend.onset_s;
    return finding;
  }

  Finding Combined(const std::vector<JudgedLife>& judged, const Cuts& cuts) const {
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

  TrendLine CombinedLine(const Finding& finding, size_t lives) const {
    TrendLine line = LineOf(finding.trend, finding.lives.back());
    line.pid.reset();
    line.combined = true;
    line.lives = lives;
    line.start_s = set_.lives[finding.lives.front().life].start_s;
    line.n = 0;
    for (const SeriesRef& ref : finding.lives) line.n += set_.lives[ref.life].samples;
    return line;
  }

  static void LeaveOutUnjudged(const std::vector<Outcome>& outcomes,
                               std::vector<Finding>* findings) {
    size_t kept = 0;
    for (size_t i = 0; i < outcomes.size(); ++i) {
      if (!outcomes[i].found) continue;
      if (kept < i) (*findings)[kept] = std::move((*findings)[i]);
      ++kept;
    }
    findings->resize(kept);
  }

  static std::vector<TrendLine> InOrder(std::vector<Outcome>* outcomes) {
    std::vector<TrendLine*> lines;
    for (Outcome& outcome : *outcomes) {
      for (TrendLine& line : outcome.trends) lines.push_back(&line);
    }
    std::stable_sort(lines.begin(), lines.end(), [](const TrendLine* a, const TrendLine* b) {
      return std::tie(a->paths.back(), a->combined, a->start_s, a->pid) <
             std::tie(b->paths.back(), b->combined, b->start_s, b->pid);
    });
    std::vector<TrendLine> trends;
    trends.reserve(lines.size());
    for (TrendLine* line : lines) trends.push_back(std::move(*line));
    return trends;
  }

  const SeriesSet& set_;
  const CounterTable& table_;
  const CounterFilter& is_judged_;
  const bool with_trends_;
  Designs* const designs_;
  UncollectedHeaps uncollected_;
  std::vector<std::vector<size_t>> roles_;
  std::vector<ExitingProgram> exiting_;
};

}  // namespace

std::vector<std::vector<size_t>> SplitRoles(std::span<const Life> lives) {
  // Of several programs of one name a life goes on with its own; alone, the name is the program.
  const double most_unlike = AnyOverlap(lives) ? kMostUnlike : kAnyone;
  std::vector<std::vector<size_t>> roles;
  for (size_t i = 0; i < lives.size(); ++i) {
    std::vector<size_t>* best = nullptr;
    double best_distance = most_unlike;
    for (auto& role : roles) {
      const Life& left = lives[role.back()];
      if (left.end_s >= lives[i].start_s) continue;
      const double distance = Distance(left, lives[i]);
      if (distance > best_distance) continue;
      best = &role;
      best_distance = distance;
    }
    if (best == nullptr) best = &roles.emplace_back();
    best->push_back(i);
  }
  return roles;
}

Judgement Judge(const SeriesSet& set, const CounterTable& table, const CounterFilter& is_judged,
                bool with_trends, int threads, Designs* designs) {
  return Judging(set, table, is_judged, with_trends, designs).Run(threads);
}

}  // namespace perfleak
