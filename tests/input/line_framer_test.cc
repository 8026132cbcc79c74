// A file read in pieces must give, line by line, what the stream of it gives.
#include "input/line_framer.h"

#include <doctest/doctest.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <utility>
#include <vector>

#include "input/read_log.h"

using namespace perfleak;
using namespace perfleak::testing;

namespace {

using Lines = std::vector<std::pair<uint64_t, std::string>>;

struct Framed {
  Lines lines;
  size_t in_pieces = 0;  // lines of them
  uint64_t bytes = 0;    // read of the source, as it was told
  std::string error;
};

// Hides that the bytes can be read in any order.
class StreamOnly : public ByteSource {
 public:
  explicit StreamOnly(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}
  Result<size_t> Read(char* buffer, size_t size) override { return source_->Read(buffer, size); }
  const std::string& name() const override { return source_->name(); }

 private:
  std::unique_ptr<ByteSource> source_;
};

// As RowPipeline does it: some batches are claimed ahead, and loaded in another order.
Framed Frame(std::unique_ptr<ByteSource> source, const FramerSizes& sizes,
             const RowKernels& kernels = BestRowKernels(), size_t ahead = 3) {
  auto decoder = TextDecoder::Open(std::move(source), std::nullopt, 64);
  REQUIRE(decoder.ok());  // small blocks, so that pieces begin early
  LineEnds text(decoder->get());
  LineFramer framer("", &text, decoder->get(), kernels, sizes);
  Framed framed;
  std::deque<LineBatch> claimed;
  std::vector<LineBatch> spare;  // their memory is used again
  const auto put_back = [&](LineBatch* batch) { spare.push_back(std::move(*batch)); };
  for (uint64_t before = 0;;) {
    const size_t loaded = claimed.size();
    while (claimed.size() < ahead && (claimed.empty() || !claimed.back().last)) {
      if (spare.empty()) spare.emplace_back();
      framer.Claim(&claimed.emplace_back(std::move(spare.back())));
      spare.pop_back();
    }
    for (size_t i = claimed.size(); i > loaded; --i) framer.Load(&claimed[i - 1]);
    LineBatch batch = std::move(claimed.front());
    claimed.pop_front();
    if (!framer.Accept(batch)) {
      for (LineBatch& after : claimed) put_back(&after);
      put_back(&batch);
      claimed.clear();
      continue;
    }
    for (const Line& line : batch.lines) {
      framed.lines.emplace_back(before + line.number, line.text);
    }
    if (batch.piece) framed.in_pieces += batch.lines.size();
    before += batch.line_ends;
    if (batch.error) framed.error = batch.error->message;
    if (batch.too_long) framed.error = "too long: " + std::to_string(before + 1);
    if (batch.last) break;
    put_back(&batch);
  }
  framed.bytes = (*decoder)->bytes_read();
  return framed;
}

Framed InPieces(const std::string& bytes, const FramerSizes& sizes,
                const RowKernels& kernels = BestRowKernels()) {
  return Frame(MemoryByteSource("x.csv", bytes), sizes, kernels);
}

Framed AsStream(const std::string& bytes) {
  return Frame(std::make_unique<StreamOnly>(MemoryByteSource("x.csv", bytes)), {});
}

void CheckSame(const std::string& bytes, const std::string& what) {
  const Framed expected = AsStream(bytes);
  // Segments are not too small: each costs an io::LineReader with buffers of 48 MB.
  constexpr size_t kSegment = 200;
  for (const RowKernels* kernels : AllRowKernels()) {
    for (const size_t piece : {1, 64, 1000}) {
      const Framed framed = InPieces(bytes, {kSegment, piece}, *kernels);
      const std::string where = what + " " + kernels->name + " " + std::to_string(piece);
      REQUIRE_MESSAGE(framed.lines == expected.lines, where);
      REQUIRE_MESSAGE(framed.error == expected.error, where);
      REQUIRE_MESSAGE(framed.bytes == expected.bytes, where);
    }
  }
}

std::string RandomText(std::mt19937* random, size_t size, const std::string& rare) {
  std::string text;
  while (text.size() < size) {
    switch ((*random)() % 40) {
      case 0:
        text += "\r\n";
        break;
      case 1:
        text += '\n';
        break;
      case 2:
        text += "\n  \t\r\n";
        break;
      case 3:
        if (!rare.empty() && (*random)() % 8 == 0) text += rare[(*random)() % rare.size()];
        break;
      default:
        text += static_cast<char>('a' + (*random)() % 26);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("every corpus file gives the same lines in pieces as in a stream") {
  for (const auto& entry : std::filesystem::directory_iterator(PERFLEAK_CORPUS_DIR)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    // Which code page ANSI text is in is told by a block of it: by one of 64 bytes it may be any.
    if (!IsUtf8(bytes) && bytes.find('\0') == bytes.npos) continue;
    CheckSame(bytes.substr(0, 2000), entry.path().filename().string());
  }
}

TEST_CASE("random plain text gives the same lines in pieces, whatever their size") {
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    CheckSame(RandomText(&random, random() % 1000, ""), std::to_string(round));
  }
}

TEST_CASE("text with NULs, lone CRs and bytes above 0x7F gives the same lines in pieces") {
  std::mt19937 random(2);
  for (int round = 0; round < 20; ++round) {
    CheckSame(RandomText(&random, random() % 1000, std::string("\0\r\r", 3)),
              std::to_string(round));
  }
  for (int round = 0; round < 10; ++round) {
    std::string text = RandomText(&random, 1000, "");
    text.insert(random() % text.size(), "\xC3\xA9");
    CheckSame(text, std::to_string(round));
  }
}

TEST_CASE("plain text is read in pieces, but for its beginning") {
  std::mt19937 random(3);
  const std::string text = RandomText(&random, 100'000, "");
  const Framed framed = InPieces(text, {1000, 1000});
  CHECK(framed.in_pieces > framed.lines.size() * 95 / 100);
  CHECK(AsStream(text).in_pieces == 0);
}

TEST_CASE("behind a line that is not plain pieces are tried again") {
  std::mt19937 random(4);
  const std::string text =
      RandomText(&random, 50'000, "") + "\ncaf\xC3\xA9\n" + RandomText(&random, 50'000, "");
  const Framed framed = InPieces(text, {1000, 1000});
  CHECK(framed.lines == AsStream(text).lines);
  CHECK(framed.in_pieces > framed.lines.size() * 8 / 10);
}

TEST_CASE("UTF-16 is read as a stream") {
  const std::string text =
      ToUtf16(Header({"Memory\\Available Bytes"}) + std::string(5000, 'x'), true, true);
  const Framed framed = InPieces(text, {100, 100});
  CHECK(framed.in_pieces == 0);
  CHECK(framed.lines == AsStream(text).lines);
}

TEST_CASE("lines far longer than a piece, and than the limit") {
  const auto text = [](size_t long_line) {
    return "first\n" + std::string(long_line, 'a') + "\r\nlast\n";
  };
  for (const size_t size : {size_t{1} << 20, (size_t{8} << 20) + 5, kMaxLineBytes - 1}) {
    const Framed framed = InPieces(text(size), {1, 100});
    CHECK(framed.error.empty());
    REQUIRE(framed.lines.size() == 3);
    CHECK(framed.lines[1].second.size() == size);
    CHECK(framed.lines[2].first == 3);
  }
  CHECK(InPieces(text(kMaxLineBytes + 1), {1, 100}).error == "too long: 2");
}

TEST_CASE("a file that is cut while it is read ends there") {
  // Says at first that it has all its bytes, and later only the first part.
  class Shrinking : public ByteSource, public RandomAccess {
   public:
    Result<size_t> Read(char* buffer, size_t size) override {
      const size_t count = text_.copy(buffer, std::min<size_t>(size, 100), position_);
      position_ += count;
      return count;
    }
    Result<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) const override {
      const std::string left = text_.substr(0, 2000);
      return offset >= left.size() ? size_t{0} : left.copy(buffer, size, offset);
    }
    const std::string& name() const override { return name_; }
    const RandomAccess* random_access() const override { return this; }
    void Skip(std::string_view bytes) override { position_ += bytes.size(); }

   private:
    std::string name_ = "x.csv";
    std::string text_ = [] {
      std::mt19937 random(5);
      return RandomText(&random, 5000, "");
    }();
    size_t position_ = 0;
  };
  CHECK(Frame(std::make_unique<Shrinking>(), {100, 100}).lines.size() > 10);
}
