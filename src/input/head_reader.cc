#include "input/head_reader.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace perfleak {
namespace {

constexpr size_t kFirstRead = size_t{64} << 10;
constexpr size_t kLargestRead = size_t{4} << 20;

std::string_view WithoutCr(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

// Doubles what is held, within bounds. false at the end of the source.
Result<bool> HeadReader::ReadMore() {
  if (source_ended_) return false;
  buffer_.erase(0, std::exchange(begin_, size_t{0}));
  const size_t held = buffer_.size();
  const size_t wanted = std::clamp(held, kFirstRead, kLargestRead);
  buffer_.resize(held + wanted);
  const Result<size_t> got = text_->Read(buffer_.data() + held, wanted);
  buffer_.resize(held + (got ? *got : 0));
  if (!got) return got.error();
  source_ended_ = *got == 0;
  return !source_ended_;
}

Result<std::optional<std::string_view>> HeadReader::PeekLine(size_t* at, size_t limit) {
  size_t searched = *at;
  for (;;) {
    const size_t end = buffer_.find('\n', begin_ + searched);
    if (end != std::string::npos) {
      const std::string_view line =
          std::string_view(buffer_).substr(begin_ + *at, end - begin_ - *at);
      *at = end + 1 - begin_;
      at_text_end_ = false;
      return {WithoutCr(line)};
    }
    searched = buffer_.size() - begin_;
    if (searched - *at > limit) {
      return Error{text_->name() + ":" + std::to_string(lines_ + 1) + ": the line is longer than " +
                   std::to_string(limit) + " bytes, which is the limit; is this a text file?"};
    }
    const Result<bool> more = ReadMore();
    if (!more) return more.error();
    if (!*more) break;
  }
  at_text_end_ = true;
  const std::string_view line = std::string_view(buffer_).substr(begin_ + *at);
  *at += line.size();
  if (line.empty()) return {std::optional<std::string_view>()};
  return {WithoutCr(line)};
}

Result<std::optional<std::string_view>> HeadReader::NextLine(size_t limit) {
  size_t at = 0;
  Result<std::optional<std::string_view>> line = PeekLine(&at, limit);
  if (!line || !*line) return line;
  begin_ += at;
  ++lines_;
  return line;
}

Result<std::string_view> HeadReader::PeekBytes(size_t size) {
  while (buffer_.size() - begin_ < size) {
    const Result<bool> more = ReadMore();
    if (!more) return more.error();
    if (!*more) break;
  }
  return std::string_view(buffer_).substr(begin_, size);
}

std::string HeadReader::TakeRest() {
  std::string rest(buffer_, begin_);  // without the room that the header took
  std::string().swap(buffer_);
  begin_ = 0;
  return rest;
}

}  // namespace perfleak
