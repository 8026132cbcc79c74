// Batches that are killed in the middle, and several at once on one store: what was finished stays,
// and the end is the same.
#include <doctest/doctest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "small_fleet.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kStores = 10;
constexpr int kKillsEach = 5;

// The program in a process of its own.
class Child {
 public:
  explicit Child(const std::vector<std::string>& arguments) {
    std::vector<std::string> words = {PERFLEAK_PROGRAM};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    REQUIRE(posix_spawn(&pid_, PERFLEAK_PROGRAM, nullptr, nullptr, argv.data(), environ) == 0);
  }

  void Kill() const { kill(pid_, SIGKILL); }

  // The exit status; nullopt if it was killed.
  std::optional<int> Wait() const {
    int status = 0;
    REQUIRE(waitpid(pid_, &status, 0) == pid_);
    if (WIFSIGNALED(status)) return std::nullopt;
    return WEXITSTATUS(status);
  }

 private:
  pid_t pid_ = 0;
};

std::vector<std::string> BatchOf(const SmallFleet& fleet, const std::string& store,
                                 const std::string& report) {
  return {"batch", fleet.root(), "--store", store,    "--format",
          "json",  "--output",   report,    "--quiet"};
}

std::string StoreName(int number) { return "store" + std::to_string(number) + ".db"; }

TEST_CASE("a batch that is killed loses nothing and ends as one that was not") {
  const SmallFleet fleet;
  const TempDir dir;
  const auto begin = Clock::now();
  CHECK(Child(BatchOf(fleet, dir.Path("whole.db"), dir.Path("whole.json"))).Wait() == 4);
  const std::chrono::duration<double> whole = Clock::now() - begin;
  const std::string expected = dir.Read("whole.json");
  REQUIRE_FALSE(expected.empty());

  std::mt19937 random(11);
  std::uniform_real_distribution<double> moment(0, 1);
  int killed = 0;
  for (int number = 0; number < kStores; ++number) {
    CAPTURE(number);
    const auto batch = BatchOf(fleet, dir.Path(StoreName(number)), dir.Path("report.json"));
    for (int i = 0; i < kKillsEach; ++i) {
      const Child child(batch);
      std::this_thread::sleep_for(whole * moment(random));
      child.Kill();
      if (!child.Wait()) ++killed;
    }
    CHECK(Child(batch).Wait() == 4);
    CHECK(dir.Read("report.json") == expected);
  }
  // Some were done before; most were not.
  CHECK(killed >= kStores * kKillsEach / 3);
}

TEST_CASE("two batches on one store at the same time say the same and harm nothing") {
  const SmallFleet fleet;
  const TempDir dir;
  CHECK(Child(BatchOf(fleet, dir.Path("alone.db"), dir.Path("alone.json"))).Wait() == 4);
  const std::string expected = dir.Read("alone.json");
  for (int round = 0; round < 3; ++round) {
    const std::string store = dir.Path(StoreName(round));
    const Child first(BatchOf(fleet, store, dir.Path("first.json")));
    const Child second(BatchOf(fleet, store, dir.Path("second.json")));
    CHECK(first.Wait() == 4);
    CHECK(second.Wait() == 4);
    CHECK(dir.Read("first.json") == expected);
    CHECK(dir.Read("second.json") == expected);
    CHECK(Child(BatchOf(fleet, store, dir.Path("third.json"))).Wait() == 4);
    CHECK(dir.Read("third.json") == expected);
  }
}

}  // namespace
}  // namespace perfleak
