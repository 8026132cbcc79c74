#include "model/fold_name.h"

#include <array>
#include <cstdint>

namespace perfleak {
namespace {

// The base letters of U+00C0 to U+017F (Latin-1 Supplement, Latin Extended-A); empty for what is no
// letter and stays. Unicode 15, canonical decompositions without their marks; the letters that have
// none (ß æ ø ł ı đ ...) as they are written without special keys.
constexpr std::array<std::string_view, 0x180 - 0xC0> kBase = {
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",  // C0
    "d", "n", "o",  "o",  "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "ss",
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",  // E0
    "d", "n", "o",  "o",  "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "y",
    "a", "a", "a",  "a",  "a", "a", "c",  "c", "c", "c", "c", "c", "c", "c", "d",  "d",  // 100
    "d", "d", "e",  "e",  "e", "e", "e",  "e", "e", "e", "e", "e", "g", "g", "g",  "g",
    "g", "g", "g",  "g",  "h", "h", "h",  "h", "i", "i", "i", "i", "i", "i", "i",  "i",  // 120
    "i", "i", "ij", "ij", "j", "j", "k",  "k", "k", "l", "l", "l", "l", "l", "l",  "l",
    "l", "l", "l",  "n",  "n", "n", "n",  "n", "n", "n", "n", "n", "o", "o", "o",  "o",  // 140
    "o", "o", "oe", "oe", "r", "r", "r",  "r", "r", "r", "s", "s", "s", "s", "s",  "s",
    "s", "s", "t",  "t",  "t", "t", "t",  "t", "u", "u", "u", "u", "u", "u", "u",  "u",  // 160
    "u", "u", "u",  "u",  "w", "w", "y",  "y", "y", "z", "z", "z", "z", "z", "z",  "s"};

struct CodePoint {
  uint32_t value = 0;
  size_t bytes = 1;  // value is the byte itself where the text is not UTF-8
};

CodePoint Decode(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const size_t length = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1;
  if (length == 1 || length > text.size()) return {lead};
  uint32_t value = lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {lead};
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  return {value, length};
}

void AppendTwoBytes(uint32_t value, std::string* out) {
  *out += static_cast<char>(0xC0 | value >> 6);
  *out += static_cast<char>(0x80 | (value & 0x3F));
}

bool IsBlank(uint32_t c) {
  return c == ' ' || c == '\t' || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

// Combining marks, soft hyphens, blanks without width.
bool IsDropped(uint32_t c) {
  return (c >= 0x300 && c <= 0x36F) || c == 0xAD || (c >= 0x200B && c <= 0x200D) || c == 0xFEFF;
}

// The ASCII character that is typed for c, or 0.
char TypedFor(uint32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return static_cast<char>(c - 0xFF01 + '!');
  switch (c) {
    case 0x60:
    case 0xB4:
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x2032:
      return '\'';
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0xAB:
    case 0xBB:
      return '"';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2212:
      return '-';
    default:
      return c < 0x80 ? static_cast<char>(c) : '\0';
  }
}

// Cyrillic and Greek in lower case, Cyrillic letters that decompose without their marks.
uint32_t FoldedCyrillicOrGreek(uint32_t c) {
  if (c >= 0x410 && c <= 0x42F) c += 0x20;
  if (c >= 0x400 && c <= 0x40F) c += 0x50;
  if (c >= 0x391 && c <= 0x3A9) c += 0x20;
  if (c == 0x439) return 0x438;                 // short i
  return c == 0x450 || c == 0x451 ? 0x435 : c;  // io
}

void AppendFolded(const CodePoint& c, std::string_view bytes, std::string* out) {
  if (const char typed = TypedFor(c.value); typed != '\0' && (c.bytes > 1 || c.value < 0x80)) {
    *out += typed >= 'A' && typed <= 'Z' ? static_cast<char>(typed - 'A' + 'a') : typed;
  } else if (c.bytes == 1) {
    *out += bytes;
  } else if (c.value >= 0xC0 && c.value < 0x180 && !kBase[c.value - 0xC0].empty()) {
    *out += kBase[c.value - 0xC0];
  } else if (c.value >= 0x218 && c.value <= 0x21B) {  // s and t with a comma below
    *out += c.value < 0x21A ? 's' : 't';
  } else if (c.value == 0x1E9E) {  // capital sharp s
    *out += "ss";
  } else if (c.value >= 0x391 && c.value <= 0x451) {
    AppendTwoBytes(FoldedCyrillicOrGreek(c.value), out);
  } else {
    *out += bytes;
  }
}

}  // namespace

std::string FoldName(std::string_view name) {
  std::string folded;
  folded.reserve(name.size());
  bool blank = false;
  bool after_character = true;
  while (!name.empty()) {
    const CodePoint c = Decode(name);
    const std::string_view bytes = name.substr(0, c.bytes);
    name.remove_prefix(c.bytes);
    const bool is_character = c.bytes > 1 || c.value < 0x80;
    // What is dropped belongs to the character before it: dropped after a broken byte, it would let
    // that byte and the next make a letter nobody wrote.
    const bool dropped = is_character && after_character && IsDropped(c.value);
    after_character = is_character;
    if (is_character && IsBlank(c.value)) {
      blank = true;
    } else if (!dropped) {
      if (blank && !folded.empty()) folded += ' ';
      blank = false;
      AppendFolded(c, bytes, &folded);
    }
  }
  return folded;
}

}  // namespace perfleak
