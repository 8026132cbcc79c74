// The traps of fast-cpp-csv-parser, one test each.
#include "input/line_reader.h"

#include <doctest/doctest.h>

#include <vector>

#include "input/line_ends.h"

using namespace perfleak;

namespace {

struct Lines {
  std::vector<std::pair<uint64_t, std::string>> lines;
  std::string error;
  uint64_t too_long = 0;  // number of a line that is
};

constexpr size_t kSegment = size_t{256} << 10;

Lines ReadLines(ByteSource* bytes, std::string start = "") {
  LineEnds text(bytes);
  LineReader reader(std::move(start), &text, kSegment);
  Lines result;
  LineBatch batch;
  for (uint64_t before = 0; !batch.last; before += batch.line_ends) {
    reader.Fill(&batch);
    for (const Line& line : batch.lines) {
      result.lines.emplace_back(before + line.number, line.text);
    }
    if (batch.error) result.error = batch.error->message;
    if (batch.too_long) result.too_long = before + batch.line_ends + 1;
  }
  return result;
}

Lines ReadLines(const std::string& bytes, size_t chunk = std::string::npos) {
  const auto memory = MemoryByteSource("x.csv", bytes, chunk);
  return ReadLines(memory.get());
}

// Numbered lines of 100 bytes; the last one without a line feed.
std::string NumberedLines(size_t count) {
  std::string text;
  text.reserve(count * 100);
  for (size_t i = 1; i <= count; ++i) {
    std::string line = std::to_string(i);
    line.resize(99, 'x');
    text += line;
    if (i < count) text += '\n';
  }
  return text;
}

class FailingSource : public ByteSource {
 public:
  explicit FailingSource(size_t good_bytes) : left_(good_bytes) {}
  Result<size_t> Read(char* buffer, size_t size) override {
    if (left_ == 0) return Error{"x.csv: reading failed: Input/output error"};
    const size_t count = std::min(size, left_);
    for (size_t i = 0; i < count; ++i) buffer[i] = i % 10 == 9 ? '\n' : 'a';
    left_ -= count;
    return count;
  }
  const std::string& name() const override { return name_; }

 private:
  std::string name_ = "x.csv";
  size_t left_;
};

}  // namespace

TEST_CASE("reads of one byte lose no line") {
  const std::string text = NumberedLines(2000);
  const Lines read = ReadLines(text, 1);
  CHECK(read.lines.size() == 2000);
  CHECK(read.lines.back().second.starts_with("2000x"));
}

TEST_CASE("more than 32 MiB without a line feed at the end") {
  const size_t count = 400'000;  // 40 MB
  const std::string text = NumberedLines(count);
  const Lines read = ReadLines(text);
  REQUIRE(read.lines.size() == count);
  bool all_in_order = true;
  for (size_t i = 0; i < count; ++i) {
    all_in_order = all_in_order && read.lines[i].first == i + 1 &&
                   read.lines[i].second.starts_with(std::to_string(i + 1) + "x");
  }
  CHECK(all_in_order);
}

TEST_CASE("a text that ends exactly where the buffers of the library end") {
  for (const size_t size : {size_t{1} << 24, size_t{1} << 25, size_t{3} << 24}) {
    std::string text(size, 'a');
    for (size_t i = 999; i < size; i += 1000) text[i] = '\n';
    const Lines read = ReadLines(text);
    CHECK(read.error.empty());
    CHECK(read.lines.size() == (size + 999) / 1000);
  }
}

TEST_CASE("the longest line is read and one byte more is not") {
  const std::string longest(kMaxLineBytes, 'a');
  const Lines read = ReadLines("first\n" + longest + "\nlast\n");
  REQUIRE(read.lines.size() == 3);
  CHECK(read.lines[1].second.size() == kMaxLineBytes);

  const Lines failed = ReadLines("first\n" + longest + "a\nlast\n");
  CHECK(failed.lines.size() == 1);
  CHECK(failed.too_long == 2);
}

TEST_CASE("NUL bytes end a line and do not hide what follows") {
  const Lines read = ReadLines(std::string("a\0b\nc\n\0\0\0", 9));
  REQUIRE(read.lines.size() == 3);
  CHECK(read.lines[1].second == "b");
  CHECK(read.lines[2].second == "c");
}

TEST_CASE("lines that end with CR alone are lines") {
  const Lines read = ReadLines("a\rb\rc");
  REQUIRE(read.lines.size() == 3);
  CHECK(read.lines[2] == std::pair<uint64_t, std::string>(3, "c"));
}

TEST_CASE("blank lines are skipped and counted in the line numbers") {
  const Lines read = ReadLines("\r\n  \na\r\n\n\nb");
  REQUIRE(read.lines.size() == 2);
  CHECK(read.lines[0] == std::pair<uint64_t, std::string>(3, "a"));
  CHECK(read.lines[1] == std::pair<uint64_t, std::string>(6, "b"));
}

TEST_CASE("an error of the source comes after the lines before it") {
  FailingSource source(size_t{40} << 20);
  const Lines read = ReadLines(&source);
  CHECK(read.error == "x.csv: reading failed: Input/output error");
  CHECK(read.lines.size() > 1'000'000);
}

TEST_CASE("text already read comes first") {
  const auto memory = MemoryByteSource("x.csv", "d\ne");
  const Lines read = ReadLines(memory.get(), "a\nbc");
  REQUIRE(read.lines.size() == 3);
  CHECK(read.lines[1].second == "bcd");
}

TEST_CASE("an empty text has no lines") {
  CHECK(ReadLines("").lines.empty());
  CHECK(ReadLines("").lines.empty());
}
