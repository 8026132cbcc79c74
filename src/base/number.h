// Numbers as Performance Monitor prints them, read exactly and without any locale.
#ifndef PERFLEAK_BASE_NUMBER_H_
#define PERFLEAK_BASE_NUMBER_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace perfleak {

// The double nearest to the decimal number that `text` spells, correctly rounded (ties to even):
// "12", "-1", "0.30000000000000004", "6.9494827586206889356e-005", "1.5E+003", ".5", "5.", "+1".
// Blanks around the number are skipped. nullopt for anything else, blanks only included; "inf",
// "nan" and hex are not numbers here. Too large becomes +-infinity, too small +-0, as in strtod.
std::optional<double> ParseNumber(std::string_view text);

// The same for the longest number that [begin, end) starts with, blanks not skipped. Returns the
// place after it, or `begin` (and leaves *value alone) if there is none. What follows the number
// costs nothing, so pass the end of the line rather than of the cell: eight bytes are read at once.
const char* ParseNumberPrefix(const char* begin, const char* end, double* value);

// A decimal number of up to 32 digits.
struct Decimal {
  uint64_t high = 0;  // all digits but the last 16; below 10^16
  uint64_t low = 0;   // the last 16
  uint32_t fraction_digits = 0;

  static constexpr uint32_t kMostFractionDigits = 27;  // that ValueOf takes
};

// The double nearest to it, as ParseNumber. Requires fraction_digits <= kMostFractionDigits.
double ValueOf(const Decimal& decimal);

}  // namespace perfleak

#endif  // PERFLEAK_BASE_NUMBER_H_
