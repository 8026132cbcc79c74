#include "input/file_finder.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/temp_dir.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;

// "name", with "!" if the user named it and "+n" for how often it was reached again.
std::vector<std::string> Names(const std::vector<FoundFile>& files, const TempDir& dir) {
  std::vector<std::string> names;
  for (const FoundFile& file : files) {
    std::string name = file.path;
    if (name.starts_with(dir.Path(""))) name.erase(0, dir.Path("").size());
    if (file.named) name += "!";
    if (file.again > 0) name += "+" + std::to_string(file.again);
    names.push_back(name + (file.error.empty() ? "" : " error"));
  }
  return names;
}

using Strings = std::vector<std::string>;

TEST_CASE("files below a folder are found in the order of their names") {
  const TempDir dir;
  fs::create_directories(dir.Path("f/b"));
  dir.Write("f/c.csv", "1");
  dir.Write("f/a.csv", "123");
  dir.Write("f/b/z.csv", "");
  dir.Write("other.csv", "");
  const auto files = FindFiles({dir.Path("other.csv"), dir.Path("f"), "-"}, {});
  CHECK(Names(files, dir) == Strings{"other.csv!", "f/a.csv", "f/b/z.csv", "f/c.csv", "-!"});
  CHECK(files[1].bytes == 3);
}

TEST_CASE("a file reached twice is there once") {
  const TempDir dir;
  fs::create_directories(dir.Path("f/g"));
  dir.Write("f/g/a.csv", "1");
  fs::create_symlink(dir.Path("f/g/a.csv"), dir.Path("f/same.csv"));
  const auto files = FindFiles({dir.Path("f"), dir.Path("f/./g/a.csv"), "-", "-"}, {});
  CHECK(Names(files, dir) == Strings{"f/g/a.csv!+2", "-!+1"});
}

TEST_CASE("loops of links are not followed") {
  const TempDir dir;
  fs::create_directories(dir.Path("f/g"));
  dir.Write("f/g/a.csv", "1");
  fs::create_directory_symlink(dir.Path("f"), dir.Path("f/g/up"));
  fs::create_symlink("self", dir.Path("f/self"));
  fs::create_symlink("nowhere", dir.Path("f/dangling"));
  CHECK(Names(FindFiles({dir.Path("f")}, {}), dir) == Strings{"f/g/a.csv"});
}

TEST_CASE("what cannot be read is an entry that says so") {
  const TempDir dir;
  const auto files = FindFiles({dir.Path("nowhere.csv")}, {});
  REQUIRE(files.size() == 1);
  CHECK(files[0].named);
  CHECK(files[0].error ==
        dir.Path("nowhere.csv") + ": cannot be opened: No such file or directory; check the path");
}

TEST_CASE("pipes below a folder are left alone") {
  const TempDir dir;
  REQUIRE(mkfifo(dir.Path("pipe").c_str(), 0600) == 0);
  CHECK(FindFiles({dir.Path("")}, {}).empty());
  CHECK(Names(FindFiles({dir.Path("pipe")}, {}), dir) == Strings{"pipe!"});
}

TEST_CASE("the filter takes files below a folder by name") {
  const TempDir dir;
  fs::create_directories(dir.Path("f/old"));
  for (const char* name : {"f/a.csv", "f/a.txt", "f/b.CSV.gz", "f/l.zip", "f/old/c.csv", "n.txt"}) {
    dir.Write(name, "");
  }
  const Strings paths = {dir.Path("f"), dir.Path("n.txt")};
  CHECK(Names(FindFiles(paths, {{"*.csv"}, {}}), dir) ==
        Strings{"f/a.csv", "f/b.CSV.gz", "f/l.zip", "f/old/c.csv", "n.txt!"});
  CHECK(Names(FindFiles(paths, {{}, {"old", "*.zip"}}), dir) ==
        Strings{"f/a.csv", "f/a.txt", "f/b.CSV.gz", "n.txt!"});
  CHECK(Names(FindFiles(paths, {{"*.csv"}, {"f/a*"}}), dir) ==
        Strings{"f/b.CSV.gz", "f/l.zip", "f/old/c.csv", "n.txt!"});
}

TEST_CASE("a pattern with a slash is held against the last parts of a name") {
  const FileFilter monday{{"monday/*"}, {}};
  CHECK(monday.Takes("logs.zip/monday/server.csv"));
  CHECK(monday.Takes("monday/server.csv"));
  CHECK(monday.Takes("logs\\Monday\\server.csv"));
  CHECK_FALSE(monday.Takes("logs.zip/notmonday/server.csv"));
  CHECK_FALSE(monday.Takes("logs.zip/server.csv"));
}

}  // namespace
}  // namespace perfleak
