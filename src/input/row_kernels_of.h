// What the kernels have in common: `Cpu` gives bit masks of 64 bytes and the value of 16 digits.
// Included by the files that make kernels, each compiled for its CPU. Nothing here may be shared
// between them at link time, or a CPU would meet instructions it does not have: no functions of the
// standard library, and everything internal to its file.
#ifndef PERFLEAK_INPUT_ROW_KERNELS_OF_H_
#define PERFLEAK_INPUT_ROW_KERNELS_OF_H_

#ifdef __PCLMUL__
#include <immintrin.h>
#endif

#include "input/row_kernels.h"

namespace perfleak {
namespace {

constexpr size_t kBlockBytes = 64;
constexpr char kQuote = '"';

// Bit i of each mask belongs to byte i of 64. `odd` are NULs and bytes above 0x7F.
struct TextMasks {
  uint64_t lf, cr, odd;
};
struct CellMasks {
  uint64_t quotes, separators;
};

#ifdef __PCLMUL__
// Bit i of the result is the XOR of bits 0 to i: a product with all ones without carries.
inline uint64_t PrefixXorByProduct(uint64_t bits) {
  const __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)),
                                               _mm_set1_epi8(static_cast<char>(0xFF)), 0);
  return static_cast<uint64_t>(_mm_cvtsi128_si64(product));
}
#endif

// Up to `size` bytes at `text` followed by zeros, for the end of what may be read.
struct Tail {
  Tail(const char* text, size_t size) {
    for (size_t i = 0; i < kBlockBytes; ++i) bytes[i] = i < size ? text[i] : '\0';
  }
  char bytes[kBlockBytes];
};

template <class Cpu>
RowKernels::Text ScanText(const char* text, size_t size, uint32_t* line_feeds) {
  RowKernels::Text result;
  uint64_t after_cr = 0;  // 1 if the last byte was a CR
  uint64_t odd = 0;
  for (size_t at = 0; at < size; at += kBlockBytes) {
    const size_t left = size - at;
    const bool whole = left >= kBlockBytes;
    const uint64_t there = whole ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
    const TextMasks masks = Cpu::ReadText(whole ? text + at : Tail(text + at, left).bytes);
    odd |= (masks.odd | ((masks.cr << 1 | after_cr) & ~masks.lf)) & there;
    after_cr = masks.cr >> 63;
    for (uint64_t bits = masks.lf; bits != 0; bits &= bits - 1) {
      line_feeds[result.line_feeds++] =
          static_cast<uint32_t>(at) + static_cast<uint32_t>(__builtin_ctzll(bits));
    }
  }
  result.plain = odd == 0;
  return result;
}

// Two bit masks say where quotes and separators are; a prefix XOR over the quotes tells inside from
// outside, so that the separators outside are the cell ends, whatever the cells hold. That is right
// as long as every quote opens or closes a whole cell, which two more AND operations prove.
template <class Cpu>
RowKernels::CellEnds FindCellEnds(const char* text, size_t size, size_t readable, char separator,
                                  uint32_t* ends, size_t most) {
  const typename Cpu::Bytes separators = Cpu::Fill(separator);
  size_t count = 0;
  size_t quotes = 0;
  uint64_t bad = 0;
  uint64_t inside = 0;    // all ones if a quoted cell is open
  uint64_t may_open = 1;  // 1 if the byte before was a separator
  uint64_t must_end = 0;  // 1 if it was a closing quote
  for (size_t at = 0; at < size; at += kBlockBytes) {
    const size_t left = size - at;
    CellMasks masks = readable - at >= kBlockBytes
                          ? Cpu::ReadCells(text + at, separators)
                          : Cpu::ReadCells(Tail(text + at, left).bytes, separators);
    uint64_t line_end = 0;
    if (left < kBlockBytes) {
      line_end = uint64_t{1} << left;
      masks.quotes &= line_end - 1;
      masks.separators &= line_end - 1;
    }
    const uint64_t open = Cpu::PrefixXor(masks.quotes) ^ inside;  // opening quotes are, closing not
    const uint64_t opening = masks.quotes & open;
    const uint64_t closing = masks.quotes & ~open;
    bad |= opening & ~(masks.separators << 1 | may_open);
    bad |= (closing << 1 | must_end) & ~(masks.separators | line_end);
    inside = 0 - (open >> 63);
    may_open = masks.separators >> 63;
    must_end = closing >> 63;
    const uint64_t found = masks.separators & ~open;
    if (count > most) return {RowKernels::kIrregular};
    quotes += Cpu::Count(masks.quotes);
    count += Cpu::WriteOnes(found, static_cast<uint32_t>(at), ends + count);
  }
  if (bad != 0 || inside != 0 || count > most) return {RowKernels::kIrregular};
  return {count, quotes == 2 * (count + 1)};
}

template <class Cpu>
size_t ParseWholeNumbers(const char* text, const uint32_t* ends, bool all_quoted,
                         const uint32_t* wanted, size_t count, double* values, uint32_t* others) {
  constexpr size_t kDigits = 16;
  size_t other_count = 0;
  for (size_t k = 0; k < count; ++k) {
    const size_t begin = size_t{ends[wanted[k]]} + 1;
    const size_t end = ends[wanted[k] + 1];
    const size_t quoted = all_quoted || text[end - 1] == kQuote;
    const size_t digits = end - begin - 2 * quoted;
    const size_t digits_end = end - quoted;
    bool whole = digits - 1 < kDigits && digits_end >= kDigits;
    if (__builtin_expect(whole, 1)) {
      whole = Cpu::WholeNumber(text + digits_end - kDigits, digits, values + k);
    }
    others[other_count] = static_cast<uint32_t>(k);
    other_count += !whole;
  }
  return other_count;
}

}  // namespace
}  // namespace perfleak

#endif  // PERFLEAK_INPUT_ROW_KERNELS_OF_H_
