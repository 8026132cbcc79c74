#include "input/byte_source.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

using namespace perfleak;

TEST_CASE("a file is read as it is") {
  const auto path = std::filesystem::temp_directory_path() / "perfleak_byte_source_test.txt";
  std::ofstream(path, std::ios::binary) << "a\r\nb";
  auto source = OpenByteSource(path.string());
  REQUIRE(source.ok());
  CHECK((*source)->name() == path.string());
  char buffer[16];
  const auto got = ReadFully(source->get(), buffer, sizeof buffer);
  REQUIRE(got.ok());
  CHECK(std::string_view(buffer, *got) == "a\r\nb");
  std::filesystem::remove(path);
}

TEST_CASE("a missing file is an error with its path, the reason and what to do") {
  const auto source = OpenByteSource("/nowhere/log.csv");
  REQUIRE_FALSE(source.ok());
  CHECK(source.error().message ==
        "/nowhere/log.csv: cannot be opened: No such file or directory; check the path");
}

TEST_CASE("a directory is an error") {
  const auto source = OpenByteSource("/");
  REQUIRE_FALSE(source.ok());
  CHECK(source.error().message == "/: is a directory; name the logs in it");
}

TEST_CASE("memory comes in chunks of the size asked for and ReadFully joins them") {
  const auto source = MemoryByteSource("m", "abcdef", 4);
  char buffer[8];
  CHECK(*source->Read(buffer, 8) == 4);
  CHECK(*source->Read(buffer, 1) == 1);
  CHECK(*source->Read(buffer, 8) == 1);
  CHECK(*source->Read(buffer, 8) == 0);
  const auto again = MemoryByteSource("m", "abcdef", 1);
  CHECK(*ReadFully(again.get(), buffer, 8) == 6);
  CHECK(std::string_view(buffer, 6) == "abcdef");
}

TEST_CASE("a name with terminal commands is shown, not carried out") {
  const auto missing = OpenByteSource("no\x1B[31m/such\nlog.csv");
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().message.starts_with("no\\x1B[31m/such\\x0Alog.csv: cannot be opened"));
  CHECK(MemoryByteSource("a\x07.csv", "")->name() == "a\\x07.csv");
}
