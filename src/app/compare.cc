#include "app/compare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "app/log_growth.h"
#include "base/text.h"
#include "base/units.h"
#include "report/words.h"

namespace perfleak {
namespace {

// Quantiles of the normal distribution at 0.9 and 0.975.
constexpr double kNormal80 = 1.2815515655446004;
constexpr double kNormal95 = 1.959963984540054;

// A fix leaves less than this part of the growth.
constexpr double kFixedShare = 0.2;

constexpr double kLoadDiffers = 2;  // by this factor, it is told

double ErrorOf(const SideGrowth& side) {
  return std::max(side.stderr_per_s, kLeastRelativeError * std::abs(side.slope_per_s));
}

// Growth in the direction that is bad.
double Bad(double per_s, bool falling_is_bad) { return falling_is_bad ? -per_s : per_s; }

// The machines that are compared with one another: those of one name, or the only ones.
using MachinePair = std::pair<std::string, std::string>;  // "" for none

std::vector<MachinePair> PairMachines(const std::vector<std::string>& before,
                                      const std::vector<std::string>& after) {
  if (before.size() == 1 && after.size() == 1) return {{before.front(), after.front()}};
  std::vector<MachinePair> pairs;
  std::set<std::string> taken;
  for (const std::string& name : before) {
    const auto same = std::find_if(after.begin(), after.end(), [&](const std::string& other) {
      return EqualsIgnoreCase(name, other);
    });
    const bool found = same != after.end();
    pairs.emplace_back(name, found ? *same : "");
    if (found) taken.insert(*same);
  }
  for (const std::string& name : after) {
    if (taken.count(name) == 0) pairs.emplace_back("", name);
  }
  return pairs;
}

std::string Rate(double per_s, Unit unit) { return FormatPerHour(per_s, unit); }

std::string PercentOf(double part, double whole) {
  const auto percent = std::llround(100 * part / whole);
  return (percent == 0 ? "less than 1" : std::to_string(percent)) + " %";
}

class Comparing {
 public:
  Comparing(const LogGrowth& before, const LogGrowth& after, bool all)
      : before_(before), after_(after), all_(all) {}

  void Run(CompareReport* report) {
    for (const MachinePair& machines :
         PairMachines(before_.input().machines, after_.input().machines)) {
      TakeLoad(machines, report);
      NoteOtherMachine(machines, report);
      for (const GrowthKey& key : KeysOf(machines)) TakeGrowth(machines, key, report);
    }
  }

 private:
  std::set<GrowthKey> KeysOf(const MachinePair& machines) const {
    std::set<GrowthKey> keys;
    for (const GrowthKey& key : before_.Keys(machines.first)) keys.insert(key);
    for (const GrowthKey& key : after_.Keys(machines.second)) keys.insert(key);
    return keys;
  }

  // Load helps only where both logs measure it by the same counter.
  void TakeLoad(const MachinePair& machines, CompareReport* report) {
    load_ratio_.reset();
    const auto before = before_.Load(machines.first);
    const auto after = after_.Load(machines.second);
    if (!before || !after || !EqualsIgnoreCase(before->counter, after->counter)) return;
    if (!(before->mean > 0) || !(after->mean > 0)) return;
    load_ratio_ = after->mean / before->mean;
    report->loads.push_back(
        {machines.first, machines.second, after->counter, after->unit, before->mean, after->mean});
  }

  static bool AreSame(const MachinePair& machines) {
    return EqualsIgnoreCase(machines.first, machines.second);
  }

  static void NoteOtherMachine(const MachinePair& machines, CompareReport* report) {
    if (AreSame(machines) || machines.first.empty() || machines.second.empty()) return;
    report->quality.push_back({"machines-differ",
                               "The logs are of two machines, " + machines.first + " and " +
                                   machines.second + ", taken as the same server.",
                               "None if the server was renamed or is built and used alike."});
  }

  void TakeGrowth(const MachinePair& machines, const GrowthKey& key, CompareReport* report) const {
    const auto before = before_.Describe(machines.first, key);
    const auto after = after_.Describe(machines.second, key);
    const bool called =
        before_.IsCalled(machines.first, key) || after_.IsCalled(machines.second, key);
    if (!called && !all_) return;
    const LogGrowth::Described& described = after && (after->leads || !before) ? *after : *before;
    ComparedGrowth growth;
    growth.machine_before = machines.first;
    growth.machine_after = machines.second;
    growth.component = described.component;
    growth.counter = described.counter;
    growth.unit = described.traits.unit;
    growth.leads = (before && before->leads) || (after && after->leads);
    growth.before = before_.Measure(machines.first, key);
    growth.after = after_.Measure(machines.second, key);
    LeaveOutLoad(&growth);
    Judge(machines, key, described.traits.falling_is_bad, &growth);
    report->components.push_back(std::move(growth));
  }

  // A rate per load says nothing beside one of another counter.
  void LeaveOutLoad(ComparedGrowth* growth) const {
    if (load_ratio_) return;
    if (growth->before) growth->before->per_load_per_s.reset();
    if (growth->after) growth->after->per_load_per_s.reset();
  }

  void Judge(const MachinePair& machines, const GrowthKey& key, bool falling_is_bad,
             ComparedGrowth* growth) const {
    if (growth->before && growth->after) {
      growth->difference = Subtract(*growth->before, *growth->after);
      growth->change = growth->called() ? JudgeChange(*growth->before, *growth->after,
                                                      falling_is_bad, load_ratio_.value_or(1))
                                        : Change::kSame;
      growth->why = WhyOf(*growth, falling_is_bad);
      return;
    }
    const bool in_before = growth->before.has_value();
    const LogGrowth& log = in_before ? after_ : before_;
    const std::string& machine = in_before ? machines.second : machines.first;
    const std::string name = in_before ? "the log after" : "the log before";
    const bool runs = log.Runs(machine, key), logged = log.Logs(machine, key);
    const bool is_new = !in_before && !runs && logged && growth->called() && AreSame(machines);
    growth->change = is_new ? Change::kWorse : Change::kCannotTell;
    growth->why = is_new ? growth->component + " is new: it did not run in the log before."
                  : machine.empty() ? Sentence(name + " has no machine of this name")
                  : !logged         ? Sentence(name + " does not hold this counter")
                  : !runs           ? growth->component + " is not in " + name + "."
                                    : Sentence(name + " holds too little data of it");
  }

  std::string WhyOf(const ComparedGrowth& growth, bool falling_is_bad) const {
    const SideGrowth& before = *growth.before;
    const SideGrowth& after = *growth.after;
    const double was = Bad(before.slope_per_s, falling_is_bad);
    const double left = Bad(after.slope_per_s, falling_is_bad) + kNormal95 * ErrorOf(after);
    const double change = growth.difference->per_s;
    switch (growth.change) {
      case Change::kFixed:
        return left <= 0 ? "It is not called any more, and no growth is left."
                         : "It is not called any more; at most " + Rate(left, growth.unit) +
                               " can be left, " + PercentOf(left, was) + " of before.";
      case Change::kBetter:
        return "It grows more slowly, by " + Rate(std::abs(change), growth.unit) +
               (was > 0 ? ", " + PercentOf(std::abs(change), was) + " of before" : "") + "; " +
               (after.called() ? "it still leaks."
                               : "up to " + Rate(std::max(left, 0.0), growth.unit) +
                                     " can be left" + LoadRemark() + ".");
      case Change::kSame:
        return growth.called() ? "The rates do not differ beyond chance." : "Neither log calls it.";
      case Change::kWorse:
        return "It grows faster, by " + Rate(std::abs(change), growth.unit) +
               (before.called() ? "." : ", and was not called before.");
      case Change::kCannotTell:
        return "The errors are too large to tell a fix from no change: the change lies between " +
               Rate(growth.difference->low_95_per_s, growth.unit) + " and " +
               Rate(growth.difference->high_95_per_s, growth.unit) +
               ". A longer log would settle it.";
    }
    return "";
  }

  std::string LoadRemark() const {
    return load_ratio_.value_or(1) < 1 / kLoadDiffers ? ", and the server had less to do" : "";
  }

  const LogGrowth& before_;
  const LogGrowth& after_;
  const bool all_;
  std::optional<double> load_ratio_;  // of the machines that are compared now
};

// Worst news first; what was called before what was not, what leads before what follows.
void Sort(std::vector<ComparedGrowth>* components) {
  const auto order = [](const ComparedGrowth& growth) {
    constexpr std::array<int, 5> kUrgency = {4, 2, 1, 0, 3};  // fixed better same worse cannot-tell
    return std::tuple(!growth.called(), !growth.leads,
                      kUrgency[static_cast<size_t>(growth.change)]);
  };
  const auto name = [](const ComparedGrowth& growth) {
    return std::tie(growth.machine_after, growth.component, growth.counter);
  };
  std::stable_sort(components->begin(), components->end(),
                   [&](const ComparedGrowth& a, const ComparedGrowth& b) {
                     return std::pair(order(a), name(a)) < std::pair(order(b), name(b));
                   });
}

// Names of the leading growths that changed so: "store (Private Bytes)".
std::vector<std::string> NamesOf(const CompareReport& report, Change change) {
  std::vector<std::string> names;
  for (const ComparedGrowth& growth : report.components) {
    if (!growth.called() || !growth.leads || growth.change != change) continue;
    const size_t backslash = growth.counter.rfind('\\');
    names.push_back(NameOrUnnamed(growth.component) + " (" + growth.counter.substr(backslash + 1) +
                    ")");
  }
  return names;
}

std::optional<Change> Overall(const CompareReport& report) {
  const auto any = [&](Change change) { return !NamesOf(report, change).empty(); };
  if (any(Change::kWorse)) return Change::kWorse;
  const bool fixed = any(Change::kFixed), better = any(Change::kBetter);
  const bool same = any(Change::kSame), unknown = any(Change::kCannotTell);
  if (fixed && !better && !same && !unknown) return Change::kFixed;
  if (fixed || better) return Change::kBetter;
  if (same) return Change::kSame;
  if (unknown) return Change::kCannotTell;
  return std::nullopt;
}

std::string SummaryOf(const CompareReport& report) {
  if (!report.overall) {
    return report.after.judged == 0 ? "Cannot tell: the log after holds no counter to judge."
                                    : "Neither log shows a leak.";
  }
  constexpr std::array<std::string_view, 5> kHeads = {
      "Fixed", "Better, but not fixed", "Not better", "Worse", "Cannot tell whether it is fixed"};
  constexpr std::array<std::string_view, 5> kGroups = {"fixed", "slower", "as before",
                                                       "worse or new", "undecided"};
  std::vector<std::pair<Change, std::string>> groups;
  for (const Change change :
       {Change::kWorse, Change::kSame, Change::kCannotTell, Change::kBetter, Change::kFixed}) {
    const std::vector<std::string> names = NamesOf(report, change);
    if (!names.empty()) groups.emplace_back(change, NameList(names));
  }
  std::vector<std::string> texts;
  for (const auto& [change, names] : groups) {
    const std::string group(kGroups[static_cast<size_t>(change)]);
    texts.push_back(groups.size() == 1 ? names : group + " " + names);
  }
  return std::string(kHeads[static_cast<size_t>(*report.overall)]) + ": " + Join(texts, "; ") + ".";
}

void NoteLoads(CompareReport* report) {
  for (const ComparedLoad& load : report->loads) {
    const double ratio = load.mean_after / load.mean_before;
    if (ratio <= kLoadDiffers && ratio >= 1 / kLoadDiffers) continue;
    report->quality.push_back(
        {"load-differs",
         load.counter + " was " + FormatQuantity(load.mean_before, load.unit) +
             " in the mean before and " + FormatQuantity(load.mean_after, load.unit) +
             " after: a leak that grows with use changes with the load.",
         "Compare logs of similar days, or look at the rates per load."});
  }
}

void NoteLength(const ComparedSide& side, const std::string& name, CompareReport* report) {
  const double span_s = side.input.end_s - side.input.start_s;
  if (span_s + side.input.interval_s >= kSecondsPerDay) return;  // a day has a last sample too
  report->quality.push_back({"short-log",
                             "The log " + name + " covers only " + FormatDuration(span_s) +
                                 "; within a day, warm-up and working hours look like leaks.",
                             "Log for 24 hours or more, as long before as after."});
}

ComparedSide Side(const LogGrowth& growth) {
  return {growth.input(), growth.diagnostics().Entries(), growth.judged()};
}

}  // namespace

Difference Subtract(const SideGrowth& before, const SideGrowth& after) {
  Difference difference;
  difference.per_s = after.slope_per_s - before.slope_per_s;
  difference.stderr_per_s = std::hypot(ErrorOf(before), ErrorOf(after));
  difference.low_80_per_s = difference.per_s - kNormal80 * difference.stderr_per_s;
  difference.high_80_per_s = difference.per_s + kNormal80 * difference.stderr_per_s;
  difference.low_95_per_s = difference.per_s - kNormal95 * difference.stderr_per_s;
  difference.high_95_per_s = difference.per_s + kNormal95 * difference.stderr_per_s;
  return difference;
}

Change JudgeChange(const SideGrowth& before, const SideGrowth& after, bool falling_is_bad,
                   double load_ratio) {
  const Difference difference = Subtract(before, after);
  const double was = Bad(before.slope_per_s, falling_is_bad);
  const double is = Bad(after.slope_per_s, falling_is_bad);
  const double change = is - was;
  const double half_95 = kNormal95 * difference.stderr_per_s;
  const double left = is + kNormal95 * ErrorOf(after);
  const double allowed = kFixedShare * was * std::min(1.0, load_ratio);
  if (before.called() && !after.called() && left < allowed) return Change::kFixed;
  if (change + half_95 < 0) return Change::kBetter;
  if (change - half_95 > 0) return Change::kWorse;
  const bool newly_called = after.called() && !before.called();
  if (newly_called && change > kNormal80 * difference.stderr_per_s) return Change::kWorse;
  // As little as a fix needs to leave lies within the errors.
  const bool fix_is_possible = half_95 > (1 - kFixedShare) * std::max(std::abs(was), std::abs(is));
  return fix_is_possible ? Change::kCannotTell : Change::kSame;
}

Result<CompareReport> Compare(const CompareOptions& options) {
  const ReadOptions read{options.threads, options.language};
  auto before = LogGrowth::Read(options.before, read);
  if (!before) return before.error();
  auto after = LogGrowth::Read(options.after, read);
  if (!after) return after.error();
  CompareReport report;
  report.version = PERFLEAK_VERSION;
  report.before = Side(**before);
  report.after = Side(**after);
  Comparing(**before, **after, options.all).Run(&report);
  Sort(&report.components);
  report.overall = Overall(report);
  report.summary = SummaryOf(report);
  NoteLength(report.before, "before", &report);
  NoteLength(report.after, "after", &report);
  NoteLoads(&report);
  return report;
}

}  // namespace perfleak
