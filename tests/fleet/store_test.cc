#include "fleet/store.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "fleet/digest_codec.h"
#include "fleet/store_samples.h"
#include "support/temp_dir.h"

namespace perfleak {
namespace {

// ---- files ----

TEST_CASE("a file is known by its path, size, times and place on the disk") {
  const TempDir dir;
  const auto store = Opened(dir.Path("store.db"));
  CHECK(!Value(store->HashOf(kFile)));
  CheckOk(store->RememberFile(kFile, "aa11"));
  CHECK(Value(store->HashOf(kFile)) == "aa11");
  for (const auto change : std::vector<void (*)(FileState*)>{
           [](FileState* file) { file->path = "/logs/b.csv"; },
           [](FileState* file) { ++file->bytes; }, [](FileState* file) { ++file->modified_ns; },
           [](FileState* file) { ++file->changed_ns; }, [](FileState* file) { ++file->inode; },
           [](FileState* file) { ++file->device; }}) {
    FileState changed = kFile;
    change(&changed);
    CHECK(!Value(store->HashOf(changed)));
  }
}

TEST_CASE("a file that changed is remembered as it is now") {
  const TempDir dir;
  const auto store = Opened(dir.Path("store.db"));
  CheckOk(store->RememberFile(kFile, "aa11"));
  FileState grown = kFile;
  grown.bytes = 2000;
  CheckOk(store->RememberFile(grown, "bb22"));
  CHECK(!Value(store->HashOf(kFile)));
  CHECK(Value(store->HashOf(grown)) == "bb22");
}

// ---- digests ----

TEST_CASE("a digest comes back as it was added, and its summary without it") {
  const TempDir dir;
  const auto store = Opened(dir.Path("store.db"));
  const LogDigest digest = SampleDigest("a.csv");
  const int64_t id = Value(store->AddDigest("aa11", "s1", 0, "", digest));
  CHECK(Value(store->EncodedDigest(id)) == EncodeDigest(digest));
  const LogDigest read = Value(store->Digest(id));
  CHECK(EncodeDigest(read) == EncodeDigest(digest));
  const DigestSummary summary = Value(store->Summary(id));
  CHECK(summary.outcome == LogOutcome::kRead);
  CHECK(summary.name == "logs/a.csv");
  CHECK(summary.content == "c0ffee");
  CHECK(summary.message == "");
  CHECK(summary.time_basis == TimeBasis::kUtc);
  CHECK(summary.bias_minutes == -60);
  REQUIRE(summary.machines.size() == 2);
  CHECK(summary.machines[0].name == "EXCH01");
  CHECK(summary.machines[1].name == "EXCH02");
  CHECK(summary.machines[1].start_s == 1772410000);
  CHECK(summary.machines[1].end_s == 1772420000);
}

TEST_CASE("why a log was not read comes back with its summary") {
  const TempDir dir;
  const auto store = Opened(dir.Path("store.db"));
  for (const LogOutcome outcome : {LogOutcome::kNoLog, LogOutcome::kFailed}) {
    LogDigest digest;
    digest.outcome = outcome;
    digest.name = "readme.txt";
    digest.message = "not a log";
    const auto hash = std::to_string(static_cast<int>(outcome));
    const DigestSummary summary =
        Value(store->Summary(Value(store->AddDigest(hash, "s1", 0, "", digest))));
    CHECK(summary.outcome == outcome);
    CHECK(summary.message == "not a log");
    CHECK(summary.machines.empty());
  }
}

TEST_CASE("a file's digests are found by member, complete when that was said") {
  const TempDir dir;
  const auto store = Opened(dir.Path("store.db"));
  const int64_t second = Value(store->AddDigest("aa11", "s1", 1, "tue.csv", SampleDigest("tue")));
  const int64_t first = Value(store->AddDigest("aa11", "s1", 0, "mon.csv", SampleDigest("mon")));
  Store::FileDigests found = Value(store->DigestsOf("aa11", "s1"));
  CHECK(!found.complete);
  REQUIRE(found.digests.size() == 2);
  CHECK(found.digests[0].id == first);
  CHECK(found.digests[0].member == 0);
  CHECK(found.digests[0].member_name == "mon.csv");
  CHECK(found.digests[1].id == second);
  CheckOk(store->CompleteFile("aa11", "s1"));
  CHECK(Value(store->DigestsOf("aa11", "s1")).complete);
  CHECK(!Value(store->DigestsOf("aa11", "s2")).complete);
  CHECK(Value(store->DigestsOf("aa11", "s2")).digests.empty());
  CheckOk(store->CompleteFile("empty.zip", "s1"));
  CHECK(Value(store->DigestsOf("empty.zip", "s1")).complete);
}

TEST_CASE("a digest that is there already stays, and its id is returned") {
  const TempDir dir;
  const auto store = Opened(dir.Path("store.db"));
  const int64_t id = Value(store->AddDigest("aa11", "s1", 0, "", SampleDigest("a.csv")));
  CHECK(Value(store->AddDigest("aa11", "s1", 0, "", SampleDigest("b.csv"))) == id);
  CHECK(Value(store->Summary(id)).name == "logs/a.csv");
  CHECK(Value(store->AddDigest("aa11", "s2", 0, "", SampleDigest("b.csv"))) != id);
}

TEST_CASE("all digests come by name, of one set of settings or of all") {
  const TempDir dir;
  const auto store = Opened(dir.Path("store.db"));
  const int64_t b = Value(store->AddDigest("1", "s1", 0, "", SampleDigest("b.csv")));
  const int64_t a = Value(store->AddDigest("2", "s1", 0, "", SampleDigest("a.csv")));
  const int64_t c = Value(store->AddDigest("3", "s2", 0, "", SampleDigest("a.csv")));
  CHECK(Value(store->AllDigests()) == std::vector<int64_t>{a, c, b});
  CHECK(Value(store->AllDigests("s1")) == std::vector<int64_t>{a, b});
  CHECK(Value(store->AllDigests("s3")).empty());
}

TEST_CASE("current digests are those of files as they are now, as they were read last") {
  const TempDir dir;
  const auto store = Opened(dir.Path("store.db"));
  const auto add = [&](const std::string& hash, const std::string& settings, size_t member) {
    return Value(store->AddDigest(hash, settings, member, "", SampleDigest("a.csv")));
  };
  CheckOk(store->RememberFile(kFile, "old"));
  add("old", "s1", 0);
  FileState grown = kFile;
  grown.bytes += 1;
  CheckOk(store->RememberFile(grown, "new"));
  add("new", "s1", 0);
  const int64_t second = add("new", "s1", 1);
  const int64_t again = add("new", "s2", 0);
  add("gone", "s1", 0);
  CHECK(Value(store->CurrentDigests()) == std::vector<int64_t>{second, again});
}

TEST_CASE("a digest that is not there is an error that says what to do") {
  const TempDir dir;
  const auto store = Opened(dir.Path("store.db"));
  const std::string expected = dir.Path("store.db") +
                               ": digest 7 is not in the results store any more; run the same "
                               "command again.";
  CHECK(store->Summary(7).error().message == expected);
  CHECK(store->Digest(7).error().message == expected);
  CHECK(store->EncodedDigest(7).error().message == expected);
}

TEST_CASE("what was stored is there when the store is opened again") {
  const TempDir dir;
  const std::string path = dir.Path("store.db");
  int64_t id = 0;
  {
    const auto store = Opened(path);
    CheckOk(store->RememberFile(kFile, "aa11"));
    id = Value(store->AddDigest("aa11", "s1", 0, "", SampleDigest("a.csv")));
    CheckOk(store->CompleteFile("aa11", "s1"));
  }
  for (const auto open : {&Store::Open, &Store::OpenToRead}) {
    const auto store = Value(open(path, kStorePatience));
    CHECK(Value(store->HashOf(kFile)) == "aa11");
    CHECK(Value(store->DigestsOf("aa11", "s1")).complete);
    CHECK(Value(store->Summary(id)).name == "logs/a.csv");
  }
}

}  // namespace
}  // namespace perfleak
