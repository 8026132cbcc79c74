#include "report/platform_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "report/words.h"

namespace perfleak {
namespace {

constexpr size_t kShown = 5;  // lines, when folded
constexpr const char* kLabel = "System:   ";

std::string PackOf(const ProductFact& fact) {
  if (!fact.pack) return "";
  if (*fact.pack == 0) return " without service pack";
  return fmt::format(" SP{}{}", *fact.pack, fact.after_pack ? " and a hotfix" : "");
}

std::string FactText(const ProductFact& fact, const std::string& from) {
  const bool is_guess = fact.certainty == Certainty::kLikely;
  return fmt::format("{}{}{}{} ({})", is_guess ? "probably " : "", DescribeVersions(fact),
                     fact.wts ? ", Terminal Server Edition" : "", PackOf(fact), from);
}

std::string WindowsText(const Platform& platform) {
  const ProductFact& windows = platform.windows;
  if (windows.versions.empty()) return fmt::format("Windows not known ({})", windows.from);
  return FactText(windows, windows.from);
}

std::string BitsText(Bits bits) {
  return bits == Bits::k32 ? "32 bit" : bits == Bits::k64 ? "64 bit" : "";
}

std::string RamText(const std::optional<double>& ram) {
  return ram ? FormatQuantity(*ram, Unit::kBytes) + " of memory" : "";
}

}  // namespace

std::string PlatformLine(const Platform& platform) {
  std::vector<std::string> parts = {WindowsText(platform), Glue(BitsText(platform.bits)),
                                    RamText(platform.ram)};
  for (const ProductFact& product : platform.products) {
    parts.push_back(FactText(product, product.from.substr(0, product.from.find(", "))));
  }
  return JoinFilled(parts, ", ");
}

void PrintPlatforms(const std::vector<Platform>& platforms, Page* page) {
  std::vector<std::pair<std::string, std::vector<std::string>>> alike;  // line, machines
  for (const Platform& platform : platforms) {
    const std::string line = PlatformLine(platform);
    const auto found = std::find_if(alike.begin(), alike.end(),
                                    [&](const auto& group) { return group.first == line; });
    auto& group =
        found != alike.end() ? *found : alike.emplace_back(line, std::vector<std::string>());
    group.second.push_back(NameOrUnnamed(platform.machine));
  }
  const size_t shown = page->style().show_all ? alike.size() : std::min(alike.size(), kShown);
  for (size_t i = 0; i < shown; ++i) {
    const auto& [line, machines] = alike[i];
    page->Prose(i == 0 ? kLabel : "          ",
                alike.size() == 1 ? line : NameList(machines) + ": " + line);
  }
  if (shown < alike.size()) {
    page->Prose("          ", fmt::format("{} more in --all", alike.size() - shown));
  }
}

}  // namespace perfleak
