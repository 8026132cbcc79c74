#include "input/member_name.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "input/code_page.h"
#include "input/text_decoder.h"

namespace perfleak {
namespace {

constexpr size_t kMostBytes = 400;
constexpr size_t kKeptInFront = 100;
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

// 0x80 to 0xA5 of code pages 437 and 850, which differ in five of them: those are empty here.
constexpr std::array<std::string_view, 38> kDosLetters = {
    "Ç", "ü", "é", "â", "ä", "à", "å", "ç", "ê", "ë", "è", "ï", "î", "ì", "Ä", "Å", "É", "æ", "Æ",
    "ô", "ö", "ò", "û", "ù", "ÿ", "Ö", "Ü", "",  "£", "",  "",  "ƒ", "á", "í", "ó", "ú", "ñ", "Ñ"};

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// A letter of a language of Western Europe; other bytes as they are.
void AppendDosByte(char byte, std::string* out) {
  const unsigned char code = static_cast<unsigned char>(byte);
  const bool has_letter = code >= 0x80 && code - 0x80u < kDosLetters.size();
  if (code == 0xE1) {
    out->append("ß");
  } else if (has_letter && !kDosLetters[code - 0x80u].empty()) {
    out->append(kDosLetters[code - 0x80u]);
  } else {
    out->push_back(byte);
  }
}

std::string WithoutMiddle(const std::string& name) {
  size_t front = kKeptInFront;
  while (IsContinuation(name[front])) --front;
  size_t back = name.size() - (kMostBytes - kKeptInFront);
  while (back < name.size() && IsContinuation(name[back])) ++back;
  return name.substr(0, front) + std::string(kEllipsis) + name.substr(back);
}

}  // namespace

std::string MemberName(std::string_view raw, bool is_dos) {
  std::string name;
  if (IsUtf8(raw)) {
    name = raw;
  } else if (is_dos) {
    for (const char byte : raw) AppendDosByte(byte, &name);
  } else {
    CodePageDecoder(CodePage::kWindows1252).Append(raw, true, &name);
  }
  std::replace(name.begin(), name.end(), '\\', '/');
  while (name.starts_with("./")) name.erase(0, 2);
  if (name.empty()) return "(no name)";
  return name.size() > kMostBytes ? WithoutMiddle(name) : name;
}

}  // namespace perfleak
