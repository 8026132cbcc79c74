// What tells contents apart: XXH3 of 128 bits, as 32 hex digits. The only door to xxhash. Not for
// keeping secrets: it finds the same log under two names.
#ifndef PERFLEAK_INPUT_CONTENT_HASH_H_
#define PERFLEAK_INPUT_CONTENT_HASH_H_

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "input/byte_source.h"

namespace perfleak {

class ContentHash {
 public:
  ContentHash();
  ~ContentHash();

  void Add(std::string_view bytes);
  std::string Hex() const;  // of all that was added so far

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string HashOfBytes(std::string_view bytes);

// The stored bytes of a file. Errors: it cannot be read.
Result<std::string> HashOfFile(const std::string& path);

// `source`, hashed as it is read. `hash` outlives what is returned and may be asked when the
// reading is over.
std::unique_ptr<ByteSource> HashWhileReading(std::unique_ptr<ByteSource> source, ContentHash* hash);

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_CONTENT_HASH_H_
