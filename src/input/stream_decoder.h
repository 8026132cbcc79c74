// One way of compressing, undone piece by piece as the data comes.
#ifndef PERFLEAK_INPUT_STREAM_DECODER_H_
#define PERFLEAK_INPUT_STREAM_DECODER_H_

#include <span>
#include <string_view>

#include "base/result.h"

namespace perfleak {

class StreamDecoder {
 public:
  enum class At {
    kInside,   // of a stream: data that ends here is cut off
    kBetween,  // streams: data may end here, or another one follows
    kEnd       // what follows is no stream and does not count
  };

  virtual ~StreamDecoder() = default;

  // Unpacks from the front of `in` to the front of `out` and takes from both what was used: until
  // `in` is empty and nothing is held back, `out` is full, or a stream has ended. An Error says why
  // it cannot go on; what came out before is good.
  virtual Result<At> Decode(std::string_view* in, std::span<char>* out) = 0;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_STREAM_DECODER_H_
