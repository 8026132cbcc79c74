// The first lines of a log, read line by line before anything fast starts: noise, the header
// however long it is, and a look at the first rows. What was read ahead is given back as text.
#ifndef PERFLEAK_INPUT_HEAD_READER_H_
#define PERFLEAK_INPUT_HEAD_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "input/byte_source.h"

namespace perfleak {

class HeadReader {
 public:
  // `text` has LF at every line end (LineEnds) and outlives this.
  explicit HeadReader(ByteSource* text) : text_(text) {}

  // The next line without its end, consumed; nullopt at the end of the text. Valid until the next
  // call. A line longer than `limit` is an Error that says so.
  Result<std::optional<std::string_view>> NextLine(size_t limit);

  // As NextLine, without consuming: walks on from `*at`, which is 0 for the next line and moves.
  Result<std::optional<std::string_view>> PeekLine(size_t* at, size_t limit);

  // The first bytes of the next line, at most `size` of them.
  Result<std::string_view> PeekBytes(size_t size);

  uint64_t lines() const { return lines_; }          // consumed so far
  bool at_text_end() const { return at_text_end_; }  // the last line came without a line end

  // Everything read and not consumed. The reader is spent; the rest is in the source.
  std::string TakeRest();

 private:
  Result<bool> ReadMore();

  ByteSource* text_;
  std::string buffer_;
  size_t begin_ = 0;  // of what is not consumed
  uint64_t lines_ = 0;
  bool source_ended_ = false;
  bool at_text_end_ = false;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_HEAD_READER_H_
