// One pass over the counters tells what each machine logs. A note that is true of several machines
// is told once: a farm of a hundred servers with one collector lacks the same on all of them.

#include "app/quality.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "base/units.h"
#include "report/words.h"
#include "trend/judge.h"

namespace perfleak {
namespace {

// Microsoft's own procedure asks for 24 hours or more after warm-up (KB Q130926).
constexpr double kShortLog_s = kSecondsPerDay;
// From kMinBuckets on a counter is judged; three times as many tell a trend from a passing rise.
constexpr uint64_t kFewRows = 3 * kMinBuckets;

// What the counters of one machine cover.
struct LoggedCounters {
  bool process = false;      // any instance of Process
  bool one_process = false;  // one that is no sum and not idle time
  bool committed = false;
  bool commit_limit = false;
  bool any_meaning = false;    // a counter whose meaning is known
  bool any_kind = false;       // at least what sort of counter it is: a rate, a percentage
  bool looks_foreign = false;  // names of objects or counters as Windows has them in no English
  std::string first_path;
};

bool IsAscii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

// Instances keep their names in every language: only processes and their threads are ever "Idle".
bool LooksForeign(const CounterPath& path) {
  const bool idle_elsewhere = EqualsIgnoreCase(path.instance, "Idle") && !IsProcess(path) &&
                              !EqualsIgnoreCase(path.object, "Thread");
  return idle_elsewhere || !IsAscii(path.object) || !IsAscii(path.counter);
}

void Note(const Counter& counter, LoggedCounters* logged) {
  const CounterPath& path = counter.path;
  const bool sum = EqualsIgnoreCase(path.instance, "_Total");
  const bool idle = EqualsIgnoreCase(path.instance, "Idle");
  logged->process |= IsProcess(path);
  logged->one_process |= IsProcess(path) && !sum && !idle;
  logged->committed |= counter.traits.resource == Resource::kCommittedBytes;
  logged->commit_limit |= counter.traits.resource == Resource::kCommitLimit;
  logged->any_meaning |= counter.traits.resource != Resource::kNone;
  logged->any_kind |= counter.traits.kind != CounterKind::kUnknown;
  logged->looks_foreign |= LooksForeign(path);
  if (logged->first_path.empty()) logged->first_path = ToString(path);
}

// By lower-case name of the machine.
std::map<std::string, LoggedCounters> LoggedByMachine(const CounterTable& table) {
  std::map<std::string, LoggedCounters> machines;
  for (CounterId id = 0; id < table.size(); ++id) {
    Note(table[id], &machines[ToLower(table[id].path.machine)]);
  }
  return machines;
}

// Generic names ("*/sec") are recognised in other languages by chance.
bool NamesUnderstood(const LoggedCounters& logged) {
  return logged.any_meaning || (logged.any_kind && !logged.looks_foreign);
}

// Notes about machines: the same note of several machines becomes one that names the first few.
class MachineNotes {
 public:
  explicit MachineNotes(size_t machines) : machines_(machines) {}

  // `on` stands between `before` and `after`: " on PC", nothing if the log is of one machine.
  void Add(const char* code, const std::string& before, const std::string& after,
           const std::string& next_step, const std::string& machine) {
    const auto found = std::find_if(notes_.begin(), notes_.end(),
                                    [code](const Folded& note) { return note.code == code; });
    Folded& note = found != notes_.end()
                       ? *found
                       : notes_.emplace_back(Folded{code, before, after, next_step, {}});
    note.machines.push_back(machine);
  }

  void MoveTo(std::vector<QualityNote>* notes) const {
    for (const Folded& note : notes_) {
      notes->push_back({note.code, note.before + On(note.machines) + note.after, note.next_step});
    }
  }

 private:
  struct Folded {
    std::string code, before, after, next_step;
    std::vector<std::string> machines;
  };

  std::string On(const std::vector<std::string>& names) const {
    if (machines_ == 1) return "";
    if (names.size() == 1) return " on " + NameOrUnnamed(names.front());
    return " on " + Thousands(names.size()) + " machines (" + NameList(names) + ")";
  }

  size_t machines_;
  std::vector<Folded> notes_;
};

constexpr const char* kNameThemInEnglish =
    "Write the English names of objects and counters (Process, Memory, Private Bytes) into the "
    "first line of the CSV, or log on a Windows that is set to English.";

void NoteProcesses(const LoggedCounters& logged, const MachineFacts& machine, MachineNotes* notes) {
  if (!logged.process) {
    notes->Add("no-process-counters", "No Process counters were logged",
               ": growth cannot be traced to a process.", "Log \\Process(*)\\* beside \\Memory\\*.",
               machine.name);
  } else if (!logged.one_process) {
    notes->Add("process-total-only", "Only Process(_Total) was logged",
               ": it hides who grows and every restart.",
               "Log \\Process(*)\\* instead of \\Process(_Total)\\*.", machine.name);
  } else if (!machine.has_process_ids) {
    notes->Add("no-process-id", "Process IDs were not logged",
               ": a restarted process and a renumbered instance can only be guessed.",
               "Add \\Process(*)\\ID Process and \\Process(*)\\Elapsed Time.", machine.name);
  }
}

void NoteSystem(const LoggedCounters& logged, const MachineFacts& machine, MachineNotes* notes) {
  if (!machine.has_load) {
    notes->Add("no-load-counter", "No measure of load was logged",
               ": growth that follows the working day cannot be told from a leak.",
               "Add \\Processor(_Total)\\% Processor Time.", machine.name);
  }
  if (logged.committed && !logged.commit_limit) {
    notes->Add("no-commit-limit", "Memory\\Commit Limit was not logged",
               ": the time to exhaustion of memory is not known.", "Add \\Memory\\Commit Limit.",
               machine.name);
  }
}

void NoteMachine(const LoggedCounters& logged, const MachineFacts& machine, MachineNotes* notes) {
  if (!NamesUnderstood(logged)) {
    notes->Add("names-not-understood", "Not one counter name is understood",
               ", such as " + logged.first_path +
                   ": the names seem to be those of another language or of one program alone.",
               kNameThemInEnglish, machine.name);
  } else {
    NoteProcesses(logged, machine, notes);
    NoteSystem(logged, machine, notes);
  }
}

// "PC (2 times), SRV (1 time)"
void NoteRestarts(const std::vector<MachineFacts>& machines, std::vector<QualityNote>* notes) {
  std::vector<std::string> restarted;
  for (const MachineFacts& machine : machines) {
    if (machine.restarts == 0) continue;
    const std::string times = Counted(machine.restarts, "time", "times");
    restarted.push_back(machines.size() == 1 ? times
                                             : NameOrUnnamed(machine.name) + " (" + times + ")");
  }
  if (restarted.empty()) return;
  const std::string who =
      machines.size() == 1 ? "The machine restarted " + restarted.front()
      : restarted.size() == 1
          ? "1 machine restarted, " + restarted.front() + ","
          : Thousands(restarted.size()) + " machines restarted, " + NameList(restarted) + ",";
  notes->push_back({"machine-restarted", who + " while logged; each stretch was judged by itself.",
                    "Nothing to do; a log between two restarts shows a leak best."});
}

void NoteLength(const SeriesSet& set, std::vector<QualityNote>* notes) {
  const double span_s = set.end_s - set.start_s;
  const std::string samples = Counted(set.rows, "sample", "samples");
  if (set.rows < kMinBuckets) {
    notes->push_back({"few-samples",
                      "The log holds only " + samples + "; a counter is judged from " +
                          std::to_string(kMinBuckets) + " on.",
                      "Log for longer, or at a shorter interval."});
  } else if (set.rows < kFewRows) {
    notes->push_back({"few-samples",
                      "The log holds only " + samples + "; in fewer than " +
                          std::to_string(kFewRows) + " a passing rise looks like a trend.",
                      "Log for longer, or at a shorter interval."});
  } else if (span_s < kShortLog_s) {
    notes->push_back(
        {"short-log",
         "The log covers " + FormatDuration(span_s) +
             "; within a day, warm-up and working hours look like leaks.",
         "Log for 24 hours or more, beginning some hours after the start of the server."});
  }
}

void NoteGaps(const SeriesSet& set, std::vector<QualityNote>* notes) {
  if (set.gap_count == 0) return;
  notes->push_back({"gaps",
                    Counted(set.gap_count, "gap", "gaps") + " without samples, " +
                        (set.gap_count == 1 ? "" : "the first ") + "from " +
                        FormatMinute(set.gaps.front().from_s) + " to " +
                        FormatMinute(set.gaps.front().to_s) + ".",
                    "If the collector was stopped, give perfleak the logs of that time as well."});
}

}  // namespace

std::vector<QualityNote> JudgeQuality(const SeriesSet& set, const CounterTable& table,
                                      uint64_t judged) {
  std::map<std::string, LoggedCounters> logged = LoggedByMachine(table);
  MachineNotes of_machines(set.machines.size());
  bool any_understood = set.machines.empty();
  for (const MachineFacts& machine : set.machines) {
    const LoggedCounters& counters = logged[ToLower(machine.name)];
    any_understood |= NamesUnderstood(counters);
    NoteMachine(counters, machine, &of_machines);
  }
  std::vector<QualityNote> notes;
  if (judged == 0) {
    notes.push_back({"nothing-judged", "None of the counters in this log could be judged.",
                     any_understood
                         ? "Log \\Process(*)\\*, \\Memory\\* and \\Processor(_Total)\\% Processor "
                           "Time for a day or more."
                         : kNameThemInEnglish});
  }
  NoteLength(set, &notes);
  NoteGaps(set, &notes);
  of_machines.MoveTo(&notes);
  NoteRestarts(set.machines, &notes);
  return notes;
}

void NoteContradictions(const std::vector<Platform>& platforms, std::vector<QualityNote>* notes) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> machines;  // by message
  for (const Platform& platform : platforms) {
    for (const Contradiction& found : platform.contradictions) {
      const std::string log = found.stated + " was stated, but the log is of " + found.log;
      machines[{found.product, log}].push_back(platform.machine);
    }
  }
  for (const auto& [what, names] : machines) {
    const bool is_windows = what.first == "windows";
    const std::string on = platforms.size() > 1 ? " on " + NameList(names) : "";
    notes->push_back(
        {is_windows ? "stated-windows-contradicts-log" : "stated-product-contradicts-log",
         what.second + on + "; what was stated counts.",
         is_windows ? "Check --windows; without it, the log tells."
                    : "Check --product; without it, the log tells."});
  }
}

}  // namespace perfleak
