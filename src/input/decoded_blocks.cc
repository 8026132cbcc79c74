#include "input/decoded_blocks.h"

#include <utility>

#include "input/archive.h"

namespace perfleak {
namespace {

constexpr size_t kBlockBytes = size_t{256} << 10;

}  // namespace

DecodedBlocks::DecodedBlocks(std::unique_ptr<StreamDecoder> decoder,
                             std::unique_ptr<ByteBlocks> bytes, std::string name,
                             ReadBudget* budget)
    : decoder_(std::move(decoder)),
      bytes_(std::move(bytes)),
      name_(std::move(name)),
      budget_(budget) {}

Result<std::string_view> DecodedBlocks::Next() {
  block_.resize(kBlockBytes);
  const Result<size_t> got = Read(block_.data(), block_.size());
  if (!got) return got.error();
  return std::string_view(block_.data(), *got);
}

Result<size_t> DecodedBlocks::Read(char* buffer, size_t size) {
  std::span<char> room(buffer, size);
  while (!room.empty() && !ended_) Step(&room);
  const size_t filled = size - room.size();
  if (filled == 0 && error_) return *error_;
  if (const Status taken = budget_->TakeBytes(filled); !taken) return taken.error();
  return filled;
}

// The decoder comes first even if there is nothing to decode: it may hold back what had no room.
void DecodedBlocks::Step(std::span<char>* room) {
  const Result<StreamDecoder::At> at = decoder_->Decode(&in_, room);
  if (!at) error_ = UnpackingFailed(name_, at.error().message);
  ended_ = !at || *at == StreamDecoder::At::kEnd;
  if (ended_ || room->empty() || !in_.empty() || Fetch()) return;
  ended_ = true;
  if (*at == StreamDecoder::At::kInside && !error_) {
    error_ = UnpackingFailed(name_, "the compressed data is cut off");
  }
}

bool DecodedBlocks::Fetch() {
  const Result<std::string_view> block = bytes_->Next();
  if (!block) error_ = block.error();
  if (!block || block->empty()) return false;
  in_ = *block;
  return true;
}

}  // namespace perfleak
