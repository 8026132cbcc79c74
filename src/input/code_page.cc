// What a byte is on its own is asked of iconv once, when a decoder is made; pairs of bytes are
// asked for as they come. Names are a small part of a log, and the rest is ASCII. Windows-1252
// needs no iconv, so that there is always one page to fall back on.
#include "input/code_page.h"

#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

namespace perfleak {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct PageInfo {
  int number;
  std::string_view name;
  const char* iconv_name;  // nullptr: known without
  bool has_pairs;
};

constexpr PageInfo InfoOf(CodePage page) {
  switch (page) {
    case CodePage::kWindows1252:
      return {1252, "Windows-1252", nullptr, false};
    case CodePage::kWindows1250:
      return {1250, "Windows-1250", "CP1250", false};
    case CodePage::kWindows1251:
      return {1251, "Windows-1251", "CP1251", false};
    case CodePage::kWindows1254:
      return {1254, "Windows-1254", "CP1254", false};
    case CodePage::kWindows932:
      return {932, "Windows-932", "CP932", true};
    case CodePage::kWindows936:
      return {936, "Windows-936", "CP936", true};
    case CodePage::kWindows950:
      return {950, "Windows-950", "CP950", true};
    case CodePage::kWindows949:
      return {949, "Windows-949", "CP949", true};
  }
  return {};
}

unsigned char Byte(char c) { return static_cast<unsigned char>(c); }

size_t FirstNonAscii(std::string_view text) {
  const auto found = std::find_if(text.begin(), text.end(), [](char c) { return Byte(c) >= 0x80; });
  return static_cast<size_t>(found - text.begin());
}

// U+0080 to U+07FF.
std::string TwoBytes(unsigned code_point) {
  return {static_cast<char>(0xC0 | code_point >> 6), static_cast<char>(0x80 | (code_point & 0x3F))};
}

// U+0100 to U+FFFF, or less.
std::string Utf8Of(unsigned c) {
  if (c < 0x800) return TwoBytes(c);
  return {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
          static_cast<char>(0x80 | (c & 0x3F))};
}

// 0x80 to 0x9F of Windows-1252; the five unassigned ones are the control characters Windows maps
// them to. 0xA0 and above are the code points of the same number.
constexpr std::array<uint16_t, 32> kWindows1252High = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

// An open conversion from a page to UTF-8.
class Converter {
 public:
  explicit Converter(const char* from)
      : handle_(from == nullptr ? Closed() : iconv_open("UTF-8", from)) {}
  ~Converter() {
    if (is_open()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  bool is_open() const { return handle_ != Closed(); }

  enum class Answer { kCharacter, kIncomplete, kNone };

  // Whether `bytes` are one character; if so it is appended to `out`.
  Answer Ask(std::string_view bytes, std::string* out) const {
    iconv(handle_, nullptr, nullptr, nullptr, nullptr);
    std::array<char, 16> buffer;
    char* in = const_cast<char*>(bytes.data());
    size_t in_left = bytes.size();
    char* to = buffer.data();
    size_t to_left = buffer.size();
    if (iconv(handle_, &in, &in_left, &to, &to_left) == static_cast<size_t>(-1)) {
      return errno == EINVAL ? Answer::kIncomplete : Answer::kNone;
    }
    iconv(handle_, nullptr, nullptr, &to, &to_left);
    out->append(buffer.data(), to);
    return Answer::kCharacter;
  }

 private:
  static iconv_t Closed() { return reinterpret_cast<iconv_t>(-1); }

  iconv_t handle_;
};

}  // namespace

struct CodePageDecoder::Table {
  explicit Table(CodePage page) : converter(InfoOf(page).iconv_name) {
    for (unsigned b = 0x80; b < 0x100; ++b) {
      if (converter.is_open()) {
        Fill(page, b);
      } else {
        characters[b - 0x80] = Utf8Of(b < 0xA0 ? kWindows1252High[b - 0x80] : b);
      }
    }
  }

  void Fill(CodePage page, unsigned b) {
    const char byte = static_cast<char>(b);
    std::string& character = characters[b - 0x80];
    switch (converter.Ask({&byte, 1}, &character)) {
      case Converter::Answer::kCharacter:
        break;
      case Converter::Answer::kIncomplete:
        leads[b - 0x80] = true;
        break;
      case Converter::Answer::kNone:
        if (b < 0xA0 && !InfoOf(page).has_pairs) character = TwoBytes(b);
        break;
    }
    // Windows has the euro sign there; iconv's page is the older one.
    if (page == CodePage::kWindows936 && b == 0x80) character = "\xE2\x82\xAC";
  }

  Converter converter;
  std::array<std::string, 128> characters;  // of the bytes from 0x80 on; empty for none
  std::array<bool, 128> leads{};            // the byte begins a pair
};

int NumberOf(CodePage page) { return InfoOf(page).number; }

std::string_view ToString(CodePage page) { return InfoOf(page).name; }

CodePage CodePageByNumber(int number) {
  for (const CodePage page : kCodePages) {
    if (NumberOf(page) == number) return page;
  }
  return CodePage::kWindows1252;
}

CodePageDecoder::CodePageDecoder(CodePage page)
    : page_(page), table_(std::make_unique<Table>(page)) {
  if (!table_->converter.is_open()) page_ = CodePage::kWindows1252;
}

CodePageDecoder::~CodePageDecoder() = default;
CodePageDecoder::CodePageDecoder(CodePageDecoder&&) noexcept = default;
CodePageDecoder& CodePageDecoder::operator=(CodePageDecoder&&) noexcept = default;

CodePageDecoder::Progress CodePageDecoder::Append(std::string_view bytes, bool at_end,
                                                  std::string* out) const {
  Progress progress;
  out->reserve(out->size() + bytes.size() + bytes.size() / 8);
  for (;;) {
    std::string_view rest = bytes.substr(progress.consumed);
    const size_t plain = FirstNonAscii(rest);
    out->append(rest.substr(0, plain));
    progress.consumed += plain;
    rest.remove_prefix(plain);
    if (rest.empty()) return progress;
    const unsigned high = Byte(rest.front()) - 0x80u;
    if (table_->leads[high] && rest.size() == 1 && !at_end) return progress;
    const bool is_pair =
        table_->leads[high] && rest.size() > 1 &&
        table_->converter.Ask(rest.substr(0, 2), out) == Converter::Answer::kCharacter;
    if (!is_pair && table_->characters[high].empty()) {
      out->append(kReplacement);
      ++progress.replaced;
    } else if (!is_pair) {
      out->append(table_->characters[high]);
    }
    progress.consumed += is_pair ? 2 : 1;
  }
}

}  // namespace perfleak
