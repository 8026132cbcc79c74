#include "app/stated.h"

#include <utility>

#include "base/number.h"
#include "base/text.h"

namespace perfleak {
namespace {

Error Prefixed(const char* option, const Error& error) {
  return {std::string(option) + " " + error.message};
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
  for (const std::string& product : options.products) {
    auto key = ReadProduct(product);
    if (!key) return Prefixed("--product", key.error());
    stated.products.push_back(std::move(*key));
  }
  if (!options.ram.empty()) {
    stated.ram = ParseMemory(options.ram);
    if (!stated.ram) {
      return Error{"--ram " + options.ram +
                   ": not an amount of memory. Write it as 512MB, 4GB or 1.5TB."};
    }
  }
  return stated;
}

}  // namespace perfleak
