// Text with LF at every line end, whatever ended the lines before: CR alone becomes LF, CR LF stays
// (fast-cpp-csv-parser takes it off), and a run of NUL bytes becomes one LF.
//
// NUL bytes are the tail that a crash leaves in a preallocated file. There can be gigabytes of
// them, so that after kMostNuls in one run the text is taken to end there.
#ifndef PERFLEAK_INPUT_LINE_ENDS_H_
#define PERFLEAK_INPUT_LINE_ENDS_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "input/byte_source.h"

namespace perfleak {

class LineEnds : public ByteSource {
 public:
  static constexpr uint64_t kMostNuls = uint64_t{64} << 20;

  // `text` outlives this.
  explicit LineEnds(ByteSource* text) : text_(text) {}

  Result<size_t> Read(char* buffer, size_t size) override;
  const std::string& name() const override { return text_->name(); }

  // These may be asked from another thread than the one that reads.
  uint64_t nuls() const { return nuls_; }
  bool gave_up() const { return gave_up_; }

 private:
  size_t Clean(char* data, size_t size);
  size_t CollapseNuls(char* data, size_t size);

  ByteSource* text_;
  uint64_t run_ = 0;       // NUL bytes just before the current position
  bool after_cr_ = false;  // the last byte was a CR, already handed out as LF
  std::atomic<uint64_t> nuls_ = 0;
  std::atomic<bool> gave_up_ = false;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_LINE_ENDS_H_
