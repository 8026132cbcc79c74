#include "model/localized_names.h"

#include <algorithm>
#include <string>

#include "model/fold_name.h"

namespace perfleak {
namespace {

struct ByKey {
  bool operator()(const LocalizedName& a, std::string_view b) const { return a.key < b; }
  bool operator()(std::string_view a, const LocalizedName& b) const { return a < b.key; }
};

std::span<const LocalizedName> Find(std::string_view key) {
  const std::span<const LocalizedName> names = LocalizedNames();
  const auto [begin, end] = std::equal_range(names.begin(), names.end(), key, ByKey());
  return {begin, end};
}

}  // namespace

std::span<const LocalizedName> FindLocalizedObject(std::string_view name) {
  return Find(FoldName(name));
}

std::span<const LocalizedName> FindLocalizedCounter(std::string_view english_object,
                                                    std::string_view name) {
  return Find(FoldName(english_object) + '\t' + FoldName(name));
}

}  // namespace perfleak
