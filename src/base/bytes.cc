#include "base/bytes.h"

#include <bit>
#include <cmath>

namespace perfleak {

void ByteWriter::Unsigned(uint64_t value) {
  for (; value >= 0x80; value >>= 7) Byte(static_cast<uint8_t>(value | 0x80));
  Byte(static_cast<uint8_t>(value));
}

// 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4.
void ByteWriter::Signed(int64_t value) {
  const auto bits = static_cast<uint64_t>(value);
  Unsigned(value < 0 ? ~(bits << 1) : bits << 1);
}

void ByteWriter::Double(double value) {
  auto bits = std::bit_cast<uint64_t>(value);
  for (int i = 0; i < 8; ++i, bits >>= 8) Byte(static_cast<uint8_t>(bits));
}

void ByteWriter::Text(std::string_view text) {
  Unsigned(text.size());
  Raw(text);
}

void ByteReader::Fail() {
  ok_ = false;
  rest_ = {};
}

void ByteReader::Copy(size_t bytes) {
  if (bytes > copies_left_) return Fail();
  copies_left_ -= bytes;
}

std::string_view ByteReader::Raw(size_t size) {
  if (size > rest_.size()) {
    Fail();
    return {};
  }
  const std::string_view raw = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return raw;
}

uint8_t ByteReader::Byte() {
  const std::string_view raw = Raw(1);
  return raw.empty() ? uint8_t{0} : static_cast<uint8_t>(raw[0]);
}

uint64_t ByteReader::Unsigned() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = Byte();
    if (shift == 63 && byte > 1) break;  // more than 64 bits
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  Fail();
  return 0;
}

int64_t ByteReader::Signed() {
  const uint64_t bits = Unsigned();
  return static_cast<int64_t>((bits & 1) != 0 ? ~(bits >> 1) : bits >> 1);
}

double ByteReader::Double() {
  const std::string_view raw = Raw(8);
  uint64_t bits = 0;
  for (size_t i = raw.size(); i-- > 0;) bits = bits << 8 | static_cast<uint8_t>(raw[i]);
  return std::bit_cast<double>(bits);
}

double ByteReader::Finite() {
  const double value = Double();
  if (std::isfinite(value)) return value;
  Fail();
  return 0;
}

uint64_t ByteReader::UpTo(uint64_t most) {
  const uint64_t value = Unsigned();
  if (value <= most) return value;
  Fail();
  return 0;
}

size_t ByteReader::Count(size_t bytes_each) {
  const uint64_t count = Unsigned();
  if (count <= left() / bytes_each) return count;
  Fail();
  return 0;
}

}  // namespace perfleak
