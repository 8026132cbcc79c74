#include "input/text_decoder.h"

#include <doctest/doctest.h>

#include "input/read_log.h"

using namespace perfleak;
using perfleak::testing::ToUtf16;

namespace {

struct Decoded {
  std::string text;
  Encoding encoding;
  uint64_t bytes, replaced;
};

// Reads `step` bytes at a time from a source that gives `chunk` at a time.
Decoded Decode(const std::string& bytes, size_t step = 1 << 20, size_t chunk = 1 << 20,
               std::optional<Language> language = std::nullopt) {
  auto decoder = TextDecoder::Open(MemoryByteSource("x", bytes, chunk), language);
  REQUIRE(decoder.ok());
  std::string text, buffer(step, '\0');
  for (;;) {
    const auto got = (*decoder)->Read(buffer.data(), step);
    REQUIRE(got.ok());
    if (*got == 0) break;
    text.append(buffer, 0, *got);
  }
  return {text, (*decoder)->encoding(), (*decoder)->bytes_read(), (*decoder)->replaced()};
}

}  // namespace

TEST_CASE("ASCII passes through unchanged") {
  const Decoded decoded = Decode("plain text\r\n");
  CHECK(decoded.text == "plain text\r\n");
  CHECK(ToString(decoded.encoding) == "ASCII");
  CHECK(decoded.bytes == 12);
}

TEST_CASE("a UTF-8 byte order mark is taken off") {
  const Decoded decoded = Decode("\xEF\xBB\xBFGr\xC3\xBC\xC3\x9F");
  CHECK(decoded.text == "Gr\xC3\xBC\xC3\x9F");
  CHECK(decoded.encoding == Encoding::kUtf8);
}

TEST_CASE("UTF-8 is recognised without a mark") {
  CHECK(Decode("Speicher\xC3\xBC").encoding == Encoding::kUtf8);
}

TEST_CASE("UTF-16 is decoded with and without its mark, in both byte orders") {
  const std::string text = "(PDH-CSV 4.0),\\\\A\\Memory";
  for (const bool little : {true, false}) {
    for (const bool mark : {true, false}) {
      const Decoded decoded = Decode(ToUtf16(text, little, mark));
      CHECK(decoded.text == text);
      CHECK(decoded.encoding == (little ? Encoding::kUtf16Le : Encoding::kUtf16Be));
    }
  }
}

TEST_CASE("UTF-16 beyond ASCII: Cyrillic, CJK and a surrogate pair") {
  // U+041F, U+4E2D, U+1F600 = D83D DE00
  const Decoded decoded = Decode(std::string("\xFF\xFE\x1F\x04\x2D\x4E\x3D\xD8\x00\xDE", 10));
  CHECK(decoded.text == "\xD0\x9F\xE4\xB8\xAD\xF0\x9F\x98\x80");
  CHECK(decoded.replaced == 0);
}

TEST_CASE("a lone surrogate and half a unit at the end become replacement characters") {
  const Decoded decoded =
      Decode(std::string("\xFF\xFE\x00\xDC"
                         "A\0"
                         "B",
                         7));
  CHECK(decoded.text ==
        "\xEF\xBF\xBD"
        "A"
        "\xEF\xBF\xBD");
  CHECK(decoded.replaced == 2);
}

TEST_CASE("bytes that are no UTF-8 are ANSI and read as Windows-1252") {
  const Decoded decoded = Decode("M\xE9moire \x80 \x96");
  CHECK(decoded.text == "M\xC3\xA9moire \xE2\x82\xAC \xE2\x80\x93");
  CHECK(ToString(decoded.encoding) == "ANSI");
}

TEST_CASE("ANSI bytes that first appear deep in the file") {
  std::string bytes(200'000, 'a');
  bytes += "\xCF\xE0";
  const Decoded decoded = Decode(bytes);
  CHECK(decoded.encoding == Encoding::kAnsi);
  CHECK(decoded.text.size() == 200'004);
}

TEST_CASE("a sequence cut at the end of UTF-8 text is replaced, not an encoding of its own") {
  const Decoded decoded = Decode(
      "\xEF\xBB\xBF"
      "a\xC3");
  CHECK(decoded.text == "a\xEF\xBF\xBD");
  CHECK(decoded.encoding == Encoding::kUtf8);
}

TEST_CASE("ill-formed UTF-8: overlong forms, surrogates, beyond U+10FFFF") {
  for (const char* bad : {"\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80"}) {
    CHECK(Decode(bad).encoding == Encoding::kAnsi);
  }
  CHECK(Decode("\xEF\xBF\xBF \xF4\x8F\xBF\xBF \xED\x9F\xBF").encoding == Encoding::kUtf8);
}

TEST_CASE("the result does not depend on how the bytes are cut") {
  std::string utf8, ansi, wide = "\xFF\xFE";
  for (int i = 0; i < 30'000; ++i) {
    utf8 += i % 7 == 0 ? "\xE4\xB8\xAD" : i % 5 == 0 ? "\xF0\x9F\x98\x80" : "ab";
    ansi += i % 7 == 0 ? "\xE9" : "ab";
    wide += std::string(i % 7 == 0 ? "\x3D\xD8\x00\xDE"
                                   : "\x2D\x4E"
                                     "a\0",
                        4);
  }
  for (const std::string& bytes : {utf8, ansi, wide}) {
    const Decoded whole = Decode(bytes);
    for (const size_t step : {size_t{1}, size_t{7}, size_t{65'536}, size_t{65'537}}) {
      const Decoded pieces = Decode(bytes, step, step == 1 ? 1 : 3);
      CHECK(pieces.text == whole.text);
      CHECK(pieces.encoding == whole.encoding);
      CHECK(pieces.bytes == whole.bytes);
    }
  }
}

namespace {

// A header in the code page, with the double-byte trails that are ASCII: U+8868 is 0x95 0x5C, and
// U+30BD 0x83 0x5C in 932.
std::string Header(const std::string& object, const std::string& counter) {
  return "\"(PDH-CSV 4.0) (\",\"\\\\A\\" + object + "(\x95\x5C)\\" + counter + "\"\r\n";
}

}  // namespace

TEST_CASE("the code page is that of the language of the counters") {
  const Decoded russian = Decode(
      "\"(PDH-CSV 4.0) (RTZ 2 (\",\"\\\\A\\\xCF\xF0\xEE\xF6\xE5\xF1\xF1(a)\\"
      "\xD1\xF7\xE5\xF2\xF7\xE8\xEA \xE4\xE5\xF1\xEA\xF0\xE8\xEF\xF2\xEE\xF0\xEE\xE2\"\r\n");
  CHECK(russian.encoding == Encoding::kAnsi);
  CHECK(russian.text.find("\u041F\u0440\u043E\u0446\u0435\u0441\u0441(a)") != std::string::npos);
  const Decoded chinese = Decode(
      "\"(PDH-CSV 4.0) (\",\"\\\\A\\\xBD\xF8\xB3\xCC(a)\\\xD7\xA8\xD3\xC3\xD7\xD6\xBD\xDA\"\r\n");
  CHECK(chinese.text.find("\u8FDB\u7A0B(a)\\\u4E13\u7528\u5B57\u8282") != std::string::npos);
}

TEST_CASE("a stated language decides the code page") {
  const std::string bytes = Header("Process", "Private Bytes");
  CHECK(Decode(bytes).text.find("(\u2022\\)") != std::string::npos);  // as Windows-1252
  const Decoded japanese = Decode(bytes, 1 << 20, 1 << 20, Language::kJapanese);
  CHECK(japanese.text.find("(\u8868)\\Private Bytes") != std::string::npos);
}

TEST_CASE("a double-byte text is the same wherever blocks end") {
  const std::string pair = "\x83\x5C";  // U+30BD
  for (const size_t lead_in : {0, 1, 2, 3}) {
    std::string bytes(lead_in, 'a');
    std::string expected = bytes;
    for (int i = 0; i < 40000; ++i) {  // more than a block of 64 KiB
      bytes += pair;
      expected += "\u30BD";
    }
    for (const size_t step : {size_t{1}, size_t{7}, size_t{65536}, size_t{65537}}) {
      const Decoded decoded = Decode(bytes, step, 4099, Language::kJapanese);
      CHECK(decoded.text == expected);
      CHECK(decoded.replaced == 0);
    }
  }
}

TEST_CASE("a text that ends inside a double-byte character") {
  const Decoded decoded = Decode("a\x83\x5C\x83", 1 << 20, 1 << 20, Language::kJapanese);
  CHECK(decoded.text == "a\u30BD\uFFFD");
  CHECK(decoded.replaced == 1);
  const std::string block(65535, 'a');
  CHECK(Decode("\xFF" + block + "\x83", 1 << 20, 1 << 20, Language::kJapanese).replaced == 2);
}
