#include "input/file_piece.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace perfleak {
namespace {

constexpr size_t kLongestLine = size_t{8} << 20;
constexpr size_t kScanned = size_t{16} << 10;  // at a time
constexpr size_t kReadable = 64;               // bytes behind the text, for the kernels

class PieceBytes : public LineBytes {
 public:
  const char* text() const { return bytes_.get(); }
  size_t size() const { return size_; }
  uint32_t* line_feeds() { return line_feeds_.data(); }

  void Clear() { size_ = 0; }

  // Reads on until there are `wanted` bytes; false if the file ends before.
  Result<bool> ReadTo(const RandomAccess& file, uint64_t offset, size_t wanted) {
    if (capacity_ < wanted + kReadable) Grow(wanted + kReadable);
    while (size_ < wanted) {
      const auto got = file.ReadAt(offset + size_, bytes_.get() + size_, wanted - size_);
      if (!got) return got.error();
      if (*got == 0) break;
      size_ += *got;
    }
    std::memset(bytes_.get() + size_, 0, kReadable);
    return size_ == wanted;
  }

 private:
  // Not a std::string: what is read over is not written before.
  void Grow(size_t capacity) {
    std::unique_ptr<char[]> larger(new char[capacity]);
    if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0, capacity_ = 0;
  std::vector<uint32_t> line_feeds_ = std::vector<uint32_t>(kScanned);  // of one scan
};

bool IsBlank(std::string_view line) { return line.find_first_not_of(" \t") == line.npos; }

class PieceReader {
 public:
  PieceReader(const RowKernels& kernels, PieceBytes* bytes, LineBatch* batch)
      : kernels_(kernels), bytes_(bytes), batch_(batch), piece_(*batch->piece) {}

  Status Read() {
    size_t wanted = 1 + last_begin() + piece_.read_behind;
    for (;;) {
      const Result<bool> more = bytes_->ReadTo(*piece_.file, piece_.begin - 1, wanted);
      if (!more) return more.error();
      Cut();
      if (!*more) EndFile();
      plain_ = plain_ && (done() || wanted - begin_ <= kLongestLine);
      if (!*more || !plain_ || done()) break;
      wanted += wanted / 2;
    }
    Finish();
    return {};
  }

 private:
  // Offsets here are those in the text, which begins one byte before the piece. Lines that begin
  // behind this one are those of the next piece.
  size_t last_begin() const { return static_cast<size_t>(piece_.end - piece_.begin); }
  bool has_lines() const { return first_ > 0 && first_ <= last_begin(); }
  // No line that begins in the piece goes on behind what was scanned.
  bool done() const { return first_ > 0 ? begin_ > last_begin() : scanned_ >= last_begin(); }

  // From the beginning, even if this is not the first time: the text has moved.
  void Cut() {
    first_ = begin_ = scanned_ = 0;
    batch_->lines.clear();
    batch_->line_ends = 0;
    const char* const text = bytes_->text();
    while (plain_ && !done() && scanned_ < bytes_->size()) {
      const bool lone_cr = scanned_ > 0 && text[scanned_ - 1] == '\r' && text[scanned_] != '\n';
      const size_t size = std::min(kScanned, bytes_->size() - scanned_);
      const auto found = kernels_.scan_text(text + scanned_, size, bytes_->line_feeds());
      plain_ = found.plain && !lone_cr;
      for (size_t i = 0; i < found.line_feeds && !done(); ++i) {
        const size_t line_feed = scanned_ + bytes_->line_feeds()[i];
        EndLine(line_feed, line_feed + 1);
      }
      scanned_ += size;
    }
  }

  void EndLine(size_t end, size_t next) {
    if (first_ == 0) {
      first_ = next;
    } else {
      ++batch_->line_ends;
      if (end > begin_ && bytes_->text()[end - 1] == '\r') --end;
      const std::string_view line(bytes_->text() + begin_, end - begin_);
      if (!IsBlank(line)) batch_->lines.push_back({line, batch_->line_ends});
    }
    begin_ = next;
  }

  // The last line of a file may have no line feed.
  void EndFile() {
    const size_t end = bytes_->size();
    batch_->last = end <= last_begin() + 1;  // no piece has anything behind this one
    if (!plain_ || !has_lines() || done() || begin_ == end) return;
    plain_ = bytes_->text()[end - 1] != '\r';
    EndLine(end, end);
  }

  void Finish() {
    batch_->readable = bytes_->text() + bytes_->size() + kReadable;
    if (!has_lines()) return;
    batch_->begin = piece_.begin - 1 + first_;
    batch_->plain = plain_;
    batch_->stored = {bytes_->text() + first_, begin_ - first_};
    if (plain_) return;
    batch_->lines.clear();
    batch_->line_ends = 0;
    batch_->last = false;
  }

  const RowKernels& kernels_;
  PieceBytes* bytes_;
  LineBatch* batch_;
  const FilePiece piece_;
  bool plain_ = true;
  size_t first_ = 0;    // where the first line of the piece begins; 0 if none was met yet
  size_t begin_ = 0;    // of the line at hand
  size_t scanned_ = 0;  // as far as line ends were looked for
};

}  // namespace

void ReadPiece(const RowKernels& kernels, LineBatch* batch) {
  auto* bytes = dynamic_cast<PieceBytes*>(batch->bytes.get());
  if (bytes == nullptr) {
    auto fresh = std::make_unique<PieceBytes>();
    bytes = fresh.get();
    batch->bytes = std::move(fresh);
  }
  bytes->Clear();
  if (const Status read = PieceReader(kernels, bytes, batch).Read(); !read) {
    batch->error = read.error();
    batch->last = true;
  }
}

}  // namespace perfleak
