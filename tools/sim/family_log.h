// Puts families of series into logs, and writes the logs and their labels.
#ifndef PERFLEAK_TOOLS_SIM_FAMILY_LOG_H_
#define PERFLEAK_TOOLS_SIM_FAMILY_LOG_H_

#include <cstdint>
#include <filesystem>
#include <optional>

#include "families.h"

namespace perfleak::sim {

struct FamilyOptions {
  uint64_t seed = 1;
  int per_family = 50;
  std::optional<FamilySet> only;  // none: both sets
};

struct FamilyTotals {
  int logs = 0;
  int series = 0;
};

// Writes FOLDER/series-<grid>-<k>.csv and FOLDER/labels/series-<grid>-<k>.json. The same seed and
// options give the same bytes. Throws std::runtime_error where a file cannot be written.
FamilyTotals WriteFamilies(const FamilyOptions& options, const std::filesystem::path& folder);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_FAMILY_LOG_H_
