#include "leaks/explain.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "base/time.h"
#include "base/units.h"

namespace perfleak {
namespace {

std::string Fixed(double value, int digits) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);  // the C locale is never changed
  return text.data();
}

// What a gate says of a series that passes it, and of one that does not.
struct GateWords {
  const char* passes;
  const char* fails;
};

GateWords WordsOf(Gate gate) {
  switch (gate) {
    case Gate::kSignificant:
      return {"the growth stands out of the noise", "the growth is within the noise"};
    case Gate::kStillGrowing:
      return {"it still grows at the end of the log", "growth has stopped or slowed"};
    case Gate::kFloor:
      return {"the lowest levels rise with the rest: nothing is given back",
              "what was taken is given back"};
    case Gate::kNotSaturating:
      return {"the curve does not level off", "the curve levels off like a cache that fills"};
    case Gate::kNotSteps:
      return {"the growth is spread over many moments", "the growth comes from a few steps"};
    case Gate::kMonotone:
      return {"later parts of the log lie above earlier ones", "it goes up and down"};
    case Gate::kNotLoad:
      return {"load does not explain the growth", "the growth follows the load"};
    case Gate::kSignalToNoise:
      return {"the growth is large against the scatter", "the growth is small against the scatter"};
    case Gate::kLastQuarter:
      return {"the last quarter of the log grows too", "the last quarter of the log hardly grows"};
    case Gate::kNotJumps:
      return {"a line explains it better than a few jumps",
              "a few jumps explain it better than a line"};
    case Gate::kEvenPace:
      return {"the growth is spread over the log", "one part of the log holds most of the growth"};
  }
  return {"", ""};
}

// "Handle Count and Thread Count rise with it"; empty for none.
std::string WordsOnProcess(const Corroboration& corroboration) {
  if (corroboration.rising.empty()) return "";
  return JoinWithAnd(corroboration.rising) +
         (corroboration.rising.size() == 1 ? " rises with it" : " rise with it") +
         (corroboration.in_step ? ", in the same steps" : "");
}

std::string WordsOnTotal(const Corroboration& corroboration) {
  constexpr double kMore = 1.5;  // times the finding's growth
  switch (corroboration.in_total) {
    case Corroboration::InTotal::kAgrees:
      return corroboration.total + (corroboration.of_growth < kMore
                                        ? " grows by as much"
                                        : " grows with it, and by more");
    case Corroboration::InTotal::kOffset:
      return corroboration.total + " does not grow with it: other things shrink meanwhile";
    case Corroboration::InTotal::kDrowned:
      return "it is lost in the ups and downs of " + corroboration.total;
    case Corroboration::InTotal::kUntold:
      break;
  }
  return "";
}

// What other counters say, as the end of a sentence: what speaks for the growth, and for what is
// not sure, also what holds it back.
std::string Corroborated(const Finding& finding) {
  const Corroboration& corroboration = finding.corroboration;
  std::string text;
  const std::string on_process = WordsOnProcess(corroboration);
  if (!on_process.empty()) text += "; " + on_process;
  if (corroboration.in_total == Corroboration::InTotal::kAgrees) {
    text += "; " + WordsOnTotal(corroboration);
  }
  const bool held_back = corroboration.in_total == Corroboration::InTotal::kDrowned &&
                         finding.trend.verdict != Verdict::kLeak;
  if (held_back) text += "; " + WordsOnTotal(corroboration);
  return text;
}

std::string Sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text + ".";
}

}  // namespace

std::string JoinWithAnd(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

std::string ExplainCalled(const std::string& name, const Finding& finding, double span_s) {
  const Trend& trend = finding.trend;
  const Unit unit = finding.traits.unit;
  const bool falls = trend.slope.per_s < 0;
  std::string text =
      name + (falls ? " fell by " : " grew by ") + FormatQuantity(std::abs(finding.grown), unit) +
      " in " + FormatDuration(span_s) + ", " + FormatPerHour(std::abs(trend.slope.per_s), unit);
  if (finding.lives_used > 1) {
    text = name + (falls ? " fell by " : " grew by ") +
           FormatPerHour(std::abs(trend.slope.per_s), unit) + " in " +
           std::to_string(finding.lives_used) + " lives of the process, one after another";
  }
  if (trend.verdict == Verdict::kLeak) {
    return text + "; " + WordsOf(Gate::kFloor).passes + ", and " +
           WordsOf(Gate::kStillGrowing).passes + Corroborated(finding) + ".";
  }
  const GateResult& weakest = trend.gates[static_cast<size_t>(trend.weakest)];
  if (weakest.value < weakest.theta) {
    return text + "; weakest sign: " + WordsOf(trend.weakest).fails + " (" +
           Fixed(weakest.value, 2) + ", at least " + Fixed(weakest.theta, 2) + " expected)" +
           Corroborated(finding) + ".";
  }
  return text + "; the weakest sign is that " + WordsOf(trend.weakest).passes + " (" +
         Fixed(weakest.value, 2) + " against " + Fixed(weakest.theta, 2) + " expected)" +
         Corroborated(finding) + ".";
}

std::string ExplainNotCalled(const Trend& trend, Unit unit) {
  const GateResult& weakest = trend.gates[static_cast<size_t>(trend.weakest)];
  const std::string numbers =
      " (" + Fixed(weakest.value, 2) + ", at least " + Fixed(weakest.theta, 2) + " expected)";
  const std::string grown = FormatQuantity(trend.grown, unit);
  if (trend.state == TrendState::kScreenedOut && trend.reason == Reason::kStopped) {
    return "it rose early in the log and has hardly grown since";
  }
  switch (trend.reason) {
    case Reason::kImmaterial:
      return grown + " is too little to matter at this level";
    case Reason::kCumulative:
      return "the counter rises by definition";
    case Reason::kCache:
      return "the memory is a cache that Windows takes back when needed";
    case Reason::kByDesign:
      return "the program is meant to grow like this";
    case Reason::kArtefact:
      return "the counter itself is wrong here";
    case Reason::kNone:
    case Reason::kNoise:
    case Reason::kStopped:
    case Reason::kReturned:
    case Reason::kSaturating:
    case Reason::kSteps:
    case Reason::kLoad:
      break;
  }
  return WordsOf(trend.weakest).fails + numbers;
}

namespace {

std::string WhatWouldDecide(const Trend& trend) {
  const std::string more = FormatDuration(2 * trend.span_s);
  switch (trend.doubt) {
    case Doubt::kGaps:
      return "Most of the log is a gap: log at least " + more + " without one.";
    case Doubt::kLoad:
      return "The load rose too and explains it as well as time does: log until the load has "
             "fallen "
             "and risen again several times, at least " +
             more + " more.";
    case Doubt::kWanders:
      return "It goes up and down so much that it may have drifted up by chance: log at least " +
             more + " more to see whether it goes on.";
    case Doubt::kLevelsOff:
    case Doubt::kNone:
      break;
  }
  return "The curve may still level off: log at least " + more + " more without a restart.";
}

}  // namespace

std::string WhatWouldSettle(const Trend& trend) {
  if (trend.verdict == Verdict::kLeak) return "";
  for (const Cap cap : trend.caps) {
    switch (cap) {
      case Cap::kLateOnset:
        return "Growth began late in the log: log for at least " +
               FormatDuration(3 * std::max(trend.span_s - trend.onset_s, kSecondsPerHour)) +
               " more to see whether it goes on.";
      case Cap::kShortWithoutLoad:
        return "Less than 1.5 days and no load counter: log two days or more, with "
               "Processor(_Total)\\% Processor Time, to tell a leak from the working day.";
      case Cap::kHeapNeverCollected:
        return "The .NET heap was not fully collected while logged, so it may hold garbage: log "
               "until "
               ".NET CLR Memory\\# Gen 2 Collections has risen several times.";
      case Cap::kShortLife:
        return "The process ended well before the log did, so its growth may be one job's: log "
               "until it "
               "has run several times.";
      case Cap::kRestartWithoutPid:
        return "A restart is suspected but process IDs were not logged: add Process(*)\\ID Process "
               "and Process(*)\\Elapsed Time.";
      case Cap::kUndecidable:
        return WhatWouldDecide(trend);
    }
  }
  return "Log at least " + FormatDuration(std::max(2 * trend.span_s, kSecondsPerDay)) +
         ", across quiet and busy hours, to settle it.";
}

std::vector<Evidence> GateEvidence(const Trend& trend) {
  std::array<size_t, kGateCount> strongest_first{};
  std::iota(strongest_first.begin(), strongest_first.end(), size_t{0});
  std::stable_sort(strongest_first.begin(), strongest_first.end(), [&](size_t a, size_t b) {
    return trend.gates[a].log_sigmoid > trend.gates[b].log_sigmoid;
  });
  std::vector<Evidence> evidence;
  for (const size_t i : strongest_first) {
    const GateResult& gate = trend.gates[i];
    const bool passes = gate.value >= gate.theta;
    const GateWords words = WordsOf(static_cast<Gate>(i));
    evidence.push_back({passes, Sentence(passes ? words.passes : words.fails), gate.value,
                        "at least " + Fixed(gate.theta, 2), "", true});
  }
  std::stable_sort(evidence.begin(), evidence.end(),
                   [](const Evidence& a, const Evidence& b) { return a.supports > b.supports; });
  return evidence;
}

std::vector<Evidence> CorroborationEvidence(const Corroboration& corroboration) {
  using InTotal = Corroboration::InTotal;
  std::vector<Evidence> evidence;
  const std::string on_process = WordsOnProcess(corroboration);
  if (!on_process.empty()) {
    evidence.push_back(
        {true, Sentence(on_process), std::nullopt, "", "other counters of the process"});
  }
  if (corroboration.in_total == InTotal::kDrowned) {
    evidence.push_back({false, Sentence(WordsOnTotal(corroboration)), corroboration.visibility,
                        "at least 1", "growth over the error of the rest's"});
  } else if (corroboration.in_total != InTotal::kUntold) {
    evidence.push_back({corroboration.in_total == InTotal::kAgrees,
                        Sentence(WordsOnTotal(corroboration)), corroboration.of_growth, "about 1",
                        "growth of the total over its own"});
  }
  return evidence;
}

std::vector<std::string> NextSteps(LeakKind kind, const std::string& component, bool is_process) {
  const std::string& name = component;
  switch (kind) {
    case LeakKind::kHeap:
    case LeakKind::kNativeInManaged:
      return {
          "Take two heap snapshots of " + name +
          " some hours apart (umdh, or DebugDiag's memory rule) and compare them: the call stack "
          "whose allocations grow names the code at fault."};
    case LeakKind::kManagedHeap:
      return {"Take two full dumps of " + name +
              " some hours apart and compare !dumpheap -stat: the type whose count grows leaks; "
              "!gcroot of one object says who holds it."};
    case LeakKind::kAddressSpace:
      return {"Run vmmap on " + name +
              " twice and compare: private data, mapped files and stacks are listed apart."};
    case LeakKind::kFragmentation:
      return {"Watch the largest free block in " + name +
              " and restart it before it is below 16 MB."};
    case LeakKind::kHandles:
      return {"Run handle -s -p " + name +
              " twice and compare the counts by type; then !htrace in a debugger shows who opens "
              "them."};
    case LeakKind::kThreads:
      return {"Take a dump of " + name +
              " and group its threads by stack (~*k): the stack that repeats is where they wait."};
    case LeakKind::kGdi:
      return {"Add the columns GDI Objects and USER Objects in Task Manager for " + name +
              " and find the type with GDIView."};
    case LeakKind::kNonpagedPool:
    case LeakKind::kPagedPool:
      return {is_process
                  ? "The pool is charged to " + name +
                        ": look for the handles it does not close (handle -s), and run poolmon "
                        "for the pool tag that grows."
                  : "Run poolmon /b twice, some hours apart: the tag whose bytes grow names the "
                    "driver (findstr /m TAG %SystemRoot%\\System32\\drivers\\*.sys)."};
    case LeakKind::kUnownedCommit:
      return {
          "No logged process holds it: look at shared memory (vmmap, Paging File backed "
          "sections), at AWE or large pages, and at processes that were not logged."};
    case LeakKind::kSystemPte:
      return {"List drivers that map memory (!sysptes 4 in a kernel debugger with TrackPtes set)."};
    case LeakKind::kRegistryQuota:
      return {
          "Find the hive that grows under %SystemRoot%\\System32\\config, or a profile that does "
          "not unload."};
    case LeakKind::kConnections:
    case LeakKind::kSession:
      return {
          "List who holds them (netstat -ano, net session, qwinsta) and compare with the users who "
          "are there."};
    case LeakKind::kKernelObjects:
      return {
          "Log Process(*)\\Handle Count and Thread Count: whoever grows with the objects holds "
          "them."};
    case LeakKind::kAccumulation:
      return {"See why the work waits, and log until it has been done: " + name +
              " leaks only what it does not give back then."};
    case LeakKind::kMeasurement:
      return {
          "Stop the log for as long as it ran, or log at a tenth of the rate, and look whether " +
          name + " still grows: measuring may make it grow."};
    case LeakKind::kOther:
      break;
  }
  return {"Log " + name + " for longer, with Process(*) and Memory counters beside it."};
}

}  // namespace perfleak
