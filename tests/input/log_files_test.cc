// Timeline over folders and archives; which files there are is tests/input/file_finder_test.cc and
// tests/input/member_walker_test.cc.
#include "input/log_files.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "input/timeline.h"
#include "support/pack.h"
#include "support/temp_dir.h"

namespace perfleak {
namespace {

using testing::Compress;
using testing::Pack;
using testing::Packed;

// `rows` samples of a minute from `hour` o'clock on.
std::string Log(int hour, int rows, const std::string& machine = "A") {
  std::string text =
      "\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\" + machine + "\\Memory\\Available Bytes\"\r\n";
  for (int i = 0; i < rows; ++i) {
    char line[80];
    std::snprintf(line, sizeof line, "\"01/01/2026 %02d:%02d:00.000\",\"%d\"\r\n", hour + i / 60,
                  i % 60, 1000 * hour + i);
    text += line;
  }
  return text;
}

struct Read {
  std::string error;
  std::vector<double> rows;  // time and value of each row
  std::vector<std::string> names;
  Diagnostics diagnostics;
};

std::unique_ptr<Read> ReadAll(const std::vector<std::string>& paths,
                              const FileFilter& filter = {}) {
  auto read = std::make_unique<Read>();
  CounterTable table;
  TimelineOptions options;
  options.files = filter;
  auto timeline = Timeline::Open(paths, &table, &read->diagnostics, options);
  if (!timeline) {
    read->error = timeline.error().message;
    return read;
  }
  for (;;) {
    const auto row = (*timeline)->Next();
    if (!row) read->error = row.error().message;
    if (!row || !*row) break;
    read->rows.push_back((*row)->t_s);
    read->rows.insert(read->rows.end(), (*row)->values.begin(), (*row)->values.end());
  }
  for (const LogInfo& log : (*timeline)->logs()) read->names.push_back(log.name);
  return read;
}

std::string Codes(const Diagnostics& diagnostics) {
  std::string text;
  for (const auto& entry : diagnostics.Entries()) {
    text += entry.code + " " + std::to_string(entry.count) + " ";
  }
  return text;
}

TEST_CASE("logs read the same from files, a folder and any container") {
  const TempDir dir;
  // In the archive neither in the order of time nor of names.
  const std::vector<Packed> files = {
      {"two.csv", Log(2, 100)}, {"one.csv", Log(0, 100)}, {"three.csv", Log(5, 50)}};
  const auto expected =
      ReadAll({dir.Write("1.csv", files[0].content), dir.Write("2.csv", files[1].content),
               dir.Write("3.csv", files[2].content)});
  REQUIRE(expected->error == "");
  REQUIRE(expected->rows.size() == 500);
  std::filesystem::create_directories(dir.Path("f/g"));
  for (const Packed& file : files) dir.Write("f/g/" + file.name, file.content);
  const std::string tar = Pack("gnutar", files);
  const std::vector<std::string> containers = {
      dir.Path("f"),
      dir.Write("a.zip", Pack("zip", files)),
      dir.Write("a.7z", Pack("7zip", files)),
      dir.Write("a.tar", tar),
      dir.Write("a.tgz", Compress("gzip", tar)),
      dir.Write("a.tar.Z", Compress("compress", tar)),
      dir.Write("in.zip", Pack("zip", {{"in.7z", Pack("7zip", files)}})),
      dir.Write("in.7z", Pack("7zip", {{"1.zip", Pack("zip", {files[0]})},
                                       {"2.tar", Pack("pax", {files[1]})},
                                       {"3.csv.xz", Compress("xz", files[2].content)}}))};
  for (const std::string& container : containers) {
    CAPTURE(container);
    const auto read = ReadAll({container});
    CHECK(read->error == "");
    CHECK(read->rows == expected->rows);
    CHECK(read->names.size() == 3);
    CHECK(Codes(read->diagnostics) == "");
  }
  CHECK(ReadAll({containers[1]})->names == std::vector<std::string>{dir.Path("a.zip/one.csv"),
                                                                    dir.Path("a.zip/two.csv"),
                                                                    dir.Path("a.zip/three.csv")});
}

TEST_CASE("logs of several machines in one archive are read side by side") {
  const TempDir dir;
  const std::string a = dir.Write("a.csv", Log(0, 600, "A"));
  const std::string b = dir.Write("b.csv", Log(0, 600, "B"));
  const std::string both = dir.Write(
      "l.tgz",
      Compress("gzip", Pack("gnutar", {{"a.csv", Log(0, 600, "A")}, {"b.csv", Log(0, 600, "B")}})));
  CHECK(ReadAll({both})->rows == ReadAll({a, b})->rows);
}

TEST_CASE("what is no log beside logs is counted, and an error where it is named") {
  const TempDir dir;
  std::filesystem::create_directory(dir.Path("f"));
  dir.Write("f/a.csv", Log(0, 3));
  const std::string text = dir.Write("f/read me.txt", "hello\n");
  dir.Write("f/more.zip", Pack("zip", {{"b.csv", Log(1, 3)},
                                       {"picture.png", "\x89PNG\r\n\x1A\n"},
                                       {"a.blg", std::string("\0\0\1\0\0\0\0\0", 8)}}));
  const auto read = ReadAll({dir.Path("f")});
  CHECK(read->error == "");
  CHECK(read->rows.size() == 12);
  CHECK(Codes(read->diagnostics) == "not-a-log 2 unreadable 1 ");
  CHECK(read->diagnostics.Entries()[0].places ==
        std::vector<std::string>{dir.Path("f/more.zip/picture.png"), text});
  CHECK(read->diagnostics.Entries()[1].message.find("a binary performance log (.blg)") !=
        std::string::npos);
  CHECK(Codes(ReadAll({dir.Path("f")}, {{"*.csv"}, {}})->diagnostics) == "");
  CHECK(ReadAll({dir.Path("f"), text})->error.find("not a Performance Monitor log") !=
        std::string::npos);
}

TEST_CASE("without a log in all of it, that is an error that says what there is") {
  const TempDir dir;
  CHECK(ReadAll({})->error == "no log was named");
  const std::string none = dir.Write("none.zip", Pack("zip", {{"folder/", ""}}));
  CHECK(ReadAll({none})->error == none + ": no files in it");
  const std::string one = dir.Write("one.zip", Pack("zip", {{"a.txt", "hello\n"}}));
  CHECK(ReadAll({one})->error.starts_with(one + "/a.txt: not a Performance Monitor log: found"));
  CHECK(ReadAll({one}, {{"*.csv"}, {}})->error ==
        one + ": no files in it that --only and --skip leave");
  const std::string two = dir.Write("two.zip", Pack("zip", {{"a.txt", "hello\n"}, {"b.txt", "x"}}));
  CHECK(ReadAll({two})->error.starts_with(
      two + ": none of the 2 files in it is a log that can be read. The first: " + two +
      "/a.txt: not a Performance Monitor log: found"));
  CHECK(ReadAll({dir.Path("nowhere.zip")})->error ==
        dir.Path("nowhere.zip") + ": cannot be opened: No such file or directory; check the path");
}

TEST_CASE("a log that is cut off in its archive is read up to there") {
  const TempDir dir;
  const std::string whole = Compress("gzip", Log(0, 1000));
  const auto read = ReadAll({dir.Write("a.csv.gz", whole.substr(0, whole.size() / 2))});
  CHECK(read->error == "");
  CHECK(read->rows.size() > 500);
  CHECK(read->rows.size() < 2000);
  CHECK(read->diagnostics.Count("damaged-data") == 1);
  CHECK(read->diagnostics.Entries()[0].places == std::vector<std::string>{dir.Path("a.csv.gz")});
  // Of a header or less nothing can be made.
  const auto none = ReadAll({dir.Write("b.csv.gz", whole.substr(0, 15))});
  CHECK(none->error == dir.Path("b.csv.gz") +
                           ": unpacking failed: the compressed data is cut off; copy the file "
                           "again, or unpack it with another program and analyze the logs in it");
}

TEST_CASE("an archive that is broken from somewhere on gives the logs before") {
  const TempDir dir;
  const std::string tar = Pack("gnutar", {{"a.csv", Log(0, 10)}, {"b.csv", Log(1, 500)}});
  const auto read = ReadAll({dir.Write("a.tar", tar.substr(0, 8'000))});
  CHECK(read->error == "");
  CHECK(read->rows.size() > 50);
  CHECK(Codes(read->diagnostics) == "damaged-data 1 torn-row 1 unreadable 1 ");
}

TEST_CASE("an archive named twice is read once, a log in two archives doubles nothing") {
  const TempDir dir;
  const std::string zip = dir.Write("a.zip", Pack("zip", {{"a.csv", Log(0, 10)}}));
  const std::string other = dir.Write("b.7z", Pack("7zip", {{"a.csv", Log(0, 10)}}));
  const auto read = ReadAll({zip, zip, other, dir.Path(".")});
  CHECK(read->rows.size() == 20);
  CHECK(Codes(read->diagnostics) == "overlap 10 same-file 3 ");
}

TEST_CASE("members of one archive in the order of time take one walk") {
  const TempDir dir;
  std::vector<Packed> files;
  for (int hour = 0; hour < 20; ++hour) {
    files.push_back({std::to_string(hour) + ".csv", Log(hour, 60)});
  }
  const std::string path = dir.Write("a.tgz", Compress("gzip", Pack("gnutar", files)));
  Diagnostics diagnostics;
  LogFiles logs({}, &diagnostics);
  std::vector<LogAddress> addresses;
  REQUIRE(logs.ForEach({path},
                       [&](const LogAddress& address, std::unique_ptr<ByteSource>) {
                         addresses.push_back(address);
                         return Status();
                       })
              .ok());
  REQUIRE(addresses.size() == 20);
  // The archive is gone, the walk that has begun goes on.
  REQUIRE(logs.Open(addresses[0]).ok());
  std::filesystem::remove(path);
  for (size_t i = 1; i < 20; ++i) {
    const auto bytes = logs.Open(addresses[i]);
    REQUIRE(bytes.ok());
    std::string content(files[i].content.size() + 1, '\0');
    const auto got = ReadFully(bytes->get(), content.data(), content.size());
    REQUIRE(got.ok());
    CHECK(content.substr(0, *got) == files[i].content);
  }
  CHECK_FALSE(logs.Open(addresses[3]).ok());
}

}  // namespace
}  // namespace perfleak
