#include "app/stated.h"

#include <algorithm>
#include <utility>

#include "base/number.h"
#include "base/text.h"

namespace perfleak {
namespace {

Error Prefixed(const char* option, const Error& error) {
  return {std::string(option) + " " + error.message};
}

constexpr double kLeastStatedMemory = 1024.0 * 1024;  // bytes

bool NamesPack(const VersionKey& key) { return key.scope != VersionKey::Scope::kAny; }

// Whether `key` says nothing that `other` does not say too.
bool IsSaidBy(const VersionKey& key, const VersionKey& other) {
  if (key.product != other.product || NamesPack(key)) return key == other;
  return key.version.empty() || key.version == other.version;
}

// Two service packs of one version.
bool Contradicts(const VersionKey& a, const VersionKey& b) {
  return a.product == b.product && a.version == b.version && NamesPack(a) && NamesPack(b) && a != b;
}

// Adds what the others do not say yet, in the place of those that say less.
void AddProduct(VersionKey key, std::vector<VersionKey>* keys) {
  const bool is_said = std::any_of(keys->begin(), keys->end(),
                                   [&](const VersionKey& other) { return IsSaidBy(key, other); });
  if (is_said) return;
  std::erase_if(*keys, [&](const VersionKey& other) { return IsSaidBy(other, key); });
  keys->push_back(std::move(key));
}

Result<std::vector<VersionKey>> ReadProducts(const std::vector<std::string>& written) {
  std::vector<VersionKey> read, products;
  for (const std::string& text : written) {
    auto key = ReadProduct(text);
    if (!key) return Prefixed("--product", key.error());
    for (size_t i = 0; i < read.size(); ++i) {
      if (!Contradicts(read[i], *key)) continue;
      return Error{"--product " + written[i] + " and --product " + text +
                   " contradict each other. State one service pack."};
    }
    read.push_back(*key);
    AddProduct(std::move(*key), &products);
  }
  return products;
}

Result<double> ReadMemory(const std::string& text) {
  const auto bytes = ParseMemory(text);
  if (bytes && *bytes >= kLeastStatedMemory) return *bytes;
  const std::string what = bytes ? ": less than 1 MB." : ": not an amount of memory.";
  return Error{"--ram " + text + what + " Write it as 512MB, 4GB or 1.5TB."};
}

// Bytes in a unit, 0 for what is none.
double BytesIn(std::string_view unit) {
  double bytes = 1;
  for (const char* name : {"kb", "mb", "gb", "tb"}) {
    bytes *= 1024;
    if (EqualsIgnoreCase(unit, name)) return bytes;
  }
  return 0;
}

}  // namespace

std::optional<double> ParseMemory(std::string_view text) {
  text = Trim(text);
  if (text.size() < 3) return std::nullopt;
  const double unit = BytesIn(text.substr(text.size() - 2));
  const auto number = ParseNumber(text.substr(0, text.size() - 2));
  if (unit == 0 || !number || !(*number > 0) || *number * unit > 1e18) return std::nullopt;
  return *number * unit;
}

Result<PlatformStated> ReadStated(const StatedOptions& options) {
  PlatformStated stated;
  if (!options.windows.empty()) {
    auto key = ReadWindows(options.windows);
    if (!key) return Prefixed("--windows", key.error());
    stated.windows = std::move(*key);
  }
  auto products = ReadProducts(options.products);
  if (!products) return products.error();
  stated.products = std::move(*products);
  if (!options.ram.empty()) {
    const auto ram = ReadMemory(options.ram);
    if (!ram) return ram.error();
    stated.ram = *ram;
  }
  return stated;
}

}  // namespace perfleak
