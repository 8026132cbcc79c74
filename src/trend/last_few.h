// The last few of something that costs to make and depends on the times of a series alone. Counters
// that were logged at the same times, judged one after another or side by side, share it.
#ifndef PERFLEAK_TREND_LAST_FEW_H_
#define PERFLEAK_TREND_LAST_FEW_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace perfleak {

// `Made` is made from the arguments of Of, and made.IsOf(arguments...) tells that it was. May be
// asked from any thread.
template <class Made, size_t kMost>
class LastFew {
 public:
  template <class... From>
  std::shared_ptr<const Made> Of(const From&... from) {
    std::unique_lock lock(mutex_);
    if (auto found = Find(from...)) return found;
    lock.unlock();
    auto made = std::make_shared<const Made>(from...);  // others need not wait
    lock.lock();
    if (auto found = Find(from...)) return found;  // another thread was faster
    if (made_.size() == kMost) made_.pop_back();
    made_.insert(made_.begin(), made);
    return made;
  }

 private:
  // Requires the lock.
  template <class... From>
  std::shared_ptr<const Made> Find(const From&... from) {
    const auto found = std::find_if(made_.begin(), made_.end(),
                                    [&](const auto& one) { return one->IsOf(from...); });
    if (found == made_.end()) return nullptr;
    std::rotate(made_.begin(), found, found + 1);
    return made_.front();
  }

  std::mutex mutex_;
  std::vector<std::shared_ptr<const Made>> made_;  // the last one asked for first
};

}  // namespace perfleak

#endif  // PERFLEAK_TREND_LAST_FEW_H_
