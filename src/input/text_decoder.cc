#include "input/text_decoder.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "input/choose_code_page.h"

namespace perfleak {
namespace {

constexpr size_t kHeadBytes = 4096;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

unsigned char Byte(char c) { return static_cast<unsigned char>(c); }

// The position of the first byte above 0x7F. 64 bytes a step, so that it costs little next to the
// reading itself.
size_t FirstNonAscii(const char* data, size_t size) {
  size_t at = 0;
  for (; at + 64 <= size; at += 64) {
    uint64_t words[8];
    std::memcpy(words, data + at, sizeof words);
    uint64_t any = 0;
    for (const uint64_t word : words) any |= word;
    if ((any & 0x8080808080808080u) != 0) break;
  }
  while (at < size && Byte(data[at]) < 0x80) ++at;
  return at;
}

// Length of the UTF-8 sequence at the front of `text`: 0 if it is ill-formed (RFC 3629: no overlong
// forms, no surrogates, nothing above U+10FFFF), text.size() + 1 if it is well-formed as far as it
// goes and more bytes are needed.
size_t SequenceLength(std::string_view text) {
  const unsigned char lead = Byte(text[0]);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  unsigned char low = 0x80, high = 0xBF;  // range of the second byte
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (size_t i = 1; i < std::min(length, text.size()); ++i) {
    if (Byte(text[i]) < low || Byte(text[i]) > high) return 0;
    low = 0x80;
    high = 0xBF;
  }
  return std::min(length, text.size() + 1);
}

struct Utf8Check {
  bool valid = true;
  bool ascii = true;    // as far as `complete`
  size_t complete = 0;  // bytes before a sequence that the end of the text cuts
};

Utf8Check CheckUtf8(std::string_view text) {
  Utf8Check check;
  for (;;) {
    check.complete += FirstNonAscii(text.data() + check.complete, text.size() - check.complete);
    if (check.complete == text.size()) return check;
    const std::string_view rest = text.substr(check.complete);
    const size_t length = SequenceLength(rest);
    check.valid = length != 0;
    if (length == 0 || length > rest.size()) return check;
    check.ascii = false;
    check.complete += length;
  }
}

void AppendCodePoint(uint32_t code_point, std::string* out) {
  const auto append = [out](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    append(code_point);
  } else if (code_point < 0x800) {
    append(0xC0 | code_point >> 6);
    append(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    append(0xE0 | code_point >> 12);
    append(0x80 | (code_point >> 6 & 0x3F));
    append(0x80 | (code_point & 0x3F));
  } else {
    append(0xF0 | code_point >> 18);
    append(0x80 | (code_point >> 12 & 0x3F));
    append(0x80 | (code_point >> 6 & 0x3F));
    append(0x80 | (code_point & 0x3F));
  }
}

// Well-formed UTF-8 as it is, each ill-formed byte as U+FFFD; returns how many those were.
uint64_t AppendRepaired(std::string_view text, std::string* out) {
  uint64_t replaced = 0;
  while (!text.empty()) {
    size_t length = SequenceLength(text);
    if (length == 0 || length > text.size()) {
      out->append(kReplacement);
      ++replaced;
      length = 1;
    } else {
      out->append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return replaced;
}

// UTF-16 that has lost its mark: text of a log is ASCII nearly throughout, so every other byte is
// 0.
Encoding GuessWide(std::string_view head) {
  head = head.substr(0, 512 & ~size_t{1});
  size_t zeros[2] = {0, 0};
  for (size_t i = 0; i < head.size(); ++i) zeros[i % 2] += head[i] == '\0' ? 1 : 0;
  const size_t units = head.size() / 2;
  if (units < 4) return Encoding::kAscii;
  if (zeros[1] * 4 > units * 3 && zeros[0] * 8 < units) return Encoding::kUtf16Le;
  if (zeros[0] * 4 > units * 3 && zeros[1] * 8 < units) return Encoding::kUtf16Be;
  return Encoding::kAscii;
}

struct Mark {
  Encoding encoding;
  size_t size;
};

Mark FindMark(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) return {Encoding::kUtf8, 3};
  if (head.starts_with("\xFF\xFE")) return {Encoding::kUtf16Le, 2};
  if (head.starts_with("\xFE\xFF")) return {Encoding::kUtf16Be, 2};
  return {GuessWide(head), 0};
}

bool IsWide(Encoding encoding) {
  return encoding == Encoding::kUtf16Le || encoding == Encoding::kUtf16Be;
}

}  // namespace

std::string_view ToString(Encoding encoding) {
  switch (encoding) {
    case Encoding::kAscii:
      return "ASCII";
    case Encoding::kUtf8:
      return "UTF-8";
    case Encoding::kUtf16Le:
      return "UTF-16LE";
    case Encoding::kUtf16Be:
      return "UTF-16BE";
    case Encoding::kAnsi:
      return "ANSI";
  }
  return "";
}

bool IsUtf8(std::string_view text) {
  const Utf8Check check = CheckUtf8(text);
  return check.valid && check.complete == text.size();
}

TextDecoder::TextDecoder(std::unique_ptr<ByteSource> source, std::optional<Language> language,
                         size_t block_bytes)
    : source_(std::move(source)), language_(language), block_(block_bytes) {}

Result<std::unique_ptr<TextDecoder>> TextDecoder::Open(std::unique_ptr<ByteSource> source,
                                                       std::optional<Language> language,
                                                       size_t block_bytes) {
  std::unique_ptr<TextDecoder> decoder(new TextDecoder(std::move(source), language, block_bytes));
  if (const Status status = decoder->FetchFirstBlock(); !status) return status.error();
  return {std::move(decoder)};
}

Status TextDecoder::FetchFirstBlock() {
  const Result<size_t> got = Fetch(block_.data(), block_.size());
  if (!got) return got.error();
  carry_.assign(block_.data(), *got);
  head_ = carry_.substr(0, kHeadBytes);
  const Mark mark = FindMark(head_);
  encoding_ = mark.encoding;
  carry_.erase(0, mark.size);
  return {};
}

// carry_ and then the source, `buffer` full except at the end, so that the result does not depend
// on how the source cuts its bytes.
Result<size_t> TextDecoder::Fetch(char* buffer, size_t size) {
  const size_t carried = std::min(size, carry_.size());
  std::memcpy(buffer, carry_.data(), carried);
  carry_.erase(0, carried);
  if (carried == size || at_end_) return carried;
  const Result<size_t> got = ReadFully(source_.get(), buffer + carried, size - carried);
  if (!got) return got.error();
  at_end_ = carried + *got < size;
  bytes_read_ += *got;
  return carried + *got;
}

Result<size_t> TextDecoder::Read(char* buffer, size_t size) {
  if (size == 0) return size;
  for (;;) {
    if (decoded_at_ < decoded_.size()) return DrainDecoded(buffer, size);
    const bool direct = size >= block_.size() && !IsWide(encoding_);
    char* const target = direct ? buffer : block_.data();
    const Result<size_t> got = Fetch(target, direct ? size : block_.size());
    if (!got) return got.error();
    if (IsWide(encoding_)) {
      DecodeWide({target, *got});
    } else {
      const size_t unchanged = DecodeNarrow(target, *got);
      if (unchanged > 0 && direct) return unchanged;
      decoded_.append(target, unchanged);
    }
    if (*got == 0 && decoded_.empty()) return size_t{0};
  }
}

Result<size_t> TextDecoder::DrainDecoded(char* buffer, size_t size) {
  const size_t count = std::min(size, decoded_.size() - decoded_at_);
  std::memcpy(buffer, decoded_.data() + decoded_at_, count);
  decoded_at_ += count;
  if (decoded_at_ == decoded_.size()) {
    decoded_.clear();
    decoded_at_ = 0;
  }
  return count;
}

std::string_view TextDecoder::encoding_name() const {
  const Encoding encoding = encoding_;
  return encoding == Encoding::kAnsi && page_known_ ? ToString(page_.load()) : ToString(encoding);
}

const RandomAccess* TextDecoder::random_access() const {
  return IsWide(encoding_) ? nullptr : source_->random_access();
}

bool TextDecoder::is_between_characters() const {
  return carry_.empty() && decoded_at_ == decoded_.size();
}

void TextDecoder::Skip(std::string_view bytes) {
  bytes_read_ += bytes.size();
  source_->Skip(bytes);
}

// Returns how many bytes of `data` are UTF-8 as they stand; if that is 0 the decoded text is in
// decoded_. A sequence that the end of `data` cuts goes to carry_.
size_t TextDecoder::DecodeNarrow(char* data, size_t size) {
  const std::string_view bytes(data, size);
  if (encoding_ == Encoding::kAnsi) {
    if (FirstNonAscii(data, size) == size) return size;
    DecodeAnsi(bytes);
    return 0;
  }
  Utf8Check check = CheckUtf8(bytes);
  const bool cut = check.valid && check.complete < size;
  if (cut && at_end_ && carry_.empty()) check.valid = false;
  if (check.valid) {
    if (!check.ascii) encoding_ = Encoding::kUtf8;
    if (cut) carry_.insert(0, bytes.substr(check.complete));
    return check.complete;
  }
  if (encoding_ == Encoding::kAscii) {
    BeginAnsi(bytes);
    DecodeAnsi(bytes);
  } else {
    replaced_ += AppendRepaired(bytes, &decoded_);
  }
  return 0;
}

// `bytes` are the first that are neither ASCII nor UTF-8.
void TextDecoder::BeginAnsi(std::string_view bytes) {
  const std::optional<CodePage> page =
      language_ ? CodePageByNumber(InfoOf(*language_).code_page) : ChooseCodePage(bytes);
  ansi_.emplace(page.value_or(CodePage::kWindows1252));
  page_ = ansi_->page();
  page_known_ = page.has_value();
  encoding_ = Encoding::kAnsi;
}

void TextDecoder::DecodeAnsi(std::string_view bytes) {
  const bool at_end = at_end_ && carry_.empty();
  const CodePageDecoder::Progress progress = ansi_->Append(bytes, at_end, &decoded_);
  replaced_ += progress.replaced;
  carry_.insert(0, bytes.substr(progress.consumed));
}

void TextDecoder::DecodeWide(std::string_view bytes) {
  const bool little = encoding_ == Encoding::kUtf16Le;
  size_t at = 0;
  for (; at + 2 <= bytes.size(); at += 2) {
    const uint32_t first = Byte(bytes[at]), second = Byte(bytes[at + 1]);
    AppendUnit(little ? first | second << 8 : first << 8 | second);
  }
  if (at == bytes.size()) {
    if (!at_end_ || high_surrogate_ == 0) return;
  } else if (!at_end_) {
    carry_.insert(0, bytes.substr(at));
    return;
  }
  // The text ends inside a character.
  decoded_.append(kReplacement);
  high_surrogate_ = 0;
  ++replaced_;
}

void TextDecoder::AppendUnit(uint32_t unit) {
  const bool is_low = unit >= 0xDC00 && unit < 0xE000;
  if (high_surrogate_ != 0) {
    const uint32_t high = std::exchange(high_surrogate_, 0u);
    if (is_low) {
      AppendCodePoint(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00), &decoded_);
      return;
    }
    decoded_.append(kReplacement);
    ++replaced_;
  }
  if (unit >= 0xD800 && unit < 0xDC00) {
    high_surrogate_ = unit;
  } else if (is_low) {
    decoded_.append(kReplacement);
    ++replaced_;
  } else {
    AppendCodePoint(unit, &decoded_);
  }
}

}  // namespace perfleak
