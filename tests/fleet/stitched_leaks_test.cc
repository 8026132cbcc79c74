// Verdicts on logs that were cut in pieces, kept as digests and stitched, against those on the
// whole log; and verdicts on what damaged bytes decode to, which must be given.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "input/timeline.h"
#include "leaks/find_leaks.h"
#include "series/series_codec.h"
#include "series/stitch.h"
#include "support/test_log.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;

struct Log {
  CounterTable table;
  std::vector<double> t_s;
  std::vector<std::vector<double>> rows;

  SeriesSet Read(size_t begin, size_t end) const {
    Diagnostics diagnostics;
    SeriesBuilder builder(&table, &diagnostics);
    for (size_t i = begin; i < end; ++i) builder.Add({t_s[i], rows[i]});
    return builder.Finish();
  }
};

void Load(const std::string& path, Log* log) {
  Diagnostics diagnostics;
  auto timeline = Timeline::Open({path}, &log->table, &diagnostics);
  REQUIRE(timeline.ok());
  while (true) {
    const auto row = (*timeline)->Next();
    REQUIRE(row.ok());
    if (*row == nullptr) return;
    log->t_s.push_back((*row)->t_s);
    log->rows.emplace_back((*row)->values.begin(), (*row)->values.end());
  }
}

SeriesSet InPieces(const Log& log, size_t pieces, std::mt19937* random) {
  std::vector<size_t> cuts = {log.rows.size()};
  for (size_t i = 1; i < pieces; ++i) cuts.push_back(1 + (*random)() % (log.rows.size() - 1));
  std::sort(cuts.begin(), cuts.end());
  Diagnostics diagnostics;
  SeriesStitcher stitcher(&log.table, &diagnostics);
  size_t begin = 0;
  for (const size_t end : cuts) {
    if (end == begin) continue;
    auto set = DecodeSeriesSet(EncodeSeriesSet(log.Read(begin, end)), log.table);
    REQUIRE(set.ok());
    stitcher.Add(std::move(*set));
    begin = end;
  }
  return stitcher.Finish();
}

TEST_CASE("the samples have the same suspects in pieces, with the same slopes") {
  std::mt19937 random(5);
  for (const auto& entry : fs::directory_iterator(PERFLEAK_SOURCE_DIR "/samples")) {
    if (entry.path().extension() != ".csv") continue;
    CAPTURE(entry.path().string());
    Log log;
    Load(entry.path(), &log);
    const LeakReport whole = FindLeaks(log.Read(0, log.rows.size()), log.table);
    for (const size_t pieces : {2, 5, 12}) {
      const LeakReport found = FindLeaks(InPieces(log, pieces, &random), log.table);
      REQUIRE(found.suspects.size() == whole.suspects.size());
      for (size_t i = 0; i < found.suspects.size(); ++i) {
        const Suspect &a = whole.suspects[i], &b = found.suspects[i];
        CHECK(b.component == a.component);
        CHECK(b.verdict == a.verdict);
        CHECK(b.kind == a.kind);
        CHECK(b.growth_in.path == a.growth_in.path);
        CHECK(b.growth_in.slope.per_s == doctest::Approx(a.growth_in.slope.per_s).epsilon(.05));
      }
    }
  }
}

TEST_CASE("whatever damaged bytes decode to can be judged and stitched") {
  TestLog log;
  log.Process("app", Always(100), [](int i) { return 1e6 + 4096 * i + 1e4 * Noise(i, 3); });
  log.Process("app#1", Always(101), [](int i) { return 2e6 + 1e4 * Noise(i, 4); });
  log.Column("Memory\\Committed Bytes", [](int i) { return 1e9 + 1e6 * Noise(i, 5); });
  log.Column("Processor(_Total)\\% Processor Time", [](int i) { return 50 + 50 * Noise(i, 6); });
  const SeriesSet set = log.Read(0, 400), next = log.Read(400, 500);
  const std::string bytes = EncodeSeriesSet(set);
  std::mt19937 random(2);
  int decoded_ones = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string damaged = bytes;
    damaged[random() % damaged.size()] ^= static_cast<char>(1U << random() % 8);
    auto decoded = DecodeSeriesSet(damaged, log.table());
    if (!decoded) continue;
    ++decoded_ones;
    if (i % 10 != 0) continue;
    static_cast<void>(FindLeaks(*decoded, log.table()));
    Diagnostics diagnostics;
    SeriesStitcher stitcher(&log.table(), &diagnostics);
    stitcher.Add(Slice(*decoded, TestLog::kStart_s + 600, TestLog::kStart_s + 60000));
    stitcher.Add(next);
    for (const Life& life : stitcher.Finish().lives) CHECK(life.buckets->grid().IsSound());
  }
  CHECK(decoded_ones > 0);
}

}  // namespace
}  // namespace perfleak
