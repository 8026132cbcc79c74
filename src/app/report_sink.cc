#include "app/report_sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "base/diagnostics.h"
#include "input/file_finder.h"
#include "input/log_reader.h"
#include "input/member_walker.h"
#include "model/counter_table.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kReadWrite = 0666;  // less what umask takes away

Error CannotWrite(const std::string& name, int error) {
  return {name + ": cannot write the report: " + std::strerror(error) + "."};
}

Error WritingFailed(const std::string& name) {
  return {name + ": writing the report failed: " + std::strerror(errno) + "."};
}

bool SameFile(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// A log or an archive, which may hold some.
bool HoldsLog(const std::string& path) {
  const auto walker = MemberWalker::Open(path);
  if (!walker || (*walker)->is_archive()) return walker.ok();
  const auto member = (*walker)->Next();
  if (!member || !*member || (*member)->error) return false;
  CounterTable table;
  Diagnostics unheard;
  return LogReader::Open((*walker)->Bytes(), &table, &unheard, ReadOptions{1}).ok();
}

// A terminal may well be read and written, and an earlier report lie in a folder of logs.
bool IsOneOf(const std::vector<std::string>& logs, const std::string& path,
             const struct stat& output) {
  if (S_ISCHR(output.st_mode)) return false;
  for (const FoundFile& log : FindFiles(logs, {})) {
    struct stat input;
    const int failed =
        log.path == "-" ? fstat(STDIN_FILENO, &input) : stat(log.path.c_str(), &input);
    if (failed == 0 && SameFile(input, output)) return log.named || HoldsLog(path);
  }
  return false;
}

// What is yet to be made, such as the store of this run.
bool WillBeOneOf(const std::vector<std::string>& logs, const std::string& path) {
  std::error_code error;
  const fs::path output = fs::weakly_canonical(path, error);
  return std::any_of(logs.begin(), logs.end(), [&](const std::string& log) {
    return !log.empty() && log != "-" && fs::weakly_canonical(log, error) == output;
  });
}

// /dev/stdout and the like: whoever opened it decides where in the file the report goes.
bool IsOpenDescriptor(const fs::path& path) {
  const std::string& text = path.native();
  return text.starts_with("/proc/") || text.starts_with("/dev/fd/");
}

// Follows links, also one to a file that is yet to be made; not those of open descriptors.
fs::path BehindLinks(fs::path path) {
  constexpr int kMostLinks = 40;  // as in Linux
  for (int i = 0; i < kMostLinks && !IsOpenDescriptor(path); ++i) {
    std::error_code error;
    const fs::path next = fs::read_symlink(path, error);
    if (error) break;
    path = path.parent_path() / next;
  }
  return path;
}

// A new file in the folder of `target`, its name in `made`. Not named after the target, whose name
// may be as long as names can be.
Descriptor MakeBeside(const fs::path& target, fs::path* made) {
  constexpr int kAttempts = 100;
  for (int i = 0; i < kAttempts; ++i) {
    *made = target.parent_path() /
            (".perfleak-" + std::to_string(getpid()) + "-" + std::to_string(i) + ".tmp");
    const int fd = open(made->c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kReadWrite);
    if (fd >= 0 || errno != EEXIST) return Descriptor(fd);
  }
  return Descriptor();
}

bool WriteAll(const Descriptor& file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno == EPIPE;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

Result<ReportSink> ReportSink::Open(const std::string& output,
                                    const std::vector<std::string>& logs) {
  ReportSink sink;
  sink.name_ = output;
  sink.target_ = BehindLinks(output);
  struct stat old;
  const bool exists = stat(output.c_str(), &old) == 0;
  if (!exists && errno != ENOENT) return CannotWrite(output, errno);
  if (exists ? IsOneOf(logs, output, old) : WillBeOneOf(logs, output)) {
    return Error{output + ": is one of the logs to read; choose another --output."};
  }
  if (exists && (!S_ISREG(old.st_mode) || IsOpenDescriptor(sink.target_))) {
    sink.direct_ = Descriptor(open(output.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!sink.direct_.ok()) return CannotWrite(output, errno);
    return sink;
  }
  if (exists && faccessat(AT_FDCWD, output.c_str(), W_OK, AT_EACCESS) != 0) {
    return CannotWrite(output, errno);
  }
  if (exists) sink.kept_ = Ownership{old.st_uid, old.st_gid, old.st_mode & 07777};
  fs::path probe;
  sink.can_replace_ = MakeBeside(sink.target_, &probe).ok();
  if (sink.can_replace_) unlink(probe.c_str());
  if (!sink.can_replace_ && !exists) return CannotWrite(output, errno);
  return sink;
}

Status ReportSink::Write(std::string_view text) {
  std::signal(SIGPIPE, SIG_IGN);
  if (direct_.ok()) return WriteAll(direct_, text) ? Status() : WritingFailed(name_);
  return can_replace_ ? WriteBeside(text) : WriteOver(text);
}

Status ReportSink::WriteBeside(std::string_view text) const {
  fs::path made;
  const Descriptor file = MakeBeside(target_, &made);
  bool complete = file.ok();
  if (complete && kept_) {
    // Only root may give files away; then they keep their owner.
    const bool given = fchown(file.get(), kept_->user, kept_->group) == 0;
    complete = fchmod(file.get(), given ? kept_->mode : kept_->mode & 0777) == 0;
  }
  complete = complete && WriteAll(file, text) && fsync(file.get()) == 0;
  if (!complete) {
    const Error error = WritingFailed(name_);
    if (file.ok()) unlink(made.c_str());
    return error;
  }
  if (std::rename(made.c_str(), target_.c_str()) == 0) return {};
  const Error error = WritingFailed(name_);
  unlink(made.c_str());
  return kept_ ? WriteOver(text) : Status(error);  // a mount point cannot be renamed over
}

Status ReportSink::WriteOver(std::string_view text) const {
  const Descriptor file(open(target_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (!file.ok() || !WriteAll(file, text)) return WritingFailed(name_);
  return {};
}

}  // namespace perfleak
