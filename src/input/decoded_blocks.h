// What a StreamDecoder makes of compressed bytes.
#ifndef PERFLEAK_INPUT_DECODED_BLOCKS_H_
#define PERFLEAK_INPUT_DECODED_BLOCKS_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "input/byte_blocks.h"
#include "input/read_budget.h"
#include "input/stream_decoder.h"

namespace perfleak {

class DecodedBlocks : public ByteBlocks {
 public:
  // `bytes`, `name` and `budget` as of Decompress().
  DecodedBlocks(std::unique_ptr<StreamDecoder> decoder, std::unique_ptr<ByteBlocks> bytes,
                std::string name, ReadBudget* budget);

  Result<std::string_view> Next() override;
  // Fills `buffer`, except at the end and before an error.
  Result<size_t> Read(char* buffer, size_t size) override;

 private:
  void Step(std::span<char>* room);
  bool Fetch();

  std::unique_ptr<StreamDecoder> decoder_;
  std::unique_ptr<ByteBlocks> bytes_;
  std::string name_;
  ReadBudget* budget_;
  std::string_view in_;         // of bytes_, not decoded yet
  std::string block_;           // that Next() gave out
  std::optional<Error> error_;  // after all that came out
  bool ended_ = false;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_DECODED_BLOCKS_H_
