// A gzip file unpacked with zlib, which is seen in gzip_blocks.cc only.
//
// libarchive reads gzip as well, but does not check its checksum and loses the last 64 KB before
// the place where a file is cut off, which is what most often happens to a log.
#ifndef PERFLEAK_INPUT_GZIP_BLOCKS_H_
#define PERFLEAK_INPUT_GZIP_BLOCKS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "input/byte_blocks.h"
#include "input/read_budget.h"

namespace perfleak {

class GzipBlocks : public ByteBlocks {
 public:
  // As Decompress().
  GzipBlocks(std::unique_ptr<ByteBlocks> bytes, std::string name, ReadBudget* budget);
  ~GzipBlocks() override;

  Result<std::string_view> Next() override;

 private:
  class Inflater;

  void Fill();
  bool FetchInput();
  void EndMember();

  std::unique_ptr<ByteBlocks> bytes_;
  std::string name_;
  ReadBudget* budget_;
  std::unique_ptr<Inflater> inflater_;
  std::string buffer_;
  size_t filled_ = 0;           // of buffer_
  std::optional<Error> error_;  // after what is in buffer_
  bool ended_ = false;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_GZIP_BLOCKS_H_
