#include "input/content_hash.h"

#include <doctest/doctest.h>

#include <string>

#include "support/temp_dir.h"

namespace perfleak {
namespace {

TEST_CASE("the hash is XXH3 of 128 bits") {
  // The reference value of the empty input, as xxhsum -H2 prints it.
  CHECK(HashOfBytes("") == "99aa06d3014798d86001c324468d497f");
  CHECK(HashOfBytes("a") != HashOfBytes("b"));
}

TEST_CASE("pieces hash as the whole does") {
  const std::string text(100'000, 'x');
  ContentHash hash;
  for (size_t at = 0; at < text.size(); at += 777) hash.Add(std::string_view(text).substr(at, 777));
  CHECK(hash.Hex() == HashOfBytes(text));
}

TEST_CASE("a source is hashed as it is read, a file in one go") {
  const std::string text = "some bytes\nof a log\n";
  ContentHash hash;
  const auto source = HashWhileReading(MemoryByteSource("log", text, 3), &hash);
  CHECK(source->name() == "log");
  char buffer[64];
  const auto got = ReadFully(source.get(), buffer, sizeof buffer);
  REQUIRE(got);
  CHECK(std::string(buffer, *got) == text);
  CHECK(hash.Hex() == HashOfBytes(text));

  const TempDir dir;
  const auto of_file = HashOfFile(dir.Write("log", text));
  REQUIRE(of_file);
  CHECK(*of_file == HashOfBytes(text));
  CHECK_FALSE(HashOfFile(dir.Path("none")));
}

}  // namespace
}  // namespace perfleak
