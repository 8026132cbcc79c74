#include "stages.h"

#include <cstdlib>
#include <iostream>
#include <utility>

#include "base/diagnostics.h"
#include "input/timeline.h"

namespace perfleak {
namespace {

[[noreturn]] void Fail(const Error& error) {
  std::cerr << error.message << '\n';
  std::exit(2);
}

template <class Take>
void ForEachRow(const std::string& path, int threads, CounterTable* table, Take take) {
  Diagnostics diagnostics;
  TimelineOptions options;
  options.read.threads = threads;
  const auto timeline = Timeline::Open({path}, table, &diagnostics, options);
  if (!timeline) Fail(timeline.error());
  while (true) {
    const auto row = (*timeline)->Next();
    if (!row) Fail(row.error());
    if (!*row) return;
    take(**row);
  }
}

}  // namespace

uint64_t ReadLog(const std::string& path, Values values, int threads) {
  CounterTable table = values == Values::kUsual
                           ? CounterTable()
                           : CounterTable([](const Counter&) { return false; });
  uint64_t rows = 0;
  ForEachRow(path, threads, &table, [&rows](const Row&) { ++rows; });
  return rows;
}

std::unique_ptr<LogRows> RowsOf(const std::string& path) {
  auto rows = std::make_unique<LogRows>();
  ForEachRow(path, 1, &rows->table, [&rows](const Row& row) {
    rows->times.push_back(row.t_s);
    rows->values.emplace_back(row.values.begin(), row.values.end());
  });
  return rows;
}

SeriesSet SeriesOf(const LogRows& rows) {
  Diagnostics diagnostics;
  SeriesBuilder builder(&rows.table, &diagnostics);
  for (size_t i = 0; i < rows.times.size(); ++i) builder.Add({rows.times[i], rows.values[i]});
  return builder.Finish();
}

LeakReport LeaksOf(const SeriesSet& set, const CounterTable& table,
                   const KnowledgeBase* knowledge) {
  LeakOptions options;
  options.knowledge = knowledge;
  return FindLeaks(set, table, options);
}

Report ReportOf(const SeriesSet& set, const CounterTable& table, LeakReport leaks) {
  Report report;
  report.version = "0";
  report.input.files.push_back({"log.csv", "PDH-CSV", "ASCII", 1});
  Summarize(set, TimeBasis::kUtc, table.size(), &report.input);
  report.leaks = std::move(leaks);
  return report;
}

}  // namespace perfleak
