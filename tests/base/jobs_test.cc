#include "base/jobs.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace perfleak {
namespace {

TEST_CASE("every job is done once, whatever the number of threads") {
  for (const int jobs : {0, 1, 2, 7, 100}) {
    std::vector<std::atomic<int>> done(40);
    RunJobs(done.size(), jobs, [&](size_t i) { ++done[i]; });
    for (const auto& times : done) CHECK(times == 1);
  }
  RunJobs(0, 4, [](size_t) { FAIL("nothing is to be done"); });
}

TEST_CASE("each thread has something of its own, and all of it together does every job once") {
  for (const int jobs : {0, 1, 3, 100}) {
    std::vector<std::atomic<int>> done(40);
    std::atomic<int> made = 0;
    RunJobsWith(
        done.size(), jobs, [&made] { return ++made; },
        [&](size_t i, int* own) {
          CHECK(*own >= 1);
          ++done[i];
        });
    for (const auto& times : done) CHECK(times == 1);
    CHECK(made >= 1);
    CHECK(made <= std::max(jobs, 1));
  }
}

TEST_CASE("one job at a time runs in order and in the caller's thread") {
  std::vector<size_t> order;
  const auto caller = std::this_thread::get_id();
  RunJobs(3, 1, [&](size_t i) {
    CHECK(std::this_thread::get_id() == caller);
    order.push_back(i);
  });
  CHECK(order == std::vector<size_t>{0, 1, 2});
}

TEST_CASE("jobs never hold more than the budget, but for one that needs more alone") {
  MemoryBudget budget(100);
  std::atomic<uint64_t> held = 0, most = 0;
  RunJobs(60, 8, [&](size_t i) {
    const uint64_t bytes = i == 30 ? 250 : 10 + i % 40;
    const MemoryBudget::Share share(&budget, bytes);
    const uint64_t now = held += bytes;
    if (bytes == 250) {
      CHECK(now == 250);
    } else {
      uint64_t seen = most;
      while (now > seen && !most.compare_exchange_weak(seen, now)) {
      }
    }
    std::this_thread::yield();
    held -= bytes;
  });
  CHECK(most <= 100);
  CHECK(held == 0);
}

TEST_CASE("this machine has memory") { CHECK(PhysicalMemory() > (uint64_t{1} << 20)); }

}  // namespace
}  // namespace perfleak
