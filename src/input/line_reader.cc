#include "input/line_reader.h"

// Reading ahead is ours to organise; the library's own thread would not know how to report errors.
// Set for the whole layer in CMake as well, so that no two files see different definitions.
#ifndef CSV_IO_NO_THREAD
#define CSV_IO_NO_THREAD
#endif
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstringop-truncation"  // the library means to cut file names
#endif
#include <libfccp/csv.h>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace perfleak {
namespace {

// What one io::LineReader reads: one segment, which ends with a line feed. Its first read takes it
// all; the next says that there is no more.
class SegmentSource : public io::ByteSourceBase {
 public:
  explicit SegmentSource(std::string_view segment) : left_(segment) {}

  int read(char* buffer, int size) override {
    const size_t count = std::min(left_.size(), static_cast<size_t>(size));
    std::memcpy(buffer, left_.data(), count);
    left_.remove_prefix(count);
    return static_cast<int>(count);
  }

 private:
  std::string_view left_;
};

class FramedBytes : public LineBytes {
 public:
  FramedBytes(const std::string& name, std::string_view segment)
      : reader_(name, std::make_unique<SegmentSource>(segment)) {}

  // The next line, NUL at its end; null behind the last one.
  const char* Next() { return reader_.next_line(); }

 private:
  io::LineReader reader_;
};

bool IsBlank(const char* line) { return line[std::strspn(line, " \t\r")] == '\0'; }

}  // namespace

void LineReader::Fill(LineBatch* batch) {
  batch->Clear();
  try {
    FillFromSegment(batch);
  } catch (const io::error::line_length_limit_exceeded&) {
    batch->too_long = true;
  } catch (const std::bad_alloc&) {
    batch->error = Error{text_->name() + ": not enough memory to read the log; 64 MB are needed"};
  }
  batch->last = batch->last || batch->too_long || batch->error;
}

// Each segment has an io::LineReader of its own, which owns the bytes of its lines: what is read of
// them can be parsed in any thread while others are framed.
void LineReader::FillFromSegment(LineBatch* batch) {
  const auto segment = NextSegment();
  if (!segment) batch->error = segment.error();
  batch->too_long = segment && !*segment;
  if (batch->error || batch->too_long) return;
  batch->last = (*segment)->empty();
  if (batch->last) return;
  batch->bytes.reset();
  auto bytes = std::make_unique<FramedBytes>(text_->name(), **segment);
  FramedBytes* const framed = bytes.get();
  batch->bytes = std::move(bytes);
  while (const char* const line = framed->Next()) {
    ++batch->line_ends;
    if (IsBlank(line)) continue;
    batch->lines.push_back({line, batch->line_ends});
    batch->readable = line + batch->lines.back().text.size();
  }
}

// Text up to a line end, empty at the end of the text; valid until the next call. nullopt where a
// line takes more than kMaxLineBytes.
Result<std::optional<std::string_view>> LineReader::NextSegment() {
  bytes_.erase(0, std::exchange(handed_out_, size_t{0}));
  for (size_t wanted = segment_bytes_;; wanted *= 2) {
    if (const Status filled = ReadTo(wanted); !filled) return filled.error();
    const size_t last_end = bytes_.rfind('\n');
    if (last_end != std::string::npos && (ended_ || last_end > 0)) {
      handed_out_ = last_end + 1;
      return {std::optional(std::string_view(bytes_).substr(0, handed_out_))};
    }
    if (ended_) return {std::optional(std::string_view())};
    if (bytes_.size() > kMaxLineBytes) return {std::optional<std::string_view>()};
  }
}

Status LineReader::ReadTo(size_t wanted) {
  if (ended_ || bytes_.size() >= wanted) return {};
  const size_t had = bytes_.size();
  bytes_.resize(wanted);
  const Result<size_t> got = ReadFully(text_, bytes_.data() + had, wanted - had);
  bytes_.resize(had + (got ? *got : 0));
  if (!got) return got.error();
  ended_ = bytes_.size() < wanted;
  if (ended_ && !bytes_.empty() && bytes_.back() != '\n') bytes_.push_back('\n');
  return {};
}

void LineReader::ForgetRest() {
  bytes_.clear();
  handed_out_ = 0;
}

}  // namespace perfleak
