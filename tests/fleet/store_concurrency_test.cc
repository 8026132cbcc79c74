// Several programs and threads on one store, and programs that are killed.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "fleet/digest_codec.h"
#include "fleet/store.h"
#include "fleet/store_samples.h"
#include "support/temp_dir.h"

namespace perfleak {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// Exit status of a child that says 0 for "all went well".
int Wait(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Runs `work` in a process of its own.
pid_t Fork(const std::function<bool()>& work) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) _exit(work() ? 0 : 1);
  return child;
}

std::string HashOf(int number) { return "hash " + std::to_string(number); }

// Digests under the hashes from `first` to `last`, each acknowledged by what is done after it.
bool AddDigests(Store* store, int first, int last) {
  for (int number = first; number < last; ++number) {
    const auto seed = static_cast<uint32_t>(number);
    if (!store->AddDigest(HashOf(number), "s1", 0, "", LargeDigest(seed, 20'000))) return false;
    if (!store->CompleteFile(HashOf(number), "s1")) return false;
    if (!store->DigestsOf(HashOf(number), "s1")) return false;
  }
  return true;
}

bool OpenAndAddDigests(const std::string& path, int first, int last) {
  auto store = Store::Open(path);
  return store && AddDigests(store->get(), first, last);
}

void CheckDigests(const std::string& path, int count) {
  const auto store = Opened(path);
  CHECK(Value(store->AllDigests()).size() == static_cast<size_t>(count));
  for (int number = 0; number < count; ++number) {
    const auto found = Value(store->DigestsOf(HashOf(number), "s1"));
    CHECK(found.complete);
    REQUIRE(found.digests.size() == 1);
    CHECK(Value(store->EncodedDigest(found.digests[0].id)) ==
          EncodeDigest(LargeDigest(static_cast<uint32_t>(number), 20'000)));
  }
  CheckWhole(path);
}

TEST_CASE("threads share one store") {
  const TempDir dir;
  const std::string path = dir.Path("store.db");
  {
    const auto store = Opened(path);
    std::array<bool, 4> ok{};
    std::vector<std::thread> threads;
    for (size_t i = 0; i < ok.size(); ++i) {  // each digest is added by two of them
      const int first = static_cast<int>(i % 2) * 30;
      threads.emplace_back([&, i, first] { ok[i] = AddDigests(store.get(), first, first + 30); });
    }
    for (std::thread& thread : threads) thread.join();
    for (const bool one : ok) CHECK(one);
  }
  CheckDigests(path, 60);
}

TEST_CASE("threads with a connection each share one file") {
  const TempDir dir;
  const std::string path = dir.Path("store.db");
  std::array<bool, 3> ok{};
  std::vector<std::thread> threads;
  for (bool& one : ok) {
    threads.emplace_back([&] { one = OpenAndAddDigests(path, 0, 30); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const bool one : ok) CHECK(one);
  CheckDigests(path, 30);
}

TEST_CASE("programs write the same and different digests at the same time") {
  const TempDir dir;
  const std::string path = dir.Path("store.db");
  std::vector<pid_t> children;
  for (const int first : {0, 0, 20, 40}) {  // 0 to 19 twice, 20 to 39 three times, ...
    children.push_back(Fork([&, first] { return OpenAndAddDigests(path, first, first + 40); }));
  }
  for (const pid_t child : children) CHECK(Wait(child) == 0);
  CheckDigests(path, 80);
}

TEST_CASE("programs that make, open and close a store at the same moment do not meet an error") {
  for (int round = 0; round < 10; ++round) {
    const TempDir dir;
    const std::string path = dir.Path("store.db");
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
      children.push_back(Fork([&, i] {
        for (int n = 0; n < 5; ++n) {
          if (!OpenAndAddDigests(path, i, i + 1)) return false;
          if (!Store::OpenToRead(path)) return false;
        }
        return true;
      }));
    }
    for (const pid_t child : children) CHECK(Wait(child) == 0);
    CheckDigests(path, 4);
  }
}

TEST_CASE("programs on a store with a rollback journal wait for one another too") {
  const TempDir dir;
  const std::string path = dir.Path("store.db");
  const auto work = [&](int first) {
    auto sql = SqlConnection::Open(path, SqlConnection::Access::kWrite, kStorePatience);
    if (!sql) return false;
    for (int i = first; i < first + 100; ++i) {
      SqlTransaction transaction(sql->get(), SqlTransaction::Use::kWrite);
      SqlStatement(sql->get(), "INSERT INTO numbers(n) VALUES(?1)").Run(i);
      if (!transaction.Commit()) return false;
      if ((*sql)->Integer("SELECT count(*) FROM numbers") == 0) return false;
    }
    return true;
  };
  {
    auto sql = SqlConnection::Open(path, SqlConnection::Access::kWrite, kStorePatience);
    (*sql)->RunScript("CREATE TABLE numbers(n INTEGER PRIMARY KEY)");
    CheckOk((*sql)->TakeStatus());
  }
  const pid_t first = Fork([&] { return work(0); });
  const pid_t second = Fork([&] { return work(1000); });
  CHECK(Wait(first) == 0);
  CHECK(Wait(second) == 0);
  CHECK(Rows(path, "SELECT count(*) FROM numbers", 1) == std::vector<std::string>{"200"});
}

// ---- killed ----

// Writes digests, files and machines from `first` on until it is killed, and the number of each
// that is finished to `acknowledged`.
bool WriteUntilKilled(const std::string& path, int first, int acknowledged) {
  auto store = Store::Open(path);
  if (!store) return false;
  for (int number = first;; ++number) {
    const auto run = (*store)->BeginRun({"0.1.0", "batch logs", "s1", 1772409600});
    if (!run || !AddDigests(store->get(), number, number + 1)) return false;
    FileState file = kFile;
    file.path = HashOf(number);
    if (!(*store)->RememberFile(file, HashOf(number))) return false;
    const std::string name = "PC" + std::to_string(number);
    const FleetMachine machine = SampleMachine(name, {SampleSuspect(name, "store", {1, 2, 3})});
    if (!(*store)->PutMachine(*run, machine)) return false;
    if (write(acknowledged, &number, sizeof(number)) != sizeof(number)) return false;
  }
}

void CheckFinished(Store* store, int number) {
  CAPTURE(number);
  const auto found = Value(store->DigestsOf(HashOf(number), "s1"));
  CHECK(found.complete);
  REQUIRE(found.digests.size() == 1);
  CHECK(Value(store->EncodedDigest(found.digests[0].id)) ==
        EncodeDigest(LargeDigest(static_cast<uint32_t>(number), 20'000)));
  FileState file = kFile;
  file.path = HashOf(number);
  CHECK(Value(store->HashOf(file)) == HashOf(number));
  const auto lines = Value(store->History("PC" + std::to_string(number)));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].periods.size() == 3);
}

TEST_CASE("a program killed at any moment loses nothing that it had finished") {
  constexpr int kKills = 50;
  const TempDir dir;
  const std::string path = dir.Path("store.db");
  std::mt19937 random(20260302);
  std::vector<int> finished;
  int next = 0;
  for (int kill_number = 0; kill_number < kKills; ++kill_number) {
    CAPTURE(kill_number);
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    const pid_t child = Fork([&] { return WriteUntilKilled(path, next, ends[1]); });
    close(ends[1]);
    // Among them the first moments, when the tables are made or a log of commits is read again.
    const uint32_t longest_us = kill_number % 5 == 0 ? 4'000 : 60'000;
    std::this_thread::sleep_for(microseconds(random() % longest_us));
    kill(child, SIGKILL);
    CHECK(Wait(child) == 128 + SIGKILL);
    for (int number = 0; read(ends[0], &number, sizeof(number)) == sizeof(number);) {
      finished.push_back(number);
      next = number + 1;
    }
    close(ends[0]);
    // The next child begins anew with what this one was at when it died.
    const auto store = Opened(path);
    CheckWhole(path);
    const size_t before = finished.size() > 5 ? finished.size() - 5 : 0;
    for (size_t i = before; i < finished.size(); ++i) CheckFinished(store.get(), finished[i]);
  }
  const auto store = Opened(path);
  for (const int number : finished) CheckFinished(store.get(), number);
  CHECK(finished.size() > 20);  // it did get to write
}

// ---- waiting and room ----

TEST_CASE("a store that another program keeps locked is an error that says so") {
  const TempDir dir;
  const std::string path = dir.Path("store.db");
  Opened(path).reset();
  auto other = SqlConnection::Open(path, SqlConnection::Access::kWrite, kStorePatience);
  REQUIRE(other);
  const auto store = Value(Store::Open(path, milliseconds(1000)));
  {
    const SqlTransaction transaction(other->get(), SqlTransaction::Use::kWrite);
    CHECK(store->RememberFile(kFile, "aa11").error().message ==
          path +
              ": another program has kept the results store locked for 1 s; end it and run the "
              "same command again, what was finished is kept.");
    CHECK(!Value(store->HashOf(kFile)));  // readers do not wait
  }
  CheckOk(store->RememberFile(kFile, "aa11"));
}

TEST_CASE("when there is no more room an error says so, and what was finished stays") {
  const TempDir dir;
  const std::string path = dir.Path("store.db");
  const pid_t child = Fork([&] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {3'000'000, 3'000'000};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
    auto store = Store::Open(path);
    if (!store || !AddDigests(store->get(), 0, 10)) return false;
    const auto id = (*store)->AddDigest("large", "s1", 0, "", LargeDigest(77, 8'000'000));
    if (id || id.error().message.find(path + ": ") != 0) return false;
    return AddDigests(store->get(), 10, 12);  // there is room for these
  });
  CHECK(Wait(child) == 0);
  CheckDigests(path, 12);
}

}  // namespace
}  // namespace perfleak
