// The same logs out of files, folders, compressed files and archives: the commands as a whole.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "app/run_program.h"
#include "support/csv_log.h"
#include "support/pack.h"
#include "support/temp_dir.h"
#include "support/test_log.h"

namespace perfleak {
namespace {

using testing::Compress;
using testing::Pack;

std::string Content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What a report says apart from what the files are called.
nlohmann::json WithoutNames(nlohmann::json report) {
  for (const char* list : {"files", "logs"}) {
    if (report.contains(list)) {
      for (nlohmann::json& file : report[list]) file.erase("name");
    }
  }
  for (nlohmann::json& file : report["input"]["files"]) file.erase("name");
  return report;
}

// Standard input is this file.
class StdinFrom {
 public:
  explicit StdinFrom(const std::string& path) : before_(dup(STDIN_FILENO)) {
    const int file = open(path.c_str(), O_RDONLY);
    REQUIRE(dup2(file, STDIN_FILENO) == STDIN_FILENO);
    close(file);
  }
  ~StdinFrom() {
    dup2(before_, STDIN_FILENO);
    close(before_);
  }
  StdinFrom(const StdinFrom&) = delete;
  StdinFrom& operator=(const StdinFrom&) = delete;

 private:
  int before_;
};

std::vector<CsvColumn> Machine() {
  return {{"\\\\PC\\Process(store)\\ID Process", Always(10)},
          {"\\\\PC\\Process(store)\\Private Bytes",
           [](int i) { return 3e8 + 1e6 * i + 2e6 * Noise(i, 1); }},
          {"\\\\PC\\Memory\\Available Bytes", [](int i) { return 4e9 - 1e6 * i; }}};
}

TEST_CASE("a sample is analyzed the same out of every container") {
  const TempDir dir;
  const std::string log = Content(SampleLog("q176708"));
  const auto expected = WithoutNames(JsonOf({dir.Write("a.csv", log)}));
  const std::string zip = Pack("zip", {{"a.csv", log}});
  std::filesystem::create_directories(dir.Path("f/g"));
  dir.Write("f/g/a.csv", log);
  const std::vector<std::string> containers = {
      dir.Path("f"),
      dir.Write("a.csv.gz", Compress("gzip", log)),
      dir.Write("a.csv.zst", Compress("zstd", log)),
      dir.Write("a.csv.xz", Compress("xz", log)),
      dir.Write("a.csv.bz2", Compress("bzip2", log)),
      dir.Write("a.csv.lz4", Compress("lz4", log)),
      dir.Write("a.csv.Z", Compress("compress", log)),
      dir.Write("a.zip", zip),
      dir.Write("a.7z", Pack("7zip", {{"a.csv", log}})),
      dir.Write("a.tar.gz", Compress("gzip", Pack("gnutar", {{"logs/a.csv", log}}))),
      dir.Write("in.tar", Pack("gnutar", {{"a.zip", zip}})),
      dir.Write("in.zip", Pack("zip", {{"a.7z", Pack("7zip", {{"a.csv", log}})}}))};
  for (const std::string& container : containers) {
    CAPTURE(container);
    CHECK((WithoutNames(JsonOf({container})) == expected));
    CHECK((WithoutNames(JsonOf({container, "--threads", "1"})) == expected));
  }
}

TEST_CASE("inspect and compare read containers as well") {
  const TempDir dir;
  const std::string log = CsvLog(Machine(), 2000);
  const std::string plain = dir.Write("a.csv", log);
  const std::string zip = dir.Write("a.zip", Pack("zip", {{"a.csv", log}, {"a.txt", "hello"}}));
  auto inspected = WithoutNames(JsonOf({"inspect", zip, "--only", "*.csv"}));
  CHECK((inspected == WithoutNames(JsonOf({"inspect", plain}))));
  const auto compared = JsonOf({"compare", plain, zip, "--skip", "*.txt"});
  CHECK(compared["overall"] == "same");
}

TEST_CASE("what is skipped in a folder is in the report") {
  const TempDir dir;
  std::filesystem::create_directory(dir.Path("f"));
  dir.Write("f/a.csv", CsvLog(Machine(), 300));
  dir.Write("f/notes.txt", "hello\n");
  CHECK(Contains(Unwrapped(OutputOf({dir.Path("f"), "--all"})),
                 "not-a-log (1 time, first at " + dir.Path("f/notes.txt") + ")"));
  CHECK_FALSE(Contains(OutputOf({dir.Path("f"), "--all", "--only", "*.csv"}), "not-a-log"));
  CHECK_FALSE(Contains(OutputOf({dir.Path("f"), "--all", "--skip", "notes.*"}), "not-a-log"));
  CHECK(Contains(ErrorOf({dir.Path("f"), "--skip", ""}), "is empty"));
}

TEST_CASE("standard input may be compressed, or an archive of one log") {
  const TempDir dir;
  const std::string log = CsvLog(Machine(), 2000);
  const auto expected = WithoutNames(JsonOf({dir.Write("a.csv", log)}));
  for (const std::string& bytes :
       {log, Compress("gzip", log), Compress("xz", Pack("gnutar", {{"a.csv", log}})),
        Pack("zip", {{"a.csv", log}})}) {
    const StdinFrom redirected(dir.Write("stdin", bytes));
    CHECK((WithoutNames(JsonOf({"-"})) == expected));
  }
  {
    const StdinFrom redirected(
        dir.Write("stdin", Pack("zip", {{"read me.txt", "x"}, {"a.csv", log}, {"b.csv", log}})));
    const std::string report = Unwrapped(OutputOf({"-", "--all"}));
    CHECK(Contains(report, "not-a-log (1 time, first at <stdin>/read me.txt)"));
    CHECK(Contains(report, "stdin-archive (1 time, first at <stdin>/b.csv)"));
  }
  {
    const StdinFrom redirected(dir.Write("stdin", Pack("7zip", {{"a.csv", log}})));
    CHECK(Contains(ErrorOf({"-"}), "<stdin>: a 7-Zip archive has its list of files at the end"));
  }
}

TEST_CASE("--output replaces an earlier report among the logs, but no log") {
  const TempDir dir;
  std::filesystem::create_directory(dir.Path("f"));
  const std::string log = dir.Write("f/a.csv", CsvLog(Machine(), 300));
  const std::string zip = dir.Write("f/b.zip", Pack("zip", {{"a.csv", "x"}}));
  const std::string report = dir.Path("f/report.txt");
  CHECK(OutputOf({dir.Path("f"), "--output", report}) == "");
  CHECK(OutputOf({dir.Path("f"), "--output", report}) == "");
  CHECK(Contains(dir.Read("f/report.txt"), "perfleak"));
  for (const std::string& input : {log, zip}) {
    CHECK(Contains(ErrorOf({dir.Path("f"), "--output", input}),
                   "is one of the logs to read; choose another --output."));
  }
}

}  // namespace
}  // namespace perfleak
