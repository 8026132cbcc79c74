// Gzip, unpacked with ISA-L, which is seen in gzip_decoder.cc only.
//
// libarchive reads gzip as well, but does not check its checksum and loses the last 64 KB before
// the place where a file is cut off, which is what most often happens to a log. It uses zlib, which
// takes three times as long as ISA-L.
#ifndef PERFLEAK_INPUT_GZIP_DECODER_H_
#define PERFLEAK_INPUT_GZIP_DECODER_H_

#include <memory>

#include "input/stream_decoder.h"

namespace perfleak {

// A stream is a member of the file (RFC 1952). After one another may follow; anything else, such as
// the zero bytes of a tape, does not count.
std::unique_ptr<StreamDecoder> MakeGzipDecoder();

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_GZIP_DECODER_H_
