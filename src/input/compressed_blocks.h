// What was compressed, from what is stored.
#ifndef PERFLEAK_INPUT_COMPRESSED_BLOCKS_H_
#define PERFLEAK_INPUT_COMPRESSED_BLOCKS_H_

#include <memory>
#include <string>

#include "input/byte_blocks.h"
#include "input/container_kind.h"
#include "input/read_budget.h"

namespace perfleak {

// `bytes` at their beginning, compressed as `container` (kGzip to kCompress) says; `name` for
// messages. `budget` outlives the result. Streams one after another are one file. An error comes
// after all that could be made of what is there.
std::unique_ptr<ByteBlocks> Decompress(Container container, std::unique_ptr<ByteBlocks> bytes,
                                       const std::string& name, ReadBudget* budget);

// Bytes behind any number of compressions.
struct Unwrapped {
  std::unique_ptr<PeekedBlocks> bytes;
  Container container = Container::kNone;  // that the bytes are now
  size_t compressions = 0;
};

// Opens compressions until there is none, or `most` of them were opened.
Unwrapped Unwrap(std::unique_ptr<ByteBlocks> bytes, size_t most, const std::string& name,
                 ReadBudget* budget);

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_COMPRESSED_BLOCKS_H_
