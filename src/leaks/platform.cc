// A fact begins with every version there is. Signs, the date and the Windows below take versions
// away, first those that are sure; what these leave is possible. Then what is likely takes away
// more, as long as something stays. What the user states replaces the outcome, not the proof.
#include "leaks/platform.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "leaks/platform_signs.h"
#include "leaks/releases.h"

namespace perfleak {
namespace {

using Weight = Sign::Weight;

constexpr double kGiB = 1024.0 * 1024 * 1024;
constexpr double kMostSpaceOf32Bits = 4 * kGiB;
constexpr double kMostKernelSpaceOf32Bits = 2 * kGiB;
// The kernel of a 32-bit Windows has at most 2 GB of address space: 524,288 pages of 4 KB.
constexpr double kMostPtesOf32Bits = 524288;

// Before this, 25 April 2005, there was no 64-bit Windows for PCs. Seconds since 1970.
constexpr double kFirst64Bit_s = 1114387200;

constexpr std::string_view kLast32BitOnly = "2000";
constexpr std::array<std::string_view, 8> k64BitOnly = {"2008-r2", "2012", "2012-r2", "2016",
                                                        "2019",    "2022", "11",      "2025"};

bool Is32BitOnly(std::string_view windows) {
  return windows.starts_with("nt-") || windows == kLast32BitOnly;
}
bool Is64BitOnly(std::string_view windows) {
  return std::find(k64BitOnly.begin(), k64BitOnly.end(), windows) != k64BitOnly.end();
}

bool Contains(const std::vector<std::string>& versions, std::string_view version) {
  return std::find(versions.begin(), versions.end(), version) != versions.end();
}

constexpr std::string_view kDated = "the log is of ";  // of reasons the one that tells least

std::string TheLogIsOf(double t_s) {
  return std::string(kDated) + FormatRfc3339(t_s, TimeBasis::kLocal).substr(0, 4);
}

// The versions of a product that are left, and what left them.
class Candidates {
 public:
  explicit Candidates(std::string_view product) {
    for (const Release& release : ReleasesOf(product)) {
      if (release.version != "9x") versions_.push_back(&release);  // has no such logs
    }
    all_ = versions_;
  }

  // Keeps those that `keep` is true of. False, and none is taken, if none would be left.
  template <class Keep>
  bool KeepIf(const Keep& keep, const std::string& from) {
    std::vector<const Release*> kept;
    std::copy_if(versions_.begin(), versions_.end(), std::back_inserter(kept),
                 [&](const Release* release) { return keep(*release); });
    if (kept.empty()) return false;
    if (kept.size() == versions_.size()) return true;
    ++steps_;
    if (kept.front() != versions_.front()) first_ = {steps_, from};
    if (kept.back() != versions_.back()) last_ = {steps_, from};
    if (kept.front() == versions_.front() && kept.back() == versions_.back()) middle_ = from;
    versions_ = std::move(kept);
    return true;
  }

  // From `first` to `last`, "" for an open end.
  bool KeepRange(std::string_view first, std::string_view last, const std::string& from) {
    const size_t begin = first.empty() ? 0 : IndexOf(first);
    const size_t end = last.empty() ? all_.size() : IndexOf(last) + 1;
    const bool kept = KeepIf(
        [&](const Release& release) {
          const size_t at = IndexOf(release.version);
          return at >= begin && at < end;
        },
        from);
    // One reason for both ends is better than two.
    if (kept && versions_.front()->version == first && versions_.back()->version == last) {
      first_ = last_ = {steps_, from};
    }
    return kept;
  }

  // Empty if all are left: nothing is known.
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    if (versions_.size() == all_.size()) return names;
    for (const Release* release : versions_) names.emplace_back(release->version);
    return names;
  }
  size_t size() const { return versions_.size(); }

  // What made the oldest and the newest of them the bounds, in the order in which it was applied,
  // the date last.
  std::string from() const {
    const auto [early, late] = std::minmax(first_, last_);
    if (late.second.empty()) return middle_;
    if (early.second.empty() || early == late) return late.second;
    constexpr std::string_view kProcess = "process ";
    if (early.second.starts_with(kProcess) && late.second.starts_with(kProcess)) {
      return "processes " + early.second.substr(kProcess.size()) + " and " +
             late.second.substr(kProcess.size());
    }
    if (early.second.starts_with(kDated)) return late.second + ", " + early.second;
    return early.second + ", " + late.second;
  }

 private:
  size_t IndexOf(std::string_view version) const {
    const auto found = std::find_if(all_.begin(), all_.end(), [&](const Release* release) {
      return release->version == version;
    });
    return static_cast<size_t>(found - all_.begin());
  }

  std::vector<const Release*> all_, versions_;  // in order of release
  int steps_ = 0;
  std::pair<int, std::string> first_, last_;  // step and reason
  std::string middle_;
};

// ---- levels ----

double Highest(const MachineIndex& index, const std::vector<SeriesRef>& refs) {
  double highest = 0;
  for (const SeriesRef& ref : refs) {
    const Extremes& extremes = index.set().lives[ref.life].series[ref.series].extremes;
    if (extremes.n > 0) highest = std::max(highest, extremes.max);
  }
  return highest;
}

struct BitsFact {
  Bits bits = Bits::kUnknown;
  std::string from;
};

// What levels say.
BitsFact BitsOf(const MachineIndex& index, const std::string& machine) {
  constexpr std::array kOfProcess = {Resource::kVirtualBytes, Resource::kPrivateBytes,
                                     Resource::kPageFileBytes};
  for (const Resource resource : kOfProcess) {
    if (Highest(index, index.OfProcesses(machine, resource)) > kMostSpaceOf32Bits) {
      return {Bits::k64, "a process with over 4 GB of " + std::string(ToString(resource))};
    }
  }
  for (const Resource pool : {Resource::kPoolPagedBytes, Resource::kPoolNonpagedBytes}) {
    if (Highest(index, index.OfSystem(machine, pool)) > kMostKernelSpaceOf32Bits) {
      return {Bits::k64, "over 2 GB of " + std::string(ToString(pool))};
    }
  }
  const double ptes = Highest(index, index.OfSystem(machine, Resource::kSystemPtes));
  if (ptes > 0) {
    return {ptes > kMostPtesOf32Bits ? Bits::k64 : Bits::k32, "Free System Page Table Entries"};
  }
  return {};
}

// From what its versions can be, and the date if that is no earlier than all of them.
BitsFact BitsOf(const ProductFact& windows, double end_s) {
  const auto& versions =
      windows.certainty == Certainty::kStated ? windows.versions : windows.possible;
  const bool is_dated = std::any_of(
      versions.begin(), versions.end(),
      [&](const std::string& version) { return WasReleased("windows", version, end_s); });
  const std::string from = windows.certainty == Certainty::kStated ? windows.from : "its Windows";
  if (versions.empty()) return {};
  if (std::all_of(versions.begin(), versions.end(), Is32BitOnly)) return {Bits::k32, from};
  if (std::all_of(versions.begin(), versions.end(), Is64BitOnly)) return {Bits::k64, from};
  if (is_dated && end_s < kFirst64Bit_s) return {Bits::k32, TheLogIsOf(end_s)};
  return {};
}

// The sum of all nodes. Memory that hardware keeps for itself is not in it, nor of use to Windows.
std::optional<double> MemoryOfNodes(const SeriesSet& set, const std::string& machine) {
  std::map<std::string, double> nodes;
  for (const Life& life : set.lives) {
    if (!EqualsIgnoreCase(life.machine, machine) || EqualsIgnoreCase(life.instance, "_Total")) {
      continue;
    }
    for (const LifeSeries& series : life.series) {
      if (series.traits.resource != Resource::kPhysicalMemory || series.extremes.n == 0) continue;
      nodes[life.instance] = std::max(nodes[life.instance], series.extremes.max);
    }
  }
  double sum = 0;
  for (const auto& [node, bytes] : nodes) sum += bytes;
  return sum > 0 ? std::optional(sum) : std::nullopt;
}

// ---- Windows ----

// What is sure, taken together.
struct SureWindows {
  Candidates candidates{"windows"};
  int taken = 0;    // signs
  int refused = 0;  // signs that would leave nothing
};

SureWindows TakeSureWindows(const Sightings& seen, std::optional<double> end_s, Bits bits) {
  SureWindows sure;
  if (end_s) {
    sure.candidates.KeepIf(
        [&](const Release& release) { return WasReleased("windows", release.version, *end_s); },
        TheLogIsOf(*end_s));
  }
  if (bits == Bits::k64) {
    sure.candidates.KeepIf([](const Release& r) { return !Is32BitOnly(r.version); }, "64 bit");
  }
  if (bits == Bits::k32) {
    sure.candidates.KeepIf([](const Release& r) { return !Is64BitOnly(r.version); }, "32 bit");
  }
  for (const Sign* sign : SignsOf("windows")) {
    const std::string shown = sign->weight == Weight::kSure ? seen.Show(*sign) : "";
    if (shown.empty()) continue;
    const bool kept = sure.candidates.KeepRange(sign->first, sign->last, shown);
    ++(kept ? sure.taken : sure.refused);
  }
  for (const Sign* sign : SignsOf("server")) {
    const std::string shown = seen.Show(*sign);
    if (shown.empty()) continue;
    sure.candidates.KeepIf([](const Release& r) { return !IsClientOnly(r.version); }, shown);
  }
  return sure;
}

void KeepLikelyWindows(const Sightings& seen, Candidates* candidates) {
  for (const Sign* sign : SignsOf("windows")) {
    const std::string shown = sign->weight == Weight::kLikely ? seen.Show(*sign) : "";
    if (!shown.empty()) candidates->KeepRange(sign->first, sign->last, shown);
  }
}

ProductFact WindowsOf(const Sightings& seen, double end_s, Bits bits) {
  ProductFact fact;
  fact.product = "windows";
  SureWindows sure = TakeSureWindows(seen, end_s, bits);
  // One sign against several and the date is another program of that name; several against the
  // date are a clock that is wrong.
  const bool is_odd = sure.refused == 1 && sure.taken > 1;
  if (sure.refused > 0 && !is_odd) sure = TakeSureWindows(seen, std::nullopt, bits);
  if (sure.refused > 0 && !is_odd) {
    fact.from = "the log shows different ones";
    return fact;
  }
  Candidates& candidates = sure.candidates;
  if (!is_odd) fact.possible = candidates.Names();
  const size_t n_possible = candidates.size();
  KeepLikelyWindows(seen, &candidates);
  fact.versions = candidates.Names();
  const bool is_guess = is_odd || candidates.size() < n_possible;
  fact.certainty = is_guess ? Certainty::kLikely : Certainty::kCertain;
  fact.from = candidates.from();
  if (fact.versions.empty()) {
    fact.from = seen.has_processes() ? "no process tells" : "no processes were logged";
    fact.certainty = Certainty::kLikely;
  }
  // Terminal Server starts one for each session, other editions of NT 4.0 just one.
  const bool is_nt4 = fact.versions == std::vector<std::string>{"nt-4.0"};
  fact.wts = is_nt4 && seen.several_csrss();
  if (fact.wts) fact.from += ", several csrss";
  return fact;
}

// ---- products ----

bool RunsOnAny(const Release& release, const std::vector<std::string>& windows) {
  const RunsOn* on = FindRunsOn(release.product, release.version);
  if (on == nullptr || windows.empty()) return true;
  Candidates those("windows");
  if (!those.KeepRange(on->first, on->last, "")) return true;
  const std::vector<std::string> names = those.Names();
  return names.empty() || std::any_of(windows.begin(), windows.end(),
                                      [&](const std::string& w) { return Contains(names, w); });
}

// A sign, and what shows it.
struct Seen {
  const Sign* sign;
  std::string what;
};
struct Shown {
  std::vector<Seen> sure, likely, hints;
};

Shown SignsShown(std::string_view product, const Sightings& seen) {
  Shown shown;
  for (const Sign* sign : SignsOf(product)) {
    std::string what = seen.Show(*sign);
    if (what.empty()) continue;
    auto& signs = sign->weight == Weight::kSure     ? shown.sure
                  : sign->weight == Weight::kLikely ? shown.likely
                                                    : shown.hints;
    signs.push_back({sign, std::move(what)});
  }
  // One common name may be another program's; two of the same product are not.
  if (!shown.sure.empty() || shown.likely.size() > 1) {
    shown.sure.insert(shown.sure.end(), shown.likely.begin(), shown.likely.end());
    shown.likely.clear();
  }
  return shown;
}

// False if one of them cannot be.
bool KeepSigns(const std::vector<Seen>& signs, Candidates* candidates) {
  bool all = true;
  for (const Seen& seen : signs) {
    all &= candidates->KeepRange(seen.sign->first, seen.sign->last, seen.what);
  }
  return all;
}

bool KeepThoseThatRunOn(const std::vector<std::string>& versions, const ProductFact& windows,
                        Candidates* candidates) {
  return candidates->KeepIf([&](const Release& release) { return RunsOnAny(release, versions); },
                            "on " + DescribeVersions(windows));
}

// What is told first is a sign of the product itself.
std::string ReasonOf(const Shown& shown, const Candidates& candidates) {
  const std::string from = candidates.from();
  std::vector<Seen> signs = shown.sure;
  signs.insert(signs.end(), shown.likely.begin(), shown.likely.end());
  for (const Seen& seen : signs) {
    if (from.starts_with(seen.what)) return from;
  }
  if (from.starts_with("processes ")) return from;
  return signs.front().what + (from.empty() ? "" : ", " + from);
}

// Signs of versions that do not run on this Windows: names that others have too, or a program that
// came with another.
ProductFact OfNoVersion(std::string_view product, const Shown& shown, const ProductFact& windows) {
  ProductFact fact;
  fact.product = product;
  fact.from = shown.sure.front().what + ", no such version runs on " + DescribeVersions(windows);
  return fact;
}

// nullopt if no sign of it is shown.
std::optional<ProductFact> ProductOf(std::string_view product, const Sightings& seen, double end_s,
                                     const ProductFact& windows) {
  const Shown shown = SignsShown(product, seen);
  if (shown.sure.empty() && shown.likely.empty()) return std::nullopt;
  Candidates candidates(product);
  KeepSigns(shown.sure, &candidates);
  candidates.KeepIf(
      [&](const Release& release) { return WasReleased(product, release.version, end_s); },
      TheLogIsOf(end_s));
  const bool is_stated = windows.certainty == Certainty::kStated;
  const bool runs =
      KeepThoseThatRunOn(is_stated ? windows.versions : windows.possible, windows, &candidates);
  ProductFact fact;
  fact.product = product;
  fact.possible = candidates.Names();
  const size_t n_possible = candidates.size();
  const bool fits = KeepSigns(shown.likely, &candidates) && runs;
  // A name that others have too, where the product cannot be.
  if (shown.sure.empty() && !fits) return std::nullopt;
  if (!runs) return OfNoVersion(product, shown, windows);
  KeepSigns(shown.hints, &candidates);
  KeepThoseThatRunOn(windows.versions, windows, &candidates);
  fact.versions = candidates.Names();
  const bool is_sure = !shown.sure.empty() && candidates.size() == n_possible;
  fact.certainty = is_sure ? Certainty::kCertain : Certainty::kLikely;
  fact.from = ReasonOf(shown, candidates);
  return fact;
}

// ---- what is stated ----

// The versions a key speaks of, in order of release; empty for any.
std::vector<std::string> VersionsOf(const VersionKey& key) {
  std::vector<std::string> versions;
  if (key.version.empty()) return versions;
  for (const Release& release : ReleasesOf(key.product)) {
    if (Covers(key, release.version)) versions.emplace_back(release.version);
  }
  return versions;
}

void NoteContradiction(const ProductFact& found, const VersionKey& key,
                       const std::vector<std::string>& stated, Platform* platform) {
  const bool fits = found.possible.empty() || stated.empty() ||
                    std::any_of(stated.begin(), stated.end(), [&](const std::string& version) {
                      return Contains(found.possible, version);
                    });
  if (fits) return;
  ProductFact sure = found;
  sure.versions = found.possible;
  platform->contradictions.push_back(
      {key.product, Describe(key), DescribeVersions(sure) + " (" + found.from + ")"});
}

void State(const VersionKey& key, const std::string& option, ProductFact* fact,
           Platform* platform) {
  const std::vector<std::string> stated = VersionsOf(key);
  // That it is there says nothing of the versions that the log tells.
  if (stated.empty() && key.scope == VersionKey::Scope::kAny && !fact->versions.empty()) return;
  NoteContradiction(*fact, key, stated, platform);
  const bool again = fact->certainty == Certainty::kStated;  // two versions of one product
  if (!again && !stated.empty()) fact->versions.clear();
  for (const std::string& version : stated) {
    if (!Contains(fact->versions, version)) fact->versions.push_back(version);
  }
  const bool names_pack = !again && (key.scope == VersionKey::Scope::kPack ||
                                     key.scope == VersionKey::Scope::kAfterPack);
  fact->product = key.product;
  fact->pack = names_pack ? std::optional(key.pack) : std::nullopt;
  fact->after_pack = names_pack && key.scope == VersionKey::Scope::kAfterPack;
  fact->wts = key.wts;
  fact->certainty = Certainty::kStated;
  fact->from = option;
}

void StateProducts(const std::vector<VersionKey>& keys, Platform* platform) {
  for (const VersionKey& key : keys) {
    auto& products = platform->products;
    auto at = std::find_if(products.begin(), products.end(),
                           [&](const ProductFact& fact) { return fact.product == key.product; });
    if (at == products.end()) at = products.insert(products.end(), ProductFact{});
    State(key, "--product", &*at, platform);
  }
}

}  // namespace

std::string_view ToString(Certainty certainty) {
  switch (certainty) {
    case Certainty::kLikely:
      return "likely";
    case Certainty::kCertain:
      return "certain";
    case Certainty::kStated:
      return "stated";
  }
  return "likely";
}

namespace {

// "5.5" of "Exchange Server 5.5" beside "Exchange Server 5.0": without what they share.
std::string WithoutTitle(std::string_view product, const std::string& title) {
  const Product* known = FindProduct(product);
  if (known == nullptr || !title.starts_with(known->title)) return title;
  return std::string(Trim(std::string_view(title).substr(known->title.size())));
}

}  // namespace

std::string DescribeVersions(const ProductFact& fact) {
  constexpr size_t kMostListed = 3;
  const auto title = [&](const std::string& version) {
    return DescribeVersion(fact.product, version);
  };
  const auto& versions = fact.versions;
  if (versions.empty()) return title("");
  const auto all = ReleasesOf(fact.product);
  if (versions.size() > kMostListed) {
    const bool to_first = versions.front() == all.front().version;
    const bool to_last = versions.back() == all.back().version;
    if (to_first) return title(versions.back()) + " or earlier";
    if (to_last) return title(versions.front()) + " or later";
    return title(versions.front()) + " to " + WithoutTitle(fact.product, title(versions.back()));
  }
  std::string text = title(versions.front());
  for (size_t i = 1; i < versions.size(); ++i) {
    text +=
        (i + 1 == versions.size() ? " or " : ", ") + WithoutTitle(fact.product, title(versions[i]));
  }
  return text;
}

const ProductFact* Platform::Find(std::string_view product) const {
  if (product == "windows") return windows.versions.empty() ? nullptr : &windows;
  const auto found = std::find_if(products.begin(), products.end(),
                                  [&](const ProductFact& fact) { return fact.product == product; });
  return found == products.end() ? nullptr : &*found;
}

bool IsClientOnly(std::string_view windows) {
  constexpr std::array<std::string_view, 7> kClients = {"xp", "vista", "7", "8", "8.1", "10", "11"};
  return std::find(kClients.begin(), kClients.end(), windows) != kClients.end();
}

bool WasReleased(std::string_view product, std::string_view version, double t_s) {
  const Release* release = FindRelease(product, version);
  const auto released_s = release != nullptr ? ReleasedAt(*release) : std::nullopt;
  return !released_s || t_s >= *released_s;
}

Platform PlatformOf(const MachineIndex& index, const CounterTable& table,
                    const std::string& machine, const PlatformStated& stated) {
  Platform platform;
  platform.machine = machine;
  const MachineFacts* facts = index.Facts(machine);
  platform.end_s = facts != nullptr ? facts->end_s : index.set().end_s;
  const Sightings seen(index.set(), table, machine);

  BitsFact bits = BitsOf(index, machine);
  platform.windows = WindowsOf(seen, platform.end_s, bits.bits);
  if (stated.windows) State(*stated.windows, "--windows", &platform.windows, &platform);
  const BitsFact by_windows = BitsOf(platform.windows, platform.end_s);
  // Over 4 GB in use prove 64 bits whatever is stated; few page table entries prove less than that.
  const bool stated_64 = stated.windows && by_windows.bits == Bits::k64;
  if (bits.bits == Bits::kUnknown || stated_64) bits = by_windows;
  platform.bits = bits.bits;
  platform.bits_from = bits.from;

  platform.ram = stated.ram ? stated.ram : MemoryOfNodes(index.set(), machine);
  if (platform.ram) platform.ram_from = stated.ram ? "--ram" : "object NUMA Node Memory";

  for (const Product& product : Products()) {
    if (product.name == "windows") continue;
    auto fact = ProductOf(product.name, seen, platform.end_s, platform.windows);
    if (fact) platform.products.push_back(std::move(*fact));
  }
  StateProducts(stated.products, &platform);
  std::sort(platform.products.begin(), platform.products.end(),
            [](const auto& a, const auto& b) { return a.product < b.product; });
  return platform;
}

std::vector<Platform> PlatformsOf(const MachineIndex& index, const CounterTable& table,
                                  const PlatformStated& stated) {
  std::vector<Platform> platforms;
  for (const MachineFacts& facts : index.set().machines) {
    platforms.push_back(PlatformOf(index, table, facts.name, stated));
  }
  return platforms;
}

}  // namespace perfleak
