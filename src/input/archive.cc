#include "input/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <new>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "input/member_name.h"

namespace perfleak {
namespace {

constexpr int kMostAttempts = 100;  // to read past an entry that libarchive does not understand

// libarchive brings names to the character set of the thread's locale. UTF-8 loses none of them,
// whatever the user's locale is.
class Utf8Locale {
 public:
  // The locale of the thread until it ends.
  class Scope {
   public:
    explicit Scope(const Utf8Locale& locale)
        : before_(uselocale(locale.utf8_ != locale_t{} ? locale.utf8_ : LC_GLOBAL_LOCALE)) {}
    ~Scope() { uselocale(before_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    locale_t before_;
  };

  Utf8Locale() = default;
  ~Utf8Locale() {
    if (utf8_ != locale_t{}) freelocale(utf8_);
  }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  const locale_t utf8_ = newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
};

struct Closer {
  void operator()(struct archive* reader) const { archive_read_free(reader); }
};

// One filter or one format, nothing that libarchive would find by itself: layers are ours.
int Support(struct archive* reader, Container container) {
  switch (container) {
    case Container::kBzip2:
      return archive_read_append_filter(reader, ARCHIVE_FILTER_BZIP2);
    case Container::kXz:
      return archive_read_append_filter(reader, ARCHIVE_FILTER_XZ);
    case Container::kLzma:
      return archive_read_append_filter(reader, ARCHIVE_FILTER_LZMA);
    case Container::kLz4:
      return archive_read_append_filter(reader, ARCHIVE_FILTER_LZ4);
    case Container::kCompress:
      return archive_read_support_filter_compress(reader);  // reads when it is appended
    case Container::kZip:
      return archive_read_support_format_zip(reader);
    case Container::kSevenZip:
      return archive_read_support_format_7zip(reader);
    case Container::kCab:
      return archive_read_support_format_cab(reader);
    case Container::kTar:
      return archive_read_support_format_tar(reader);
    case Container::kGzip:  // GzipDecoder
    case Container::kZstd:  // ZstdDecoder
    case Container::kNone:
      break;
  }
  PERFLEAK_CHECK(false);
}

}  // namespace

class Archive::Impl {
 public:
  Impl(Container container, std::unique_ptr<ByteBlocks> bytes, std::string name, ReadBudget* budget)
      : container_(container), name_(std::move(name)), budget_(budget), bytes_(std::move(bytes)) {}

  Result<std::optional<Entry>> NextEntry();
  Result<std::string_view> NextBlock(const std::string& name);

 private:
  static la_ssize_t ReadUpstream(struct archive*, void* self, const void** data);
  static la_int64_t SeekUpstream(struct archive*, void* self, la_int64_t offset, int whence);

  void Open();
  Entry Describe(struct archive_entry* entry) const;
  bool SkippingUnpacks() const;
  void PassOverEntry();
  Result<std::string_view> Produce(std::string_view data, bool expands);
  Result<std::string_view> EndEntry(Error error);
  Error Failure(const std::string& name);

  const Container container_;
  const std::string name_;
  ReadBudget* const budget_;
  const Utf8Locale utf8_;

  const std::unique_ptr<ByteBlocks> bytes_;
  uint64_t offset_ = 0;                  // where libarchive is in bytes_
  std::optional<Error> upstream_error_;  // of bytes_, which libarchive knows nothing of

  std::unique_ptr<struct archive, Closer> reader_;  // nullptr before the first entry
  bool has_format_ = false;                         // libarchive crashes when asked without one
  std::optional<Error> broken_;                     // no entry follows
  bool in_entry_ = false;                           // its end is not reached
  bool has_size_ = false;                           // the entry says it before its data
  uint64_t entry_offset_ = 0;                       // of what is handed out next
  std::string_view block_;                          // of libarchive, not handed out yet
  uint64_t block_offset_ = 0;                       // in the entry
  std::optional<Error> entry_error_;                // after block_
};

la_ssize_t Archive::Impl::ReadUpstream(struct archive* reader, void* self, const void** data) {
  Impl* const impl = static_cast<Impl*>(self);
  const Result<std::string_view> block = impl->bytes_->Next();
  if (!block) {
    impl->upstream_error_ = block.error();
    archive_set_error(reader, EIO, "reading failed");
    return -1;
  }
  impl->offset_ += block->size();
  *data = block->data();
  return static_cast<la_ssize_t>(block->size());
}

la_int64_t Archive::Impl::SeekUpstream(struct archive* reader, void* self, la_int64_t offset,
                                       int whence) {
  Impl* const impl = static_cast<Impl*>(self);
  const auto fail = [impl, reader](const Error& error) {
    impl->upstream_error_ = error;
    archive_set_error(reader, EIO, "seeking failed");
    return ARCHIVE_FATAL;
  };
  uint64_t target = static_cast<uint64_t>(offset);  // a hostile one may wrap around
  if (whence == SEEK_CUR) target += impl->offset_;
  if (whence == SEEK_END) {
    const Result<uint64_t> size = impl->bytes_->Size();
    if (!size) return fail(size.error());
    target += *size;
  }
  const Status sought = impl->bytes_->Seek(target);
  if (!sought) return fail(sought.error());
  impl->offset_ = target;
  return static_cast<la_int64_t>(target);
}

void Archive::Impl::Open() {
  reader_.reset(archive_read_new());
  if (reader_ == nullptr) throw std::bad_alloc();
  struct archive* const reader = reader_.get();
  int status = Support(reader, container_);
  if (!IsArchive(container_)) archive_read_set_format(reader, ARCHIVE_FORMAT_RAW);
  archive_read_set_callback_data(reader, this);
  archive_read_set_read_callback(reader, ReadUpstream);
  if (bytes_->can_seek()) archive_read_set_seek_callback(reader, SeekUpstream);
  if (status == ARCHIVE_OK) status = archive_read_open1(reader);
  has_format_ = status == ARCHIVE_OK;
  if (!has_format_) broken_ = Failure(name_);
}

Result<std::optional<Archive::Entry>> Archive::Impl::NextEntry() {
  const Utf8Locale::Scope names_in_utf8(utf8_);
  if (in_entry_ && SkippingUnpacks()) PassOverEntry();
  if (reader_ == nullptr) Open();
  in_entry_ = false;
  entry_error_.reset();
  block_ = {};
  if (broken_) return *broken_;
  struct archive_entry* entry = nullptr;
  int status = ARCHIVE_RETRY;
  for (int attempt = 0; attempt < kMostAttempts && status == ARCHIVE_RETRY; ++attempt) {
    status = archive_read_next_header(reader_.get(), &entry);
  }
  if (status == ARCHIVE_EOF && !upstream_error_) return {std::optional<Entry>()};
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
    broken_ = Failure(name_);
    return *broken_;
  }
  in_entry_ = true;
  entry_offset_ = 0;
  has_size_ = archive_entry_size_is_set(entry) != 0;
  return {std::optional(Describe(entry))};
}

Archive::Entry Archive::Impl::Describe(struct archive_entry* entry) const {
  Entry described;
  if (!IsArchive(container_)) return {"", true, false};
  const char* const name = archive_entry_pathname(entry);
  described.name = MemberName(name != nullptr ? name : "", container_ == Container::kZip);
  described.is_file =
      archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == nullptr;
  described.is_encrypted = archive_entry_is_encrypted(entry) != 0;
  return described;
}

// Where libarchive cannot pass over an entry without unpacking it: then that is done here, so that
// the budget sees it.
bool Archive::Impl::SkippingUnpacks() const {
  return container_ == Container::kSevenZip || container_ == Container::kCab || !has_size_;
}

void Archive::Impl::PassOverEntry() {
  for (;;) {
    const Result<std::string_view> block = NextBlock(name_);
    if (!block || block->empty()) return;
  }
}

Result<std::string_view> Archive::Impl::NextBlock(const std::string& name) {
  while (block_.empty()) {
    if (entry_error_) return EndEntry(*entry_error_);
    if (!in_entry_) return std::string_view();
    const void* data = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    const int status = archive_read_data_block(reader_.get(), &data, &size, &offset);
    if (status == ARCHIVE_EOF) {
      in_entry_ = false;
      return std::string_view();
    }
    if (status != ARCHIVE_OK) entry_error_ = Failure(name);
    if (status == ARCHIVE_FATAL) broken_ = Failure(name_);
    const bool has_data = status == ARCHIVE_OK || status == ARCHIVE_WARN;
    if (!has_data || data == nullptr || size == 0) continue;
    block_ = {static_cast<const char*>(data), size};
    block_offset_ = static_cast<uint64_t>(offset);
  }
  if (block_offset_ > entry_offset_) {  // a hole of a sparse file
    static constexpr char kZeros[4096] = {};
    const uint64_t hole = block_offset_ - entry_offset_;
    return Produce({kZeros, std::min<uint64_t>(sizeof kZeros, hole)}, true);
  }
  // What a tar holds it holds as it is.
  return Produce(std::exchange(block_, {}), container_ != Container::kTar);
}

Result<std::string_view> Archive::Impl::Produce(std::string_view data, bool expands) {
  entry_offset_ += data.size();
  const Status taken = expands ? budget_->TakeBytes(data.size()) : Status();
  if (!taken) return EndEntry(taken.error());
  return data;
}

Result<std::string_view> Archive::Impl::EndEntry(Error error) {
  in_entry_ = false;
  entry_error_.reset();
  block_ = {};
  return error;
}

// After a call of libarchive that failed.
Error Archive::Impl::Failure(const std::string& name) {
  if (budget_->fatal()) return *budget_->fatal();
  if (upstream_error_) return *upstream_error_;
  if (has_format_ && archive_read_has_encrypted_entries(reader_.get()) > 0) {
    return IsEncrypted(name);
  }
  const char* const reason = archive_error_string(reader_.get());
  return UnpackingFailed(name, reason != nullptr ? reason : "unknown reason");
}

Archive::Archive(Container container, std::unique_ptr<ByteBlocks> bytes, std::string name,
                 ReadBudget* budget)
    : impl_(std::make_unique<Impl>(container, std::move(bytes), std::move(name), budget)) {}

Archive::~Archive() = default;

Result<std::optional<Archive::Entry>> Archive::NextEntry() { return impl_->NextEntry(); }

Result<std::string_view> Archive::NextBlock(const std::string& name) {
  return impl_->NextBlock(name);
}

Error UnpackingFailed(const std::string& name, std::string_view reason) {
  return {name + ": unpacking failed: " + Printable(reason) +
          "; copy the file again, or unpack it with another program and analyze the logs in it"};
}

Error IsEncrypted(const std::string& name) {
  return {name + ": encrypted; unpack it with its password and analyze the logs in it"};
}

}  // namespace perfleak
