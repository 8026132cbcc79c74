// Files that are no store, damaged ones, and places that cannot be written.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/result.h"
#include "fleet/store.h"
#include "fleet/store_samples.h"
#include "support/temp_dir.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;

// The rights of somebody who may not write everywhere, while this is alive: tests may run as root.
class AsNobody {
 public:
  AsNobody() {
    if (geteuid() == 0) REQUIRE(seteuid(65534) == 0);
  }
  ~AsNobody() { static_cast<void>(seteuid(getuid())); }
};

std::string OpenError(const std::string& path) {
  const auto store = Store::Open(path);
  return store ? "" : store.error().message;
}

std::string ReadError(const std::string& path) {
  const auto store = Store::OpenToRead(path);
  return store ? "" : store.error().message;
}

void RunSql(const std::string& path, const char* script) {
  auto sql = SqlConnection::Open(path, SqlConnection::Access::kWrite, kStorePatience);
  REQUIRE(sql);
  (*sql)->RunScript(script);
  CheckOk((*sql)->TakeStatus());
}

// With a file, some digests, a run and a machine.
void FillStore(const std::string& path) {
  const auto store = Opened(path);
  CheckOk(store->RememberFile(kFile, "aa11"));
  for (uint32_t i = 0; i < 5; ++i) {
    Value(store->AddDigest("hash" + std::to_string(i), "s1", 0, "", LargeDigest(i, 20'000)));
  }
  const int64_t run = Value(store->BeginRun({"0.1.0", "batch logs", "s1", 1772409600}));
  CheckOk(store->PutMachine(run, SampleMachine("EXCH01", {SampleSuspect("EXCH01", "store", {1, 2}),
                                                          SampleSuspect("EXCH01", "mad", {3})})));
  FleetReport report;
  report.files = {{"notes.csv", FileOutcome::kFailed, "is not a log"}};
  CheckOk(store->FinishRun(run, 1772409700, report));
}

// Every call once; returns the first error, "" if there was none.
std::string CallEverything(Store* store) {
  std::string first;
  const auto note = [&](const auto& result) {
    if (!result && first.empty()) first = result.error().message;
  };
  note(store->HashOf(kFile));
  note(store->CurrentDigests());
  note(store->RememberFile(kFile, "bb22"));
  const auto ids = store->AllDigests();
  note(ids);
  if (ids) {
    for (const int64_t id : *ids) {
      note(store->Summary(id));
      note(store->EncodedDigest(id));
      note(store->Digest(id));
    }
  }
  note(store->DigestsOf("hash1", "s1"));
  note(store->AddDigest("hash9", "s1", 0, "", SampleDigest("9")));
  note(store->CompleteFile("hash9", "s1"));
  const auto run = store->BeginRun({"0.1.0", "batch logs", "s1", 1772409600});
  note(run);
  note(store->PutMachine(run ? *run : 1, SampleMachine("EXCH01", {})));
  note(store->FinishRun(run ? *run : 1, 1772409700, {}));
  note(store->History("*"));
  note(store->KnownNames());
  return first;
}

// ---- what is no store ----

TEST_CASE("an empty file becomes a store, but there is nothing to read in it") {
  const TempDir dir;
  const std::string path = dir.Write("store.db", "");
  CHECK(ReadError(path) == path + ": is empty; perfleak batch --store " + path + " fills it.");
  CHECK(OpenError(path) == "");
  CHECK(ReadError(path) == "");
}

TEST_CASE("a file that is no database is left as it is") {
  const TempDir dir;
  for (const std::string& content :
       {std::string("x"), std::string(100, 'x'), std::string(100'000, 'x'),
        std::string("SQLite format 2") + std::string(5000, '\0'), std::string(4096, '\0')}) {
    const std::string path = dir.Write("notes.txt", content);
    const std::string expected = path +
                                 ": not a results store: it is no SQLite database; name another "
                                 "file, a new one is made if there is none.";
    CHECK(OpenError(path) == expected);
    CHECK(ReadError(path) == expected);
    CHECK(dir.Read("notes.txt") == content);
  }
}

TEST_CASE("the database of another program is left as it is") {
  const TempDir dir;
  const std::string path = dir.Path("places.sqlite");
  for (const char* script :
       {"CREATE TABLE places(url TEXT)", "PRAGMA application_id = 7", "PRAGMA user_version = 3"}) {
    fs::remove(path);
    RunSql(path, script);
    const std::string before = dir.Read("places.sqlite");
    const std::string expected = path +
                                 ": is a database of another program, not a results store of "
                                 "perfleak; name another file.";
    CHECK(OpenError(path) == expected);
    CHECK(ReadError(path) == expected);
    CHECK(dir.Read("places.sqlite") == before);
  }
}

TEST_CASE("a store of a later version is left as it is") {
  const TempDir dir;
  const std::string path = dir.Path("store.db");
  FillStore(path);
  RunSql(path, "PRAGMA user_version = 2");
  const std::string expected = path +
                               ": was written by a later version of perfleak (schema 2, this one "
                               "knows 1); use that version, or another file.";
  CHECK(OpenError(path) == expected);
  CHECK(ReadError(path) == expected);
}

TEST_CASE("a folder, a device and a path without its folder are no place for a store") {
  const TempDir dir;
  const std::string folder = dir.Path("");
  CHECK(OpenError(folder) == folder + ": is a folder; name a file in it for the results store.");
  CHECK(ReadError(folder) == OpenError(folder));
  CHECK(OpenError("/dev/null") == "/dev/null: is not a regular file.");
  const std::string deep = dir.Path("no/such/store.db");
  CHECK(OpenError(deep) == deep + ": its folder does not exist; make it first.");
  CHECK(ReadError(deep) ==
        deep + ": there is no results store; perfleak batch --store " + deep + " makes one.");
  CHECK(!fs::exists(dir.Path("no")));
}

TEST_CASE("names that mean something to SQLite are names of files") {
  const TempDir dir;
  const fs::path before = fs::current_path();
  fs::current_path(dir.Path(""));
  for (const char* name :
       {":memory:", "file:a.db", "file::memory:?cache=shared", "50% of #1?.db", "with blank.db"}) {
    FillStore(name);
    CHECK(fs::is_regular_file(dir.Path(name)));
    CHECK(ReadError(name) == "");
  }
  fs::current_path(before);
}

// ---- rights ----

TEST_CASE("a store on media that cannot be written can be read") {
  const TempDir dir;
  for (const char* name : {"store.db", "50% of #1?.db"}) {
    const std::string path = dir.Path(name);
    FillStore(path);
    fs::permissions(path, fs::perms(0444));
    fs::permissions(dir.Path(""), fs::perms(0555));
    {
      const AsNobody nobody;
      const auto store = Value(Store::OpenToRead(path));
      CHECK(Value(store->History("EXCH01")).size() == 2);
      CHECK(Value(store->AllDigests()).size() == 5);
      const std::string expected = path +
                                   ": the results store cannot be written; it needs the right to "
                                   "write to the file and to its folder.";
      CHECK(store->RememberFile(kFile, "bb22").error().message == expected);
      CHECK(OpenError(path) == expected);
    }
    fs::permissions(dir.Path(""), fs::perms(0755));
  }
}

TEST_CASE("a store that is being written can be read by somebody who may not write") {
  const TempDir dir;
  const std::string path = dir.Path("store.db");
  const auto writer = Opened(path);
  CheckOk(writer->RememberFile(kFile, "aa11"));
  fs::permissions(dir.Path(""), fs::perms(0555));
  for (const char* suffix : {"", "-wal", "-shm"}) {
    fs::permissions(path + suffix, fs::perms(0444));
  }
  {
    const AsNobody nobody;
    const auto store = Value(Store::OpenToRead(path));
    CHECK(Value(store->HashOf(kFile)) == "aa11");
  }
  fs::permissions(dir.Path(""), fs::perms(0755));
}

TEST_CASE("a store or folder without the right to read is an error that says so") {
  const TempDir dir;
  const std::string path = dir.Path("store.db");
  FillStore(path);
  fs::permissions(dir.Path(""), fs::perms(0755));
  fs::permissions(path, fs::perms(0000));
  fs::create_directory(dir.Path("closed"));
  fs::permissions(dir.Path("closed"), fs::perms(0000));
  const AsNobody nobody;
  for (const std::string& name : {path, dir.Path("closed/store.db"), dir.Path("new.db")}) {
    const std::string error = OpenError(name);
    CHECK_MESSAGE(error.find(name + ": ") == 0, error);
    CHECK_MESSAGE(error.find("ermission denied") != std::string::npos, error);
  }
}

TEST_CASE("only a store that is read is never written") {
  const TempDir dir;
  const std::string path = dir.Path("store.db");
  FillStore(path);
  const std::string before = dir.Read("store.db");
  {
    const auto store = Value(Store::OpenToRead(path));
    CHECK(!store->RememberFile(kFile, "bb22"));
    CHECK(!store->AddDigest("hash9", "s1", 0, "", SampleDigest("9")));
    CHECK(Value(store->HashOf(kFile)) == "aa11");
  }
  CHECK(dir.Read("store.db") == before);
  CHECK(std::distance(fs::directory_iterator(dir.Path("")), {}) == 1);  // nothing left beside it
}

// ---- damage ----

TEST_CASE("a truncated store gives errors with its path, not crashes") {
  const TempDir dir;
  const std::string path = dir.Path("store.db");
  FillStore(path);
  const std::string whole = dir.Read("store.db");
  for (size_t part = 1; part < 32; ++part) {
    const size_t size = whole.size() * part / 32;
    for (const size_t cut : {size, size / 8192 * 8192}) {
      if (cut == 0) continue;
      CAPTURE(cut);
      dir.Write("store.db", whole.substr(0, cut));
      const auto store = Store::Open(path);
      const std::string error = store ? CallEverything(store->get()) : store.error().message;
      CHECK_MESSAGE(error.find(path + ": ") == 0, error);
    }
  }
}

TEST_CASE("a store with wrong bytes gives errors or values, not crashes") {
  const TempDir dir;
  const std::string path = dir.Path("store.db");
  FillStore(path);
  const std::string whole = dir.Read("store.db");
  std::mt19937 random(42);
  size_t errors = 0;
  for (int trial = 0; trial < 150; ++trial) {
    std::string damaged = whole;
    // From a few wrong bytes, which may be no harm, to half a page.
    size_t at = random() % damaged.size();
    const size_t longest = trial % 2 == 0 ? 64 : 8192;
    for (size_t n = 1 + random() % longest; n > 0 && at < damaged.size(); --n, ++at) {
      damaged[at] = static_cast<char>(random());
    }
    dir.Write("store.db", damaged);
    std::string error;
    {
      const auto store = Store::Open(path);
      error = store ? CallEverything(store->get()) : store.error().message;
    }
    fs::remove(path + "-wal");
    fs::remove(path + "-shm");
    errors += error.empty() ? 0 : 1;
    const bool of_digest = error.find("of the results store") != std::string::npos;
    if (!error.empty() && !of_digest) CHECK_MESSAGE(error.find(path + ": ") == 0, error);
  }
  CHECK(errors > 10);
}

TEST_CASE("words and tables that perfleak did not write are damage") {
  const TempDir dir;
  const std::string path = dir.Path("store.db");
  FillStore(path);
  RunSql(path, "UPDATE trends SET verdict = 'perhaps'");
  CHECK(Value(Store::OpenToRead(path))->History("*").error().message ==
        path +
            ": the results store is damaged (\"perhaps\" is not a word of perfleak); move it away "
            "and run again, or save what can be read with: sqlite3 OLD .recover | sqlite3 NEW");
  RunSql(path, "DROP VIEW machine_history; DROP TABLE trends");
  const std::string error = Value(Store::OpenToRead(path))->History("*").error().message;
  CHECK_MESSAGE(error.find("no such table: trends") != std::string::npos, error);
}

}  // namespace
}  // namespace perfleak
