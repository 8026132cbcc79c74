// The inner loops of reading rows, made once for every CPU, once for those with AVX2 and once for
// those with AVX-512; which runs is found out at run time, and all give the same. They take what is
// regular, which is nearly everything, and say so where something is not: csv_fields.h and
// line_framer.h then do the slower thing.
#ifndef PERFLEAK_INPUT_ROW_KERNELS_H_
#define PERFLEAK_INPUT_ROW_KERNELS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/number.h"

namespace perfleak {

struct RowKernels {
  const char* name;  // "portable", "avx2", "avx512"

  // What one look at a piece of text, at most 4 GB of it, finds out.
  struct Text {
    size_t line_feeds = 0;
    bool plain = true;  // ASCII only, no NUL, CR only before LF (or as the last byte)
  };
  // Appends the offsets of the line feeds in text[0, size) to `line_feeds`, which has room for
  // `size` of them.
  Text (*scan_text)(const char* text, size_t size, uint32_t* line_feeds);

  // Writes the offset of every separator that ends a cell of the line to `ends`. A line is regular
  // if every quote opens or closes a whole cell. kIrregular for any other, and for one with more
  // separators than `most`. `ends` has room for most + kSpareEnds. Reads text[0, readable), of
  // which the line is [0, size).
  static constexpr size_t kIrregular = SIZE_MAX;
  static constexpr size_t kSpareEnds = 72;
  struct CellEnds {
    size_t count = 0;
    bool all_quoted = false;  // every cell, of a regular line
  };
  CellEnds (*find_cell_ends)(const char* text, size_t size, size_t readable, char separator,
                             uint32_t* ends, size_t most);

  // Reads the cells wanted[0, count) of a regular line as whole numbers. `wanted` ascends. Cell i
  // lies between ends[i] and ends[i + 1], with or without quotes unless `all_quoted`. Where it is
  // one, of 1 to 16 digits, its value goes to values[k]; the k of the others go to `others`, in
  // order, and their values[k] are undefined. Returns how many others there are.
  size_t (*parse_whole_numbers)(const char* text, const uint32_t* ends, bool all_quoted,
                                const uint32_t* wanted, size_t count, double* values,
                                uint32_t* others);

  // Reads text[begin, end) if it is 2 to 32 characters, all digits but one point, and ends 33 or
  // more bytes behind the beginning of the text; else false.
  bool (*read_decimal)(const char* text, size_t begin, size_t end, Decimal* decimal);
};

// The fastest for this CPU; and all that run on it, for tests.
const RowKernels& BestRowKernels();
std::vector<const RowKernels*> AllRowKernels();

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_ROW_KERNELS_H_
