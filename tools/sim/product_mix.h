// Which programs a product brings to a server, and which counters: Exchange, SNA Server, IIS, SMS,
// SQL Server, Terminal Server, and what else the knowledge base has entries for.
#ifndef PERFLEAK_TOOLS_SIM_PRODUCT_MIX_H_
#define PERFLEAK_TOOLS_SIM_PRODUCT_MIX_H_

#include <string>
#include <vector>

#include "machine.h"
#include "random.h"
#include "server_mix.h"
#include "windows.h"

namespace perfleak::sim {

struct ProductMix {
  std::vector<Program> programs;  // Idle and System first
  std::vector<ServiceCounter> counters;
};

// The services of that Windows, a few agents, and what each product brings. A product is a name and
// a version: "exchange-5.5", "sna-3.0", "iis-5.0", "wts-4.0"; one that is not known brings nothing.
// No two servers have the same sizes.
ProductMix ServerWith(const Windows& windows, const std::vector<std::string>& products,
                      const Rng& rng);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_PRODUCT_MIX_H_
