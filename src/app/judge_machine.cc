#include "app/judge_machine.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "app/quality.h"
#include "base/text.h"
#include "fleet/movement.h"
#include "leaks/growth_key.h"

namespace perfleak {
namespace {

// A growth that was called in weeks of its own.
struct Past {
  Suspect suspect;     // of the last of them
  double from_s = 0;   // where that one began
  double since_s = 0;  // where the first of them has its begin
  size_t weeks = 0;    // so many in all
  bool falling_is_bad = false;
};

// Of a growth that one week shows, or now one week and now another, or that slows down, a cache
// that filled is likelier than a leak that was mended.
constexpr size_t kLeastPastWeeks = 2;
constexpr double kLeastPace = 0.5;  // of the fastest week

bool WasSteady(const std::vector<PeriodTrend>& periods) {
  double slowest = 0, fastest = 0;
  bool began = false, ended = false;
  for (const PeriodTrend& period : periods) {
    if (!period.judged) continue;
    const bool called = period.called();
    if (called && ended) return false;
    ended |= began && !called;
    if (!called) continue;
    const double pace = std::abs(period.slope.per_s);
    slowest = began ? std::min(slowest, pace) : pace;
    fastest = std::max(fastest, pace);
    began = true;
  }
  return slowest >= kLeastPace * fastest;
}

// What a period has of every counter that was judged in it.
struct Period {
  double start_s = 0, end_s = 0;
  std::map<GrowthKey, PeriodTrend> trends;
  std::map<GrowthKey, double> since_s;  // of those that were called: where the growth begins
};

void AddTo(const Finding& finding, PeriodTrend* trend) {
  const Verdict verdict = finding.trend.verdict;
  const bool first = !trend->judged;
  const bool graver = verdict >= Verdict::kWatch && verdict > trend->verdict;
  if (first || graver) {
    trend->verdict = verdict;
    trend->reason = finding.trend.reason;
  }
  trend->judged = true;
  if (finding.trend.state != TrendState::kFitted) return;
  // Processes of one name at the same time add up.
  Slope& sum = trend->slope;
  const Slope& slope = finding.trend.slope;
  sum.per_s += slope.per_s;
  sum.stderr_per_s = std::hypot(sum.stderr_per_s, slope.stderr_per_s);
  sum.low_per_s += slope.low_per_s;
  sum.high_per_s += slope.high_per_s;
}

Period TakePeriod(const SeriesSet& set, const CounterTable& table, const LeakReport& report) {
  Period period{set.start_s, set.end_s, {}, {}};
  for (const Finding& finding : report.findings) {
    if (finding.trend.state == TrendState::kTooLittleData) continue;
    const GrowthKey key = KeyOf(finding, table);
    AddTo(finding, &period.trends[key]);
    if (!finding.called()) continue;
    const auto [since, is_first] = period.since_s.try_emplace(key, finding.since_s);
    if (!is_first) since->second = std::min(since->second, finding.since_s);
  }
  return period;
}

// Where the growth begins as the weeks have it, which see a begin better than the whole: if they
// show it in each week from one on, and in none of those before. nullopt if they do not.
std::optional<double> SinceByWeeks(const GrowthKey& key, const std::vector<Period>& periods) {
  std::optional<double> since_s;
  bool judged_before = false;
  for (const Period& period : periods) {
    const auto trend = period.trends.find(key);
    if (trend == period.trends.end()) continue;
    const auto called = period.since_s.find(key);
    const bool is_called = called != period.since_s.end();
    if (since_s && !is_called) return std::nullopt;
    if (!since_s && is_called) since_s = called->second;
    judged_before |= !is_called;
  }
  return judged_before ? since_s : std::nullopt;
}

std::vector<PeriodTrend> TrendsOf(const GrowthKey& key, const std::vector<Period>& periods) {
  std::vector<PeriodTrend> trends;
  for (const Period& period : periods) {
    const auto found = period.trends.find(key);
    PeriodTrend trend = found == period.trends.end() ? PeriodTrend{} : found->second;
    trend.start_s = period.start_s;
    trend.end_s = period.end_s;
    trends.push_back(trend);
  }
  return trends;
}

// Where the weeks in a row that end with the latest begin to show the growth. nullopt if it does
// not.
std::optional<double> SinceOfLatest(const GrowthKey& key, const std::vector<Period>& periods) {
  std::optional<double> since_s;
  for (auto period = periods.rbegin(); period != periods.rend(); ++period) {
    const auto called = period->since_s.find(key);
    if (called != period->since_s.end()) {
      since_s = called->second;
    } else if (period->trends.count(key) > 0) {
      break;
    }
  }
  return since_s;
}

// By the path of a counter that was judged.
std::map<std::string, const Finding*> FindingsByPath(const LeakReport& report,
                                                     const CounterTable& table) {
  std::map<std::string, const Finding*> by_path;
  for (const Finding& finding : report.findings) {
    by_path.emplace(ToString(table[finding.counter].path), &finding);
  }
  return by_path;
}

std::set<std::string> ImagesOf(const SeriesSet& set) {
  std::set<std::string> images;
  for (const Life& life : set.lives) {
    if (life.is_process) images.insert(ToLower(life.instance));
  }
  return images;
}

class Judging {
 public:
  explicit Judging(const LeakOptions& options) : options_(options) {}

  // Weeks are judged without known issues: only how fast what grows in them.
  void TakeWeek(SeriesSet week, const CounterTable& table) {
    LeakOptions bare;
    bare.trends = false;
    bare.is_judged = options_.is_judged;
    bare.stated = options_.stated;
    const LeakReport report = FindLeaks(week, table, bare);
    periods_.push_back(TakePeriod(week, table, report));
    TakePast(report, table, week.start_s);
    latest_ = std::move(week);
  }

  void Finish(FoldedMachine* folded, FleetMachine* machine) {
    machine->input = std::move(folded->input);
    machine->diagnostics = folded->diagnostics.Entries();
    if (folded->whole.lives.empty()) {
      machine->error = "its logs have no usable sample";
      return;
    }
    const CounterTable& table = folded->table;
    const LeakReport report = FindLeaks(folded->whole, table, options_);
    if (periods_.empty()) periods_.push_back(TakePeriod(folded->whole, table, report));
    machine->judged = report.judged;
    machine->quality = JudgeQuality(folded->whole, table, report.judged);
    NoteContradictions(report.platforms, &machine->quality);
    if (!report.platforms.empty()) machine->platform = report.platforms.front();
    TakeSuspects(report, table, false, machine);
    if (periods_.size() > 1) {
      TakeRecent(table, machine);
      TakeOver(folded->whole, machine);
    }
    Sort(machine);
  }

 private:
  // `key`: of growth_in.
  FleetSuspect WithWeeks(const Suspect& suspect, const GrowthKey& key, bool falling_is_bad) const {
    FleetSuspect one;
    one.suspect = suspect;
    one.periods = TrendsOf(key, periods_);
    const Moved moved = JudgeMovement(one.periods, suspect.growth_in.unit, falling_is_bad);
    one.movement = moved.movement;
    one.movement_text = moved.text;
    return one;
  }

  void TakeSuspects(const LeakReport& report, const CounterTable& table, bool recent,
                    FleetMachine* machine) {
    const auto by_path = FindingsByPath(report, table);
    for (const Suspect& suspect : report.suspects) {
      const std::string& path = suspect.growth_in.path;
      const auto found = by_path.find(path);
      const bool judged = found != by_path.end();
      const GrowthKey key = judged ? KeyOf(*found->second, table) : GrowthKey{"", "", path};
      const bool is_new = taken_.insert(key).second;
      if (recent && (!is_new || suspect.verdict != Verdict::kLeak)) continue;
      FleetSuspect one = WithWeeks(suspect, key, judged && found->second->traits.falling_is_bad);
      one.recent = recent;
      Growth& growth = one.suspect.growth_in;
      growth.since_s =
          recent ? SinceOfLatest(key, periods_).value_or(growth.since_s)
                 : std::max(growth.since_s, SinceByWeeks(key, periods_).value_or(growth.since_s));
      machine->suspects.push_back(std::move(one));
    }
  }

  // What began too lately to show in the whole. One week is little: what it only has watched may be
  // the rise of any week.
  void TakeRecent(const CounterTable& table, FleetMachine* machine) {
    const bool any_called = std::any_of(
        periods_.back().trends.begin(), periods_.back().trends.end(),
        [&](const auto& entry) { return entry.second.called() && taken_.count(entry.first) == 0; });
    if (any_called) TakeSuspects(FindLeaks(latest_, table, options_), table, true, machine);
  }

  void TakePast(const LeakReport& report, const CounterTable& table, double from_s) {
    const auto by_path = FindingsByPath(report, table);
    for (const Suspect& suspect : report.suspects) {
      const auto found = by_path.find(suspect.growth_in.path);
      if (suspect.verdict != Verdict::kLeak || found == by_path.end()) continue;
      const Finding& finding = *found->second;
      Past& past = past_[KeyOf(finding, table)];
      if (past.weeks == 0) past.since_s = suspect.growth_in.since_s;
      past.suspect = suspect;
      past.from_s = from_s;
      past.falling_is_bad = finding.traits.falling_is_bad;
      ++past.weeks;
    }
  }

  // What leaked for weeks until the program was started anew, and does no more: a fix that helped.
  void TakeOver(const SeriesSet& whole, FleetMachine* machine) {
    for (const auto& entry : past_) {
      const GrowthKey& key = entry.first;
      const Past& past = entry.second;
      if (past.weeks < kLeastPastWeeks || taken_.count(key) > 0) continue;
      const bool anew = std::any_of(whole.lives.begin(), whole.lives.end(), [&](const Life& life) {
        return life.is_process && life.start_s > past.from_s &&
               EqualsIgnoreCase(life.object, key.object) &&
               EqualsIgnoreCase(life.instance, key.instance);
      });
      if (!anew) continue;
      FleetSuspect one = WithWeeks(past.suspect, key, past.falling_is_bad);
      if (one.movement != Movement::kOver || !WasSteady(one.periods)) continue;
      one.suspect.growth_in.since_s = past.since_s;
      machine->suspects.push_back(std::move(one));
    }
  }

  static void Sort(FleetMachine* machine) {
    auto& suspects = machine->suspects;
    std::stable_sort(suspects.begin(), suspects.end(),
                     [](const FleetSuspect& a, const FleetSuspect& b) {
                       const bool a_over = a.movement == Movement::kOver;
                       const bool b_over = b.movement == Movement::kOver;
                       if (a_over != b_over) return b_over;
                       return a.suspect.verdict > b.suspect.verdict;
                     });
    for (size_t i = 0; i < suspects.size(); ++i) suspects[i].suspect.rank = static_cast<int>(i) + 1;
  }

  const LeakOptions& options_;
  std::vector<Period> periods_;
  SeriesSet latest_;
  std::set<GrowthKey> taken_;
  std::map<GrowthKey, Past> past_;
};

}  // namespace

JudgedMachine JudgeMachine(const MachineGroup& group, const std::vector<DigestHandle>& digests,
                           const DigestLoader& load, const CounterTable::Filter& wanted,
                           const LeakOptions& options) {
  Judging judging(options);
  auto folded = FoldMachine(group, digests, load, wanted,
                            [&judging](SeriesSet week, const CounterTable& table) {
                              judging.TakeWeek(std::move(week), table);
                            });
  JudgedMachine judged;
  judged.machine.name = group.name;
  judged.images = ImagesOf(folded->whole);
  judged.unread = std::move(folded->unread);
  judging.Finish(folded.get(), &judged.machine);
  return judged;
}

}  // namespace perfleak
