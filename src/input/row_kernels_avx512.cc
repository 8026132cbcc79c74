// Compiled with AVX-512 as CPUs from about 2019 on have it (VBMI2); only what row_kernels.cc calls
// after a look at the CPU.
#include <immintrin.h>

#include "input/row_kernels_of.h"

namespace perfleak {
namespace {

struct Avx512 {
  using Bytes = __m512i;

  static Bytes Fill(char c) { return _mm512_set1_epi8(c); }

  static TextMasks ReadText(const char* p) {
    const Bytes bytes = _mm512_loadu_si512(p);
    return {_mm512_cmpeq_epi8_mask(bytes, Fill('\n')), _mm512_cmpeq_epi8_mask(bytes, Fill('\r')),
            _mm512_cmple_epi8_mask(bytes, _mm512_setzero_si512())};  // 0 and, signed, above 0x7F
  }

  static CellMasks ReadCells(const char* p, Bytes separators) {
    const Bytes bytes = _mm512_loadu_si512(p);
    return {_mm512_cmpeq_epi8_mask(bytes, Fill(kQuote)), _mm512_cmpeq_epi8_mask(bytes, separators)};
  }

  static uint64_t PrefixXor(uint64_t bits) { return PrefixXorByProduct(bits); }

  static size_t Count(uint64_t bits) { return static_cast<size_t>(_mm_popcnt_u64(bits)); }

  // The numbers of the bits, packed to the front sixteen at a time.
  static size_t WriteOnes(uint64_t bits, uint32_t base, uint32_t* out) {
    const auto count = static_cast<size_t>(_mm_popcnt_u64(bits));
    const __m512i numbers = _mm512_maskz_compress_epi8(bits, Numbers());
    const __m512i bases = _mm512_set1_epi32(static_cast<int>(base));
    const auto write = [&](__m128i sixteen, uint32_t* to) {
      _mm512_storeu_si512(to, _mm512_add_epi32(_mm512_cvtepu8_epi32(sixteen), bases));
    };
    write(_mm512_castsi512_si128(numbers), out);
    if (__builtin_expect(count > 16, 0)) {
      write(_mm512_extracti32x4_epi32(numbers, 1), out + 16);
      write(_mm512_extracti32x4_epi32(numbers, 2), out + 32);
      write(_mm512_extracti32x4_epi32(numbers, 3), out + 48);
    }
    return count;
  }

 private:
  static __m512i Numbers() {
    alignas(64) static constexpr uint8_t kNumbers[64] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
        44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    return _mm512_load_si512(kNumbers);
  }
};

constexpr size_t kDigits = 16;
alignas(16) constexpr char kSixteenZeros[] = "0000000000000000";

// Where the digits of a cell are.
struct CellDigits {
  template <bool kAllQuoted>
  static CellDigits Of(const char* text, const uint32_t* ends, uint32_t column) {
    uint64_t both;  // ends[column] and the one behind it
    __builtin_memcpy(&both, ends + column, sizeof both);
    const uint64_t begin = (both & 0xFFFFFFFFu) + 1, end = both >> 32;
    const uint64_t quoted = kAllQuoted ? 1 : text[end - 1] == kQuote;
    return {text + end - quoted, end - begin - 2 * quoted};
  }
  bool fits() const { return digits - 1 < kDigits; }
  __m128i Load() const { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(end - kDigits)); }

  const char* end;
  uint64_t digits;
};

__m512i Join(__m128i a, __m128i b, __m128i c, __m128i d) {
  const __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(a), b, 1);
  const __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(c), d, 1);
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

// Four cells that fit, side by side. Of the 16 bits of each cell in the result, one is set if it is
// no whole number. Writes all four values.
[[gnu::always_inline]] inline uint64_t ParseFour(const CellDigits (&cells)[4], double* values) {
  const auto ours = [](uint64_t digits) { return uint64_t{0xFFFF} << (kDigits - digits) & 0xFFFF; };
  const uint64_t mask = ours(cells[0].digits) | ours(cells[1].digits) << 16 |
                        ours(cells[2].digits) << 32 | ours(cells[3].digits) << 48;
  const __m512i text = Join(cells[0].Load(), cells[1].Load(), cells[2].Load(), cells[3].Load());
  const __m512i figures = _mm512_maskz_sub_epi8(mask, text, _mm512_set1_epi8('0'));
  // Pairs, then fours, then eights are summed; of each cell the eights are the first two numbers.
  const __m512i pairs = _mm512_maddubs_epi16(figures, _mm512_set1_epi16(0x010A));
  const __m512i fours = _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x00010064));
  const __m512i packed = _mm512_packus_epi32(fours, fours);
  const __m512i eights = _mm512_madd_epi16(packed, _mm512_set1_epi32(0x00012710));
  // high * 10^8 is a multiple of 256 below 2^61, so a double without error; one rounding follows.
  const __m512i high_places = _mm512_setr_epi32(0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const __m512i low_places = _mm512_setr_epi32(1, 5, 9, 13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const auto doubles = [&](__m512i places) {
    return _mm256_cvtepi32_pd(_mm512_castsi512_si128(_mm512_permutexvar_epi32(places, eights)));
  };
  const __m256d high = _mm256_mul_pd(doubles(high_places), _mm256_set1_pd(1e8));
  _mm256_storeu_pd(values, _mm256_add_pd(high, doubles(low_places)));
  return _mm512_cmpgt_epu8_mask(figures, _mm512_set1_epi8(9));
}

// Puts zero in the place of cells that do not fit. Returns bits as ParseFour does.
uint64_t ReplaceUnfit(const char* text, CellDigits (&cells)[4]) {
  uint64_t unfit = 0;
  for (unsigned i = 0; i < 4; ++i) {
    const bool fits = cells[i].fits() && static_cast<size_t>(cells[i].end - text) >= kDigits;
    if (fits) continue;
    cells[i] = {kSixteenZeros + kDigits, 1};
    unfit |= uint64_t{1} << 16 * i;
  }
  return unfit;
}

template <bool kAllQuoted>
size_t ParseByFour(const char* text, const uint32_t* ends, const uint32_t* wanted, size_t count,
                   double* values, uint32_t* others) {
  size_t other_count = 0;
  const auto parse = [&](size_t k, const uint32_t* columns, size_t cell_count, double* to) {
    CellDigits cells[4] = {CellDigits::Of<kAllQuoted>(text, ends, columns[0]),
                           CellDigits::Of<kAllQuoted>(text, ends, columns[1]),
                           CellDigits::Of<kAllQuoted>(text, ends, columns[2]),
                           CellDigits::Of<kAllQuoted>(text, ends, columns[3])};
    // The later ones end later.
    const bool all_fit = ((cells[0].digits - 1) | (cells[1].digits - 1) | (cells[2].digits - 1) |
                          (cells[3].digits - 1)) < kDigits &&
                         static_cast<size_t>(cells[0].end - text) >= kDigits;
    uint64_t bad = all_fit ? 0 : ReplaceUnfit(text, cells);
    bad |= ParseFour(cells, to);
    for (size_t i = 0; bad != 0 && i < cell_count; ++i, bad >>= 16) {
      others[other_count] = static_cast<uint32_t>(k + i);
      other_count += (bad & 0xFFFF) != 0;
    }
  };
  size_t k = 0;
  for (; k + 4 <= count; k += 4) parse(k, wanted + k, 4, values + k);
  if (k == count) return other_count;
  // The last ones, the last of them repeated.
  uint32_t columns[4];
  double last[4];
  for (size_t i = 0; i < 4; ++i) columns[i] = wanted[k + i < count ? k + i : count - 1];
  parse(k, columns, count - k, last);
  for (size_t i = 0; k + i < count; ++i) values[k + i] = last[i];
  return other_count;
}

size_t ParseWholeNumbersByFour(const char* text, const uint32_t* ends, bool all_quoted,
                               const uint32_t* wanted, size_t count, double* values,
                               uint32_t* others) {
  return all_quoted ? ParseByFour<true>(text, ends, wanted, count, values, others)
                    : ParseByFour<false>(text, ends, wanted, count, values, others);
}

}  // namespace

bool ReadDecimalWithAvx2(const char* text, size_t begin, size_t end, Decimal* decimal);

extern const RowKernels kAvx512RowKernels;
const RowKernels kAvx512RowKernels = {"avx512", ScanText<Avx512>, FindCellEnds<Avx512>,
                                      ParseWholeNumbersByFour, ReadDecimalWithAvx2};

}  // namespace perfleak
