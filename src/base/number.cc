// Decimal to double, correctly rounded. Nearly every number of a log takes one of three exact ways:
//
//   integers of at most 19 digits   fit uint64_t, and the hardware rounds when it converts;
//   m / 10^k, m <= 2^53, k <= 22    both are doubles without error, so one division rounds once
//                                   (Clinger, "How to read floating point numbers accurately",
//                                   1990);
//   m / 10^k, m < 10^38, k <= 27    PDH prints 20 digits: divide by 5^k as 128-bit integers, keep
//   62 or
//                                   more bits of the quotient and whether there is a remainder.
//
// Everything else goes to std::from_chars, which is right and slower.
#include "base/number.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <system_error>

#include "base/text.h"

namespace perfleak {
namespace {

__extension__ using uint128 = unsigned __int128;

constexpr int kMaxDigits64 = 19;     // 10^19 - 1 < 2^64
constexpr int kMaxDigits128 = 38;    // 10^38 - 1 < 2^128
constexpr int kMaxExactPower = 22;   // 10^22 is the last power of ten that a double holds
constexpr int kMaxPowerOfFive = 27;  // 5^27 < 2^64

template <class T, size_t kCount>
constexpr std::array<T, kCount> PowersOf(T base) {
  std::array<T, kCount> powers{};
  T power = 1;
  for (T& slot : powers) {
    slot = power;
    power = power * base;
  }
  return powers;
}

static_assert(Decimal::kMostFractionDigits <= kMaxPowerOfFive);

constexpr auto kPowersOfTen = PowersOf<double, kMaxExactPower + 1>(10);
constexpr auto kPowersOfFive = PowersOf<uint64_t, kMaxPowerOfFive + 1>(5);
constexpr auto kShortPowersOfTen = PowersOf<uint32_t, 8>(10);

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The value of eight digits, the first one in the lowest byte, each byte 0 to 9. Pairs, then fours,
// then all eight are summed in place: three multiplications instead of eight.
uint64_t ValueOfEightDigits(uint64_t digits) {
  digits = (digits * 10 + (digits >> 8)) & 0x00FF00FF00FF00FFu;
  digits = (digits * 100 + (digits >> 16)) & 0x0000FFFF0000FFFFu;
  return (digits * 10000 + (digits >> 32)) & 0xFFFFFFFFu;
}

// Appends the digits at p to *number (which overflows silently; the caller counts digits) and
// returns the first place that is no digit.
template <class T>
const char* ReadDigits(const char* p, const char* end, T* number) {
  while (std::endian::native == std::endian::little && end - p >= 8) {
    uint64_t bytes;
    std::memcpy(&bytes, p, sizeof bytes);
    bytes ^= 0x3030303030303030u;
    // The high bit of each byte that is not 0 to 9, reliable up to and including the first of them.
    const uint64_t others = ((bytes + 0x7676767676767676u) | bytes) & 0x8080808080808080u;
    if (others == 0) {
      *number = *number * 100000000u + ValueOfEightDigits(bytes);
      p += 8;
      continue;
    }
    const int count = std::countr_zero(others) / 8;
    if (count == 0) return p;
    const uint64_t shifted = bytes << (64 - 8 * count);  // as if zeros stood before the digits
    *number = *number * kShortPowersOfTen[static_cast<size_t>(count)] + ValueOfEightDigits(shifted);
    return p + count;
  }
  for (; p != end && IsDigit(*p); ++p) *number = *number * 10u + static_cast<unsigned>(*p - '0');
  return p;
}

struct Division {
  uint64_t quotient, remainder;
};

// Requires a quotient of at most 64 bits. One instruction where there is one; the compiler would
// call a function that first finds out how long the numbers are.
Division Divide(uint128 dividend, uint64_t divisor) {
  Division result;
#ifdef __x86_64__
  __asm__("divq %4"
          : "=a"(result.quotient), "=d"(result.remainder)
          : "a"(static_cast<uint64_t>(dividend)), "d"(static_cast<uint64_t>(dividend >> 64)),
            "r"(divisor)
          : "cc");
#else
  result.quotient = static_cast<uint64_t>(dividend / divisor);
  result.remainder = static_cast<uint64_t>(dividend) - result.quotient * divisor;
#endif
  return result;
}

// mantissa / 10^k for 0 < mantissa, 0 <= k <= kMaxPowerOfFive.
double DivideByPowerOfTen(uint128 mantissa, int k) {
  const auto high = static_cast<uint64_t>(mantissa >> 64);
  const int zeros =
      high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(static_cast<uint64_t>(mantissa));
  // With the mantissa's highest bit moved to bit 126 and the divisor's to bit 63 the quotient lies
  // between 2^62 and 2^64. Moving right loses bits only from a mantissa of all 128.
  const int up = zeros - 1;
  const uint128 dividend = up >= 0 ? mantissa << up : (mantissa >> 1) | (mantissa & 1);
  const uint64_t power = kPowersOfFive[static_cast<size_t>(k)];
  const int divisor_up = std::countl_zero(power);
  const uint64_t divisor = power << divisor_up;
  auto [quotient, remainder] = Divide(dividend, divisor);
  quotient |= remainder != 0;  // far below the rounding bit: only says "a little more than a tie"
  const int exponent = divisor_up - up - k;
  const auto scale = std::bit_cast<double>(static_cast<uint64_t>(1023 + exponent) << 52);
  return static_cast<double>(quotient) * scale;
}

// The parts of a number's spelling, without sign.
struct Spelling {
  const char* begin;
  const char* point;     // end of the digits before the point
  const char* fraction;  // first digit after the point; `point` if there is none
  const char* fraction_end;
  const char* end;
  int64_t exponent;  // as written

  int64_t digits() const { return (point - begin) + (fraction_end - fraction); }
};

// 10^exponent is added by "e-005" at p. Returns p itself if no exponent stands there.
const char* ReadExponent(const char* p, const char* end, int64_t* exponent) {
  if (p == end || (*p != 'e' && *p != 'E')) return p;
  const char* q = p + 1;
  const bool negative = q != end && *q == '-';
  if (q != end && (*q == '-' || *q == '+')) ++q;
  if (q == end || !IsDigit(*q)) return p;
  constexpr int64_t kHuge = int64_t{1} << 50;  // beyond the digits any line can hold
  int64_t value = 0;
  for (; q != end && IsDigit(*q); ++q) value = std::min(value * 10 + (*q - '0'), kHuge);
  *exponent = negative ? -value : value;
  return q;
}

// True if the number is so large, rather than so small, that no double comes near it.
bool IsHuge(const Spelling& text) {
  const auto nonzero = [](char c) { return c >= '1' && c <= '9'; };
  const char* first = std::find_if(text.begin, text.point, nonzero);
  if (first != text.point) return (text.point - first) + text.exponent > 0;
  first = std::find_if(text.fraction, text.fraction_end, nonzero);
  return text.exponent > first - text.fraction;
}

double FromChars(const Spelling& text) {
  double value = 0;
  const auto result = std::from_chars(text.begin, text.end, value);
  if (result.ec != std::errc::result_out_of_range) return value;
  return IsHuge(text) ? std::numeric_limits<double>::infinity() : 0.0;
}

// The value of a number with point or exponent. Requires all its digits in `mantissa`, or too many.
double Value(uint128 mantissa, const Spelling& text) {
  if (text.digits() > kMaxDigits128) return FromChars(text);
  if (mantissa == 0) return 0;
  const int64_t k = (text.fraction_end - text.fraction) - text.exponent;
  if (mantissa <= uint128{1} << 53 && k >= -kMaxExactPower && k <= kMaxExactPower) {
    const auto exact = static_cast<double>(static_cast<uint64_t>(mantissa));
    return k >= 0 ? exact / kPowersOfTen[static_cast<size_t>(k)]
                  : exact * kPowersOfTen[static_cast<size_t>(-k)];
  }
  if (k >= 0 && k <= kMaxPowerOfFive) return DivideByPowerOfTen(mantissa, static_cast<int>(k));
  return FromChars(text);
}

// What ParseNumberPrefix does when the digits at `begin` are not the whole number, or are too many.
// `point` is where they end, `whole` their value if they are few enough.
const char* ReadDecimal(const char* begin, const char* point, uint64_t whole, const char* end,
                        double* value) {
  Spelling text{begin, point, point, point, point, 0};
  uint128 mantissa = whole;
  if (point - begin > kMaxDigits64) {
    mantissa = 0;
    ReadDigits(begin, point, &mantissa);
  }
  if (point != end && *point == '.') {
    text.fraction = point + 1;
    text.fraction_end = ReadDigits(text.fraction, end, &mantissa);
  }
  if (text.digits() == 0) return begin;
  text.end = ReadExponent(std::max(text.fraction, text.fraction_end), end, &text.exponent);
  *value = Value(mantissa, text);
  return text.end;
}

}  // namespace

const char* ParseNumberPrefix(const char* begin, const char* end, double* value) {
  const char* p = begin;
  const bool negative = p != end && *p == '-';
  if (p != end && (*p == '-' || *p == '+')) ++p;
  uint64_t whole = 0;
  const char* q = ReadDigits(p, end, &whole);
  const bool goes_on = q != end && (*q == '.' || *q == 'e' || *q == 'E');
  double magnitude = 0;
  if (q == p || goes_on || q - p > kMaxDigits64) {
    const char* stop = ReadDecimal(p, q, whole, end, &magnitude);
    if (stop == p) return begin;
    q = stop;
  } else {
    magnitude = static_cast<double>(whole);
  }
  *value = negative ? -magnitude : magnitude;
  return q;
}

std::optional<double> ParseNumber(std::string_view text) {
  text = Trim(text);
  const char* end = text.data() + text.size();
  double value = 0;
  if (text.empty() || ParseNumberPrefix(text.data(), end, &value) != end) return std::nullopt;
  return value;
}

double ValueOf(const Decimal& decimal) {
  const uint128 mantissa = uint128{decimal.high} * 10000000000000000u + decimal.low;
  if (mantissa == 0) return 0;
  const auto k = static_cast<int>(decimal.fraction_digits);
  if (mantissa <= uint128{1} << 53 && k <= kMaxExactPower) {
    return static_cast<double>(decimal.high * 10000000000000000u + decimal.low) /
           kPowersOfTen[static_cast<size_t>(k)];
  }
  return DivideByPowerOfTen(mantissa, k);
}

}  // namespace perfleak
