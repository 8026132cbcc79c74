// How fast each stage is by itself, on a synthetic process log of two days (a sample every two
// minutes): what takes the time before and after a change. parse_row_benchmark.cc has the rows.
#include <benchmark/benchmark.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/knowledge.h"
#include "base/number.h"
#include "input/byte_source.h"
#include "input/text_decoder.h"
#include "report/json_report.h"
#include "report/text_report.h"
#include "stages.h"
#include "synthetic_log.h"
#include "trend/trend.h"

namespace perfleak {
namespace {

constexpr uint64_t kRows = 1440;

std::string MakeText(LogShape shape, uint64_t rows) {
  SyntheticLog log(shape, 1, 120);
  std::string text = log.Header();
  std::vector<char> line(log.RoomForRow());
  for (uint64_t row = 0; row < rows; ++row) {
    text.append(line.data(), log.AppendRow(row, line.data()));
  }
  return text;
}

// A log on disk, removed at the end.
class LogFile {
 public:
  LogFile(LogShape shape, uint64_t rows) : path_(MakePath()) {
    const std::string text = MakeText(shape, rows);
    bytes_ = static_cast<int64_t>(text.size());
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~LogFile() { std::filesystem::remove(path_); }
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  const std::string& path() const { return path_; }
  int64_t bytes() const { return bytes_; }

 private:
  static std::string MakePath() {
    std::string path = std::filesystem::temp_directory_path() / "perfleak-stages.XXXXXX";
    const int descriptor = mkstemp(path.data());
    if (descriptor < 0) std::abort();
    close(descriptor);
    return path;
  }

  std::string path_;
  int64_t bytes_ = 0;
};

void BM_Frame(benchmark::State& state, LogShape shape, uint64_t rows) {
  const LogFile log(shape, rows);
  const auto threads = static_cast<int>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(ReadLog(log.path(), Values::kNone, threads));
  state.SetBytesProcessed(state.iterations() * log.bytes());
}
BENCHMARK_CAPTURE(BM_Frame, process, LogShape::kProcess, kRows)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK_CAPTURE(BM_Frame, narrow, LogShape::kNarrow, 40 * kRows)->Arg(1)->Arg(2)->UseRealTime();

void BM_FrameAndParse(benchmark::State& state, LogShape shape, uint64_t rows) {
  const LogFile log(shape, rows);
  const auto threads = static_cast<int>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(ReadLog(log.path(), Values::kUsual, threads));
  state.SetBytesProcessed(state.iterations() * log.bytes());
}
BENCHMARK_CAPTURE(BM_FrameAndParse, process, LogShape::kProcess, kRows)
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime();
BENCHMARK_CAPTURE(BM_FrameAndParse, narrow, LogShape::kNarrow, 40 * kRows)
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime();
BENCHMARK_CAPTURE(BM_FrameAndParse, wide, LogShape::kWide, kRows / 12)
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime();

// The cells of a process log, without those that are blank.
std::vector<std::string> Cells() {
  const std::string text = MakeText(LogShape::kProcess, 20);
  std::vector<std::string> cells;
  for (size_t begin = text.find("\r\n"); begin < text.size();) {
    begin = text.find(",\"", begin);
    if (begin == text.npos) break;
    const size_t end = text.find('"', begin + 2);
    if (text[begin + 2] != ' ') cells.push_back(text.substr(begin + 2, end - begin - 2));
    begin = end;
  }
  return cells;
}

void BM_ParseNumbers(benchmark::State& state) {
  const std::vector<std::string> cells = Cells();
  for (auto _ : state) {
    for (const std::string& cell : cells) benchmark::DoNotOptimize(ParseNumber(cell));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(cells.size()));
}
BENCHMARK(BM_ParseNumbers);

// UTF-16 as PowerShell's redirection writes it, or the text as it is.
void BM_Decode(benchmark::State& state, bool wide) {
  std::string bytes = wide ? "\xff\xfe" : "";
  for (const char c : MakeText(LogShape::kProcess, 100)) {
    bytes += c;
    if (wide) bytes += '\0';
  }
  std::vector<char> buffer(TextDecoder::kBlockBytes);
  for (auto _ : state) {
    auto decoder = TextDecoder::Open(MemoryByteSource("x.csv", bytes));
    if (!decoder) std::abort();
    while (*(*decoder)->Read(buffer.data(), buffer.size()) > 0) {
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes.size()));
}
BENCHMARK_CAPTURE(BM_Decode, ascii, false);
BENCHMARK_CAPTURE(BM_Decode, utf16, true);

// What the later stages begin with.
struct Prepared {
  std::unique_ptr<LogRows> rows;
  SeriesSet set;
  KnowledgeBase knowledge;
};

const Prepared& Prepare() {
  static const Prepared prepared = [] {
    const LogFile log(LogShape::kProcess, kRows);
    Prepared made{RowsOf(log.path()), {}, {}};
    made.set = SeriesOf(*made.rows);
    auto knowledge = LoadKnowledge({});
    if (!knowledge) std::abort();
    made.knowledge = std::move(*knowledge);
    return made;
  }();
  return prepared;
}

void BM_AccumulateSeries(benchmark::State& state) {
  const Prepared& prepared = Prepare();
  for (auto _ : state) benchmark::DoNotOptimize(SeriesOf(*prepared.rows));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kRows));
}
BENCHMARK(BM_AccumulateSeries);

std::vector<BucketSeries> AllSeries(const SeriesSet& set) {
  std::vector<BucketSeries> all;
  for (const Life& life : set.lives) {
    for (const LifeSeries& series : life.series) all.push_back(life.Buckets(series));
  }
  return all;
}

void BM_FitTrend(benchmark::State& state) {
  const std::vector<BucketSeries> all = AllSeries(Prepare().set);
  for (auto _ : state) {
    for (const BucketSeries& series : all) benchmark::DoNotOptimize(FitTrend(series, {}));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(all.size()));
}
BENCHMARK(BM_FitTrend);

void BM_Judge(benchmark::State& state) {
  const Prepared& prepared = Prepare();
  for (auto _ : state) {
    benchmark::DoNotOptimize(LeaksOf(prepared.set, prepared.rows->table, nullptr));
  }
}
BENCHMARK(BM_Judge);

void BM_JudgeAndMatch(benchmark::State& state) {
  const Prepared& prepared = Prepare();
  for (auto _ : state) {
    benchmark::DoNotOptimize(LeaksOf(prepared.set, prepared.rows->table, &prepared.knowledge));
  }
}
BENCHMARK(BM_JudgeAndMatch);

void BM_LoadKnowledge(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(LoadKnowledge({}));
}
BENCHMARK(BM_LoadKnowledge);

Report MakeReport() {
  const Prepared& prepared = Prepare();
  const CounterTable& table = prepared.rows->table;
  return ReportOf(prepared.set, table, LeaksOf(prepared.set, table, &prepared.knowledge));
}

void BM_WriteText(benchmark::State& state) {
  const Report report = MakeReport();
  for (auto _ : state) benchmark::DoNotOptimize(RenderText(report, TextStyle()));
}
BENCHMARK(BM_WriteText);

void BM_WriteJson(benchmark::State& state) {
  const Report report = MakeReport();
  for (auto _ : state) benchmark::DoNotOptimize(RenderJson(report, JsonStyle()));
}
BENCHMARK(BM_WriteJson);

}  // namespace
}  // namespace perfleak

BENCHMARK_MAIN();
