// What is in a file, whatever it is: a plain file is one member, a compressed one too; an archive
// has members, and those that are archives again are walked in place. Everything streams; nothing
// is unpacked to disk.
//
// Members are numbered in the order in which they are met, from 0, those that the filter leaves out
// included, archives inside not: the number finds a member again, with the same filter, as long as
// the file does not change.
#ifndef PERFLEAK_INPUT_MEMBER_WALKER_H_
#define PERFLEAK_INPUT_MEMBER_WALKER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "input/byte_source.h"
#include "input/file_finder.h"

namespace perfleak {

// Where the reading of a hostile or broken file ends. docs/formats.md says each of them.
struct MemberLimits {
  size_t most_members = 1'000'000;
  size_t deepest = 16;                      // archives and compressions around a log
  uint64_t free_bytes = uint64_t{8} << 30;  // may always come out of a file
  double most_expansion = 500;              // bytes out per byte in beyond free_bytes
};

class MemberWalker {
 public:
  struct Member {
    size_t number = 0;
    std::string name;  // "logs.zip/monday/server.csv", Printable; that of the file if it is the
                       // only member of a file that is no archive
    std::optional<Error> error;  // why it cannot be read: encrypted, an archive that is broken or
                                 // nested too deep; the walk goes on behind it
  };

  // "-" is standard input. Errors: the file cannot be opened.
  static Result<std::unique_ptr<MemberWalker>> Open(const std::string& path,
                                                    const FileFilter& filter = {},
                                                    const MemberLimits& limits = {});
  virtual ~MemberWalker() = default;

  // The next member that the filter takes (a file that is no archive is always taken); nullopt at
  // the end. Ends the reading of the one before. An Error (a limit passed, the archive is broken
  // from here on) ends the walk.
  virtual Result<std::optional<Member>> Next() = 0;

  // Opens member `number`, which is not before the one that Next() gives. As Next() without
  // stopping at those before it.
  virtual Result<std::optional<Member>> SkipTo(size_t number) = 0;

  // The bytes of the member that Next() gave last, once. Requires that it has no error. The walker
  // must outlive it; it ends with the next call of Next().
  virtual std::unique_ptr<ByteSource> Bytes() = 0;

  // Where the reading of the file is, in bytes as stored, for progress. From any thread.
  virtual uint64_t bytes_read() const = 0;

  // Whether the file has members, or is one log as it is or compressed.
  virtual bool is_archive() const = 0;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_MEMBER_WALKER_H_
