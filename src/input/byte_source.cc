#include "input/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace perfleak {
namespace {

std::string Reason(int error_number) { return std::generic_category().message(error_number); }

std::string OpenAdvice(int error_number) {
  switch (error_number) {
    case ENOENT:
      return "; check the path";
    case EACCES:
      return "; make it readable for this user";
    default:
      return "";
  }
}

// A file descriptor, closed at the end if it is ours.
class FileSource : public ByteSource, public RandomAccess {
 public:
  FileSource(std::string name, int descriptor, bool owned)
      : name_(std::move(name)), descriptor_(descriptor), owned_(owned) {
    struct stat status = {};
    is_regular_ = owned && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  }
  ~FileSource() override {
    if (owned_) close(descriptor_);
  }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  Result<size_t> Read(char* buffer, size_t size) override {
    return Checked(size, [&](size_t most) { return read(descriptor_, buffer, most); });
  }
  Result<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) const override {
    return Checked(size, [&](size_t most) {
      return pread(descriptor_, buffer, most, static_cast<off_t>(offset));
    });
  }

  const std::string& name() const override { return name_; }
  const RandomAccess* random_access() const override { return is_regular_ ? this : nullptr; }
  void Skip(std::string_view bytes) override {
    lseek(descriptor_, static_cast<off_t>(bytes.size()), SEEK_CUR);
  }

 private:
  template <class ReadMost>
  Result<size_t> Checked(size_t size, ReadMost read_most) const {
    constexpr size_t kMostAtOnce = size_t{1} << 30;  // read(2) promises no more than 2 GB
    for (;;) {
      const ssize_t got = read_most(std::min(size, kMostAtOnce));
      if (got >= 0) return static_cast<size_t>(got);
      if (errno != EINTR) break;
    }
    return ReadingFailed(name_, errno);
  }

  std::string name_;
  int descriptor_;
  bool owned_;
  bool is_regular_;
};

class MemorySource : public ByteSource, public RandomAccess {
 public:
  MemorySource(std::string name, std::string bytes, size_t chunk)
      : name_(std::move(name)), bytes_(std::move(bytes)), chunk_(std::max<size_t>(chunk, 1)) {}

  Result<size_t> Read(char* buffer, size_t size) override {
    const size_t count = std::min({size, chunk_, bytes_.size() - position_});
    std::memcpy(buffer, bytes_.data() + position_, count);
    position_ += count;
    return count;
  }
  Result<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) const override {
    if (offset >= bytes_.size()) return size_t{0};
    return bytes_.copy(buffer, std::min(size, chunk_), offset);
  }

  const std::string& name() const override { return name_; }
  const RandomAccess* random_access() const override { return this; }
  void Skip(std::string_view bytes) override { position_ += bytes.size(); }

 private:
  std::string name_;
  std::string bytes_;
  size_t chunk_;
  size_t position_ = 0;
};

}  // namespace

Result<size_t> ReadFully(ByteSource* source, char* buffer, size_t size) {
  size_t filled = 0;
  while (filled < size) {
    const Result<size_t> got = source->Read(buffer + filled, size - filled);
    if (!got) return got.error();
    if (*got == 0) break;
    filled += *got;
  }
  return filled;
}

Error CannotBeOpened(const std::string& path, int error_number) {
  return {Printable(path) + ": cannot be opened: " + Reason(error_number) +
          OpenAdvice(error_number)};
}

Error ReadingFailed(const std::string& name, int error_number) {
  return {name + ": reading failed: " + Reason(error_number) + "; copy the log to a local disk"};
}

Result<int> OpenForReading(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return CannotBeOpened(path, errno);
  struct stat status = {};
  if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    close(descriptor);
    return Error{Printable(path) + ": is a directory; name the logs in it"};
  }
  // Only a hint: a kernel that does not take it reads all the same.
  static_cast<void>(posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL));
  return descriptor;
}

Result<std::unique_ptr<ByteSource>> OpenByteSource(const std::string& path) {
  if (path == "-") return {std::make_unique<FileSource>("<stdin>", STDIN_FILENO, false)};
  const Result<int> descriptor = OpenForReading(path);
  if (!descriptor) return descriptor.error();
  return {std::make_unique<FileSource>(Printable(path), *descriptor, true)};
}

std::unique_ptr<ByteSource> MemoryByteSource(std::string name, std::string bytes, size_t chunk) {
  return std::make_unique<MemorySource>(Printable(name), std::move(bytes), chunk);
}

}  // namespace perfleak
