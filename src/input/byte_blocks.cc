#include "input/byte_blocks.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/text.h"
#include "input/byte_source.h"

namespace perfleak {
namespace {

constexpr size_t kBlockBytes = size_t{256} << 10;

}  // namespace

Result<size_t> ByteBlocks::Read(char* buffer, size_t size) {
  if (unread_.empty()) {
    const Result<std::string_view> block = Next();
    if (!block) return block.error();
    unread_ = *block;
  }
  const size_t count = unread_.copy(buffer, size);
  unread_.remove_prefix(count);
  return count;
}

FileBlocks::FileBlocks(std::string name, int descriptor, bool owned)
    : name_(std::move(name)), descriptor_(descriptor), owned_(owned), buffer_(kBlockBytes, '\0') {
  struct stat status = {};
  if (owned && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
    size_ = static_cast<uint64_t>(status.st_size);
  }
}

FileBlocks::~FileBlocks() {
  if (owned_) close(descriptor_);
}

Result<std::unique_ptr<FileBlocks>> FileBlocks::Open(const std::string& path) {
  if (path == "-") {
    return {std::unique_ptr<FileBlocks>(new FileBlocks("<stdin>", STDIN_FILENO, false))};
  }
  const Result<int> descriptor = OpenForReading(path);
  if (!descriptor) return descriptor.error();
  return {std::unique_ptr<FileBlocks>(new FileBlocks(Printable(path), *descriptor, true))};
}

Result<std::string_view> FileBlocks::Next() {
  const Result<size_t> got = Read(buffer_.data(), buffer_.size());
  if (!got) return got.error();
  return {std::string_view(buffer_.data(), *got)};
}

Result<size_t> FileBlocks::Read(char* buffer, size_t size) {
  ssize_t got = 0;
  do {
    got = read(descriptor_, buffer, size);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return ReadingFailed(name_, errno);
  offset_ += static_cast<uint64_t>(got);
  return static_cast<size_t>(got);
}

Result<uint64_t> FileBlocks::Size() {
  if (!size_) return ByteBlocks::Size();
  return *size_;
}

Status FileBlocks::Seek(uint64_t offset) {
  if (!size_) return ByteBlocks::Seek(offset);
  if (lseek(descriptor_, static_cast<off_t>(offset), SEEK_SET) < 0) {
    return ReadingFailed(name_, errno);
  }
  offset_ = offset;
  return {};
}

PeekedBlocks::PeekedBlocks(std::unique_ptr<ByteBlocks> blocks, size_t least)
    : blocks_(std::move(blocks)) {
  while (head_.size() < least) {
    const Result<std::string_view> block = blocks_->Next();
    if (!block) error_ = block.error();
    if (!block || block->empty()) return;
    if (head_.empty() && block->size() >= least) {
      head_ = *block;
      return;
    }
    gathered_.append(*block);
    head_ = gathered_;
  }
}

Result<std::string_view> PeekedBlocks::Next() {
  if (!head_.empty()) return std::exchange(head_, {});
  if (error_) return *error_;
  return blocks_->Next();
}

Result<size_t> PeekedBlocks::Read(char* buffer, size_t size) {
  if (head_.empty() && !error_) return blocks_->Read(buffer, size);
  if (head_.empty()) return *error_;
  const size_t count = head_.copy(buffer, size);
  head_.remove_prefix(count);
  return count;
}

Status PeekedBlocks::Seek(uint64_t offset) {
  head_ = {};
  error_.reset();
  return blocks_->Seek(offset);
}

}  // namespace perfleak
