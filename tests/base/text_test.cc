#include "base/text.h"

#include <random>
#include <string>

#include <doctest/doctest.h>

namespace perfleak {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("case is folded for ASCII letters only") {
  CHECK(ToLower("Private BYTES \xC3\x84") == "private bytes \xC3\x84");
  CHECK(EqualsIgnoreCase("ID Process", "id process"));
  CHECK(!EqualsIgnoreCase("ID Process", "id proces"));
  CHECK(!EqualsIgnoreCase("[", "{"));  // these differ by the bit that tells letters' case
}

TEST_CASE("prefix, suffix and part are found without case") {
  CHECK(StartsWithIgnoreCase("Process(store)", "PROCESS("));
  CHECK(!StartsWithIgnoreCase("Pro", "Process"));
  CHECK(EndsWithIgnoreCase("Working Set Peak", " peak"));
  CHECK(!EndsWithIgnoreCase("Peak", " peak"));
  CHECK(ContainsIgnoreCase("% Committed Bytes", "COMMIT"));
  CHECK(!ContainsIgnoreCase("Bytes", "bits"));
  CHECK(ContainsIgnoreCase("", ""));
  CHECK(StartsWithIgnoreCase("a", ""));
  CHECK(EndsWithIgnoreCase("a", ""));
}

TEST_CASE("trimming takes blanks, tabs and line ends from both sides") {
  CHECK(Trim(" \t a b\r\n") == "a b");
  CHECK(Trim(" \r\n").empty());
  CHECK(Trim("").empty());
}

TEST_CASE("joining puts separators between parts only") {
  CHECK(Join({}, ", ").empty());
  CHECK(Join({"a"}, ", ") == "a");
  CHECK(Join({"a", "", "c"}, ", ") == "a, , c");
}

// The definition, exponential in the number of stars.
bool SlowMatch(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return SlowMatch(pattern.substr(1), text) ||
           (!text.empty() && SlowMatch(pattern, text.substr(1)));
  }
  return !text.empty() &&
         (pattern[0] == '?' || EqualsIgnoreCase(pattern.substr(0, 1), text.substr(0, 1))) &&
         SlowMatch(pattern.substr(1), text.substr(1));
}

TEST_CASE("wildcards match the whole text without case") {
  CHECK(WildcardMatch("w3wp*", "W3WP#12"));
  CHECK(WildcardMatch("*", ""));
  CHECK(WildcardMatch("", ""));
  CHECK(!WildcardMatch("", "a"));
  CHECK(!WildcardMatch("?", ""));
  CHECK(WildcardMatch("Process(*)\\Private*", "process(store)\\private bytes"));
  CHECK(!WildcardMatch("store", "store#1"));
}

TEST_CASE("wildcards agree with their definition on every small case") {
  std::mt19937 random(1);
  for (int i = 0; i < 50000; ++i) {
    std::string pattern;
    std::string text;
    for (auto n = random() % 7; n > 0; --n) pattern += "aB*?"[random() % 4];
    for (auto n = random() % 8; n > 0; --n) text += "ab"[random() % 2];
    CAPTURE(pattern);
    CAPTURE(text);
    REQUIRE(WildcardMatch(pattern, text) == SlowMatch(pattern, text));
  }
}

TEST_CASE("many stars do not take exponential time") {
  std::string pattern;
  for (int i = 0; i < 30; ++i) pattern += "*a";
  CHECK(!WildcardMatch(pattern + "b", std::string(5000, 'a')));
}

TEST_CASE("display width counts terminal columns") {
  CHECK(DisplayWidth("") == 0);
  CHECK(DisplayWidth("store") == 5);
  CHECK(DisplayWidth("Speicherf\xC3\xA4hig") == 13);
  CHECK(DisplayWidth("\xE5\x86\x85\xE5\xAD\x98") == 4);  // two Chinese characters
  CHECK(DisplayWidth("\xED\x94\x84") == 2);              // a Hangul syllable
  CHECK(DisplayWidth("e\xCC\x81") == 1);                 // e and a combining acute
  CHECK(DisplayWidth("\xD0\x9F\xD0\xB0\xD0\xBC") == 3);  // Cyrillic
  CHECK(DisplayWidth("\xEF\xBD\xB1") == 1);              // half-width katakana
  CHECK(DisplayWidth("\xF0\x9F\x98\x80") == 2);          // an emoji
}

TEST_CASE("bytes that are not UTF-8 are one column each") {
  CHECK(DisplayWidth("\xFF\xFE") == 2);
  CHECK(DisplayWidth("a\xE5\x86") == 3);         // cut off
  CHECK(DisplayWidth("\xC0\xAF") == 2);          // overlong
  CHECK(DisplayWidth("\xED\xA0\x80") == 3);      // a surrogate
  CHECK(DisplayWidth("\xF4\x90\x80\x80") == 4);  // over U+10FFFF
}

TEST_CASE("a shortened text ends in an ellipsis and fits") {
  CHECK(Ellipsize("store", 5) == "store");
  CHECK(Ellipsize("store", 4) == "sto\xE2\x80\xA6");
  CHECK(Ellipsize("store", 1) == "\xE2\x80\xA6");
  CHECK(Ellipsize("store", 0).empty());
  CHECK(Ellipsize("", 0).empty());
  // Two wide characters in three columns: one and the ellipsis.
  CHECK(Ellipsize("\xE5\x86\x85\xE5\xAD\x98", 3) == "\xE5\x86\x85\xE2\x80\xA6");
  // In two columns not even one fits beside the ellipsis.
  CHECK(Ellipsize("\xE5\x86\x85\xE5\xAD\x98", 2) == "\xE2\x80\xA6");
}

TEST_CASE("any bytes can be measured, shortened, wrapped and shown") {
  std::mt19937 random(2);
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (auto n = random() % 12; n > 0; --n)
      text += "\xE5\x86\x85\xF0\x9F\xC3\xA4\xFF\x01 ab"[random() % 12];
    const size_t width = random() % 8;
    REQUIRE(DisplayWidth(Ellipsize(text, width)) <= width);
    for (const std::string& line : WrapWords(text, width)) REQUIRE(!line.empty());
    const std::string shown = Printable(text);
    REQUIRE(Printable(shown) == shown);
  }
}

TEST_CASE("words wrap at blanks and long ones stand alone") {
  CHECK(WrapWords("", 10) == Lines{});
  CHECK(WrapWords("   ", 10) == Lines{});
  CHECK(WrapWords("one two  three", 7) == Lines{"one two", "three"});
  CHECK(WrapWords("a incomprehensibly b", 5) == Lines{"a", "incomprehensibly", "b"});
  CHECK(WrapWords("a b", 0) == Lines{"a", "b"});
  // Each of these takes two columns: 2 + 1 + 2 fit in 5.
  CHECK(WrapWords("\xE5\x86\x85 \xE5\xAD\x98 \xE5\xAD\x98", 5) ==
        Lines{"\xE5\x86\x85 \xE5\xAD\x98", "\xE5\xAD\x98"});
}

TEST_CASE("control characters and broken UTF-8 are shown as hex") {
  CHECK(Printable("store#1 \xC3\xA4") == "store#1 \xC3\xA4");
  CHECK(Printable("\x1B[2J") == "\\x1B[2J");
  CHECK(Printable(std::string_view("a\0b", 3)) == "a\\x00b");
  CHECK(Printable("\x7F") == "\\x7F");
  CHECK(Printable("\xC2\x9B"
                  "31m") == "\\xC2\\x9B31m");  // C1: the 8-bit form of ESC [
  CHECK(Printable("\xE2\x80\xAE"
                  "exe") ==
        "\\xE2\\x80\\xAE"
        "exe");  // right-to-left override
  CHECK(Printable("caf\xE9") == "caf\\xE9");
}

TEST_CASE("characters that nobody sees are shown as hex") {
  CHECK(Printable("a\xE2\x80\x8E") == "a\\xE2\\x80\\x8E");           // left-to-right mark
  CHECK(Printable("a\xE2\x80\x8F") == "a\\xE2\\x80\\x8F");           // right-to-left mark
  CHECK(Printable("a\xD8\x9C") == "a\\xD8\\x9C");                    // Arabic letter mark
  CHECK(Printable("a\xE2\x80\x8B") == "a\\xE2\\x80\\x8B");           // zero width space
  CHECK(Printable("a\xC2\xAD") == "a\\xC2\\xAD");                    // soft hyphen
  CHECK(Printable("a\xEF\xBB\xBF") == "a\\xEF\\xBB\\xBF");           // byte order mark
  CHECK(Printable("a\xF3\xA0\x81\x81") == "a\\xF3\\xA0\\x81\\x81");  // tag letter A
  CHECK(Printable("\xE2\x80\x8D\xE2\x80\x8C") ==
        "\xE2\x80\x8D\xE2\x80\x8C");  // joiners shape words
}

}  // namespace
}  // namespace perfleak
