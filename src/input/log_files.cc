#include "input/log_files.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"

namespace perfleak {
namespace {

constexpr size_t kMostIdle = 8;  // walks that wait for a later member to be asked for

}  // namespace

// The bytes of a member, with its walk, which is given back at the end.
class LogFiles::LoanedSource : public ByteSource {
 public:
  LoanedSource(LogFiles* files, Walk walk)
      : files_(files), walk_(std::move(walk)), bytes_(walk_.walker->Bytes()) {}
  ~LoanedSource() override {
    bytes_.reset();
    files_->GiveBack(std::move(walk_));
  }
  LoanedSource(const LoanedSource&) = delete;
  LoanedSource& operator=(const LoanedSource&) = delete;

  Result<size_t> Read(char* buffer, size_t size) override { return bytes_->Read(buffer, size); }
  const std::string& name() const override { return bytes_->name(); }
  std::optional<Error> damage() const override { return bytes_->damage(); }
  const RandomAccess* random_access() const override { return bytes_->random_access(); }
  void Skip(std::string_view bytes) override { bytes_->Skip(bytes); }
  bool is_unpacked() const override { return bytes_->is_unpacked(); }

 private:
  LogFiles* files_;
  Walk walk_;
  std::unique_ptr<ByteSource> bytes_;
};

LogFiles::LogFiles(FileFilter filter, Diagnostics* diagnostics)
    : filter_(std::move(filter)), diagnostics_(diagnostics) {}

Status LogFiles::ForEach(const std::vector<std::string>& paths, const Look& look) {
  const std::vector<FoundFile> files = FindFiles(paths, filter_);
  for (const FoundFile& file : files) {
    only_one_ = files.size() == 1;
    if (file.again > 0) {
      diagnostics_->Add("same-file", "a log was named twice; it is read once",
                        {Printable(file.path), 0, 0}, file.again);
    }
    if (const Status looked = LookIntoFile(file, look); !looked) return looked;
  }
  idle_.clear();
  return logs_ > 0 ? Status() : NoLogIn(paths);
}

Status LogFiles::LookIntoFile(const FoundFile& file, const Look& look) {
  std::optional<Error> error;
  if (!file.error.empty()) error = Error{file.error};
  if (!error) {
    auto walker = MemberWalker::Open(file.path, filter_);
    if (walker) return LookIntoMembers(file, std::move(*walker), look);
    error = walker.error();
  }
  if (file.named) return *error;
  Refuse("unreadable", Printable(file.path), *error);
  return {};
}

Status LogFiles::LookIntoMembers(const FoundFile& file, const std::shared_ptr<MemberWalker>& walker,
                                 const Look& look) {
  const bool must_be_log = file.named && !walker->is_archive();
  only_one_ = only_one_ && !walker->is_archive();
  for (;;) {
    const auto member = walker->Next();
    if (!member && must_be_log) return member.error();
    if (!member) Refuse("unreadable", Printable(file.path), member.error());
    if (!member || !*member) return {};
    const auto& [number, name, error] = **member;
    const LogAddress address{file.path, number};
    const Status looked = error ? Status(*error) : look(address, Lend(file.path, number, walker));
    if (looked) {
      ++logs_;
      if (address.is_stdin()) return {};
    } else if (must_be_log) {
      return looked;
    } else if (looked.error().kind == Error::Kind::kNoLog) {
      Refuse("not-a-log", name, looked.error());
    } else {
      Refuse("unreadable", name, looked.error());
    }
  }
}

void LogFiles::Refuse(std::string_view code, const std::string& name, const Error& error) {
  if (refused_++ == 0) first_refused_ = error;
  diagnostics_->Add(code,
                    code == "not-a-log"
                        ? "a file in a folder or an archive is no performance log; skipped"
                        : "a file in a folder or an archive cannot be read: " + error.message,
                    {name, 0, 0});
}

Error LogFiles::NoLogIn(const std::vector<std::string>& paths) const {
  if (paths.empty()) return {"no log was named"};
  if (refused_ == 1) return first_refused_;
  const std::string where =
      paths.size() == 1 ? Printable(paths.front()) : std::to_string(paths.size()) + " paths";
  const bool filtered = !filter_.only.empty() || !filter_.skip.empty();
  const std::string which = filtered ? " that --only and --skip leave" : "";
  if (refused_ == 0) return {where + ": no files in it" + which};
  return {where + ": none of the " + std::to_string(refused_) + " files in it" + which +
          " is a log that can be read. The first: " + first_refused_.message};
}

std::unique_ptr<ByteSource> LogFiles::Lend(const std::string& path, size_t number,
                                           std::shared_ptr<MemberWalker> walker) {
  return std::make_unique<LoanedSource>(this, Walk{path, number + 1, std::move(walker)});
}

void LogFiles::GiveBack(Walk walk) {
  if (!walk.walker->is_archive()) return;
  if (idle_.size() == kMostIdle) idle_.erase(idle_.begin());
  idle_.push_back(std::move(walk));
}

// The walk of the file that has come furthest of those before the member.
Result<std::unique_ptr<ByteSource>> LogFiles::Open(const LogAddress& address) {
  auto best = idle_.end();
  for (auto walk = idle_.begin(); walk != idle_.end(); ++walk) {
    if (walk->path != address.path || walk->next > address.member) continue;
    if (best == idle_.end() || walk->next > best->next) best = walk;
  }
  std::shared_ptr<MemberWalker> walker;
  if (best != idle_.end()) {
    walker = std::move(best->walker);
    idle_.erase(best);
  } else {
    auto opened = MemberWalker::Open(address.path, filter_);
    if (!opened) return opened.error();
    walker = std::move(*opened);
  }
  const auto member = walker->SkipTo(address.member);
  if (!member) return member.error();
  if (!*member || (*member)->number != address.member) {
    return Error{Printable(address.path) + ": has changed while it was read; try again"};
  }
  if ((*member)->error) return *(*member)->error;
  return {Lend(address.path, address.member, std::move(walker))};
}

void LogFiles::NoteRestOfStdin() {
  for (Walk& walk : idle_) {
    if (walk.path != "-") continue;
    for (;;) {
      const auto member = walk.walker->Next();
      if (!member || !*member) return;
      diagnostics_->Add("stdin-archive",
                        "of an archive on standard input only the first log is read",
                        {(*member)->name, 0, 0});
    }
  }
}

}  // namespace perfleak
