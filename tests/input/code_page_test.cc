#include "input/code_page.h"

#include <doctest/doctest.h>
#include <iconv.h>

#include <string>

#include "support/local_names.h"

using namespace perfleak;

namespace {

std::string Decode(CodePage page, std::string_view bytes) {
  std::string text;
  const auto progress = CodePageDecoder(page).Append(bytes, true, &text);
  CHECK(progress.consumed == bytes.size());
  return text;
}

std::string Utf8(unsigned c) {
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
  return {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
          static_cast<char>(0x80 | (c & 0x3F))};
}

}  // namespace

TEST_CASE("what is encoded is decoded again, for every character of every page") {
  for (const CodePage page : kCodePages) {
    const std::string name = "CP" + std::to_string(NumberOf(page));
    CAPTURE(name);
    REQUIRE(CodePageDecoder(page).page() == page);
    std::string text, bytes;
    size_t characters = 0;
    for (unsigned c = 1; c < 0x10000; ++c) {
      if (c >= 0xD800 && c < 0xE000) continue;
      const std::string encoded = Encoded(Utf8(c), name.c_str());
      if (encoded.empty()) continue;
      ++characters;
      // Other characters may be written with the same bytes; that of the bytes is the one.
      const std::string decoded = Decode(page, encoded);
      CHECK(Encoded(decoded, name.c_str()) == encoded);
      text += decoded;
      bytes += encoded;
    }
    CHECK(Decode(page, bytes) == text);
    CHECK(characters > (NumberOf(page) < 1000 ? 6000 : 240));
  }
}

TEST_CASE("names of each page") {
  CHECK(Decode(CodePage::kWindows1252,
               "Gr\xF6\xDF"
               "e \x80") == "Gr\u00F6\u00DFe \u20AC");
  CHECK(Decode(CodePage::kWindows1250, "Pami\xEA\xE6") == "Pami\u0119\u0107");
  CHECK(Decode(CodePage::kWindows1251, "\xCF\xE0\xEC\xFF\xF2\xFC") ==
        "\u041F\u0430\u043C\u044F\u0442\u044C");
  CHECK(Decode(CodePage::kWindows1254, "\xDD\xFElem") == "\u0130\u015Flem");
  CHECK(Decode(CodePage::kWindows932, "\x83v\x83\x8D\x83Z\x83X") == "\u30D7\u30ED\u30BB\u30B9");
  CHECK(Decode(CodePage::kWindows936, "\xBD\xF8\xB3\xCC \x80") == "\u8FDB\u7A0B \u20AC");
  CHECK(Decode(CodePage::kWindows950, "\xB0O\xBE\xD0\xC5\xE9") == "\u8A18\u61B6\u9AD4");
  CHECK(Decode(CodePage::kWindows949, "\xB8\xDE\xB8\xF0\xB8\xAE") == "\uBA54\uBAA8\uB9AC");
}

// U+8868 is 0x95 0x5C in 932, U+529F is 0xA5 0x5C in 950.
TEST_CASE("a backslash that is half of a character is none") {
  CHECK(Decode(CodePage::kWindows932, "\\\\A\\\x95\x5C\\x") == "\\\\A\\\u8868\\x");
  CHECK(Decode(CodePage::kWindows950, "\\\\A\\\xA5\x5C\\x") == "\\\\A\\\u529F\\x");
}

TEST_CASE("bytes without a character: as Windows has them, else replaced and counted") {
  CHECK(Decode(CodePage::kWindows1252, "\x81") == "\u0081");
  CHECK(Decode(CodePage::kWindows1250, "\x83") == "\u0083");
  std::string text;
  const auto progress = CodePageDecoder(CodePage::kWindows932)
                            .Append(
                                "\x81\n\xFF"
                                "a\x81",
                                true, &text);
  CHECK(progress.replaced == 3);
  CHECK(progress.consumed == 5);
  CHECK(text ==
        "\uFFFD\n\uFFFD"
        "a\uFFFD");
}

TEST_CASE("half a character waits for the rest") {
  const CodePageDecoder decoder(CodePage::kWindows936);
  std::string text;
  CHECK(decoder.Append("a\xBD", false, &text).consumed == 1);
  CHECK(text == "a");
  CHECK(decoder.Append("\xBD", false, &text).consumed == 0);
  CHECK(decoder.Append("\xBD\xF8", false, &text).consumed == 2);
  CHECK(text == "a\u8FDB");
}

TEST_CASE("any bytes are text in any page") {
  std::string bytes;
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      bytes += static_cast<char>(a);
      bytes += static_cast<char>(b);
    }
  }
  for (const CodePage page : kCodePages) {
    const std::string text = Decode(page, bytes);
    CHECK(Encoded(text, "UTF-16LE").size() >= 65536);
    CHECK(CodePageByNumber(NumberOf(page)) == page);
  }
  CHECK(CodePageByNumber(437) == CodePage::kWindows1252);
}
