#include "input/line_ends.h"

#include <algorithm>
#include <cstring>

namespace perfleak {
namespace {

// As memchr, but with the end instead of null where there is none.
char* Find(char* begin, char* end, char wanted) {
  void* found = std::memchr(begin, wanted, static_cast<size_t>(end - begin));
  return found == nullptr ? end : static_cast<char*>(found);
}

}  // namespace

Result<size_t> LineEnds::Read(char* buffer, size_t size) {
  while (!gave_up_) {
    const Result<size_t> got = text_->Read(buffer, size);
    if (!got || *got == 0) return got;
    const size_t kept = Clean(buffer, *got);
    gave_up_ = run_ > kMostNuls;
    if (kept > 0) return kept;
  }
  return size_t{0};
}

size_t LineEnds::Clean(char* data, size_t size) {
  size = CollapseNuls(data, size);
  if (size == 0) return 0;
  if (after_cr_ && data[0] == '\n') std::memmove(data, data + 1, --size);
  after_cr_ = false;
  char* const end = data + size;
  for (char* cr = Find(data, end, '\r'); cr != end; cr = Find(cr + 1, end, '\r')) {
    if (cr + 1 == end) after_cr_ = true;
    if (cr + 1 == end || cr[1] != '\n') *cr = '\n';
  }
  return size;
}

// Leaves one LF of every run of NUL bytes, also of a run that began in an earlier block.
size_t LineEnds::CollapseNuls(char* data, size_t size) {
  char* const end = data + size;
  char* in = data;
  char* out = data;
  while (in != end) {
    char* const nul = Find(in, end, '\0');
    if (nul != in) run_ = 0;
    if (out != in) std::memmove(out, in, static_cast<size_t>(nul - in));
    out += nul - in;
    if (nul == end) break;
    in = std::find_if(nul, end, [](char c) { return c != '\0'; });
    if (run_ == 0) *out++ = '\n';
    run_ += static_cast<uint64_t>(in - nul);
    nuls_ += static_cast<uint64_t>(in - nul);
  }
  return static_cast<size_t>(out - data);
}

}  // namespace perfleak
