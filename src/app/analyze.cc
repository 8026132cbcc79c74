#include "app/analyze.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "app/knowledge.h"
#include "app/quality.h"
#include "app/read_series.h"
#include "app/time_range.h"
#include "base/diagnostics.h"
#include "base/time.h"
#include "input/timeline.h"
#include "leaks/find_leaks.h"

namespace perfleak {
namespace {

// Counters of other machines were not read; nothing is to be said of these machines.
void LeaveOutMachines(const Selection& selection, SeriesOfLogs* read) {
  std::erase_if(read->set.machines, [&](const MachineFacts& machine) {
    return !SelectsMachine(selection, machine.name);
  });
  std::erase_if(read->input.machines,
                [&](const std::string& name) { return !SelectsMachine(selection, name); });
}

std::string DescribeDrops(const Diagnostics& diagnostics) {
  std::string text;
  for (const auto& entry : diagnostics.Entries()) {
    text += (text.empty() ? " Seen: " : ", ") + entry.code + " x" + std::to_string(entry.count);
  }
  return text.empty() ? text : text + ".";
}

// "2026-03-01 00:00 to 2026-03-02 09:19 UTC": what the logs cover without bounds. "" if they hold
// no row, or standard input, which is spent.
std::string TimeCovered(const AnalyzeOptions& options) {
  const auto& logs = options.logs;
  if (std::find(logs.begin(), logs.end(), "-") != logs.end()) return "";
  Diagnostics heard_already;
  CounterTable no_values([](const Counter&) { return false; });
  TimelineOptions whole;
  whole.files = options.files;
  auto timeline = Timeline::Open(logs, &no_values, &heard_already, whole);
  if (!timeline) return "";
  std::optional<double> first_s;
  double last_s = 0;
  for (auto row = (*timeline)->Next(); row && *row; row = (*timeline)->Next()) {
    last_s = (*row)->t_s;
    if (!first_s) first_s = last_s;
  }
  if (!first_s) return "";
  return FormatMinute(*first_s) + " to " + FormatMinute(last_s) +
         ((*timeline)->time_basis() == TimeBasis::kUtc ? " UTC" : " local time");
}

Error NoSamples(const AnalyzeOptions& options, const Diagnostics& diagnostics) {
  if (diagnostics.Count("outside-range") > 0) {
    const std::string covered = TimeCovered(options);
    return {DescribeTimeRange(options.since, options.until) +
            ": no sample of the log lies in this time" +
            (covered.empty() ? "." : "; the log covers " + covered + ".")};
  }
  return {options.logs.front() + ": the log has no usable sample." + DescribeDrops(diagnostics) +
          " Export it again (relog LOG.blg -f CSV -o LOG.csv), or look at its first lines."};
}

}  // namespace

Result<Report> Analyze(const AnalyzeOptions& options) {
  Diagnostics diagnostics;
  const auto knowledge = LoadKnowledge(options.rules);
  if (!knowledge) return knowledge.error();
  auto facts = ReadKnownFacts(options.events, options.pool_tags);
  if (!facts) return facts.error();
  CounterTable table(FilterOf(options.selection, *knowledge));
  TimelineOptions range;
  range.files = options.files;
  range.read.threads = options.threads;
  range.read.language = options.language;
  if (auto ok = ReadTimeRange(options.since, options.until, &range); !ok) return ok.error();
  auto stated = ReadStated(options.stated);
  if (!stated) return stated.error();

  auto read = ReadSeries(options.logs, range, &table, &diagnostics);
  if (!read) return read.error();
  if (auto ok = CheckSelection(options.selection, table); !ok) return ok.error();
  if (read->set.rows == 0) return NoSamples(options, diagnostics);
  LeaveOutMachines(options.selection, &*read);

  LeakOptions leak_options;
  leak_options.is_judged = JudgedBy(options.selection);
  leak_options.stated = *stated;
  leak_options.knowledge = &*knowledge;
  leak_options.facts = std::move(*facts);
  leak_options.trends = options.trends;
  leak_options.threads = options.threads;

  Report report;
  report.version = PERFLEAK_VERSION;
  report.input = read->input;
  report.leaks = FindLeaks(read->set, table, leak_options);
  report.quality = JudgeQuality(read->set, table, report.leaks.judged);
  NoteContradictions(report.leaks.platforms, &report.quality);
  report.diagnostics = diagnostics.Entries();
  return report;
}

}  // namespace perfleak
