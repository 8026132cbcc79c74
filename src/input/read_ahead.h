// Bytes made by a thread of their own, a few blocks before they are asked for.
#ifndef PERFLEAK_INPUT_READ_AHEAD_H_
#define PERFLEAK_INPUT_READ_AHEAD_H_

#include <memory>

#include "input/byte_source.h"

namespace perfleak {

// `source` as it is, its errors and damage included. The thread starts behind the first megabyte:
// what is short or turns out to be no log needs none, and does not wait for more of a pipe than was
// asked for. It ends with what is returned.
std::unique_ptr<ByteSource> ReadAhead(std::unique_ptr<ByteSource> source);

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_READ_AHEAD_H_
