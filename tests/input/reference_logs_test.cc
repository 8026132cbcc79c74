// Real logs, where they are at hand. Counts are those of `wc -l` and of the header lines.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "input/read_log.h"
#include "input/timeline.h"

using namespace perfleak;
using namespace perfleak::testing;

namespace {

// The file's path, or "" where it is not at hand, and says so.
std::string Reference(const std::string& name) {
  const char* const given = std::getenv("PERFLEAK_SHARED_DIR");
  const std::filesystem::path folder =
      std::filesystem::path(given != nullptr ? given : PERFLEAK_SHARED_DIR) / "reference-logs";
  if (std::filesystem::exists(folder / name)) return (folder / name).string();
  MESSAGE("skipped: no reference log " << (folder / name).string());
  return "";
}

WholeLog ReadReference(const std::string& path) {
  auto source = OpenByteSource(path);
  REQUIRE(source.ok());
  return ReadSource(std::move(*source), 2);
}

}  // namespace

TEST_CASE("reference: one log as CSV and as TSV has the same rows") {
  const std::string csv = Reference("countersamples.csv"), tsv = Reference("countersamples.tsv");
  if (csv.empty() || tsv.empty()) return;
  const WholeLog a = ReadReference(csv), b = ReadReference(tsv);
  CHECK(a.info.columns == 10);
  CHECK(a.info.format == "PDH-CSV");
  CHECK(b.info.format == "PDH-TSV");
  CHECK(a.info.zone == "Pacific Standard Time");
  REQUIRE(a.rows.size() == 25);
  REQUIRE(b.rows.size() == 25);
  for (size_t i = 0; i < a.rows.size(); ++i) CHECK(a.rows[i].t_s == b.rows[i].t_s);
}

TEST_CASE("reference: a binary log is recognised") {
  for (const char* name : {"countersamples.blg", "server-2007.blg", "basic-counters.blg"}) {
    const std::string path = Reference(name);
    if (path.empty()) continue;
    CHECK(ReadReference(path).error.ends_with("\nrelog " + path + " -f CSV -o " + path + ".csv"));
  }
}

TEST_CASE("reference: a log without signature and without final newline") {
  const std::string path = Reference("no-signature.csv");
  if (path.empty()) return;
  const WholeLog log = ReadReference(path);
  CHECK(log.rows.size() == 500);
  CHECK(log.info.time_basis == TimeBasis::kUtc);
  CHECK(log.Count("duplicate-column") == 1);
}

TEST_CASE("reference: seven duplicate columns and a zone cut off") {
  const std::string path = Reference("desktop-disk-394.csv");
  if (path.empty()) return;
  const WholeLog log = ReadReference(path);
  CHECK(log.rows.size() == 119);
  CHECK(log.Count("duplicate-column") == 7);
  CHECK(log.Count("zone-cut-off") == 1);
}

TEST_CASE("reference: three segments of one collector make one timeline") {
  std::vector<std::string> paths;
  for (const char* name :
       {"desktop-memory-436.csv", "desktop-memory-434.csv", "desktop-memory-435.csv"}) {
    paths.push_back(Reference(name));
    if (paths.back().empty()) return;
  }
  CounterTable table;
  Diagnostics diagnostics;
  auto timeline = Timeline::Open(paths, &table, &diagnostics);
  REQUIRE(timeline.ok());
  size_t rows = 0;
  double last_s = 0;
  for (;; ++rows) {
    const auto row = (*timeline)->Next();
    REQUIRE(row.ok());
    if (!*row) break;
    CHECK((*row)->t_s > last_s);
    last_s = (*row)->t_s;
  }
  CHECK(rows == 363);
  CHECK(table.size() == 449);
  CHECK(diagnostics.Count("overlap") == 0);
  CHECK(std::filesystem::path((*timeline)->logs()[0].name).filename() == "desktop-memory-434.csv");
}

TEST_CASE("reference: a gap of days") {
  const std::string path = Reference("linux-producer-gap.csv");
  if (path.empty()) return;
  const WholeLog log = ReadReference(path);
  REQUIRE(log.rows.size() == 20);
  CHECK(log.rows.back().t_s - log.rows.front().t_s > 4 * kSecondsPerDay);
  CHECK(log.diagnostics.Entries().empty());
}
