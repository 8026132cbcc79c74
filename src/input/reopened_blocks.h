// The bytes of an entry of an archive, in any order, although what holds it can only be read in
// one: to go back, all is opened again from the file on.
//
// A 7-Zip archive has its list of files at the end, so that one inside another archive takes three
// goes: to its head, to its end and back to its first file.
#ifndef PERFLEAK_INPUT_REOPENED_BLOCKS_H_
#define PERFLEAK_INPUT_REOPENED_BLOCKS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "input/byte_blocks.h"
#include "input/container_kind.h"
#include "input/read_budget.h"

namespace perfleak {

// Where an archive is: at its entry number `entries`, counted from 1.
struct EntryPlace {
  Container container = Container::kNone;
  size_t entries = 0;
};

class ReopenedBlocks : public ByteBlocks {
 public:
  // `places`: from the file `path` inwards. `budget` outlives it and counts what is read again.
  ReopenedBlocks(std::string path, std::vector<EntryPlace> places, ReadBudget* budget);
  ~ReopenedBlocks() override;

  Result<std::string_view> Next() override;
  bool can_seek() const override { return true; }
  Result<uint64_t> Size() override;
  Status Seek(uint64_t offset) override;

 private:
  class Chain;

  std::string path_;
  std::vector<EntryPlace> places_;
  ReadBudget* budget_;
  std::unique_ptr<Chain> chain_;
  uint64_t wanted_ = 0;     // offset of what Next() gives
  uint64_t offset_ = 0;     // in the chain's bytes, behind block_
  std::string_view block_;  // read and not handed out
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_REOPENED_BLOCKS_H_
