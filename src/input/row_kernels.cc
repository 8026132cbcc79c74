#include "input/row_kernels.h"

#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "input/row_kernels_of.h"

namespace perfleak {

#ifdef PERFLEAK_X86_KERNELS
extern const RowKernels kAvx2RowKernels;    // row_kernels_avx2.cc
extern const RowKernels kAvx512RowKernels;  // row_kernels_avx512.cc
#endif

namespace {

// SSE2, which every 64-bit PC has, or nothing at all.
struct Portable {
  using Bytes = char;

  static Bytes Fill(char c) { return c; }

#ifdef __SSE2__
  // Bit i is the sign of byte i of what `make` makes of the 16 bytes at p, p + 16, ...
  template <class Make>
  static uint64_t Bits(const char* p, Make make) {
    uint64_t bits = 0;
    for (size_t i = 0; i < kBlockBytes; i += 16) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + i));
      bits |= uint64_t{static_cast<uint32_t>(_mm_movemask_epi8(make(bytes)))} << i;
    }
    return bits;
  }
  static uint64_t Equal(const char* p, char wanted) {
    const __m128i filled = _mm_set1_epi8(wanted);
    return Bits(p, [=](__m128i bytes) { return _mm_cmpeq_epi8(bytes, filled); });
  }
  static uint64_t Odd(const char* p) {
    const __m128i zero = _mm_setzero_si128();
    return Bits(p, [=](__m128i x) { return _mm_or_si128(x, _mm_cmpeq_epi8(x, zero)); });
  }
#else
  template <class Is>
  static uint64_t Bits(const char* p, Is is) {
    uint64_t bits = 0;
    for (size_t i = 0; i < kBlockBytes; ++i) bits |= uint64_t{is(p[i])} << i;
    return bits;
  }
  static uint64_t Equal(const char* p, char wanted) {
    return Bits(p, [=](char c) { return c == wanted; });
  }
  static uint64_t Odd(const char* p) {
    return Bits(p, [](char c) { return static_cast<signed char>(c) <= 0; });
  }
#endif

  static TextMasks ReadText(const char* p) { return {Equal(p, '\n'), Equal(p, '\r'), Odd(p)}; }
  static CellMasks ReadCells(const char* p, Bytes separator) {
    return {Equal(p, kQuote), Equal(p, separator)};
  }

  static uint64_t PrefixXor(uint64_t bits) {
    for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
  }

  static size_t Count(uint64_t bits) { return static_cast<size_t>(__builtin_popcountll(bits)); }

  static size_t WriteOnes(uint64_t bits, uint32_t base, uint32_t* out) {
    size_t count = 0;
    for (; bits != 0; bits &= bits - 1) {
      out[count++] = base + static_cast<uint32_t>(__builtin_ctzll(bits));
    }
    return count;
  }

  // The digits at p to p + 8, of which the last `digits` count, as a number. The first of them is
  // in the lowest byte, wherever the machine keeps it. *others: whether one is no digit.
  static uint64_t EightDigits(const char* p, size_t digits, bool* others) {
    if (digits == 0) return 0;
    uint64_t bytes = 0;
    std::memcpy(&bytes, p, sizeof bytes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    bytes = (bytes ^ 0x3030303030303030u) & ~uint64_t{0} << 8 * (8 - digits);
    *others |= (((bytes + 0x7676767676767676u) | bytes) & 0x8080808080808080u) != 0;
    bytes = (bytes * 10 + (bytes >> 8)) & 0x00FF00FF00FF00FFu;
    bytes = (bytes * 100 + (bytes >> 16)) & 0x0000FFFF0000FFFFu;
    return (bytes * 10000 + (bytes >> 32)) & 0xFFFFFFFFu;
  }

  static bool WholeNumber(const char* p, size_t digits, double* value) {
    bool others = false;
    const uint64_t low = EightDigits(p + 8, digits < 8 ? digits : 8, &others);
    const uint64_t high = digits > 8 ? EightDigits(p, digits - 8, &others) : 0;
    *value = static_cast<double>(high * 100000000u + low);
    return !others;
  }
};

// ParseNumber is as good.
bool ReadNoDecimal(const char*, size_t, size_t, Decimal*) { return false; }

constexpr RowKernels kPortable = {"portable", ScanText<Portable>, FindCellEnds<Portable>,
                                  ParseWholeNumbers<Portable>, ReadNoDecimal};

#ifdef PERFLEAK_X86_KERNELS
bool HasAvx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("popcnt");
}

bool HasAvx512() {
  return HasAvx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vbmi2");
}
#endif

}  // namespace

std::vector<const RowKernels*> AllRowKernels() {
  std::vector<const RowKernels*> kernels = {&kPortable};
#ifdef PERFLEAK_X86_KERNELS
  if (HasAvx2()) kernels.push_back(&kAvx2RowKernels);
  if (HasAvx512()) kernels.push_back(&kAvx512RowKernels);
#endif
  return kernels;
}

const RowKernels& BestRowKernels() {
  static const RowKernels& best = *AllRowKernels().back();
  return best;
}

}  // namespace perfleak
