#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace perfleak {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";  // U+2026

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool SameLetter(char a, char b) { return Lower(a) == Lower(b); }

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// One character at the head of a text. Bytes that are not UTF-8 come one at a time, `valid` false.
struct CodePoint {
  char32_t value = 0;
  size_t bytes = 1;
  bool valid = false;
};

// How many bytes a sequence with this first byte has, 0 if none begins with it.
size_t SequenceLength(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

// Requires a text that is not empty. Overlong forms, surrogates and values over U+10FFFF are
// invalid.
CodePoint Decode(std::string_view text) {
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const size_t length = SequenceLength(byte(0));
  if (length == 0 || length > text.size()) return {byte(0), 1, false};
  char32_t value = length == 1 ? byte(0) : byte(0) & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {byte(0), 1, false};
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[length] || surrogate || value > 0x10FFFF) return {byte(0), 1, false};
  return {value, length, true};
}

struct Range {
  char32_t first;
  char32_t last;
};

// Marks drawn over the character before them, and characters not drawn (Unicode 15: categories Mn,
// Me and Cf, the blocks that occur in names).
constexpr Range kZeroWidth[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},  {0x064B, 0x065F},
    {0x06D6, 0x06DC}, {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D},  {0x0E31, 0x0E31},
    {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},  {0x200B, 0x200F},
    {0x202A, 0x202E}, {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0x302A, 0x302D},  {0x3099, 0x309A},
    {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF}};

// East Asian Width W and F (Unicode 15, EastAsianWidth.txt), neighbouring ranges joined.
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18AFF},
    {0x1B000, 0x1B2FF}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF},
    {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD}};

template <size_t kCount>
bool IsIn(const Range (&ranges)[kCount], char32_t c) {
  const auto after =
      std::upper_bound(std::begin(ranges), std::end(ranges), c,
                       [](char32_t value, const Range& r) { return value < r.first; });
  return after != std::begin(ranges) && c <= std::prev(after)->last;
}

size_t Width(const CodePoint& c) {
  if (!c.valid || c.value < 0x300) return 1;
  if (IsIn(kZeroWidth, c.value)) return 0;
  return IsIn(kWide, c.value) ? 2 : 1;
}

// Characters that are not drawn but act (C0, DEL, C1, line separators, turns of the writing
// direction), or hide that two names differ (soft hyphens, blanks without width, tags).
constexpr Range kHidden[] = {{0x00, 0x1F},     {0x7F, 0x9F},      {0xAD, 0xAD},
                             {0x61C, 0x61C},   {0x200B, 0x200B},  {0x200E, 0x200F},
                             {0x2028, 0x202E}, {0x2060, 0x2064},  {0x2066, 0x2069},
                             {0xFEFF, 0xFEFF}, {0xE0000, 0xE007F}};

void AppendEscaped(std::string_view bytes, std::string* text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *text += "\\x";
    *text += kHex[byte >> 4];
    *text += kHex[byte & 15];
  }
}

// The longest head of `text` that takes at most `width` columns.
std::string_view HeadOfWidth(std::string_view text, size_t width) {
  size_t bytes = 0;
  for (size_t used = 0; bytes < text.size();) {
    const CodePoint c = Decode(text.substr(bytes));
    used += Width(c);
    if (used > width) break;
    bytes += c.bytes;
  }
  return text.substr(0, bytes);
}

}  // namespace

std::string ToLower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), Lower);
  return result;
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), SameLetter);
}

bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix) {
  return EqualsIgnoreCase(text.substr(0, prefix.size()), prefix);
}

bool EndsWithIgnoreCase(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() &&
         EqualsIgnoreCase(text.substr(text.size() - suffix.size()), suffix);
}

bool ContainsIgnoreCase(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(), SameLetter) !=
             text.end() ||
         part.empty();
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

std::string Join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string result;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) result += separator;
    result += parts[i];
  }
  return result;
}

// Greedy: on a mismatch only the last star need take one more character, because whatever an
// earlier star could take instead, the later one can take too.
bool WildcardMatch(std::string_view pattern, std::string_view text) {
  if (pattern == "*") return true;
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;
  size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || SameLetter(pattern[p], text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const CodePoint c = Decode(text);
    width += Width(c);
    text.remove_prefix(c.bytes);
  }
  return width;
}

std::string Ellipsize(std::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  return std::string(HeadOfWidth(text, width - 1)).append(kEllipsis);
}

std::vector<std::string> WrapWords(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  size_t used = 0;
  for (text = Trim(text); !text.empty(); text = Trim(text)) {
    const auto word_end = std::find_if(text.begin(), text.end(), IsBlank);
    const std::string_view word(text.begin(), word_end);
    const size_t word_width = DisplayWidth(word);
    if (lines.empty() || used + 1 + word_width > width) {
      lines.emplace_back(word);
      used = word_width;
    } else {
      lines.back().append(" ").append(word);
      used += 1 + word_width;
    }
    text.remove_prefix(word.size());
  }
  return lines;
}

std::string Printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const CodePoint c = Decode(text);
    const std::string_view bytes = text.substr(0, c.bytes);
    if (c.valid && !IsIn(kHidden, c.value)) {
      result += bytes;
    } else {
      AppendEscaped(bytes, &result);
    }
    text.remove_prefix(c.bytes);
  }
  return result;
}

}  // namespace perfleak
