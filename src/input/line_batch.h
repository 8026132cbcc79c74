// Some consecutive lines of a log, with the bytes they are made of.
#ifndef PERFLEAK_INPUT_LINE_BATCH_H_
#define PERFLEAK_INPUT_LINE_BATCH_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "input/byte_source.h"

namespace perfleak {

// A line takes no more, its end not counted.
constexpr size_t kMaxLineBytes = (size_t{16} << 20) - 1;

struct Line {
  std::string_view text;  // without its end
  uint64_t number = 0;    // counts from 1 in the batch, blank lines included
};

// Owns what the lines are views of; each framer has its own kind.
class LineBytes {
 public:
  virtual ~LineBytes() = default;
};

// The lines that begin in [begin, end) of a file.
struct FilePiece {
  const RandomAccess* file = nullptr;
  uint64_t begin = 0, end = 0;
  size_t read_behind = 0;  // bytes behind the piece in which its last line probably ends
};

struct LineBatch {
  std::unique_ptr<LineBytes> bytes;
  std::vector<Line> lines;         // those that are not blank
  uint64_t line_ends = 0;          // all lines, the blank ones too
  const char* readable = nullptr;  // bytes may be read up to here, behind the last line
  std::optional<Error> error;      // what stopped the reading behind the lines
  bool too_long = false;           // the next line is longer than kMaxLineBytes: no more is read
  bool last = false;

  // Of a piece of a file; nullopt for lines of a stream.
  std::optional<FilePiece> piece;
  bool plain = true;        // false: the piece is to be read as a stream, there are no lines
  uint64_t begin = 0;       // where in the file its first line stands; 0 if it has none
  std::string_view stored;  // its lines as they stand there

  void Clear() {
    lines.clear();
    line_ends = 0;
    readable = nullptr;
    error.reset();
    too_long = last = false;
    piece.reset();
    plain = true;
    begin = 0;
    stored = {};
  }
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_LINE_BATCH_H_
