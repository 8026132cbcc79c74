#include "app/quality.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "base/time.h"
#include "base/units.h"

namespace perfleak {
namespace {

// Microsoft's own procedure asks for 24 hours or more after warm-up (KB Q130926).
constexpr double kShortLog_s = kSecondsPerDay;
// Below this no series has the buckets that a verdict takes.
constexpr uint64_t kFewRows = 36;

bool Logs(const CounterTable& table, const std::string& machine, Resource resource) {
  for (CounterId id = 0; id < table.size(); ++id) {
    const Counter& counter = table[id];
    if (counter.traits.resource == resource && EqualsIgnoreCase(counter.path.machine, machine)) {
      return true;
    }
  }
  return false;
}

bool IsProcess(const CounterPath& path) {
  return EqualsIgnoreCase(path.object, "Process") || EqualsIgnoreCase(path.object, "Process V2");
}

// Instances of Process that are no sum and not idle time.
bool IsOneProcess(const CounterPath& path) {
  return IsProcess(path) && !EqualsIgnoreCase(path.instance, "_Total") &&
         !EqualsIgnoreCase(path.instance, "Idle");
}

bool LogsAny(const CounterTable& table, const std::string& machine,
             bool (*matches)(const CounterPath&)) {
  for (CounterId id = 0; id < table.size(); ++id) {
    const CounterPath& path = table[id].path;
    if (matches(path) && EqualsIgnoreCase(path.machine, machine)) return true;
  }
  return false;
}

std::string On(const SeriesSet& set, const MachineFacts& machine) {
  return set.machines.size() > 1 ? " on " + machine.name : "";
}

void NoteProcesses(const SeriesSet& set, const CounterTable& table, const MachineFacts& machine,
                   std::vector<QualityNote>* notes) {
  if (!LogsAny(table, machine.name, IsProcess)) {
    notes->push_back({"no-process-counters",
                      "No Process counters were logged" + On(set, machine) +
                          ": growth cannot be traced to a process.",
                      "Log \\Process(*)\\* beside \\Memory\\*."});
  } else if (!LogsAny(table, machine.name, IsOneProcess)) {
    notes->push_back({"process-total-only",
                      "Only Process(_Total) was logged" + On(set, machine) +
                          ": it hides who grows and every restart.",
                      "Log \\Process(*)\\* instead of \\Process(_Total)\\*."});
  } else if (!machine.has_process_ids) {
    notes->push_back({"no-process-id",
                      "Process IDs were not logged" + On(set, machine) +
                          ": a restarted process and a renumbered instance can only be guessed.",
                      "Add \\Process(*)\\ID Process and \\Process(*)\\Elapsed Time."});
  }
}

void NoteSystem(const SeriesSet& set, const CounterTable& table, const MachineFacts& machine,
                std::vector<QualityNote>* notes) {
  if (!machine.has_load) {
    notes->push_back({"no-load-counter",
                      "No measure of load was logged" + On(set, machine) +
                          ": growth that follows the working day cannot be told from a leak.",
                      "Add \\Processor(_Total)\\% Processor Time."});
  }
  if (Logs(table, machine.name, Resource::kCommittedBytes) &&
      !Logs(table, machine.name, Resource::kCommitLimit)) {
    notes->push_back({"no-commit-limit",
                      "Memory\\Commit Limit was not logged" + On(set, machine) +
                          ": the time to exhaustion of memory is not known.",
                      "Add \\Memory\\Commit Limit."});
  }
  if (machine.restarts > 0) {
    notes->push_back({"machine-restarted",
                      "The machine restarted " + std::to_string(machine.restarts) +
                          (machine.restarts == 1 ? " time" : " times") + On(set, machine) +
                          " while logged; each stretch was judged by itself.",
                      "Nothing to do; a log between two restarts shows a leak best."});
  }
}

}  // namespace

std::vector<QualityNote> JudgeQuality(const SeriesSet& set, const CounterTable& table,
                                      uint64_t judged) {
  std::vector<QualityNote> notes;
  const double span_s = set.end_s - set.start_s;
  if (judged == 0) {
    notes.push_back(
        {"nothing-judged", "None of the counters in this log could be judged.",
         "Log \\Process(*)\\*, \\Memory\\* and \\Processor(_Total)\\% Processor Time for "
         "a day or more."});
  }
  if (set.rows < kFewRows) {
    notes.push_back({"few-samples",
                     "Only " + std::to_string(set.rows) + " samples; a verdict takes at least " +
                         std::to_string(kFewRows) + ".",
                     "Log for longer, or at a shorter interval."});
  } else if (span_s < kShortLog_s) {
    notes.push_back(
        {"short-log",
         "The log covers " + FormatDuration(span_s) +
             "; within a day, warm-up and working hours look like leaks.",
         "Log for 24 hours or more, beginning some hours after the start of the server."});
  }
  if (set.gap_count > 0) {
    notes.push_back({"gaps",
                     std::to_string(set.gap_count) + (set.gap_count == 1 ? " gap" : " gaps") +
                         " without samples, the first from " +
                         FormatMinute(set.gaps.front().from_s) + " to " +
                         FormatMinute(set.gaps.front().to_s) + ".",
                     "If the collector was stopped, give perfleak the logs of that time as well."});
  }
  for (const MachineFacts& machine : set.machines) {
    NoteProcesses(set, table, machine, &notes);
    NoteSystem(set, table, machine, &notes);
  }
  return notes;
}

}  // namespace perfleak
