// Compiled with AVX2, BMI and CLMUL; only what row_kernels.cc calls after a look at the CPU.
#include <immintrin.h>

#include "input/row_kernels_of.h"

namespace perfleak {
namespace {

// 16 bytes of 0xFF after 16 of 0: 16 - n bytes into it begins a mask of the last n bytes.
alignas(32) constexpr uint8_t kLastBytes[32] = {
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

struct Avx2 {
  using Bytes = __m256i;

  static Bytes Fill(char c) { return _mm256_set1_epi8(c); }

  static Bytes Load(const char* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }

  static uint64_t Bits(Bytes low, Bytes high) {
    return uint64_t{static_cast<uint32_t>(_mm256_movemask_epi8(low))} |
           uint64_t{static_cast<uint32_t>(_mm256_movemask_epi8(high))} << 32;
  }

  static uint64_t Equal(Bytes low, Bytes high, Bytes wanted) {
    return Bits(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
  }

  static TextMasks ReadText(const char* p) {
    const Bytes low = Load(p), high = Load(p + 32);
    const Bytes zero = _mm256_setzero_si256();
    // The sign bit is set in bytes above 0x7F and where a byte is 0.
    const uint64_t odd = Bits(_mm256_or_si256(low, _mm256_cmpeq_epi8(low, zero)),
                              _mm256_or_si256(high, _mm256_cmpeq_epi8(high, zero)));
    return {Equal(low, high, Fill('\n')), Equal(low, high, Fill('\r')), odd};
  }

  static CellMasks ReadCells(const char* p, Bytes separators) {
    const Bytes low = Load(p), high = Load(p + 32);
    return {Equal(low, high, Fill(kQuote)), Equal(low, high, separators)};
  }

  static uint64_t PrefixXor(uint64_t bits) { return PrefixXorByProduct(bits); }

  static size_t Count(uint64_t bits) { return static_cast<size_t>(_mm_popcnt_u64(bits)); }

  // Writes eight at a time, of which those behind the last are overwritten later: a branch for each
  // would often be mispredicted.
  static size_t WriteOnes(uint64_t bits, uint32_t base, uint32_t* out) {
    const auto count = static_cast<size_t>(_mm_popcnt_u64(bits));
    const auto write_eight = [&](uint32_t* to) {
      for (int i = 0; i < 8; ++i) {
        to[i] = base + static_cast<uint32_t>(_tzcnt_u64(bits));
        bits = _blsr_u64(bits);
      }
    };
    write_eight(out);
    for (size_t written = 8; written < count; written += 8) write_eight(out + written);
    return count;
  }

  // The last `digits` of the 16 bytes at p, 1 to 16 of them; false if one is no digit.
  static bool WholeNumber(const char* p, size_t digits, double* value) {
    const auto load = [](const void* from) {
      return _mm_loadu_si128(static_cast<const __m128i*>(from));
    };
    const __m128i ours = load(kLastBytes + digits);
    const __m128i figures = _mm_and_si128(_mm_sub_epi8(load(p), _mm_set1_epi8('0')), ours);
    const __m128i nine = _mm_set1_epi8(9);
    const __m128i is_digit = _mm_cmpeq_epi8(_mm_max_epu8(figures, nine), nine);
    // Pairs, then fours, then eights are summed side by side.
    const __m128i pairs = _mm_maddubs_epi16(figures, _mm_set1_epi16(0x010A));
    const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));
    const __m128i packed = _mm_packus_epi32(fours, fours);
    const __m128i eights = _mm_madd_epi16(packed, _mm_set1_epi32(0x00012710));
    const auto both = static_cast<uint64_t>(_mm_cvtsi128_si64(eights));
    const uint64_t number = (both & 0xFFFFFFFFu) * 100000000u + (both >> 32);
    *value = static_cast<double>(static_cast<int64_t>(number));
    return _mm_movemask_epi8(is_digit) == 0xFFFF;
  }
};

// The digits are moved to the end of 32 bytes, those before the point one further than those behind
// it, and summed by eights.
bool ReadDecimal(const char* text, size_t begin, size_t end, Decimal* decimal) {
  constexpr size_t kMost = 32;
  const size_t size = end - begin;
  if (size < 2 || size > kMost || end < kMost + 1) return false;
  const __m256i behind = Avx2::Load(text + end - kMost);
  const __m256i before = Avx2::Load(text + end - kMost - 1);
  const auto figures_of = [](__m256i bytes) {
    return _mm256_sub_epi8(bytes, _mm256_set1_epi8('0'));
  };
  const __m256i nine = _mm256_set1_epi8(9);
  const __m256i is_digit = _mm256_cmpeq_epi8(_mm256_max_epu8(figures_of(behind), nine), nine);
  const uint32_t ours = ~uint32_t{0} << (kMost - size);
  const uint32_t others = ~static_cast<uint32_t>(_mm256_movemask_epi8(is_digit)) & ours;
  if (others == 0 || (others & (others - 1)) != 0) return false;
  const auto point = static_cast<uint32_t>(_tzcnt_u32(others));
  if (text[end - kMost + point] != '.') return false;
  const __m256i places =
      _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                       22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
  const __m256i is_behind = _mm256_cmpgt_epi8(places, _mm256_set1_epi8(static_cast<char>(point)));
  const __m256i is_ours = _mm256_cmpgt_epi8(
      places, _mm256_set1_epi8(static_cast<char>(static_cast<int>(kMost - size))));
  const __m256i figures =
      _mm256_and_si256(figures_of(_mm256_blendv_epi8(before, behind, is_behind)), is_ours);
  const __m256i pairs = _mm256_maddubs_epi16(figures, _mm256_set1_epi16(0x010A));
  const __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00010064));
  const __m256i packed = _mm256_packus_epi32(fours, fours);
  const __m256i eights = _mm256_madd_epi16(packed, _mm256_set1_epi32(0x00012710));
  const auto sixteen = [](__m128i two_eights) {
    const auto both = static_cast<uint64_t>(_mm_cvtsi128_si64(two_eights));
    return (both & 0xFFFFFFFFu) * 100000000u + (both >> 32);
  };
  decimal->high = sixteen(_mm256_castsi256_si128(eights));
  decimal->low = sixteen(_mm256_extracti128_si256(eights, 1));
  decimal->fraction_digits = static_cast<uint32_t>(kMost) - 1 - point;
  return true;
}

}  // namespace

extern const RowKernels kAvx2RowKernels;
const RowKernels kAvx2RowKernels = {"avx2", ScanText<Avx2>, FindCellEnds<Avx2>,
                                    ParseWholeNumbers<Avx2>, ReadDecimal};

bool ReadDecimalWithAvx2(const char* text, size_t begin, size_t end, Decimal* decimal) {
  return ReadDecimal(text, begin, end, decimal);
}

}  // namespace perfleak
