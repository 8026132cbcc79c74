// Stands in for src/fleet/digest_codec.cc until that is there: what the tests of the store look at.
#include <cstring>
#include <sstream>

#include "fleet/digest_codec.h"

namespace perfleak {

std::string EncodeDigest(const LogDigest& digest) {
  std::string bytes(1, static_cast<char>(digest.outcome));
  for (const std::string* text : {&digest.name, &digest.content, &digest.message}) {
    const uint64_t size = text->size();
    bytes.append(reinterpret_cast<const char*>(&size), sizeof(size)).append(*text);
  }
  return bytes;
}

Result<LogDigest> DecodeDigest(const std::string& name, std::string_view bytes) {
  if (bytes.empty()) return Error{name + ": not a digest."};
  LogDigest digest;
  digest.outcome = static_cast<LogOutcome>(bytes[0]);
  bytes.remove_prefix(1);
  for (std::string* text : {&digest.name, &digest.content, &digest.message}) {
    uint64_t size = 0;
    if (bytes.size() < sizeof(size)) return Error{name + ": damaged."};
    std::memcpy(&size, bytes.data(), sizeof(size));
    bytes.remove_prefix(sizeof(size));
    if (bytes.size() < size) return Error{name + ": damaged."};
    *text = bytes.substr(0, size);
    bytes.remove_prefix(size);
  }
  return digest;
}

Result<DigestSummary> DecodeSummary(const std::string& name, std::string_view bytes) {
  auto digest = DecodeDigest(name, bytes);
  if (!digest) return digest.error();
  return SummaryOf(*digest);
}

}  // namespace perfleak
