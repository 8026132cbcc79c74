#include "input/gzip_decoder.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

namespace perfleak {
namespace {

using At = StreamDecoder::At;

constexpr char kFirstByteOfMember = '\x1F';

std::string Reason(int status) {
  switch (status) {
    case ISAL_INVALID_WRAPPER:
      return "incorrect header check";
    case ISAL_UNSUPPORTED_METHOD:
      return "unknown compression method";
    case ISAL_INCORRECT_CHECKSUM:
      return "incorrect data check";
    case ISAL_INVALID_BLOCK:
      return "invalid block";
    case ISAL_INVALID_LOOKBACK:
      return "invalid distance too far back";
    default:
      return "invalid code";
  }
}

// Of what ISA-L takes or gives in one call.
uint32_t Count(size_t size) {
  return static_cast<uint32_t>(std::min<size_t>(size, std::numeric_limits<int32_t>::max()));
}

class GzipDecoder : public StreamDecoder {
 public:
  GzipDecoder() {
    isal_inflate_init(&state_);
    state_.crc_flag = ISAL_GZIP;
  }

  Result<At> Decode(std::string_view* in, std::span<char>* out) override {
    if (status_ != ISAL_DECOMP_OK) return Fail(out);
    if (state_.block_state == ISAL_BLOCK_FINISH) {
      if (in->empty()) return At::kBetween;
      if (in->front() != kFirstByteOfMember) return At::kEnd;
      isal_inflate_reset(&state_);
    }
    status_ = Inflate(in, out);
    if (status_ != ISAL_DECOMP_OK) return Fail(out);
    return state_.block_state == ISAL_BLOCK_FINISH ? At::kBetween : At::kInside;
  }

 private:
  // Not before all was handed out that came before the error and had no room.
  Result<At> Fail(std::span<char>* out) {
    const auto held_back = static_cast<size_t>(state_.tmp_out_valid - state_.tmp_out_processed);
    const size_t count = std::min(out->size(), held_back);
    std::memcpy(out->data(), state_.tmp_out_buffer + state_.tmp_out_processed, count);
    state_.tmp_out_processed += static_cast<int32_t>(count);
    *out = out->subspan(count);
    if (out->empty()) return At::kInside;
    return Error{Reason(status_)};
  }

  int Inflate(std::string_view* in, std::span<char>* out) {
    // ISA-L only reads from it.
    state_.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(in->data()));
    state_.avail_in = Count(in->size());
    state_.next_out = reinterpret_cast<uint8_t*>(out->data());
    state_.avail_out = Count(out->size());
    const int status = isal_inflate(&state_);
    in->remove_prefix(Count(in->size()) - state_.avail_in);
    *out = out->subspan(Count(out->size()) - state_.avail_out);
    return status;
  }

  inflate_state state_;
  int status_ = ISAL_DECOMP_OK;
};

}  // namespace

std::unique_ptr<StreamDecoder> MakeGzipDecoder() { return std::make_unique<GzipDecoder>(); }

}  // namespace perfleak
