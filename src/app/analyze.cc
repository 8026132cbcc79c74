#include "app/analyze.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "app/quality.h"
#include "base/diagnostics.h"
#include "base/text.h"
#include "base/time.h"
#include "input/timeline.h"
#include "leaks/find_leaks.h"
#include "series/series_set.h"

namespace perfleak {
namespace {

bool MatchesAny(const std::vector<std::string>& patterns, const std::string& path) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return MatchesPattern(pattern, path); });
}

bool NamesAny(const std::vector<std::string>& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& one) { return EqualsIgnoreCase(one, name); });
}

// Patterns choose what is judged; identifiers, clocks and load are needed all the same.
CounterTable::Filter FilterOf(const AnalyzeOptions& options) {
  return [&options](const Counter& counter) {
    if (!CounterTable::UsedByAnalysis(counter)) return false;
    if (!options.machines.empty() && !NamesAny(options.machines, counter.path.machine)) {
      return false;
    }
    if (counter.traits.kind != CounterKind::kResource) return true;
    const std::string path = ToString(counter.path);
    if (!options.include.empty() && !MatchesAny(options.include, path)) return false;
    return !MatchesAny(options.exclude, path);
  };
}

Status ReadBound(const std::string& text, const char* option, double* bound_s) {
  if (text.empty()) return {};
  const auto t_s = ParseUserTime(text);
  if (!t_s) {
    return Error{std::string(option) + " " + text +
                 ": not a time. Write it as 2026-03-01 or \"2026-03-01 14:30\"."};
  }
  *bound_s = *t_s;
  return {};
}

Result<SeriesSet> ReadSeries(Timeline* timeline, SeriesBuilder* builder) {
  while (true) {
    auto row = timeline->Next();
    if (!row) return row.error();
    if (!row->has_value()) return builder->Finish();
    builder->Add(**row);
  }
}

// Counters of other machines were not read; nothing is to be said of these machines.
void LeaveOutMachines(const AnalyzeOptions& options, SeriesSet* set) {
  if (options.machines.empty()) return;
  std::erase_if(set->machines, [&](const MachineFacts& machine) {
    return !NamesAny(options.machines, machine.name);
  });
}

InputSummary Summarize(const Timeline& timeline, const SeriesSet& set, const CounterTable& table) {
  InputSummary summary;
  for (const LogInfo& log : timeline.logs()) {
    summary.files.push_back({log.name, log.format, log.encoding, log.bytes});
    summary.rows_read += log.rows_read;
    summary.rows_used += log.rows_used;
    summary.rows_dropped += log.rows_dropped;
  }
  for (const MachineFacts& machine : set.machines) summary.machines.push_back(machine.name);
  summary.time_basis = timeline.time_basis();
  summary.start_s = set.start_s;
  summary.end_s = set.end_s;
  summary.interval_s = set.interval_s;
  summary.counters = table.size();
  return summary;
}

std::string DescribeDrops(const Diagnostics& diagnostics) {
  std::string text;
  for (const auto& entry : diagnostics.Entries()) {
    text += (text.empty() ? " Seen: " : ", ") + entry.code + " x" + std::to_string(entry.count);
  }
  return text.empty() ? text : text + ".";
}

Error NoSamples(const AnalyzeOptions& options, const Diagnostics& diagnostics) {
  const bool bounded = !options.since.empty() || !options.until.empty();
  return {options.logs.front() + ": the log has no usable sample" +
          (bounded ? " between --since and --until" : "") + "." + DescribeDrops(diagnostics) +
          " Export it again (relog LOG.blg -f CSV -o LOG.csv), or look at its first lines."};
}

}  // namespace

bool MatchesPattern(const std::string& pattern, const std::string& path) {
  const bool has_wildcard = pattern.find_first_of("*?") != std::string::npos;
  return WildcardMatch(has_wildcard ? pattern : "*" + pattern + "*", path);
}

Result<Report> Analyze(const AnalyzeOptions& options) {
  Diagnostics diagnostics;
  CounterTable table(FilterOf(options));
  TimelineOptions range;
  range.read.threads = options.threads;
  if (auto ok = ReadBound(options.since, "--since", &range.since_s); !ok) return ok.error();
  if (auto ok = ReadBound(options.until, "--until", &range.until_s); !ok) return ok.error();

  auto timeline = Timeline::Open(options.logs, &table, &diagnostics, range);
  if (!timeline) return timeline.error();
  SeriesBuilder builder(&table, &diagnostics);
  auto set = ReadSeries(timeline->get(), &builder);
  if (!set) return set.error();
  if (set->rows == 0) return NoSamples(options, diagnostics);
  LeaveOutMachines(options, &*set);

  Report report;
  report.version = PERFLEAK_VERSION;
  report.input = Summarize(**timeline, *set, table);
  report.leaks = FindLeaks(*set, table);
  report.quality = JudgeQuality(*set, table, report.leaks.judged);
  report.diagnostics = diagnostics.Entries();
  return report;
}

}  // namespace perfleak
