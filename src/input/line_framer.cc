#include "input/line_framer.h"

#include <algorithm>
#include <utility>

#include "input/file_piece.h"

namespace perfleak {
namespace {

constexpr size_t kLargestPiece = size_t{4} << 20;
constexpr size_t kLinesInPiece = 4;  // of wide logs, so that little is read twice
constexpr size_t kLeastReadBehind = size_t{4} << 10;
constexpr uint64_t kLongestWait = uint64_t{1} << 20;

size_t LongestLine(const LineBatch& batch) {
  size_t longest = 0;
  for (const Line& line : batch.lines) longest = std::max(longest, line.text.size());
  return longest;
}

}  // namespace

LineFramer::LineFramer(std::string start, LineEnds* text, TextDecoder* decoder,
                       const RowKernels& kernels, const FramerSizes& sizes)
    : stream_(std::move(start), text, sizes.segment),
      decoder_(decoder),
      kernels_(&kernels),
      sizes_(sizes) {}

void LineFramer::Claim(LineBatch* batch) {
  if (next_piece_) {
    batch->Clear();
    batch->piece = next_piece_;
    next_piece_->begin = next_piece_->end;
    next_piece_->end += batch->piece->end - batch->piece->begin;
    return;
  }
  stream_.Fill(batch);
  if (batches_to_wait_ > 0) {
    --batches_to_wait_;
  } else if (!batch->last) {
    TryPieces(*batch);
  }
}

void LineFramer::Load(LineBatch* batch) const {
  if (batch->piece) ReadPiece(*kernels_, batch);
}

// Pieces begin with the line of which the stream has only the beginning.
void LineFramer::TryPieces(const LineBatch& before) {
  if (!StreamStandsInPlainFile()) return;
  const size_t longest = LongestLine(before);
  const size_t size = std::clamp(kLinesInPiece * longest, sizes_.piece, kLargestPiece);
  const uint64_t begin = decoder_->bytes_read() - stream_.rest().size();
  next_piece_ = FilePiece{decoder_->random_access(), begin, begin + size,
                          std::max(longest + longest / 4, kLeastReadBehind)};
  piece_accepted_ = false;
}

// Whether what the stream holds is, byte for byte, what stands in the file up to where the decoder
// has read, behind a line feed: nothing is then under way in the decoder or in LineEnds.
bool LineFramer::StreamStandsInPlainFile() const {
  const RandomAccess* const file = decoder_->random_access();
  const std::string_view rest = stream_.rest();
  if (file == nullptr || !decoder_->is_between_characters()) return false;
  if (rest.size() > kLargestPiece || rest.size() >= decoder_->bytes_read()) return false;
  std::string stored(rest.size() + 1, '\0');
  const uint64_t begin = decoder_->bytes_read() - stored.size();
  const Result<size_t> got = file->ReadAt(begin, stored.data(), stored.size());
  return got && *got == stored.size() && stored.front() == '\n' && stored.ends_with(rest);
}

bool LineFramer::Accept(const LineBatch& batch) {
  if (!batch.piece || batch.begin == 0) return true;
  if (!batch.plain) {
    ReturnToStream();
    return false;
  }
  // The decoder and what is behind it are told what they need not read any more.
  piece_accepted_ = true;
  const uint64_t known = decoder_->bytes_read() - batch.begin;
  if (known < batch.stored.size()) decoder_->Skip(batch.stored.substr(known));
  return true;
}

void LineFramer::ReturnToStream() {
  if (piece_accepted_) stream_.ForgetRest();
  next_piece_.reset();
  batches_to_wait_ = next_wait_;
  next_wait_ = std::min(2 * next_wait_, kLongestWait);
}

}  // namespace perfleak
