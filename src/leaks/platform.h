// What a machine is: its Windows, its bits, its memory, the products on it. Read from the log, as
// far as instances, objects, levels and the date tell it, or stated by the user; each with where it
// comes from.
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

// What is known of one product on a machine.
struct ProductFact {
  std::string product;                // as in VersionKey
  std::vector<std::string> versions;  // one of these, as in VersionKey; empty: not known
  std::optional<int> pack;            // service pack; known only if stated
  bool after_pack = false;            // and a hotfix after it
  bool wts = false;
  Certainty certainty = Certainty::kLikely;
  std::string from;  // "--product", "Process(dsamain)", "the log is of 1998"
};

enum class Bits { kUnknown, k32, k64 };

struct Platform {
  std::string machine;
  double end_s = 0;     // of its log
  ProductFact windows;  // versions in order of release; never empty without a reason in `from`
  std::vector<ProductFact> products;  // each product once, sorted by name, those seen or stated
  Bits bits = Bits::kUnknown;
  std::string bits_from;
  std::optional<double> ram;  // bytes
  std::string ram_from;

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

// Whether a version of a product was out at this moment (seconds since 1970). true if perfleak does
// not know when it came out.
bool WasReleased(std::string_view product, std::string_view version, double t_s);

// Most that a pool can take, where it is less than the commit limit; nullopt where it is not known.
std::optional<double> PoolLimit(const Platform& platform, Resource pool);

// Where the address space of a 32-bit process ends that has used `used` bytes of it.
std::optional<double> AddressSpaceOf32Bits(double used);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_PLATFORM_H_
