#include "input/content_hash.h"

#include <xxhash.h>

#include <array>
#include <utility>
#include <vector>

#include "base/check.h"

namespace perfleak {
namespace {

std::string ToHex(const XXH128_hash_t& hash) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  std::string hex;
  for (const unsigned char byte : canonical.digest) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

class HashingSource : public ByteSource {
 public:
  HashingSource(std::unique_ptr<ByteSource> source, ContentHash* hash)
      : source_(std::move(source)), hash_(hash) {}

  Result<size_t> Read(char* buffer, size_t size) override {
    Result<size_t> got = source_->Read(buffer, size);
    if (got) hash_->Add({buffer, *got});
    return got;
  }
  const std::string& name() const override { return source_->name(); }
  std::optional<Error> damage() const override { return source_->damage(); }
  const RandomAccess* random_access() const override { return source_->random_access(); }
  void Skip(std::string_view bytes) override {
    hash_->Add(bytes);
    source_->Skip(bytes);
  }
  bool is_unpacked() const override { return source_->is_unpacked(); }

 private:
  std::unique_ptr<ByteSource> source_;
  ContentHash* hash_;
};

}  // namespace

struct ContentHash::State {
  XXH3_state_t* xxh = XXH3_createState();
  ~State() { XXH3_freeState(xxh); }
};

ContentHash::ContentHash() : state_(std::make_unique<State>()) {
  PERFLEAK_CHECK(state_->xxh != nullptr);
  XXH3_128bits_reset(state_->xxh);
}
ContentHash::~ContentHash() = default;

void ContentHash::Add(std::string_view bytes) {
  XXH3_128bits_update(state_->xxh, bytes.data(), bytes.size());
}

std::string ContentHash::Hex() const { return ToHex(XXH3_128bits_digest(state_->xxh)); }

std::string HashOfBytes(std::string_view bytes) {
  return ToHex(XXH3_128bits(bytes.data(), bytes.size()));
}

Result<std::string> HashOfFile(const std::string& path) {
  Result<std::unique_ptr<ByteSource>> source = OpenByteSource(path);
  if (!source) return source.error();
  ContentHash hash;
  std::vector<char> block(size_t{1} << 18);
  for (;;) {
    const Result<size_t> got = (*source)->Read(block.data(), block.size());
    if (!got) return got.error();
    if (*got == 0) return hash.Hex();
    hash.Add({block.data(), *got});
  }
}

std::unique_ptr<ByteSource> HashWhileReading(std::unique_ptr<ByteSource> source,
                                             ContentHash* hash) {
  return std::make_unique<HashingSource>(std::move(source), hash);
}

}  // namespace perfleak
