// Compares the numbers that RowParser reads, with each kind of kernels this CPU has, with what
// std::from_chars makes of them, bit by bit, on as many random numbers as are asked for.
#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "input/csv_fields.h"

namespace perfleak {
namespace {

constexpr size_t kCells = 64;

// Numbers as a log may hold them, and worse: counts, levels, rates with 17 to 20 digits, the same
// with an exponent of three digits, digits at random, halves of the distance of doubles.
class Numbers {
 public:
  explicit Numbers(uint64_t seed) : random_(seed) {}

  std::string Next() {
    switch (random_() % 6) {
      case 0:
        return std::to_string(random_() >> random_() % 64);
      case 1:
        return Print(
            std::bit_cast<double>(random_() % (uint64_t{700} << 52) + (uint64_t{700} << 52)),
            17 + static_cast<int>(random_() % 4));
      case 2:
        return Print(static_cast<double>(random_() >> 11) * 1e-3,
                     18 + static_cast<int>(random_() % 3));
      case 3:
        return Print(static_cast<double>(random_() >> 12) + 0.5, 25);
      case 4:
        return Print(static_cast<double>(random_() >> 11) * 0x1p-60, 20);
      default:
        return Digits();
    }
  }

 private:
  static std::string Print(double value, int digits) {
    std::array<char, 64> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                   std::chars_format::general, digits);
    std::string text(buffer.data(), end.ptr);
    const size_t exponent = text.find('e');
    if (exponent != text.npos)
      text.insert(exponent + 2, 5 - std::min<size_t>(5, text.size() - exponent), '0');
    return text;
  }

  std::string Digits() {
    std::string text;
    for (auto count = 1 + random_() % 28; count > 0; --count) text += "0123456789"[random_() % 10];
    if (random_() % 4 != 0) text.insert(random_() % (text.size() + 1), 1, '.');
    return text;
  }

  std::mt19937_64 random_;
};

double FromChars(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The number of wrong values.
uint64_t Check(uint64_t count, uint64_t seed) {
  Numbers numbers(seed);
  std::vector<RowParser> parsers;
  for (const RowKernels* kernels : AllRowKernels()) parsers.emplace_back(*kernels);
  std::vector<uint32_t> wanted;
  for (uint32_t i = 0; i < kCells; ++i) wanted.push_back(i);
  std::vector<double> values(kCells);
  uint64_t wrong = 0;
  for (uint64_t done = 0; done < count; done += kCells) {
    std::string line = "\"01/02/2026 10:00:00.000\"";
    std::vector<std::string> cells;
    for (size_t i = 0; i < kCells; ++i) {
      cells.push_back(numbers.Next());
      line += ",\"" + cells.back() + "\"";
    }
    for (RowParser& parser : parsers) {
      RowFields row;
      parser.Parse(line, ',', wanted, values, &row);
      for (size_t i = 0; i < kCells; ++i) {
        if (std::bit_cast<uint64_t>(values[i]) == std::bit_cast<uint64_t>(FromChars(cells[i])))
          continue;
        if (wrong++ < 10) std::printf("wrong: %s\n", cells[i].c_str());
      }
    }
  }
  return wrong;
}

}  // namespace
}  // namespace perfleak

int main(int argc, char** argv) {
  const uint64_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000;
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const uint64_t wrong = perfleak::Check(count, seed);
  std::printf("%llu numbers with %zu kinds of kernels: %llu wrong\n",
              static_cast<unsigned long long>(count), perfleak::AllRowKernels().size(),
              static_cast<unsigned long long>(wrong));
  return wrong == 0 ? 0 : 1;
}
