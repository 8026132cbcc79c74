// The lines of a log, framed by fast-cpp-csv-parser. This is the only file that includes it.
//
// io::LineReader has traps, all measured, and this file keeps them away from everything else: it
// takes a short read for the end of the file, may hang on a file of more than 32 MiB that does not
// end with a line feed, throws on a line of 16 MiB or more, ends a line silently at a NUL byte, and
// knows no CR line ends. Our source fills every buffer, ends every text with a line feed and gets
// its text from LineEnds, where neither NULs nor lone CRs are left; exceptions become errors.
//
// Lines are copied into batches of about a megabyte. Framing can so run in a thread of its own, a
// few batches ahead; with one thread the same batches are filled when they are asked for.
#ifndef PERFLEAK_INPUT_LINE_READER_H_
#define PERFLEAK_INPUT_LINE_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "input/byte_source.h"

namespace perfleak {

struct Line {
  std::string_view text;  // without its end; valid until the next line is read
  uint64_t number = 0;    // counts from 1 in the file
};

class LineReader {
 public:
  static constexpr size_t kMaxLineBytes = (size_t{16} << 20) - 1;

  // Reads `start` and then what is left in `text`, which has LF at every line end (LineEnds) and
  // outlives this. `lines_before` lines of the file are already consumed. Reads nothing yet.
  LineReader(std::string start, ByteSource* text, uint64_t lines_before, bool own_thread);
  ~LineReader();  // may be called at any time; stops the thread

  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  // The next line that is not blank, or nullopt at the end. An Error is final.
  Result<std::optional<Line>> Next();

 private:
  class Framer;
  class Pipeline;

  std::unique_ptr<Pipeline> pipeline_;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_LINE_READER_H_
