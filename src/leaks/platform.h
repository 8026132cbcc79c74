// What a machine is: its Windows, its bits, its memory, the products on it. Read from the log, as
// far as instances, objects, levels and the date tell it, or stated by the user; each with where it
// comes from. docs/platform.md says what tells what.
#ifndef PERFLEAK_LEAKS_PLATFORM_H_
#define PERFLEAK_LEAKS_PLATFORM_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leaks/machine_index.h"
#include "leaks/version_key.h"
#include "model/counter_table.h"

namespace perfleak {

enum class Certainty {
  kLikely,   // a log usually looks so
  kCertain,  // the log cannot be from anything else
  kStated    // by the user
};
std::string_view ToString(Certainty certainty);  // "likely", as in JSON

// What is known of one product on a machine.
struct ProductFact {
  std::string product;                // as in VersionKey
  std::vector<std::string> versions;  // one of these, in order of release; empty: not known
  // Those that the log does not rule out, whatever is likely or stated; holds `versions` unless
  // stated. Empty: any.
  std::vector<std::string> possible;
  std::optional<int> pack;  // service pack; known only if stated
  bool after_pack = false;  // and a hotfix after it
  bool wts = false;         // Windows NT 4.0, Terminal Server Edition
  Certainty certainty = Certainty::kLikely;
  std::string from;  // "--product", "process dsamain", "the log is of 1998"
};

// "Windows NT 4.0", "Exchange Server 5.0 or 5.5", "Windows Server 2003 or earlier"; the product
// alone if the version is not known.
std::string DescribeVersions(const ProductFact& fact);

enum class Bits { kUnknown, k32, k64 };

// What the user states and the log rules out.
struct Contradiction {
  std::string product;
  std::string stated;  // "Windows NT 4.0"
  std::string log;     // "Windows Vista or later (process wininit)"
};

struct Platform {
  std::string machine;
  double end_s = 0;     // of its log
  ProductFact windows;  // versions in order of release; never empty without a reason in `from`
  std::vector<ProductFact> products;  // each product once, sorted by name, those seen or stated
  Bits bits = Bits::kUnknown;
  std::string bits_from;
  std::optional<double> ram;  // bytes
  std::string ram_from;
  std::vector<Contradiction> contradictions;

  // nullptr if nothing is known of it; windows is found too.
  const ProductFact* Find(std::string_view product) const;
};

// What the user states of the machines of the logs.
struct PlatformStated {
  std::optional<VersionKey> windows;
  std::optional<double> ram;  // bytes
  std::vector<VersionKey> products;
};

Platform PlatformOf(const MachineIndex& index, const CounterTable& table,
                    const std::string& machine, const PlatformStated& stated);

// Of every machine of the set, in its order.
std::vector<Platform> PlatformsOf(const MachineIndex& index, const CounterTable& table,
                                  const PlatformStated& stated);

// Whether a version of a product was out at this moment (seconds since 1970). true if perfleak does
// not know when it came out.
bool WasReleased(std::string_view product, std::string_view version, double t_s);

// Windows for workstations and PCs: "xp", "10". NT and 2000 are both.
bool IsClientOnly(std::string_view windows);

// ---- limits: "Memory limits for Windows releases", Microsoft ----

// Most that a pool can take, beside the commit limit; nullopt where it is not known.
std::optional<double> PoolLimit(const Platform& platform, Resource pool);

// Where the address space of a process ends that has used `used` bytes of it. nullopt where it is
// not known: a process of 64-bit Windows may be one of 32 bits.
std::optional<double> AddressSpaceLimit(const Platform& platform, double used);

// The same of a 32-bit process.
std::optional<double> AddressSpaceOf32Bits(double used);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_PLATFORM_H_
