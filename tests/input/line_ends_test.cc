#include "input/line_ends.h"

#include <doctest/doctest.h>

#include <random>

using namespace perfleak;

namespace {

std::string Clean(const std::string& bytes, size_t chunk, uint64_t* nuls = nullptr) {
  const auto memory = MemoryByteSource("x", bytes, chunk);
  LineEnds source(memory.get());
  std::string text, buffer(1 << 16, '\0');
  for (;;) {
    const auto got = source.Read(buffer.data(), buffer.size());
    REQUIRE(got.ok());
    if (*got == 0) break;
    text.append(buffer, 0, *got);
  }
  if (nuls != nullptr) *nuls = source.nuls();
  return text;
}

// CR LF may stay or become LF: the line reader takes both.
std::string WithoutCr(std::string text) {
  std::erase(text, '\r');
  return text;
}

// The slow obvious way.
std::string Oracle(const std::string& bytes) {
  std::string without_nuls, text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '\0') without_nuls += bytes[i];
    if (bytes[i] == '\0' && (i == 0 || bytes[i - 1] != '\0')) without_nuls += '\n';
  }
  for (size_t i = 0; i < without_nuls.size(); ++i) {
    if (without_nuls[i] != '\r') text += without_nuls[i];
    if (without_nuls[i] == '\r' && without_nuls.substr(i + 1, 1) != "\n") text += '\n';
  }
  return text;
}

// Zero bytes without end, as a sparse file of many gigabytes gives them.
class EndlessNuls : public ByteSource {
 public:
  Result<size_t> Read(char* buffer, size_t size) override {
    std::fill(buffer, buffer + size, '\0');
    return size;
  }
  const std::string& name() const override { return name_; }

 private:
  std::string name_ = "sparse";
};

}  // namespace

TEST_CASE("CR alone, CR LF and LF all end lines") {
  CHECK(WithoutCr(Clean("a\rb\r\nc\nd\r", 100)) == "a\nb\nc\nd\n");
}

TEST_CASE("a run of NUL bytes is one line end and is counted") {
  uint64_t nuls = 0;
  CHECK(Clean(std::string("a\0\0\0b\0c\0\0", 9), 2, &nuls) == "a\nb\nc\n");
  CHECK(nuls == 6);
}

TEST_CASE("random text is cleaned as byte by byte, wherever it is cut") {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::string bytes;
    for (auto i = random() % 40; i > 0; --i) bytes += "ab\r\n\0\r"[random() % 6];
    for (const size_t chunk : {1, 2, 3, 100}) {
      CHECK(WithoutCr(Clean(bytes, chunk)) == Oracle(bytes));
    }
  }
}

TEST_CASE("zero bytes without end are given up after 64 MB") {
  EndlessNuls endless;
  LineEnds source(&endless);
  std::string buffer(1 << 20, '\0');
  CHECK(*source.Read(buffer.data(), buffer.size()) == 1);
  CHECK(*source.Read(buffer.data(), buffer.size()) == 0);
  CHECK(source.gave_up());
  CHECK(source.nuls() <= LineEnds::kMostNuls + buffer.size());
}
