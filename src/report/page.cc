#include "report/page.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/text.h"

namespace perfleak {
namespace {

constexpr size_t kMaxProseWidth = 110;  // longer lines are hard to read, however wide the terminal
constexpr size_t kLabelIndent = 3;
constexpr size_t kLabelWidth = 20;  // "likely responsible" and two blanks

constexpr std::string_view kGlue = "\xC2\xA0";  // U+00A0, the blank that does not break

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Length of the longest head of `text` that takes at most `width` columns.
size_t HeadBytes(std::string_view text, size_t width) {
  size_t end = 0;
  while (end < text.size()) {
    size_t next = end + 1;
    while (next < text.size() && IsContinuation(text[next])) ++next;
    if (DisplayWidth(text.substr(0, next)) > width) break;
    end = next;
  }
  return end;
}

// Start of the longest tail of `text` that takes at most `width` columns.
size_t TailStart(std::string_view text, size_t width) {
  size_t start = text.size();
  while (start > 0) {
    size_t previous = start - 1;
    while (previous > 0 && IsContinuation(text[previous])) --previous;
    if (DisplayWidth(text.substr(previous)) > width) break;
    start = previous;
  }
  return start;
}

std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  for (size_t hit = text.find(from); hit != text.npos; hit = text.find(from)) {
    out.append(text.substr(0, hit)).append(to);
    text.remove_prefix(hit + from.size());
  }
  return out.append(text);
}

// Whether `text` begins with a unit and that word ends with it: "MB/h;", "s", "% of", not
// "strings".
bool BeginsWithUnit(std::string_view text) {
  constexpr std::array<std::string_view, 15> kUnits = {"bytes", "byte", "KB", "MB",    "GB",
                                                       "TB",    "PB",   "EB", "s",     "min",
                                                       "h",     "d",    "%",  "years", "year"};
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
  };
  return std::any_of(kUnits.begin(), kUnits.end(), [&](std::string_view unit) {
    return text.substr(0, unit.size()) == unit &&
           (text.size() == unit.size() || !is_letter(text[unit.size()]));
  });
}

std::string Unglue(std::string_view text) { return ReplaceAll(text, kGlue, " "); }

}  // namespace

std::string Glue(std::string_view text) { return ReplaceAll(text, " ", kGlue); }

std::string GlueUnits(std::string_view text) {
  std::string glued;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool after_digit = i > 0 && text[i - 1] >= '0' && text[i - 1] <= '9';
    const bool joins = text[i] == ' ' && after_digit && BeginsWithUnit(text.substr(i + 1));
    if (joins) {
      glued += kGlue;
    } else {
      glued += text[i];
    }
  }
  return glued;
}

std::string Paint(std::string_view text, Ink ink, bool color) {
  if (!color || ink == Ink::kPlain) return std::string(text);
  const char* code = ink == Ink::kLeak ? "\x1b[1;31m" : ink == Ink::kWatch ? "\x1b[33m" : "\x1b[1m";
  return code + std::string(text) + "\x1b[0m";
}

std::string ShortenMiddle(std::string_view text, size_t width, bool unicode) {
  if (DisplayWidth(text) <= width) return std::string(text);
  const std::string_view mark = unicode ? "…" : "..";
  const size_t mark_width = unicode ? 1 : 2;
  if (width <= mark_width) return std::string(text.substr(0, HeadBytes(text, width)));
  const size_t kept = width - mark_width;
  std::string out(text.substr(0, HeadBytes(text, kept - kept / 2)));
  out += mark;
  out += text.substr(TailStart(text, kept / 2));
  return out;
}

Page::Page(const TextStyle& style)
    : style_(style),
      width_(std::max(style.width, kMinTextWidth)),
      prose_width_(std::min(width_, kMaxProseWidth)) {}

void Page::Blank() { out_ += '\n'; }

void Page::Raw(std::string_view line) {
  out_ += line;
  out_ += '\n';
}

void Page::Heading(std::string_view text) { Wrap("", 0, 0, text, Ink::kHeading); }

void Page::Headline(std::string_view number, std::string_view word, Ink ink,
                    std::string_view text) {
  PERFLEAK_CHECK(Printable(word) == word);
  const std::string first =
      Paint(number, Ink::kHeading, style_.color) + " " + Paint(word, ink, style_.color) + " ";
  Wrap(first, DisplayWidth(number) + DisplayWidth(word) + 2, kLabelIndent, text, Ink::kHeading);
}

void Page::Verbatim(size_t indent, std::string_view text) {
  Raw(std::string(indent, ' ') + Printable(text));
}

void Page::Wrap(const std::string& first, size_t first_width, size_t hang, std::string_view text,
                Ink ink) {
  // The wider of the indents counts for all lines, so that all fit.
  const size_t room = prose_width_ - std::max(first_width, hang);
  std::string before = first;
  for (const std::string& line : WrapWords(GlueUnits(Printable(text)), room)) {
    Raw(before + Paint(Unglue(line), ink, style_.color));
    before.assign(hang, ' ');
  }
}

void Page::Prose(std::string_view prefix, std::string_view text) {
  Wrap(std::string(prefix), DisplayWidth(prefix), DisplayWidth(prefix), text);
}

void Page::Label(std::string_view label) { pending_label_ = label; }

std::string Page::LabelPrefix() {
  std::string prefix(kLabelIndent, ' ');
  prefix += std::exchange(pending_label_, "");
  prefix.resize(kLabelIndent + kLabelWidth, ' ');
  return prefix;
}

void Page::Field(std::string_view text, std::string_view marker, size_t hang) {
  if (text.empty()) return;
  const size_t column = kLabelIndent + kLabelWidth + marker.size();
  Wrap(LabelPrefix().append(marker), column, column + hang, text);
}

void Page::FieldPath(std::string_view path) { Raw(LabelPrefix() + Printable(path)); }

}  // namespace perfleak
