#include "base/number.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <system_error>

#include <doctest/doctest.h>

namespace perfleak {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// What the C library makes of the text; the tests run in the "C" locale.
double Oracle(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

bool SameBits(double a, double b) {
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

// Checks without a doctest assertion per number: those cost more than the numbers.
struct Comparison {
  uint64_t numbers = 0;
  uint64_t wrong = 0;
  std::string first_wrong;

  void Check(const std::string& text) {
    ++numbers;
    const auto value = ParseNumber(text);
    if (value && SameBits(*value, Oracle(text))) return;
    if (wrong++ == 0) first_wrong = text;
  }
};

class Spellings {
 public:
  explicit Spellings(uint64_t seed) : random_(seed) {}

  uint64_t Below(uint64_t limit) { return random_() % limit; }

  std::string Digits(uint64_t count) {
    std::string text;
    for (uint64_t i = 0; i < count; ++i) text += static_cast<char>('0' + Below(10));
    return text;
  }

  // `count` digits with a point somewhere, or without one.
  std::string Decimal(uint64_t count) {
    std::string text = Digits(count);
    const uint64_t point = Below(count + 2);
    if (point <= count) text.insert(text.begin() + static_cast<ptrdiff_t>(point), '.');
    return text;
  }

  std::string Exponent() {
    const std::string sign = Below(3) == 0 ? "+" : Below(2) == 0 ? "-" : "";
    return (Below(2) == 0 ? "e" : "E") + sign + Digits(2 + Below(2));
  }

  uint64_t Bits() { return random_(); }

 private:
  std::mt19937_64 random_;
};

std::string Printed(const char* format, int precision, double value) {
  char buffer[1200];
  const int size = std::snprintf(buffer, sizeof buffer, format, precision, value);
  return {buffer, static_cast<size_t>(size)};
}

TEST_CASE("the spellings that logs and users write are numbers") {
  CHECK(ParseNumber("12") == 12);
  CHECK(ParseNumber("-1") == -1);
  CHECK(ParseNumber("+1") == 1);
  CHECK(ParseNumber("0.30000000000000004") == 0.30000000000000004);
  CHECK(ParseNumber("6.9494827586206889356e-005") == 6.9494827586206889356e-005);
  CHECK(ParseNumber("1.5E+003") == 1500);
  CHECK(ParseNumber(".5") == 0.5);
  CHECK(ParseNumber("5.") == 5);
  CHECK(ParseNumber("5.e1") == 50);
  CHECK(ParseNumber(" \t42\r\n") == 42);
  CHECK(ParseNumber("4294967295") == 4294967295);
  CHECK(ParseNumber("240000000000000") == 2.4e14);
  CHECK(ParseNumber("00000000000000000000000000000000000000000000007") == 7);
}

TEST_CASE("zero keeps its sign") {
  CHECK(SameBits(*ParseNumber("0"), 0.0));
  CHECK(SameBits(*ParseNumber("-0"), -0.0));
  CHECK(SameBits(*ParseNumber("-0.000e-999"), -0.0));
}

TEST_CASE("anything else is no number") {
  for (const char* text : {"",
                           " ",
                           "\t",
                           ".",
                           "-",
                           "+",
                           "-.",
                           "+-1",
                           "--1",
                           "e5",
                           ".e5",
                           "1e",
                           "1e+",
                           "1e-",
                           "1 2",
                           "1,5",
                           "1.2.3",
                           "0x10",
                           "inf",
                           "-inf",
                           "Infinity",
                           "nan",
                           "NaN",
                           "12a",
                           "a12",
                           "1e5.0",
                           "1e5e5",
                           "\xC2\xA0"
                           "1",
                           "1_000",
                           "12\"",
                           "\"12\""}) {
    CAPTURE(text);
    CHECK(!ParseNumber(text));
  }
  CHECK(!ParseNumber(std::string("1\0", 2)));
}

TEST_CASE("too large becomes infinity and too small zero, as in strtod") {
  CHECK(ParseNumber("1e309") == kInfinity);
  CHECK(ParseNumber("-1e309") == -kInfinity);
  CHECK(ParseNumber("1.7976931348623159e308") == kInfinity);
  CHECK(ParseNumber("1e99999999999999999999999999") == kInfinity);
  CHECK(ParseNumber("1e-400") == 0);
  CHECK(ParseNumber("1e-99999999999999999999999999") == 0);
  CHECK(SameBits(*ParseNumber("-1e-400"), -0.0));
  CHECK(ParseNumber("0e999") == 0);
  const std::string zeros(400, '0');
  CHECK(ParseNumber("1" + zeros) == kInfinity);
  CHECK(ParseNumber("0." + zeros + "1") == 0);
  CHECK(ParseNumber("0." + zeros + "1e401") == 1);
  CHECK(ParseNumber("1" + zeros + "e-400") == 1);
}

TEST_CASE("the ends of the range of doubles are read exactly") {
  Comparison comparison;
  for (const char* text :
       {"4.9406564584124654e-324", "2.4703282292062327e-324", "2.4703282292062328e-324",
        "2.2250738585072011e-308", "2.2250738585072014e-308", "1.7976931348623157e308",
        "1.7976931348623158e308", "9007199254740992", "9007199254740993", "9007199254740994",
        "9007199254740993.0", "9007199254740993.00000000000000000001", "18446744073709551615",
        "18446744073709551616", "9999999999999999999", "99999999999999999999",
        "99999999999999999999999999999999999999", "9.9999999999999999999999999999999999999",
        "0.00000000000000000000000000099999999999999999999"}) {
    comparison.Check(text);
  }
  INFO(comparison.first_wrong);
  CHECK(comparison.wrong == 0);
}

TEST_CASE("generated decimals of 1 to 45 digits are read as strtod reads them") {
  Spellings spellings(1);
  Comparison comparison;
  for (uint64_t digits = 1; digits <= 45; ++digits) {
    for (int i = 0; i < 20000; ++i) comparison.Check(spellings.Decimal(digits));
  }
  INFO(comparison.first_wrong);
  CHECK(comparison.numbers == 900000);
  CHECK(comparison.wrong == 0);
}

TEST_CASE("generated decimals with exponents of 2 and 3 digits are read as strtod reads them") {
  Spellings spellings(2);
  Comparison comparison;
  for (uint64_t digits = 1; digits <= 26; ++digits) {
    for (int i = 0; i < 20000; ++i) {
      comparison.Check(spellings.Decimal(digits) + spellings.Exponent());
    }
  }
  INFO(comparison.first_wrong);
  CHECK(comparison.wrong == 0);
}

TEST_CASE(
    "values printed as PDH prints them, with 15 to 20 digits, are read as strtod reads them") {
  Spellings spellings(3);
  Comparison comparison;
  for (int i = 0; i < 500000; ++i) {
    const double magnitude = std::pow(10.0, static_cast<double>(spellings.Below(24)) - 8);
    const double value = magnitude * static_cast<double>(spellings.Bits()) * 0x1p-64;
    comparison.Check(Printed("%.*g", 15 + static_cast<int>(spellings.Below(6)), value));
  }
  INFO(comparison.first_wrong);
  CHECK(comparison.wrong == 0);
}

TEST_CASE("any double printed with 17 digits comes back") {
  Spellings spellings(4);
  uint64_t wrong = 0;
  for (int i = 0; i < 300000; ++i) {
    const auto value = std::bit_cast<double>(spellings.Bits());
    if (!std::isfinite(value)) continue;
    const auto read = ParseNumber(Printed("%.*g", 17, value));
    wrong += !read || !SameBits(*read, value);
  }
  CHECK(wrong == 0);
}

// The number half way between a double and the next one, written in full, and its neighbours: the
// hardest cases for correct rounding.
TEST_CASE("halfway cases round to even, and to the nearer side when one digit off") {
  Spellings spellings(5);
  Comparison comparison;
  for (int i = 0; i < 100000; ++i) {
    // 53 + 1 bits with the last one set, times 2^-(0 to 40): at most 17 + 40 digits.
    const uint64_t odd = (uint64_t{1} << 53 | spellings.Bits() >> 11) * 2 + 1;
    const int shift = static_cast<int>(spellings.Below(41));
    char buffer[128];
    const long double half = std::ldexp(static_cast<long double>(odd), -shift);
    std::snprintf(buffer, sizeof buffer, "%.*Lf", shift, half);
    std::string text = buffer;
    comparison.Check(text);
    comparison.Check(text + (shift == 0 ? ".0000000001" : "0000000001"));
    text.back() = static_cast<char>(text.back() - 1);  // it ends in 5, or is odd
    comparison.Check(text);
  }
  INFO(comparison.first_wrong);
  CHECK(comparison.wrong == 0);
}

TEST_CASE("the prefix ends where the number ends") {
  const auto consumed = [](std::string_view text) {
    double value = 0;
    return ParseNumberPrefix(text.data(), text.data() + text.size(), &value) - text.data();
  };
  CHECK(consumed("806998016\",\"1\"") == 9);
  CHECK(consumed("35.880671230741498334\"") == 21);
  CHECK(consumed("5e\"") == 1);
  CHECK(consumed("5e+x") == 1);
  CHECK(consumed("5.\",") == 2);
  CHECK(consumed("1.2.3") == 3);
  CHECK(consumed("-7,") == 2);
  CHECK(consumed("- 7") == 0);
  CHECK(consumed(".\"") == 0);
  CHECK(consumed("\"") == 0);
  CHECK(consumed("") == 0);
}

// In a block of exactly the text's size, a sanitizer sees a read outside.
TEST_CASE("nothing outside the text is read") {
  Spellings spellings(6);
  for (uint64_t digits = 1; digits <= 40; ++digits) {
    const std::string text = spellings.Decimal(digits);
    const auto exact = std::make_unique<char[]>(text.size());
    text.copy(exact.get(), text.size());
    double value = 0;
    const char* end = exact.get() + text.size();
    CHECK(ParseNumberPrefix(exact.get(), end, &value) == end);
    CHECK(value == Oracle(text));
  }
}

TEST_CASE("random bytes are a number only where from_chars agrees") {
  Spellings spellings(7);
  constexpr std::string_view kAlphabet = "0123456789.-+eE \"x";
  uint64_t wrong = 0;
  for (int i = 0; i < 500000; ++i) {
    std::string text;
    for (uint64_t n = spellings.Below(9); n > 0; --n) {
      text += kAlphabet[spellings.Below(kAlphabet.size())];
    }
    const size_t first = text.find_first_not_of(' ');
    const size_t last = text.find_last_not_of(' ');
    std::string core = first == text.npos ? "" : text.substr(first, last - first + 1);
    if (core.size() > 1 && core[0] == '+' && core[1] != '-') core.erase(0, 1);
    double expected = 0;
    const auto result = std::from_chars(core.data(), core.data() + core.size(), expected);
    const bool is_number = !core.empty() && result.ptr == core.data() + core.size() &&
                           result.ec != std::errc::invalid_argument;
    const auto value = ParseNumber(text);
    wrong += value.has_value() != is_number;
    if (value && result.ec == std::errc()) wrong += !SameBits(*value, expected);
  }
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace perfleak
