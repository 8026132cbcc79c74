#include "input/row_pipeline.h"

#include <doctest/doctest.h>

#include <atomic>
#include <new>
#include <string>
#include <vector>

#include "input/read_log.h"

using namespace perfleak;
using namespace perfleak::testing;

namespace {

struct Source {
  explicit Source(std::unique_ptr<ByteSource> bytes)
      : decoder(TextDecoder::Open(std::move(bytes), std::nullopt, 64)), text(decoder->get()) {}

  std::unique_ptr<LineFramer> Framer(FramerSizes sizes) {
    return std::make_unique<LineFramer>("", &text, decoder->get(), BestRowKernels(), sizes);
  }

  Result<std::unique_ptr<TextDecoder>> decoder;
  LineEnds text;
};

// Rows "i","i" and, now and then, a line of text.
std::string Rows(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    const std::string cell = "\"" + std::to_string(i) + "\"";
    text += "\"01/02/2026 10:00:00.000\"," + cell + "," + cell + "\r\n";
    if (i % 100 == 99) text += "some text\n";
  }
  return text;
}

}  // namespace

TEST_CASE("lines come in order with their values, whatever the number of threads") {
  const size_t count = 20'000;
  for (const int threads : {1, 2, 3, 8}) {
    Source source(MemoryByteSource("x.csv", Rows(count)));
    RowPipeline pipeline(source.Framer({1000, 3000}), "x.csv", 7, threads);
    pipeline.Use({',', {1}, 2});
    for (size_t i = 0; i < count; ++i) {
      const auto row = pipeline.Next();
      REQUIRE(row.ok());
      REQUIRE(*row != nullptr);
      REQUIRE((*row)->number == 7 + 1 + i + i / 100);
      REQUIRE((*row)->stamp);
      REQUIRE((*row)->values.size() == 1);
      REQUIRE((*row)->values[0] == static_cast<double>(i));
      if (i % 100 != 99) continue;
      const auto text = pipeline.Next();
      REQUIRE((*text)->text == "some text");
      REQUIRE_FALSE((*text)->stamp);
      REQUIRE((*text)->values.empty());
    }
    CHECK(*pipeline.Next() == nullptr);
    CHECK(*pipeline.Next() == nullptr);
  }
}

TEST_CASE("other columns apply from the next line on, though lines were parsed ahead") {
  for (const int threads : {1, 4}) {
    Source source(MemoryByteSource("x.csv", Rows(5000)));
    RowPipeline pipeline(source.Framer({500, 500}), "x.csv", 0, threads);
    for (size_t i = 0;; ++i) {
      const bool both = i % 7 < 3;
      pipeline.Use({',', both ? std::vector<uint32_t>{0, 1} : std::vector<uint32_t>{1}, 2});
      const auto row = pipeline.Next();
      REQUIRE(row.ok());
      if (*row == nullptr) break;
      if ((*row)->stamp) REQUIRE((*row)->values.size() == (both ? 2 : 1));
    }
  }
}

TEST_CASE("a pipeline can be destroyed at any moment") {
  for (const size_t lines_read : {0, 1, 100, 5000}) {
    Source source(MemoryByteSource("x.csv", Rows(10'000)));
    RowPipeline pipeline(source.Framer({1000, 1000}), "x.csv", 0, 4);
    pipeline.Use({',', {0, 1}, 2});
    for (size_t i = 0; i < lines_read; ++i) REQUIRE(pipeline.Next().ok());
  }
}

TEST_CASE("what stops the reading comes behind the lines before it") {
  class Failing : public ByteSource {
   public:
    Result<size_t> Read(char* buffer, size_t size) override {
      if (position_ == text_.size()) return Error{"x.csv: reading failed: Input/output error"};
      const size_t count = text_.copy(buffer, size, position_);
      position_ += count;
      return count;
    }
    const std::string& name() const override { return name_; }

   private:
    std::string name_ = "x.csv";
    std::string text_ = Rows(10'000);
    size_t position_ = 0;
  };
  for (const int threads : {1, 2}) {
    Source source(std::make_unique<Failing>());
    RowPipeline pipeline(source.Framer({1000, 1000}), "x.csv", 0, threads);
    pipeline.Use({',', {}, 2});
    size_t lines = 0;
    auto line = pipeline.Next();
    for (; line && *line != nullptr; line = pipeline.Next()) ++lines;
    REQUIRE_FALSE(line.ok());
    CHECK(line.error().message == "x.csv: reading failed: Input/output error");
    CHECK(lines > 9'000);
  }
}

TEST_CASE("a line that is too long is an error with the limit and its number") {
  for (const int threads : {1, 2}) {
    Source source(
        MemoryByteSource("x.csv", "first\n" + std::string(kMaxLineBytes + 1, 'a') + "\nlast\n"));
    RowPipeline pipeline(source.Framer({1, 100}), "x.csv", 0, threads);
    pipeline.Use({',', {}, 0});
    CHECK((*pipeline.Next())->text == "first");
    const auto failed = pipeline.Next();
    REQUIRE_FALSE(failed.ok());
    CHECK(failed.error().message ==
          "x.csv:2: the line is longer than 16777215 bytes, which is the limit; is this a text "
          "file?");
  }
}

TEST_CASE("pieces that turn out not to be plain are read again as a stream, in order") {
  for (const int threads : {1, 2, 4}) {
    std::string text = Rows(3000);
    for (const size_t at : {size_t{20'000}, size_t{40'000}, size_t{100'000}}) {
      text.insert(text.find('\n', at) + 1, "caf\xC3\xA9\n");
    }
    Source source(MemoryByteSource("x.csv", text));
    RowPipeline pipeline(source.Framer({500, 500}), "x.csv", 0, threads);
    pipeline.Use({',', {0}, 2});
    size_t rows = 0, words = 0;
    uint64_t number = 0;
    for (auto line = pipeline.Next(); line && *line != nullptr; line = pipeline.Next()) {
      REQUIRE((*line)->number == ++number);
      if ((*line)->stamp) REQUIRE((*line)->values[0] == static_cast<double>(rows++));
      words += (*line)->text == "caf\xC3\xA9";
    }
    CHECK(rows == 3000);
    CHECK(words == 3);
  }
}

TEST_CASE("where memory ends the log ends with an error, whichever thread reads then") {
  class Hungry : public ByteSource, public RandomAccess {
   public:
    explicit Hungry(int reads) : reads_(reads) {}
    Result<size_t> Read(char* buffer, size_t size) override {
      const size_t count = text_.copy(buffer, size, position_);
      position_ += count;
      return count;
    }
    const std::string& name() const override { return name_; }
    const RandomAccess* random_access() const override { return this; }
    void Skip(std::string_view bytes) override { position_ += bytes.size(); }
    Result<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) const override {
      if (reads_-- == 0) throw std::bad_alloc();
      return text_.copy(buffer, size, offset);
    }

   private:
    std::string name_ = "x.csv";
    std::string text_ = Rows(10'000);
    size_t position_ = 0;
    mutable std::atomic<int> reads_;
  };
  for (const int threads : {1, 3}) {
    for (const int reads : {0, 1, 20}) {  // the first is to see whether pieces can be read
      Source source(std::make_unique<Hungry>(reads));
      RowPipeline pipeline(source.Framer({1000, 1000}), "x.csv", 0, threads);
      pipeline.Use({',', {0}, 2});
      size_t rows = 0;
      auto line = pipeline.Next();
      for (; line && *line != nullptr; line = pipeline.Next()) {
        if ((*line)->stamp) REQUIRE((*line)->values[0] == static_cast<double>(rows++));
      }
      REQUIRE_FALSE(line.ok());
      CHECK(line.error().message == "x.csv: not enough memory to read the log");
    }
  }
}
