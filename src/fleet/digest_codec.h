// A LogDigest as bytes: a head with the summary, which can be read alone, and the rest compressed.
// It is the format of the files that `perfleak batch --emit` writes and of the store's digests;
// docs/store.md describes it. The only file of the layer that includes zstd.
#ifndef PERFLEAK_FLEET_DIGEST_CODEC_H_
#define PERFLEAK_FLEET_DIGEST_CODEC_H_

#include <string>
#include <string_view>

#include "base/result.h"
#include "fleet/log_digest.h"

namespace perfleak {

// Of the format. Other versions are not read.
constexpr int kDigestVersion = 2;

// The same digest gives the same bytes.
std::string EncodeDigest(const LogDigest& digest);

// Errors: not a digest, of a version of the format that this program does not know, damaged (there
// is a checksum). `name` is that of the file, for the message. Memory is bounded by what the bytes
// can hold, whatever they claim.
Result<LogDigest> DecodeDigest(const std::string& name, std::string_view bytes);
Result<DigestSummary> DecodeSummary(const std::string& name, std::string_view bytes);

}  // namespace perfleak

#endif  // PERFLEAK_FLEET_DIGEST_CODEC_H_
