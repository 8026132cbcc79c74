#include "input/zstd_decoder.h"

#include <zstd.h>
#include <zstd_errors.h>

#include <new>
#include <string>

namespace perfleak {
namespace {

using At = StreamDecoder::At;

constexpr int kWindowLogMax = 27;  // 128 MB, as zstd itself unpacks without being told more

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

std::string Reason(size_t result) {
  if (ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge) {
    return "it takes a window of more than 128 MB, which is the limit";
  }
  return ZSTD_getErrorName(result);
}

class ZstdDecoder : public StreamDecoder {
 public:
  ZstdDecoder() : context_(ZSTD_createDCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kWindowLogMax);
  }

  Result<At> Decode(std::string_view* in, std::span<char>* out) override {
    if (at_ == At::kBetween && in->empty()) return at_;
    ZSTD_inBuffer from{in->data(), in->size(), 0};
    ZSTD_outBuffer to{out->data(), out->size(), 0};
    const size_t to_come = ZSTD_decompressStream(context_.get(), &to, &from);
    in->remove_prefix(from.pos);
    *out = out->subspan(to.pos);
    if (ZSTD_isError(to_come) != 0) return Error{Reason(to_come)};
    at_ = to_come == 0 ? At::kBetween : At::kInside;
    return at_;
  }

 private:
  std::unique_ptr<ZSTD_DCtx, FreeContext> context_;
  At at_ = At::kInside;
};

}  // namespace

std::unique_ptr<StreamDecoder> MakeZstdDecoder() { return std::make_unique<ZstdDecoder>(); }

}  // namespace perfleak
