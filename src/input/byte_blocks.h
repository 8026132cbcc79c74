// Bytes in blocks, as whoever makes them has them at hand: what an archive is read from and what
// comes out of it.
#ifndef PERFLEAK_INPUT_BYTE_BLOCKS_H_
#define PERFLEAK_INPUT_BYTE_BLOCKS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace perfleak {

class ByteBlocks {
 public:
  virtual ~ByteBlocks() = default;

  // The next bytes, valid until the next call of any function; empty at the end. An Error is final.
  virtual Result<std::string_view> Next() = 0;

  // The next bytes written to `buffer`, up to `size` of them; 0 at the end. Saves a copy where they
  // are made or read anew. After the first Read() there is no Next().
  virtual Result<size_t> Read(char* buffer, size_t size);

  // The rest is for bytes that can be read in any order.
  virtual bool can_seek() const { return false; }
  virtual Result<uint64_t> Size() { return Error{"the bytes can only be read in order"}; }
  virtual Status Seek(uint64_t) { return Error{"the bytes can only be read in order"}; }

 private:
  std::string_view unread_;  // of the block that Read() is in
};

// A file or standard input ("-").
class FileBlocks : public ByteBlocks {
 public:
  // Errors as those of OpenByteSource.
  static Result<std::unique_ptr<FileBlocks>> Open(const std::string& path);
  ~FileBlocks() override;
  FileBlocks(const FileBlocks&) = delete;
  FileBlocks& operator=(const FileBlocks&) = delete;

  Result<std::string_view> Next() override;
  Result<size_t> Read(char* buffer, size_t size) override;
  bool can_seek() const override { return size_.has_value(); }
  Result<uint64_t> Size() override;
  Status Seek(uint64_t offset) override;

  // Where the reading is. May be asked from any thread.
  uint64_t offset() const { return offset_; }
  // Of a regular file.
  std::optional<uint64_t> size() const { return size_; }

 private:
  FileBlocks(std::string name, int descriptor, bool owned);

  std::string name_;
  int descriptor_;
  bool owned_;
  std::optional<uint64_t> size_;  // of a regular file
  std::atomic<uint64_t> offset_ = 0;
  std::string buffer_;
};

// Blocks whose first bytes were looked at.
class PeekedBlocks : public ByteBlocks {
 public:
  // Reads until there are `least` bytes, or the end or an error is met, which Next() tells later.
  PeekedBlocks(std::unique_ptr<ByteBlocks> blocks, size_t least);

  // Before the first Next() or Read() only.
  std::string_view head() const { return head_; }
  const std::optional<Error>& error() const { return error_; }

  Result<std::string_view> Next() override;
  Result<size_t> Read(char* buffer, size_t size) override;
  bool can_seek() const override { return blocks_->can_seek(); }
  Result<uint64_t> Size() override { return blocks_->Size(); }
  Status Seek(uint64_t offset) override;

 private:
  std::unique_ptr<ByteBlocks> blocks_;
  std::string gathered_;   // the head if it took several blocks
  std::string_view head_;  // not handed out yet
  std::optional<Error> error_;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_BYTE_BLOCKS_H_
