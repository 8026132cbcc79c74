// The bytes of one log: a file, standard input, memory.
#ifndef PERFLEAK_INPUT_BYTE_SOURCE_H_
#define PERFLEAK_INPUT_BYTE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace perfleak {

// Bytes that can be read in any order.
class RandomAccess {
 public:
  virtual ~RandomAccess() = default;

  // Reads up to `size` bytes from `offset` on; may return fewer. 0 means the end. From any thread.
  virtual Result<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) const = 0;
};

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Reads up to `size` bytes into `buffer`; may return fewer. 0 means the end, an Error is final.
  virtual Result<size_t> Read(char* buffer, size_t size) = 0;

  // For messages: the path as Printable shows it, or "<stdin>". Every error and diagnostic of the
  // input layer names its log so.
  virtual const std::string& name() const = 0;

  // At the end: why there is no more, if that is not because all was read. What came out of a
  // compressed file that is damaged or cut off is good as far as it goes.
  virtual std::optional<Error> damage() const { return std::nullopt; }

  // The same bytes in any order, where that can be done at no cost: a file on disk. Else null.
  virtual const RandomAccess* random_access() const { return nullptr; }
  // `bytes` are what Read would give next; they were read in another way. Read goes on behind them.
  // Only where there is random_access().
  virtual void Skip(std::string_view) {}
  // Whether the bytes come out of something, which is work, or are read as they are.
  virtual bool is_unpacked() const { return false; }
};

// Reads until `buffer` is full or the source ends: a short count means the end.
Result<size_t> ReadFully(ByteSource* source, char* buffer, size_t size);

// "-" is standard input. Errors name the path, the reason and what to do; a directory is an error.
Result<std::unique_ptr<ByteSource>> OpenByteSource(const std::string& path);

// What OpenByteSource() is made of: a descriptor that the caller closes, and its errors.
Result<int> OpenForReading(const std::string& path);
Error CannotBeOpened(const std::string& path, int error_number);
Error ReadingFailed(const std::string& name, int error_number);

// Reads `bytes`, at most `chunk` of them at a time; for tests and for text already in memory.
std::unique_ptr<ByteSource> MemoryByteSource(std::string name, std::string bytes,
                                             size_t chunk = std::string::npos);

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_BYTE_SOURCE_H_
