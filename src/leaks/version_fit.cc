#include "leaks/version_fit.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "base/text.h"
#include "leaks/version_key.h"

namespace perfleak {
namespace {

constexpr std::string_view kWindows = "windows";
// An issue about fewer than one in so many of the possible versions is not pointed to.
constexpr size_t kFewOf = 4;
constexpr std::string_view kNt4 = "nt-4.0";

// Products that a list of all processes shows where they run.
constexpr std::array<std::string_view, 6> kHasProcesses = {"exchange", "his", "iis",
                                                           "sms",      "sna", "sql"};

using Keys = std::vector<VersionKey>;

std::map<std::string, Keys> ByProduct(const std::vector<std::string>& texts) {
  std::map<std::string, Keys> keys;
  for (const std::string& text : texts) {
    if (const auto key = ParseVersionKey(text)) keys[key->product].push_back(*key);
  }
  return keys;
}

// How many of these versions the issue is about.
size_t CountAffected(const Keys& affected, const std::vector<std::string>& versions) {
  return static_cast<size_t>(
      std::count_if(versions.begin(), versions.end(), [&](const std::string& version) {
        return std::any_of(affected.begin(), affected.end(),
                           [&](const VersionKey& key) { return Covers(key, version); });
      }));
}

// Whether a service pack that is known holds the correction. A pack that is affected all the same
// contradicts itself, and one of unknown number says nothing.
bool IsCorrected(const Keys& corrected, const Keys& affected, const ProductFact& fact) {
  return std::any_of(corrected.begin(), corrected.end(), [&](const VersionKey& key) {
    if (key.version != fact.versions.front() || key.wts != fact.wts) return false;
    if (std::find(affected.begin(), affected.end(), key) != affected.end()) return false;
    if (key.scope == VersionKey::Scope::kPack) return *fact.pack >= key.pack;
    return key.scope == VersionKey::Scope::kAfterPack && *fact.pack > key.pack;
  });
}

// The version is that of the issue and the service pack is known.
VersionFit FitPack(const Keys& affected, const Keys& corrected, const ProductFact& fact) {
  if (IsCorrected(corrected, affected, fact)) return VersionFit::kExcluded;
  bool of_this_version = false;
  bool any_pack = false;
  for (const VersionKey& key : affected) {
    if (!Covers(key, fact.versions.front()) || key.wts != fact.wts) continue;
    of_this_version = true;
    const bool a_pack =
        key.scope == VersionKey::Scope::kPack || key.scope == VersionKey::Scope::kAfterPack;
    if (a_pack && key.pack == *fact.pack) return VersionFit::kExact;
    any_pack = any_pack || !a_pack;
  }
  if (any_pack) return VersionFit::kVersion;
  return of_this_version ? VersionFit::kUnlikely : VersionFit::kVersion;
}

VersionFit FitProduct(const Keys& affected, const Keys& corrected, const ProductFact& fact) {
  const bool stated = fact.certainty == Certainty::kStated;
  if (!stated && !fact.possible.empty() && CountAffected(affected, fact.possible) == 0) {
    return VersionFit::kExcluded;
  }
  if (fact.versions.empty()) return VersionFit::kProduct;
  const size_t affected_count = CountAffected(affected, fact.versions);
  if (affected_count == 0) return stated ? VersionFit::kExcluded : VersionFit::kUnlikely;
  if (fact.versions.size() == 1 && fact.pack) return FitPack(affected, corrected, fact);
  // "Windows 11 or earlier" points to nothing.
  if (affected_count * kFewOf < fact.versions.size()) return VersionFit::kProduct;
  return affected_count == fact.versions.size() ? VersionFit::kVersion : VersionFit::kPossible;
}

// How many versions the issue is about; with their service packs, where these are told.
size_t CountVersions(const Keys& affected, bool with_packs) {
  std::set<std::string> versions;
  for (const VersionKey& key : affected) {
    const std::string pack = std::to_string(static_cast<int>(key.scope)) + std::to_string(key.pack);
    versions.insert(key.version + (with_packs ? pack : ""));
  }
  return versions.size();
}

// Windows NT 4.0 and its Terminal Server Edition have their own files and service packs.
VersionFit FitEdition(VersionFit fit, const Keys& affected, const ProductFact& fact) {
  if (fact.product != kWindows || fit <= VersionFit::kUnlikely) return fit;
  const bool same = std::any_of(affected.begin(), affected.end(), [&](const VersionKey& key) {
    return key.wts == fact.wts || key.version != kNt4;
  });
  if (same || fact.versions.size() != 1 || fact.versions.front() != kNt4) return fit;
  return fact.certainty == Certainty::kStated && !fact.wts ? VersionFit::kUnlikely
                                                           : VersionFit::kPossible;
}

VersionEvidence FitOne(const std::string& product, const Keys& affected, const Keys& corrected,
                       const Platform& platform, bool processes_logged) {
  VersionEvidence evidence;
  evidence.product = product;
  const ProductFact* fact = platform.Find(product);
  const bool known = fact != nullptr && !(fact->versions.empty() && fact->from.empty());
  if (!known) {
    const bool would_show =
        std::find(kHasProcesses.begin(), kHasProcesses.end(), product) != kHasProcesses.end();
    if (!would_show || !processes_logged) return {};
    evidence.fit = VersionFit::kAbsent;
    evidence.what = "no process of " + DescribeVersion(product, "");
    return evidence;
  }
  evidence.fit = FitEdition(FitProduct(affected, corrected, *fact), affected, *fact);
  // Some Windows always runs.
  if (product == kWindows && evidence.fit == VersionFit::kProduct) return {};
  evidence.affected = CountVersions(affected, evidence.fit == VersionFit::kExact);
  evidence.what = DescribeVersions(*fact) + (fact->from.empty() ? "" : " (" + fact->from + ")");
  return evidence;
}

}  // namespace

VersionEvidence FitVersions(const KnownIssue& issue, const Platform& platform,
                            bool processes_logged) {
  const auto affected = ByProduct(issue.affects);
  auto corrected = ByProduct(issue.fix.fixed_keys);
  VersionEvidence best;
  bool any = false;
  VersionEvidence windows;
  for (const auto& [product, keys] : affected) {
    VersionEvidence evidence =
        FitOne(product, keys, corrected[product], platform, processes_logged);
    if (product == kWindows) {
      windows = evidence;
    } else if (!any || evidence.fit > best.fit) {
      any = true;
      best = evidence;
    }
  }
  if (!any || best.fit == VersionFit::kUntold) return windows;
  if (windows.fit == VersionFit::kExcluded && best.fit < VersionFit::kProduct) return windows;
  // A product that is there on a Windows that the issue does not name.
  if (windows.fit <= VersionFit::kUnlikely && best.fit > VersionFit::kUnlikely) {
    windows.fit = VersionFit::kUnlikely;
    return windows;
  }
  return best;
}

}  // namespace perfleak
