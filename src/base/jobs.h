// Work in several threads, and the memory they may take together.
#ifndef PERFLEAK_BASE_JOBS_H_
#define PERFLEAK_BASE_JOBS_H_

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>

namespace perfleak {

// Calls work(0) to work(count - 1), each once, from `jobs` threads; in order, in this thread, if
// that is 1. Returns when all are done. `work` does not throw.
void RunJobs(size_t count, int jobs, const std::function<void(size_t)>& work);

// The same where each thread has something of its own, made by make(): calls work(i, &own).
template <class Make, class Work>
void RunJobsWith(size_t count, int jobs, const Make& make, const Work& work) {
  std::atomic<size_t> next = 0;
  RunJobs(std::min(count, static_cast<size_t>(std::max(jobs, 1))), jobs, [&](size_t) {
    auto own = make();
    for (size_t i = next++; i < count; i = next++) work(i, &own);
  });
}

// Bytes that jobs share. A job that needs more than is left waits for others to give theirs back;
// one that needs more than there is at all waits until it is alone.
class MemoryBudget {
 public:
  explicit MemoryBudget(uint64_t bytes) : total_(bytes) {}

  // What a job holds, given back at the end.
  class Share {
   public:
    Share(MemoryBudget* budget, uint64_t bytes);  // waits
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

   private:
    MemoryBudget* budget_;
    uint64_t bytes_;
  };

 private:
  void Take(uint64_t bytes);
  void GiveBack(uint64_t bytes);

  const uint64_t total_;
  std::mutex mutex_;
  std::condition_variable given_back_;
  uint64_t taken_ = 0;
};

// The memory of this machine, or of the container that the program runs in; 0 where it is not
// known.
uint64_t PhysicalMemory();

}  // namespace perfleak

#endif  // PERFLEAK_BASE_JOBS_H_
