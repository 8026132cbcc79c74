// The limits of platform.h: "Memory limits for Windows releases", Microsoft.
#include <algorithm>
#include <array>
#include <limits>

#include "leaks/platform.h"
#include "leaks/releases.h"

namespace perfleak {
namespace {

constexpr double kMiB = 1024.0 * 1024;
constexpr double kBytesPerGiB = 1024 * kMiB;
constexpr double kTiB = 1024 * kBytesPerGiB;

struct Pools {
  std::string_view first, last;  // versions of Windows
  Bits bits;
  double paged;               // 0: not published as a number
  double nonpaged;            // 0: not published
  double nonpaged_share = 0;  // at most so much of RAM; 0: whatever the RAM
};

constexpr std::array kPools = {
    Pools{"2000", "2000", Bits::k32, 350 * kMiB, 0},
    Pools{"xp", "xp", Bits::k32, 490 * kMiB, 256 * kMiB},
    Pools{"2003", "2003", Bits::k32, 530 * kMiB, 256 * kMiB},
    Pools{"vista", "2008-r2", Bits::k32, 0, 2 * kBytesPerGiB, .75},
    Pools{"xp", "2003", Bits::k64, 128 * kBytesPerGiB, 128 * kBytesPerGiB},
    Pools{"vista", "vista", Bits::k64, 128 * kBytesPerGiB, 128 * kBytesPerGiB, .4},
    Pools{"2008", "2008-r2", Bits::k64, 128 * kBytesPerGiB, 128 * kBytesPerGiB, .75},
    Pools{"8", "2012", Bits::k64, 384 * kBytesPerGiB, 128 * kBytesPerGiB, 1},
    Pools{"8.1", "2025", Bits::k64, 15.5 * kTiB, 16 * kTiB, 1},
};

size_t IndexOf(std::string_view windows) {
  const auto all = ReleasesOf("windows");
  return static_cast<size_t>(
      std::find_if(all.begin(), all.end(),
                   [&](const Release& release) { return release.version == windows; }) -
      all.begin());
}

const Pools* PoolsOf(std::string_view windows, Bits bits) {
  for (const Pools& pools : kPools) {
    const size_t at = IndexOf(windows);
    if (pools.bits == bits && at >= IndexOf(pools.first) && at <= IndexOf(pools.last)) {
      return &pools;
    }
  }
  return nullptr;
}

// Where a client and its server are all that is left, logs are of servers.
std::vector<std::string> ServersIfAny(std::vector<std::string> versions) {
  if (!std::all_of(versions.begin(), versions.end(), IsClientOnly)) {
    versions.erase(std::remove_if(versions.begin(), versions.end(), IsClientOnly), versions.end());
  }
  return versions;
}

std::optional<double> LimitOf(const Pools& pools, Resource pool, std::optional<double> ram) {
  const double most = pool == Resource::kPoolPagedBytes ? pools.paged : pools.nonpaged;
  if (most == 0) return std::nullopt;
  if (pool == Resource::kPoolPagedBytes || pools.nonpaged_share == 0) return most;
  if (!ram) return std::nullopt;
  return std::min(most, pools.nonpaged_share * *ram);
}

// What `of` says of every version that it may be, if it is the same.
template <class Of>
std::optional<double> SameForAll(const Platform& platform, const Of& of) {
  std::optional<double> same;
  for (const std::string& version : ServersIfAny(platform.windows.versions)) {
    const std::optional<double> limit = of(version);
    if (!limit || (same && *same != *limit)) return std::nullopt;
    same = limit;
  }
  return same;
}

}  // namespace

std::optional<double> PoolLimit(const Platform& platform, Resource pool) {
  return SameForAll(platform, [&](std::string_view version) -> std::optional<double> {
    const Pools* pools = PoolsOf(version, platform.bits);
    return pools != nullptr ? LimitOf(*pools, pool, platform.ram) : std::nullopt;
  });
}

std::optional<double> AddressSpaceOf32Bits(double used) {
  for (const double end : {2 * kBytesPerGiB, 3 * kBytesPerGiB, 4 * kBytesPerGiB}) {
    if (used <= end) return end;
  }
  return std::nullopt;
}

std::optional<double> AddressSpaceLimit(const Platform& platform, double used) {
  if (platform.bits == Bits::k32) return AddressSpaceOf32Bits(used);
  if (platform.bits == Bits::kUnknown || !(used > 4 * kBytesPerGiB)) return std::nullopt;
  const auto end = SameForAll(platform, [](std::string_view version) -> std::optional<double> {
    return IndexOf(version) >= IndexOf("8.1") ? 128 * kTiB : 8 * kTiB;
  });
  return end && used <= *end ? end : std::nullopt;
}

}  // namespace perfleak
