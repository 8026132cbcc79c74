#include "base/jobs.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

namespace perfleak {

void RunJobs(size_t count, int jobs, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  const auto take = [&] {
    for (size_t i = next++; i < count; i = next++) work(i);
  };
  const size_t threads = std::min(count, static_cast<size_t>(std::max(jobs, 1)));
  std::vector<std::thread> others;
  for (size_t i = 1; i < threads; ++i) others.emplace_back(take);
  take();
  for (std::thread& other : others) other.join();
}

void MemoryBudget::Take(uint64_t bytes) {
  std::unique_lock lock(mutex_);
  given_back_.wait(lock, [&] { return taken_ == 0 || taken_ + bytes <= total_; });
  taken_ += bytes;
}

void MemoryBudget::GiveBack(uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  taken_ -= bytes;
  given_back_.notify_all();
}

MemoryBudget::Share::Share(MemoryBudget* budget, uint64_t bytes) : budget_(budget), bytes_(bytes) {
  budget_->Take(bytes_);
}

MemoryBudget::Share::~Share() { budget_->GiveBack(bytes_); }

uint64_t PhysicalMemory() {
  const long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
  uint64_t bytes = pages > 0 && page_bytes > 0
                       ? static_cast<uint64_t>(pages) * static_cast<uint64_t>(page_bytes)
                       : 0;
  std::ifstream limit("/sys/fs/cgroup/memory.max");  // "max" where there is none
  uint64_t most = 0;
  if (limit >> most && most > 0) bytes = bytes == 0 ? most : std::min(bytes, most);
  return bytes;
}

}  // namespace perfleak
