#include "leaks/responsible.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/text.h"
#include "base/units.h"

namespace perfleak {
namespace {

// Processes that run other components' code: growth in them says little of who is to blame.
constexpr std::array<std::string_view, 10> kHosts = {"store",    "inetinfo", "w3wp",  "svchost",
                                                     "services", "winlogon", "lsass", "dllhost",
                                                     "mmc",      "System"};

bool IsHost(const std::string& component) {
  return std::any_of(kHosts.begin(), kHosts.end(),
                     [&](std::string_view host) { return EqualsIgnoreCase(component, host); });
}

void AddCulprit(const Relief& relief, Suspect* suspect) {
  const bool once = relief.exits == 1;
  const std::string percent = FormatPercent(relief.returned);
  const std::string exits = once ? "one exit" : std::to_string(relief.exits) + " exits";
  suspect->evidence.push_back({true,
                               (once ? "Seen once: at an exit" : "At " + exits) + " of " +
                                   relief.culprit +
                                   (once ? " it fell by what it had gained before: "
                                         : " it falls by what it has gained before: ") +
                                   percent + ".",
                               relief.returned, "0.85 to 1.10", ""});
  suspect->likely_responsible =
      Responsible{relief.culprit,
                  exits + (once ? " gave" : " together gave") + " back " + percent + " of what " +
                      suspect->component + " had gained before",
                  once ? "compatible" : "fits"};
}

}  // namespace

void NameResponsible(const Finding& growth, Suspect* suspect) {
  if (growth.relief) {
    AddCulprit(*growth.relief, suspect);
    return;
  }
  if (IsHost(suspect->component)) {
    suspect->evidence.push_back({false,
                                 suspect->component +
                                     " runs code of other components; the growth alone does not "
                                     "say which of them leaks.",
                                 std::nullopt, "", ""});
    return;
  }
  if (suspect->component.empty() || suspect->kind == LeakKind::kAccumulation) return;
  suspect->likely_responsible =
      Responsible{suspect->component,
                  "the growth is in its own process, which is not a host for others", "compatible"};
}

}  // namespace perfleak
