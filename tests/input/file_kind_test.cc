#include "input/file_kind.h"

#include <doctest/doctest.h>

#include "input/read_log.h"

using namespace perfleak;
using namespace std::string_literals;
using perfleak::testing::ReadText;

namespace {

// The first bytes of a buffer and of its first record, as the format note tells them.
std::string BinaryLogHead() {
  std::string head("\0\0\1\0", 4);
  head.resize(0x46, '\0');
  return head + "\x02\xC0\xE2\x01\0\0"s + std::string(200, '\7');
}

std::string ErrorFor(std::string bytes) { return ReadText(std::move(bytes)).error; }

}  // namespace

TEST_CASE("a binary log gets the relog line that exports it") {
  CHECK(ErrorFor(BinaryLogHead()) ==
        "log.csv: a binary performance log (.blg); export it on Windows, then analyze the CSV "
        "file:\nrelog log.csv -f CSV -o log.csv.csv");
}

TEST_CASE("the relog line quotes names that need it") {
  CHECK(RelogCommand("a.blg") == "relog a.blg -f CSV -o a.blg.csv");
  CHECK(RelogCommand("my log.blg") == "relog \"my log.blg\" -f CSV -o \"my log.blg.csv\"");
}

TEST_CASE("an empty file says that it is empty") {
  CHECK(ErrorFor("") == "log.csv: the file is empty; the collector has not written to it");
}

TEST_CASE("only blank lines, only a byte order mark, only zero bytes") {
  CHECK(ErrorFor("\r\n\r\n").find("only blank lines") != std::string::npos);
  CHECK(ErrorFor("\xFF\xFE").find("only blank lines") != std::string::npos);
  CHECK(ErrorFor(std::string(5000, '\0')).find("zero bytes") != std::string::npos);
}

TEST_CASE("archives that cannot be read are to be unpacked first") {
  const std::string pad(600, 'x');
  for (const std::string& magic : {"Rar!\x1A\x07\x01"s, "SZDD\x88\xF0\x27\x33"s, "LZIP\x01"s}) {
    CHECK(ErrorFor(magic + pad).find("unpack it first") != std::string::npos);
  }
}

TEST_CASE("compressed files that come here are damaged") {
  const std::string pad(600, 'x');
  for (const std::string& magic : {"\x1F\x8B\x08"s, "PK\x03\x04"s, "7z\xBC\xAF\x27\x1C"s,
                                   "\xFD"
                                   "7zXZ\0"s,
                                   "\x28\xB5\x2F\xFD"s, "MSCF"s, "BZh9"s}) {
    CHECK(ErrorFor(magic + pad).find("it seems to be damaged") != std::string::npos);
  }
}

TEST_CASE("images, documents and programs are named") {
  const std::string pad(600, '\1');
  CHECK(ErrorFor("\x89PNG\r\n\x1A\n" + pad).find("a PNG image") != std::string::npos);
  CHECK(ErrorFor("\xFF\xD8\xFF\xE0" + pad).find("a JPEG image") != std::string::npos);
  CHECK(ErrorFor("%PDF-1.7" + pad).find("a PDF document") != std::string::npos);
  CHECK(ErrorFor("MZ\x90" + pad).find("a Windows program") != std::string::npos);
}

TEST_CASE("other text is named: JSON, XML, HTML, a CSV of something else") {
  CHECK(ErrorFor("{\"a\": 1}").find("found JSON") != std::string::npos);
  CHECK(ErrorFor("[.ShellClassInfo]\nIcon=1").find("found text") != std::string::npos);
  CHECK(ErrorFor("<?xml version=\"1.0\"?>").find("found XML") != std::string::npos);
  CHECK(ErrorFor("<!DOCTYPE html>").find("found an HTML page") != std::string::npos);
  const std::string error = ErrorFor("name,age\r\nbob,7\r\n");
  CHECK(error.find("first cell is \"name\"") != std::string::npos);
  CHECK(error.find("expected \"(PDH-CSV 4.0)") != std::string::npos);
}

TEST_CASE("a large file without lines is refused without reading it whole") {
  CHECK(ErrorFor(std::string(3 << 20, 'a')).find("not a Performance Monitor log") !=
        std::string::npos);
}

TEST_CASE("what could drive a terminal is not echoed") {
  CHECK(ErrorFor("\x1B[31mred,b\r\n").find('\x1B') == std::string::npos);
}
