// The lines of a text, framed by fast-cpp-csv-parser. This is the only file that includes it.
//
// io::LineReader has traps, all measured, and this file keeps them away from everything else: it
// takes a short read for the end of the file, may hang on a file of more than 32 MiB that does not
// end with a line feed, throws on a line of 16 MiB or more, ends a line silently at a NUL byte, and
// knows no CR line ends. Our source fills every buffer, ends every text with a line feed and gets
// its text from LineEnds, where neither NULs nor lone CRs are left; exceptions become errors.
#ifndef PERFLEAK_INPUT_LINE_READER_H_
#define PERFLEAK_INPUT_LINE_READER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "input/byte_source.h"
#include "input/line_batch.h"

namespace perfleak {

class LineReader {
 public:
  // Reads `start` and then what is left in `text`, which has LF at every line end (LineEnds) and
  // outlives this. Reads nothing yet.
  LineReader(std::string start, ByteSource* text, size_t segment_bytes)
      : bytes_(std::move(start)), text_(text), segment_bytes_(segment_bytes) {}

  // The next lines, about segment_bytes of them. None without last, error or too_long
  // only if all were blank.
  void Fill(LineBatch* batch);

  // What was read and not handed out: the beginning of a line. Takes it away where it was read in
  // another way.
  std::string_view rest() const { return std::string_view(bytes_).substr(handed_out_); }
  void ForgetRest();

 private:
  Result<std::optional<std::string_view>> NextSegment();
  void FillFromSegment(LineBatch* batch);
  Status ReadTo(size_t wanted);

  std::string bytes_;
  size_t handed_out_ = 0;  // bytes at the front that are in batches
  ByteSource* text_;
  size_t segment_bytes_;
  bool ended_ = false;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_LINE_READER_H_
