// The lines of a log, in batches that several threads make side by side where that can be done.
//
// Which way a log is read:
//   - as a stream, by LineReader (fast-cpp-csv-parser), one batch after another: standard input,
//     members of archives, compressed and UTF-16 text, the beginning of any log;
//   - in pieces, each read and cut into lines by itself: a file on disk whose text is plain (ASCII
//     without NULs and lone CRs) from here on. A piece that is not is read as a stream after all,
//     and what follows it; after a while pieces are tried again.
// Both give the same lines.
#ifndef PERFLEAK_INPUT_LINE_FRAMER_H_
#define PERFLEAK_INPUT_LINE_FRAMER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "input/byte_source.h"
#include "input/line_batch.h"
#include "input/line_ends.h"
#include "input/line_reader.h"
#include "input/row_kernels.h"
#include "input/text_decoder.h"

namespace perfleak {

// Smaller ones are for tests.
struct FramerSizes {
  size_t segment = size_t{256} << 10;  // of a stream, at a time
  size_t piece = size_t{256} << 10;    // at least
};

class LineFramer {
 public:
  // Reads `start` and then what is left in `text`, which reads from `decoder`. Both outlive this.
  LineFramer(std::string start, LineEnds* text, TextDecoder* decoder,
             const RowKernels& kernels = BestRowKernels(), const FramerSizes& sizes = {});

  // What comes next. One call at a time; after a batch that is the last there is none.
  void Claim(LineBatch* batch);

  // Reads what was claimed, if Claim has not. In any thread, several at a time.
  void Load(LineBatch* batch) const;

  // To be told of the batches in order. False if this one, and all that were claimed after it, are
  // void and to be claimed anew; not while others call Claim then.
  bool Accept(const LineBatch& batch);

  const RowKernels& kernels() const { return *kernels_; }

 private:
  void TryPieces(const LineBatch& before);
  bool StreamStandsInPlainFile() const;
  void ReturnToStream();

  LineReader stream_;
  TextDecoder* decoder_;
  const RowKernels* kernels_;
  FramerSizes sizes_;

  std::optional<FilePiece> next_piece_;  // nullopt while the log is read as a stream
  bool piece_accepted_ =
      false;  // else the stream still holds the beginning of the first one's line
  uint64_t batches_to_wait_ = 0;  // of the stream, before pieces are tried
  uint64_t next_wait_ = 1;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_LINE_FRAMER_H_
