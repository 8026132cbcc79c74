#include "input/compressed_blocks.h"

#include <utility>

#include "input/archive.h"
#include "input/decoded_blocks.h"
#include "input/gzip_decoder.h"
#include "input/zstd_decoder.h"

namespace perfleak {
namespace {

// nullptr for what libarchive unpacks.
std::unique_ptr<StreamDecoder> MakeDecoder(Container container) {
  if (container == Container::kGzip) return MakeGzipDecoder();
  if (container == Container::kZstd) return MakeZstdDecoder();
  return nullptr;
}

// To libarchive a compressed file is an archive with one entry.
class OnlyEntryBlocks : public ByteBlocks {
 public:
  OnlyEntryBlocks(Container container, std::unique_ptr<ByteBlocks> bytes, const std::string& name,
                  ReadBudget* budget)
      : archive_(container, std::move(bytes), name, budget), name_(name) {}

  Result<std::string_view> Next() override {
    if (!std::exchange(begun_, true)) {
      const auto entry = archive_.NextEntry();
      if (!entry) return entry.error();
    }
    return archive_.NextBlock(name_);
  }

 private:
  Archive archive_;
  std::string name_;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<ByteBlocks> Decompress(Container container, std::unique_ptr<ByteBlocks> bytes,
                                       const std::string& name, ReadBudget* budget) {
  if (auto decoder = MakeDecoder(container)) {
    return std::make_unique<DecodedBlocks>(std::move(decoder), std::move(bytes), name, budget);
  }
  return std::make_unique<OnlyEntryBlocks>(container, std::move(bytes), name, budget);
}

Unwrapped Unwrap(std::unique_ptr<ByteBlocks> bytes, size_t most, const std::string& name,
                 ReadBudget* budget) {
  for (size_t compressions = 0;; ++compressions) {
    auto peeked = std::make_unique<PeekedBlocks>(std::move(bytes), kContainerHeadBytes);
    const Container container = RecognizeContainer(peeked->head());
    if (container == Container::kNone || IsArchive(container) || compressions == most) {
      return {std::move(peeked), container, compressions};
    }
    bytes = Decompress(container, std::move(peeked), name, budget);
  }
}

}  // namespace perfleak
