#include "input/container_kind.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"

namespace perfleak {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  Container container;
};

constexpr std::array kMagics = {
    Magic{"\x1F\x8B"sv, Container::kGzip},
    Magic{"\xFD"
          "7zXZ\0"sv,
          Container::kXz},
    Magic{"\x28\xB5\x2F\xFD"sv, Container::kZstd},
    Magic{"\x04\x22\x4D\x18"sv, Container::kLz4},
    Magic{"\x02\x21\x4C\x18"sv, Container::kLz4},  // of lz4 before 1.0
    Magic{"\x1F\x9D"sv, Container::kCompress},
    Magic{"PK\x03\x04"sv, Container::kZip},
    Magic{"PK\x05\x06"sv, Container::kZip},  // empty
    Magic{"PK\x07\x08"sv, Container::kZip},  // was to be split over several files
    Magic{"7z\xBC\xAF\x27\x1C"sv, Container::kSevenZip},
    Magic{"MSCF\0\0\0\0"sv, Container::kCab},
};

constexpr std::array kArchiveSuffixes = {".zip"sv, ".7z"sv,  ".cab"sv, ".tar"sv,
                                         ".tgz"sv, ".tbz"sv, ".txz"sv};
constexpr std::array kCompressionSuffixes = {".gz"sv,  ".bz2"sv, ".xz"sv, ".lzma"sv,
                                             ".zst"sv, ".lz4"sv, ".z"sv};

uint64_t LittleEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i > 0; --i) {
    value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
  }
  return value;
}

// "BZh", a level, and the magic of a block or of the end.
bool IsBzip2(std::string_view head) {
  if (!head.starts_with("BZh") || head.size() < 10 || head[3] < '1' || head[3] > '9') return false;
  return head.substr(4, 6) == "1AY&SY" || head.substr(4, 6) == "\x17\x72\x45\x38\x50\x90"sv;
}

// The format has no magic: the properties byte that every encoder writes, a dictionary of a size
// that encoders use, and a length that is not known or below 256 GiB.
bool IsLzma(std::string_view head) {
  if (head.size() < 13 || head[0] != 0x5D) return false;
  const uint64_t dictionary = LittleEndian(head.substr(1, 4));
  const uint64_t length = LittleEndian(head.substr(5, 8));
  if (length != ~uint64_t{0} && length >= uint64_t{1} << 38) return false;
  for (int bit = 12; bit < 32; ++bit) {
    const uint64_t power = uint64_t{1} << bit;
    if (dictionary == power || dictionary == power + power / 2) return true;
  }
  return dictionary == 0xFFFFFFFF;
}

bool IsSkippableZstdFrame(std::string_view head) {
  return head.size() >= 4 && (LittleEndian(head.substr(0, 4)) & 0xFFFFFFF0) == 0x184D2A50;
}

// An octal number in the header of a tar, as the checksum is written.
uint64_t Octal(std::string_view field) {
  uint64_t value = 0;
  field.remove_prefix(std::min(field.find_first_not_of(' '), field.size()));
  for (const char digit : field) {
    if (digit < '0' || digit > '7') break;
    value = value * 8 + static_cast<uint64_t>(digit - '0');
  }
  return value;
}

// By the checksum, which tars of before POSIX have as well: the sum of the bytes of the header with
// blanks for the checksum.
bool IsTar(std::string_view head) {
  constexpr size_t kAt = 148, kLength = 8;
  if (head.size() < 512 || head[0] == '\0') return false;
  uint64_t sum = kLength * ' ';
  for (size_t i = 0; i < 512; ++i) {
    if (i < kAt || i >= kAt + kLength) sum += static_cast<unsigned char>(head[i]);
  }
  return sum == Octal(head.substr(kAt, kLength));
}

template <size_t kCount>
std::string_view SuffixOf(std::string_view name,
                          const std::array<std::string_view, kCount>& suffixes) {
  for (const std::string_view suffix : suffixes) {
    if (name.size() > suffix.size() && EndsWithIgnoreCase(name, suffix)) return suffix;
  }
  return "";
}

}  // namespace

Container RecognizeContainer(std::string_view head) {
  for (const Magic& magic : kMagics) {
    if (head.starts_with(magic.bytes)) return magic.container;
  }
  if (IsBzip2(head)) return Container::kBzip2;
  if (IsLzma(head)) return Container::kLzma;
  if (IsSkippableZstdFrame(head)) return Container::kZstd;
  if (IsTar(head)) return Container::kTar;
  return Container::kNone;
}

bool IsArchive(Container container) {
  return container == Container::kZip || container == Container::kSevenZip ||
         container == Container::kCab || container == Container::kTar;
}

bool IsArchiveName(std::string_view name) {
  return !SuffixOf(WithoutCompressionSuffix(name), kArchiveSuffixes).empty();
}

std::string_view WithoutCompressionSuffix(std::string_view name) {
  return name.substr(0, name.size() - SuffixOf(name, kCompressionSuffixes).size());
}

}  // namespace perfleak
