// Which programs run on a random server: the services of its Windows, what it is there for (web,
// database, mail, ...), agents, and as many small services and sessions as it takes.
#ifndef PERFLEAK_TOOLS_SIM_SERVER_MIX_H_
#define PERFLEAK_TOOLS_SIM_SERVER_MIX_H_

#include <string>
#include <vector>

#include "process.h"
#include "random.h"
#include "windows.h"

namespace perfleak::sim {

struct Program {
  ProcessSpec process;
  bool managed = false;  // runs on .NET
};

struct ServerMix {
  std::string role;  // "web server"
  std::vector<Program> programs;
};

// Idle, System and the services every such server has.
std::vector<Program> BasePrograms(const Windows& windows);

// About `count` programs, Idle and System first. No two servers have the same sizes.
ServerMix RandomServer(const Windows& windows, int64_t count, const Rng& rng);

// The same program is larger on one server than on the other.
void Vary(ProcessSpec& process, double larger, Rng rng);

// One that is in no table: small, of the sizes usual on that Windows.
ProcessSpec UnknownProgram(const std::string& image, const Windows& windows, Rng rng);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_SERVER_MIX_H_
