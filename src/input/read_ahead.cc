#include "input/read_ahead.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace perfleak {
namespace {

constexpr uint64_t kBytesBefore = uint64_t{1} << 20;  // read without a thread
constexpr size_t kBlockBytes = size_t{256} << 10;
constexpr size_t kBlocks = 4;

struct Block {
  std::vector<char> bytes = std::vector<char>(kBlockBytes);
  Result<size_t> got = size_t{0};  // as ReadFully() into `bytes` returned it
  std::optional<Error> damage;
};

// Blocks in a ring: the thread fills them in turn, the reader empties them in turn.
class BlockRing {
 public:
  explicit BlockRing(ByteSource* source) : source_(source), thread_([this] { FillAll(); }) {}
  ~BlockRing() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  BlockRing(const BlockRing&) = delete;
  BlockRing& operator=(const BlockRing&) = delete;

  // Waits for the block to be filled. The same one until Pop().
  const Block& Front() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return filled_ > emptied_; });
    return blocks_[emptied_ % kBlocks];
  }

  void Pop() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ++emptied_;
    }
    changed_.notify_one();
  }

 private:
  void FillAll() {
    while (Block* const block = NextToFill()) {
      block->got = source_->Read(block->bytes.data(), block->bytes.size());
      const bool last = !block->got || *block->got == 0;
      if (last) block->damage = source_->damage();
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        ++filled_;
      }
      changed_.notify_one();
      if (last) return;
    }
  }

  // nullptr once nothing more is asked for.
  Block* NextToFill() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return stop_ || filled_ - emptied_ < kBlocks; });
    return stop_ ? nullptr : &blocks_[filled_ % kBlocks];
  }

  ByteSource* const source_;
  std::array<Block, kBlocks> blocks_;

  std::mutex mutex_;  // guards the next three
  uint64_t filled_ = 0;
  uint64_t emptied_ = 0;
  bool stop_ = false;
  std::condition_variable changed_;  // one of the two waits at a time
  std::thread thread_;               // last: it uses all of the above
};

class ReadAheadSource : public ByteSource {
 public:
  explicit ReadAheadSource(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  Result<size_t> Read(char* buffer, size_t size) override {
    if (ring_ == nullptr && bytes_before_ < kBytesBefore) return ReadBefore(buffer, size);
    if (ring_ == nullptr) ring_ = std::make_unique<BlockRing>(source_.get());
    const Block& block = ring_->Front();
    if (!block.got || *block.got == 0) {  // the last one, which stays
      damage_ = block.damage;
      return block.got;
    }
    const size_t count = std::min(size, *block.got - at_);
    std::memcpy(buffer, block.bytes.data() + at_, count);
    at_ += count;
    if (at_ == *block.got) {
      at_ = 0;
      ring_->Pop();
    }
    return count;
  }

  const std::string& name() const override { return source_->name(); }
  std::optional<Error> damage() const override {
    return ring_ == nullptr ? source_->damage() : damage_;
  }

 private:
  Result<size_t> ReadBefore(char* buffer, size_t size) {
    const Result<size_t> got = source_->Read(buffer, size);
    if (got) bytes_before_ += *got;
    return got;
  }

  std::unique_ptr<ByteSource> source_;
  uint64_t bytes_before_ = 0;
  std::optional<Error> damage_;
  size_t at_ = 0;  // in the block at the front
  std::unique_ptr<BlockRing> ring_;
};

}  // namespace

std::unique_ptr<ByteSource> ReadAhead(std::unique_ptr<ByteSource> source) {
  return std::make_unique<ReadAheadSource>(std::move(source));
}

}  // namespace perfleak
