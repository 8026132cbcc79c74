// All logs that a list of paths holds: files, files below folders, members of archives. Each is
// looked into once and can be opened again by its address.
#ifndef PERFLEAK_INPUT_LOG_FILES_H_
#define PERFLEAK_INPUT_LOG_FILES_H_

#include <compare>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/result.h"
#include "input/byte_source.h"
#include "input/file_finder.h"
#include "input/member_walker.h"

namespace perfleak {

struct LogAddress {
  std::string path;
  size_t member = 0;  // its number in the file

  bool is_stdin() const { return path == "-"; }
  auto operator<=>(const LogAddress&) const = default;
};

class LogFiles {
 public:
  // `diagnostics` outlives this, and this every source that it gives.
  LogFiles(FileFilter filter, Diagnostics* diagnostics);

  // Told of every file; an Error says that it is no log. What is read from standard input can be
  // read only once: it is to be kept if it is a log.
  using Look = std::function<Status(const LogAddress& address, std::unique_ptr<ByteSource> bytes)>;

  // Looks into every file in one walk. What is no log or cannot be read is an error only if it is a
  // file that `paths` names and no archive; else it is counted. So is all if none is a log.
  Status ForEach(const std::vector<std::string>& paths, const Look& look);

  // Again, from the beginning. A walk of its archive that is over with a member before goes on.
  Result<std::unique_ptr<ByteSource>> Open(const LogAddress& address);

  // While a file is looked into: there is no other, and what is read of it may be kept.
  bool only_one() const { return only_one_; }

  // Once the log of standard input was read: counts what else there is in an archive.
  void NoteRestOfStdin();

 private:
  class LoanedSource;
  struct Walk {
    std::string path;
    size_t next = 0;  // members from here on are yet to come
    std::shared_ptr<MemberWalker> walker;
  };

  Status LookIntoFile(const FoundFile& file, const Look& look);
  Status LookIntoMembers(const FoundFile& file, const std::shared_ptr<MemberWalker>& walker,
                         const Look& look);
  void Refuse(std::string_view code, const std::string& name, const Error& error);
  std::unique_ptr<ByteSource> Lend(const std::string& path, size_t number,
                                   std::shared_ptr<MemberWalker> walker);
  void GiveBack(Walk walk);
  Error NoLogIn(const std::vector<std::string>& paths) const;

  const FileFilter filter_;
  Diagnostics* const diagnostics_;
  std::vector<Walk> idle_;  // the one used last at the end
  bool only_one_ = false;
  size_t logs_ = 0;
  size_t refused_ = 0;
  Error first_refused_;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_LOG_FILES_H_
