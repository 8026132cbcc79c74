// Result<T>: a value, or the reason there is none. For errors after which this log cannot go on;
// what can be skipped and counted goes to Diagnostics instead.
#ifndef PERFLEAK_BASE_RESULT_H_
#define PERFLEAK_BASE_RESULT_H_

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace perfleak {

// What went wrong, where (file:line:column when known) and what to do, in words for the user.
struct Error {
  enum class Kind {
    kOther,
    kNoLog  // what was read is no performance log at all
  };

  std::string message;
  Kind kind = Kind::kOther;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  // Requires ok().
  T& value() & {
    PERFLEAK_CHECK(ok());
    return std::get<T>(state_);
  }
  const T& value() const& {
    PERFLEAK_CHECK(ok());
    return std::get<T>(state_);
  }
  T&& value() && {
    PERFLEAK_CHECK(ok());
    return std::get<T>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // Requires !ok().
  const Error& error() const {
    PERFLEAK_CHECK(!ok());
    return std::get<Error>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

// Success without a value, or the reason for failure.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    PERFLEAK_CHECK(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace perfleak

#endif  // PERFLEAK_BASE_RESULT_H_
