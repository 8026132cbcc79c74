#include "input/read_ahead.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace perfleak {
namespace {

// Bytes that are told from one another, up to `size`; then the end, with damage or as an error.
class Counting : public ByteSource {
 public:
  struct Progress {
    std::atomic<size_t> given = 0;
    std::atomic<bool> gone = false;
  };

  Counting(size_t size, std::optional<Error> error, std::optional<Error> damage, Progress* progress)
      : size_(size), error_(std::move(error)), damage_(std::move(damage)), progress_(progress) {}
  ~Counting() override { progress_->gone = true; }

  static char At(size_t position) { return static_cast<char>(position % 251); }

  Result<size_t> Read(char* buffer, size_t size) override {
    const size_t at = progress_->given;
    const size_t count = std::min(size, size_ - at);
    if (count == 0 && error_) return *error_;
    for (size_t i = 0; i < count; ++i) buffer[i] = At(at + i);
    progress_->given += count;
    return count;
  }
  const std::string& name() const override { return name_; }
  std::optional<Error> damage() const override {
    return progress_->given == size_ ? damage_ : std::nullopt;
  }

 private:
  size_t size_;
  std::optional<Error> error_, damage_;
  Progress* progress_;
  std::string name_ = "counting";
};

struct AllOfIt {
  size_t size = 0;
  bool in_order = true;
  bool damage_came_early = false;
  std::string error, damage;
};

AllOfIt ReadAll(ByteSource* source, size_t size) {
  AllOfIt all;
  std::string buffer(size, '\0');
  for (;;) {
    const auto got = source->Read(buffer.data(), buffer.size());
    if (!got) all.error = got.error().message;
    if (!got || *got == 0) break;
    for (size_t i = 0; i < *got; ++i) {
      all.in_order = all.in_order && buffer[i] == Counting::At(all.size + i);
    }
    all.size += *got;
  }
  if (source->damage()) all.damage = source->damage()->message;
  return all;
}

TEST_CASE("what is read ahead is the same, in order, and ends the same way") {
  for (const size_t size : {0u, 1u, 1'048'576u, 1'048'577u, 7'000'000u}) {
    for (const size_t read : {1'000u, 65'536u, 3'000'000u}) {
      CAPTURE(size);
      CAPTURE(read);
      Counting::Progress whole, broken, damaged;
      const auto first =
          ReadAhead(std::make_unique<Counting>(size, std::nullopt, std::nullopt, &whole));
      const AllOfIt all = ReadAll(first.get(), read);
      CHECK(all.size == size);
      CHECK(all.in_order);
      CHECK(all.error + all.damage == "");
      CHECK(first->name() == "counting");

      const auto second =
          ReadAhead(std::make_unique<Counting>(size, Error{"broken"}, std::nullopt, &broken));
      const AllOfIt to_error = ReadAll(second.get(), read);
      CHECK(to_error.size == size);
      CHECK(to_error.in_order);
      CHECK(to_error.error == "broken");
      char byte = 0;
      CHECK(second->Read(&byte, 1).error().message == "broken");  // an Error is final

      const auto third =
          ReadAhead(std::make_unique<Counting>(size, std::nullopt, Error{"cut off"}, &damaged));
      const AllOfIt to_damage = ReadAll(third.get(), read);
      CHECK(to_damage.size == size);
      CHECK(to_damage.error == "");
      CHECK(to_damage.damage == "cut off");
    }
  }
}

TEST_CASE("at first no more is read than is asked for, later a few blocks more") {
  Counting::Progress progress;
  const auto source =
      ReadAhead(std::make_unique<Counting>(100'000'000, std::nullopt, std::nullopt, &progress));
  std::string buffer(size_t{1} << 20, '\0');
  REQUIRE(source->Read(buffer.data(), 1000).ok());
  CHECK(progress.given == 1000);
  REQUIRE(source->Read(buffer.data(), buffer.size()).ok());
  CHECK(progress.given == 1000 + buffer.size());
  for (int i = 0; i < 10; ++i) REQUIRE(source->Read(buffer.data(), buffer.size()).ok());
  CHECK(progress.given <= 1000 + 12 * buffer.size() + (size_t{2} << 20));
}

TEST_CASE("reading may stop at any place") {
  for (const size_t size : {0u, 1'000u, 1'500'000u, 3'000'000u, 50'000'000u}) {
    CAPTURE(size);
    Counting::Progress progress;
    {
      const auto source =
          ReadAhead(std::make_unique<Counting>(60'000'000, std::nullopt, std::nullopt, &progress));
      std::string buffer(size_t{1} << 18, '\0');
      for (size_t done = 0; done < size;) {
        const auto got = source->Read(buffer.data(), std::min(buffer.size(), size - done));
        REQUIRE(got.ok());
        done += *got;
      }
      CHECK_FALSE(progress.gone);
    }
    CHECK(progress.gone);
  }
}

}  // namespace
}  // namespace perfleak
