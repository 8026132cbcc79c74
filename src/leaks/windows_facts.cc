#include "leaks/windows_facts.h"

#include <algorithm>

namespace perfleak {
namespace {

constexpr double kMiB = 1024.0 * 1024;
constexpr double kGiB = 1024 * kMiB;

// The kernel of a 32-bit Windows has at most 2 GB of address space: 524,288 pages of 4 KB.
constexpr double kMostPtesOf32Bits = 524288;
constexpr double kMostSpaceOf32Bits = 4 * kGiB;

// Seconds since 1970. Before the first there was no 64-bit Windows for PCs (25 April 2005); between
// the other two, servers ran Windows Server 2003 (24 April 2003, 27 February 2008).
constexpr double kFirst64Bit_s = 1114387200;
constexpr double kServer2003_s = 1051142400;
constexpr double kServer2008_s = 1204070400;

// Windows Server 2003, 32 bit: "Memory limits for Windows releases", Microsoft.
constexpr double kPagedPool2003 = 530 * kMiB;
constexpr double kNonpagedPool2003 = 256 * kMiB;

struct Range {
  double low = 0, high = 0;
};

std::optional<Range> RangeOf(const MachineIndex& index, const std::vector<SeriesRef>& refs) {
  std::optional<Range> range;
  for (const SeriesRef& ref : refs) {
    const Moments& moments = index.set().lives[ref.life].series[ref.series].moments;
    if (moments.n == 0) continue;
    if (!range) range = {moments.min, moments.max};
    range->low = std::min(range->low, moments.min);
    range->high = std::max(range->high, moments.max);
  }
  return range;
}

double EndOf(const MachineIndex& index, const std::string& machine) {
  const MachineFacts* facts = index.Facts(machine);
  return facts != nullptr ? facts->end_s : index.set().end_s;
}

}  // namespace

Bits BitsOf(const MachineIndex& index, const std::string& machine) {
  const auto space = RangeOf(index, index.OfProcesses(machine, Resource::kVirtualBytes));
  if (space && space->high > kMostSpaceOf32Bits) return Bits::k64;
  const auto ptes = RangeOf(index, index.OfSystem(machine, Resource::kSystemPtes));
  if (ptes) return ptes->high > kMostPtesOf32Bits ? Bits::k64 : Bits::k32;
  return EndOf(index, machine) < kFirst64Bit_s ? Bits::k32 : Bits::kUnknown;
}

std::optional<double> PoolLimit(const MachineIndex& index, const std::string& machine,
                                Resource pool) {
  const double end_s = EndOf(index, machine);
  const bool is_2003 = end_s >= kServer2003_s && end_s < kServer2008_s;
  if (!is_2003 || BitsOf(index, machine) != Bits::k32) return std::nullopt;
  return pool == Resource::kPoolPagedBytes ? kPagedPool2003 : kNonpagedPool2003;
}

std::optional<double> AddressSpaceOf32Bits(double used) {
  for (const double end : {2 * kGiB, 3 * kGiB, 4 * kGiB}) {
    if (used <= end) return end;
  }
  return std::nullopt;
}

}  // namespace perfleak
