// PERFLEAK_CHECK(condition): our own invariants, checked in release builds too. Never for bad
// input.
#ifndef PERFLEAK_BASE_CHECK_H_
#define PERFLEAK_BASE_CHECK_H_

namespace perfleak {

// Prints what failed and where to stderr, and aborts.
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace perfleak

#define PERFLEAK_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::perfleak::CheckFailed(#condition, __FILE__, __LINE__))

#endif  // PERFLEAK_BASE_CHECK_H_
