// Where the report goes when --output names a file.
//
// Whether it can be written is told before the work starts, so that hours are not lost to a typing
// error. A regular file is replaced only when the report is complete: it is written beside the old
// one and renamed over it, so that a run that fails leaves an earlier report alone. Devices, pipes
// and open descriptors (/dev/stdout) are written as they are.
#ifndef PERFLEAK_APP_REPORT_SINK_H_
#define PERFLEAK_APP_REPORT_SINK_H_

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace perfleak {

// A file descriptor that is closed with its owner; -1 for none.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();

  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

class ReportSink {
 public:
  // Errors: `output` is one of the `logs` ("-" is standard input) under whatever name or a log in
  // one of the folders among them, or cannot be written.
  static Result<ReportSink> Open(const std::string& output, const std::vector<std::string>& logs);

  // The whole report, once. That nobody reads the other end of a pipe any more is success.
  Status Write(std::string_view text);

 private:
  // Owner and permissions of a file.
  struct Ownership {
    uid_t user;
    gid_t group;
    mode_t mode;
  };

  Status WriteBeside(std::string_view text) const;
  Status WriteOver(std::string_view text) const;

  std::string name_;               // as given
  std::filesystem::path target_;   // the file behind all links
  std::optional<Ownership> kept_;  // of the file that is replaced
  bool can_replace_ = false;       // a file can be made beside the target
  Descriptor direct_;              // open for what is no regular file
};

}  // namespace perfleak

#endif  // PERFLEAK_APP_REPORT_SINK_H_
