// One archive or compressed file, read through libarchive, which is seen in archive.cc only.
//
// Each layer of a file such as logs.tar.xz is an Archive of its own: a compressed file has one
// entry, which is what was compressed. So all that comes out of any layer passes the ReadBudget.
#ifndef PERFLEAK_INPUT_ARCHIVE_H_
#define PERFLEAK_INPUT_ARCHIVE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "input/byte_blocks.h"
#include "input/container_kind.h"
#include "input/read_budget.h"

namespace perfleak {

class Archive {
 public:
  struct Entry {
    std::string name;      // MemberName of it; empty for what was compressed
    bool is_file = false;  // no folder, link or device
    bool is_encrypted = false;
  };

  // `bytes` at their beginning; `name` for messages. `budget` outlives the archive.
  Archive(Container container, std::unique_ptr<ByteBlocks> bytes, std::string name,
          ReadBudget* budget);
  ~Archive();
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  // nullopt at the end. An Error is final: the archive cannot be read from here on.
  Result<std::optional<Entry>> NextEntry();

  // The next bytes of the entry, valid until the next call; empty at its end. An Error is the end
  // of this entry, if not of the archive; it names `name`.
  Result<std::string_view> NextBlock(const std::string& name);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The bytes of the entry that `archive` is at, until it goes on to the next one.
class EntryBlocks : public ByteBlocks {
 public:
  EntryBlocks(Archive* archive, std::string name) : archive_(archive), name_(std::move(name)) {}
  Result<std::string_view> Next() override { return archive_->NextBlock(name_); }

 private:
  Archive* archive_;
  std::string name_;
};

Error UnpackingFailed(const std::string& name, std::string_view reason);
Error IsEncrypted(const std::string& name);

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_ARCHIVE_H_
