// The ANSI code pages of Windows, to UTF-8. The only door to iconv.
#ifndef PERFLEAK_INPUT_CODE_PAGE_H_
#define PERFLEAK_INPUT_CODE_PAGE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace perfleak {

enum class CodePage {
  kWindows1252,  // western European
  kWindows1250,  // central European
  kWindows1251,  // Cyrillic
  kWindows1254,  // Turkish
  kWindows932,   // Japanese, Shift-JIS
  kWindows936,   // Chinese, simplified
  kWindows950,   // Chinese, traditional
  kWindows949    // Korean
};

inline constexpr std::array kCodePages = {
    CodePage::kWindows1252, CodePage::kWindows1250, CodePage::kWindows1251, CodePage::kWindows1254,
    CodePage::kWindows932,  CodePage::kWindows936,  CodePage::kWindows950,  CodePage::kWindows949};

// 1252.
int NumberOf(CodePage page);
// "Windows-1252".
std::string_view ToString(CodePage page);
// The page with that number; Windows-1252 for a number that is none of ours.
CodePage CodePageByNumber(int number);

// Decodes text of one code page. In the double-byte pages 932, 936, 949 and 950 the second byte of
// a character may be '\\', '|' or a letter, so that nothing may take the bytes apart before.
class CodePageDecoder {
 public:
  // Where the C library does not know the page (no gconv modules), that is Windows-1252, and page()
  // says so.
  explicit CodePageDecoder(CodePage page);
  ~CodePageDecoder();
  CodePageDecoder(CodePageDecoder&&) noexcept;
  CodePageDecoder& operator=(CodePageDecoder&&) noexcept;

  struct Progress {
    size_t consumed = 0;    // bytes; the rest is the beginning of a character
    uint64_t replaced = 0;  // bytes that are no character, now U+FFFD
  };

  // Appends `bytes` as UTF-8. Keeps nothing in mind: a caller with more to come puts what was not
  // consumed (at most one byte) before it; `at_end` says that nothing comes. Bytes that a
  // single-byte page does not assign become the control characters that Windows makes of them.
  Progress Append(std::string_view bytes, bool at_end, std::string* out) const;

  CodePage page() const { return page_; }

 private:
  struct Table;  // what each byte is in UTF-8, and how to ask for pairs of them

  CodePage page_;
  std::unique_ptr<const Table> table_;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_CODE_PAGE_H_
