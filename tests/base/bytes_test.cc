#include "base/bytes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>

namespace perfleak {
namespace {

TEST_CASE("numbers and texts come back as they were written") {
  ByteWriter out;
  for (const uint64_t x : {uint64_t{0}, uint64_t{127}, uint64_t{128}, UINT64_MAX}) out.Unsigned(x);
  for (const int64_t x : {int64_t{0}, int64_t{-1}, INT64_MIN, INT64_MAX}) out.Signed(x);
  out.Double(-0.1);
  out.Text("a\0b");
  out.Text("");
  ByteReader in(out.bytes());
  CHECK(in.Unsigned() == 0);
  CHECK(in.Unsigned() == 127);
  CHECK(in.Unsigned() == 128);
  CHECK(in.Unsigned() == UINT64_MAX);
  CHECK(in.Signed() == 0);
  CHECK(in.Signed() == -1);
  CHECK(in.Signed() == INT64_MIN);
  CHECK(in.Signed() == INT64_MAX);
  CHECK(in.Double() == -0.1);
  CHECK(in.Text() == "a\0b");
  CHECK(in.Text().empty());
  CHECK(in.AtEnd());
}

TEST_CASE("small numbers of either sign take one byte") {
  ByteWriter out;
  out.Signed(-64);
  out.Signed(63);
  out.Unsigned(127);
  CHECK(out.bytes().size() == 3);
}

TEST_CASE("a reader that ran out of bytes has failed for good") {
  ByteReader in(
      "\x05"
      "abc");
  CHECK(in.Text().empty());
  CHECK(!in.ok());
  CHECK(in.Byte() == 0);
  CHECK(in.Unsigned() == 0);
  CHECK(!in.AtEnd());
}

TEST_CASE("numbers that cannot be fail") {
  CHECK([] {
    ByteReader in("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");  // 65 bits
    in.Unsigned();
    return !in.ok();
  }());
  ByteReader too_large("\x05");
  CHECK(too_large.UpTo(4) == 0);
  CHECK(!too_large.ok());
  ByteWriter out;
  out.Double(std::numeric_limits<double>::quiet_NaN());
  ByteReader not_finite(out.bytes());
  CHECK(not_finite.Finite() == 0);
  CHECK(!not_finite.ok());
}

TEST_CASE("no more things are counted than there are bytes for") {
  ByteReader in("\x03xyzxy");  // three of two bytes would need six
  CHECK(in.Count(2) == 0);
  CHECK(!in.ok());
}

TEST_CASE("copies of a text are limited") {
  ByteReader in("0123456789");
  in.Copy(10 * ByteReader::kCopiesPerByte);
  CHECK(in.ok());
  in.Copy(1);
  CHECK(!in.ok());
}

}  // namespace
}  // namespace perfleak
