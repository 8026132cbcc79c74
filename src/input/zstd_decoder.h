// Zstandard, unpacked with libzstd straight to where the bytes are wanted. libarchive does that too,
// with a copy more, and throws away what it had when it meets damage.
#ifndef PERFLEAK_INPUT_ZSTD_DECODER_H_
#define PERFLEAK_INPUT_ZSTD_DECODER_H_

#include <memory>

#include "input/stream_decoder.h"

namespace perfleak {

// A stream is a frame, also a skippable one. A frame that needs a window of more than 128 MB (zstd
// --ultra --long=28 and above) is an error, so that memory is bounded.
std::unique_ptr<StreamDecoder> MakeZstdDecoder();

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_ZSTD_DECODER_H_
