// The stages of an analysis one by one, each on what the one before made of a log: what
// stages_benchmark times and stage_counts counts.
#ifndef PERFLEAK_TOOLS_BENCH_STAGES_H_
#define PERFLEAK_TOOLS_BENCH_STAGES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "leaks/find_leaks.h"
#include "model/counter_table.h"
#include "report/report.h"
#include "series/series_set.h"

namespace perfleak {

enum class Values { kNone, kUsual };  // kNone: lines are found and framed, no cell is a number

// Reads the log to its end; how many rows it has. All of these end the program if the log is none.
uint64_t ReadLog(const std::string& path, Values values, int threads);

// The rows of a log in memory.
struct LogRows {
  CounterTable table;
  std::vector<double> times;
  std::vector<std::vector<double>> values;
};
std::unique_ptr<LogRows> RowsOf(const std::string& path);

SeriesSet SeriesOf(const LogRows& rows);

// knowledge: nullptr for none.
LeakReport LeaksOf(const SeriesSet& set, const CounterTable& table, const KnowledgeBase* knowledge);

// As `analyze` makes it, but for what it says about the data.
Report ReportOf(const SeriesSet& set, const CounterTable& table, LeakReport leaks);

}  // namespace perfleak

#endif  // PERFLEAK_TOOLS_BENCH_STAGES_H_
