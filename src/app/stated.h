// What a user states of the machines of the logs: --windows, --ram, --product.
#ifndef PERFLEAK_APP_STATED_H_
#define PERFLEAK_APP_STATED_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "leaks/platform.h"

namespace perfleak {

// As typed; empty where nothing is stated.
struct StatedOptions {
  std::string windows, ram;
  std::vector<std::string> products;
};

// A product that is stated twice is one, that with a version or service pack if one has it.
// Errors: a Windows, a product or an amount that cannot be read, with what could have been; two
// service packs of one product.
Result<PlatformStated> ReadStated(const StatedOptions& options);

// "4GB", "512 MB", "1.5 tb" in bytes, of 1024; nullopt for anything else, a number without unit
// included.
std::optional<double> ParseMemory(std::string_view text);

}  // namespace perfleak

#endif  // PERFLEAK_APP_STATED_H_
