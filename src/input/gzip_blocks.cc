#include "input/gzip_blocks.h"

#include <zlib.h>

#include <new>
#include <utility>

#include "input/archive.h"

namespace perfleak {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;
constexpr int kGzip = 16 + MAX_WBITS;  // for inflateInit2: with gzip's header and trailer

}  // namespace

// The state of zlib, which must stay where it is.
class GzipBlocks::Inflater {
 public:
  Inflater() {
    if (inflateInit2(&stream_, kGzip) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream* operator->() { return &stream_; }
  z_stream* get() { return &stream_; }

 private:
  z_stream stream_ = {};
};

GzipBlocks::GzipBlocks(std::unique_ptr<ByteBlocks> bytes, std::string name, ReadBudget* budget)
    : bytes_(std::move(bytes)),
      name_(std::move(name)),
      budget_(budget),
      inflater_(std::make_unique<Inflater>()),
      buffer_(kBufferBytes, '\0') {}

GzipBlocks::~GzipBlocks() = default;

Result<std::string_view> GzipBlocks::Next() {
  filled_ = 0;
  while (filled_ < buffer_.size() && !ended_) Fill();
  if (filled_ == 0 && error_) return *error_;
  if (const Status taken = budget_->TakeBytes(filled_); !taken) return taken.error();
  return std::string_view(buffer_.data(), filled_);
}

void GzipBlocks::Fill() {
  Inflater& inflater = *inflater_;
  if (inflater->avail_in == 0 && !FetchInput()) {
    ended_ = true;
    if (!error_) error_ = UnpackingFailed(name_, "the compressed data is cut off");
    return;
  }
  const size_t room = buffer_.size() - filled_;
  inflater->next_out = reinterpret_cast<Bytef*>(buffer_.data() + filled_);
  inflater->avail_out = static_cast<uInt>(room);
  const int status = inflate(inflater.get(), Z_NO_FLUSH);
  filled_ += room - inflater->avail_out;
  if (status == Z_STREAM_END) {
    EndMember();
  } else if (status != Z_OK && status != Z_BUF_ERROR) {
    ended_ = true;
    error_ = UnpackingFailed(name_, inflater->msg != nullptr ? inflater->msg : "not enough memory");
  }
}

bool GzipBlocks::FetchInput() {
  const Result<std::string_view> block = bytes_->Next();
  if (!block) error_ = block.error();
  if (!block || block->empty()) return false;
  Inflater& inflater = *inflater_;
  // zlib only reads from it.
  inflater->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(block->data()));
  inflater->avail_in = static_cast<uInt>(block->size());
  return true;
}

// Another member may follow; anything else, such as the zero bytes of a tape, does not count.
void GzipBlocks::EndMember() {
  Inflater& inflater = *inflater_;
  const bool follows = inflater->avail_in > 0 || FetchInput();
  ended_ = !follows || *inflater->next_in != 0x1F;
  if (!ended_) inflateReset(inflater.get());
}

}  // namespace perfleak
