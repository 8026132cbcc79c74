// What a log tells of the Windows it is from, as far as limits hang on it. A log does not name its
// Windows: only what follows for sure is told.
#ifndef PERFLEAK_LEAKS_WINDOWS_FACTS_H_
#define PERFLEAK_LEAKS_WINDOWS_FACTS_H_

#include <optional>
#include <string>

#include "leaks/machine_index.h"

namespace perfleak {

enum class Bits { kUnknown, k32, k64 };

// From Free System Page Table Entries, Virtual Bytes and the date. docs/method.md, section 10.
Bits BitsOf(const MachineIndex& index, const std::string& machine);

// Most that a pool can take, where it is less than the commit limit; nullopt where it is not known.
std::optional<double> PoolLimit(const MachineIndex& index, const std::string& machine,
                                Resource pool);

// Where the address space of a 32-bit process ends that has used `used` bytes of it.
std::optional<double> AddressSpaceOf32Bits(double used);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_WINDOWS_FACTS_H_
