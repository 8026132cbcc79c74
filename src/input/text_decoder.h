// Bytes in whatever encoding a log was saved in, out as UTF-8.
//
// The encoding is taken from a byte order mark, else from the pattern of zero bytes (UTF-16 without
// a mark), else from the first block that is not plain ASCII: valid UTF-8 is UTF-8, anything else
// is the ANSI code page of some Windows. Which one a log does not say: it is the one in which most
// names of counters are known (input/choose_code_page.h), or that of the language that was stated,
// else Windows-1252, which keeps distinct names distinct and ASCII names intact. ASCII and UTF-8
// pass through uncopied.
#ifndef PERFLEAK_INPUT_TEXT_DECODER_H_
#define PERFLEAK_INPUT_TEXT_DECODER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "input/byte_source.h"
#include "input/code_page.h"
#include "model/language.h"

namespace perfleak {

enum class Encoding { kAscii, kUtf8, kUtf16Le, kUtf16Be, kAnsi };

// "ASCII", "UTF-8", "UTF-16LE", "UTF-16BE", "ANSI".
std::string_view ToString(Encoding encoding);

bool IsUtf8(std::string_view text);

class TextDecoder : public ByteSource {
 public:
  static constexpr size_t kBlockBytes = size_t{64} << 10;

  // Reads the first block of `source`. ANSI text is in the code page of `language`, if stated.
  // Smaller blocks are for tests.
  static Result<std::unique_ptr<TextDecoder>> Open(std::unique_ptr<ByteSource> source,
                                                   std::optional<Language> language = std::nullopt,
                                                   size_t block_bytes = kBlockBytes);

  Result<size_t> Read(char* buffer, size_t size) override;
  const std::string& name() const override { return source_->name(); }
  std::optional<Error> damage() const override { return source_->damage(); }

  // Of the bytes as stored, nullptr also where they are UTF-16; and whether what was read of them
  // has been handed out as text to the last byte.
  const RandomAccess* random_access() const override;
  bool is_between_characters() const;
  void Skip(std::string_view bytes) override;

  // The first bytes as stored, at most 4 KiB, byte order mark included.
  std::string_view head() const { return head_; }

  // These may be asked from another thread than the one that reads.
  Encoding encoding() const { return encoding_; }  // kAscii until another byte is met
  // ToString(encoding()), or the code page where that is known: "Windows-1251".
  std::string_view encoding_name() const;
  uint64_t bytes_read() const { return bytes_read_; }  // as stored
  uint64_t replaced() const { return replaced_; }      // ill-formed sequences, now U+FFFD

 private:
  TextDecoder(std::unique_ptr<ByteSource> source, std::optional<Language> language,
              size_t block_bytes);

  Status FetchFirstBlock();
  Result<size_t> Fetch(char* buffer, size_t size);
  Result<size_t> DrainDecoded(char* buffer, size_t size);
  size_t DecodeNarrow(char* data, size_t size);
  void BeginAnsi(std::string_view bytes);
  void DecodeAnsi(std::string_view bytes);
  void DecodeWide(std::string_view bytes);
  void AppendUnit(uint32_t unit);

  std::unique_ptr<ByteSource> source_;
  std::optional<Language> language_;
  std::optional<CodePageDecoder> ansi_;  // while encoding_ is kAnsi
  std::string head_;
  std::vector<char> block_;
  std::string carry_;    // stored bytes not decoded yet: the first block, later a cut sequence
  std::string decoded_;  // UTF-8 not handed out yet, from decoded_at_ on
  size_t decoded_at_ = 0;
  uint32_t high_surrogate_ = 0;
  bool at_end_ = false;
  std::atomic<Encoding> encoding_ = Encoding::kAscii;
  std::atomic<bool> page_known_ = false;
  std::atomic<CodePage> page_ = CodePage::kWindows1252;  // if known
  std::atomic<uint64_t> bytes_read_ = 0;
  std::atomic<uint64_t> replaced_ = 0;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_TEXT_DECODER_H_
