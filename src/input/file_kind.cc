#include "input/file_kind.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "base/text.h"
#include "input/csv_fields.h"

namespace perfleak {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kExportIt =
    "give perfleak the log as CSV, as relog or Performance Monitor exports it";

enum class Advice {
  kUnpack,   // perfleak cannot
  kDamaged,  // it could if the file were whole: MemberWalker has looked at it before
  kExportLog
};

struct Magic {
  std::string_view bytes;
  size_t at;
  std::string_view what;
  Advice advice;
};

constexpr std::array kMagics = {
    Magic{"PLDG"sv, 0, "a result of perfleak batch --emit, which perfleak merge reads",
          Advice::kExportLog},
    Magic{"\x1F\x8B"sv, 0, "a gzip file", Advice::kDamaged},
    Magic{"PK\x03\x04"sv, 0, "a ZIP archive (or an Office document)", Advice::kDamaged},
    Magic{"PK\x05\x06"sv, 0, "an empty ZIP archive", Advice::kDamaged},
    Magic{"7z\xBC\xAF\x27\x1C"sv, 0, "a 7-Zip archive", Advice::kDamaged},
    Magic{"\xFD"
          "7zXZ\0"sv,
          0, "an xz file", Advice::kDamaged},
    Magic{"\x28\xB5\x2F\xFD"sv, 0, "a Zstandard file", Advice::kDamaged},
    Magic{"\x04\x22\x4D\x18"sv, 0, "an LZ4 file", Advice::kDamaged},
    Magic{"BZh"sv, 0, "a bzip2 file", Advice::kDamaged},
    Magic{"MSCF"sv, 0, "a cabinet file", Advice::kDamaged},
    Magic{"ustar"sv, 257, "a tar archive", Advice::kDamaged},
    Magic{"Rar!\x1A\x07"sv, 0, "a RAR archive", Advice::kUnpack},
    Magic{"SZDD\x88\xF0\x27\x33"sv, 0, "a file compressed by compress.exe", Advice::kUnpack},
    Magic{"LZIP\x01"sv, 0, "an lzip file", Advice::kUnpack},
    Magic{"\x89PNG\r\n"sv, 0, "a PNG image", Advice::kExportLog},
    Magic{"\xFF\xD8\xFF"sv, 0, "a JPEG image", Advice::kExportLog},
    Magic{"GIF8"sv, 0, "a GIF image", Advice::kExportLog},
    Magic{"%PDF-"sv, 0, "a PDF document", Advice::kExportLog},
    Magic{"MZ"sv, 0, "a Windows program", Advice::kExportLog},
    Magic{"\x7F"
          "ELF"sv,
          0, "a Linux program", Advice::kExportLog},
    Magic{"\xD0\xCF\x11\xE0"sv, 0, "an old Office document", Advice::kExportLog},
    Magic{"SQLite format 3\0"sv, 0, "an SQLite database", Advice::kExportLog},
    Magic{"ElfFile\0"sv, 0, "a Windows event log (.evtx)", Advice::kExportLog},
};

std::string_view TextOf(Advice advice) {
  switch (advice) {
    case Advice::kUnpack:
      return "unpack it first and analyze the logs in it";
    case Advice::kDamaged:
      return "it seems to be damaged: copy it again, or unpack it and analyze the logs in it";
    case Advice::kExportLog:
      return kExportIt;
  }
  return "";
}

uint32_t LittleEndian(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    value |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return value;
}

// A binary log is an event trace container: the first DWORD is the size of its buffers, a power of
// two (64 KB seen), and the logger's own first record follows the buffer header at 0x48.
bool IsBinaryLog(std::string_view head) {
  if (head.size() < 8) return false;
  const uint32_t buffer_bytes = LittleEndian(head);
  if (!std::has_single_bit(buffer_bytes) || buffer_bytes < 0x400 || buffer_bytes > 0x4000000) {
    return false;
  }
  const auto byte = [&](size_t at) { return at < head.size() ? head[at] : '\0'; };
  const bool has_record = byte(0x4B) == '\0' && (byte(0x46) == 1 || byte(0x46) == 2) &&
                          static_cast<unsigned char>(byte(0x47)) == 0xC0;
  return has_record || head.size() < 0x48 || buffer_bytes == 0x10000;
}

bool NeedsQuotes(std::string_view name) {
  return name.find_first_of(" &()^;,'") != std::string_view::npos;
}

// What text without a header looks like.
std::string Describe(std::string_view text) {
  const std::string_view start = Trim(text);
  const bool is_list = start.starts_with('[') && Trim(start.substr(1)).find_first_of("{[\"]") == 0;
  if (start.starts_with('{') || is_list) return "JSON";
  if (StartsWithIgnoreCase(start, "<!doctype html") || StartsWithIgnoreCase(start, "<html")) {
    return "an HTML page";
  }
  if (start.starts_with('<')) return "XML";
  const std::string_view line = start.substr(0, start.find('\n'));
  std::vector<std::string> cells;
  SplitFields(line.substr(0, 4096), ',', &cells);
  return "text whose first cell is \"" + Printable(Ellipsize(Trim(cells.front()), 60)) + "\"";
}

}  // namespace

std::string RelogCommand(const std::string& name) {
  const std::string quote = NeedsQuotes(name) ? "\"" : "";
  return "relog " + quote + name + quote + " -f CSV -o " + quote + name + ".csv" + quote;
}

std::optional<Error> RecognizeForeignFile(const std::string& name, std::string_view head) {
  if (head.empty()) {
    return Error{name + ": the file is empty; the collector has not written to it",
                 Error::Kind::kNoLog};
  }
  if (IsBinaryLog(head)) {
    return Error{name +
                 ": a binary performance log (.blg); export it on Windows, then analyze the "
                 "CSV file:\n" +
                 RelogCommand(name)};
  }
  for (const Magic& magic : kMagics) {
    if (head.size() < magic.at || !head.substr(magic.at).starts_with(magic.bytes)) continue;
    return Error{
        name + ": " + std::string(magic.what) + ", not a log; " + std::string(TextOf(magic.advice)),
        magic.advice == Advice::kExportLog ? Error::Kind::kNoLog : Error::Kind::kOther};
  }
  if (std::all_of(head.begin(), head.end(), [](char c) { return c == '\0'; })) {
    return Error{name +
                 ": begins with zero bytes only: space that was reserved and never written, "
                 "as after a crash; take an earlier copy of the log"};
  }
  return std::nullopt;
}

Error NotALog(const std::string& name, std::string_view text) {
  if (Trim(text).empty())
    return Error{name + ": no text in it, only blank lines; " + std::string(kExportIt),
                 Error::Kind::kNoLog};
  return Error{name + ": not a Performance Monitor log: found " + Describe(text) +
                   ", expected \"(PDH-CSV 4.0) (time zone)(bias)\" and counter paths like "
                   "\\\\SERVER\\Memory\\Available Bytes; " +
                   std::string(kExportIt),
               Error::Kind::kNoLog};
}

}  // namespace perfleak
