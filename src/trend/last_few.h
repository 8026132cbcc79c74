// The last few of something that costs to make and depends on the times of a series alone. Counters
// of lives that were logged at the same times, judged one after another, share it.
#ifndef PERFLEAK_TREND_LAST_FEW_H_
#define PERFLEAK_TREND_LAST_FEW_H_

#include <algorithm>
#include <cstddef>
#include <list>

namespace perfleak {

// `Made` is made from the arguments of Of, and made.IsOf(arguments...) tells that it was.
template <class Made, size_t kMost>
class LastFew {
 public:
  // Valid until the next call.
  template <class... From>
  const Made& Of(const From&... from) {
    const auto found = std::find_if(made_.begin(), made_.end(),
                                    [&](const Made& one) { return one.IsOf(from...); });
    if (found != made_.end()) {
      made_.splice(made_.begin(), made_, found);
    } else {
      if (made_.size() == kMost) made_.pop_back();
      made_.emplace_front(from...);
    }
    return made_.front();
  }

 private:
  std::list<Made> made_;  // the last one asked for first
};

}  // namespace perfleak

#endif  // PERFLEAK_TREND_LAST_FEW_H_
