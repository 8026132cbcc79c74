// What differs between Windows generations: how processes are numbered, which counters there are,
// how numbers are printed; and the processes that run on any server of that generation.
#ifndef PERFLEAK_TOOLS_SIM_WINDOWS_H_
#define PERFLEAK_TOOLS_SIM_WINDOWS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "process.h"

namespace perfleak::sim {

struct Windows {
  std::string name;
  int64_t system_pid = 4;
  int64_t pid_step = 4;
  int64_t boot_pid = 300;   // processes of the boot are numbered upwards from here
  int64_t max_pid = 6000;   // later ones take any free number below
  double tick_s = .015625;  // of the clock interrupt: processor time is counted in these
  bool has_process_io = true;
  bool has_free_ptes = true;
  int digits = 17;  // significant digits of a rate in a CSV export
  double system_code_mb = 2;
  double system_driver_mb = 4;
  double pool_paged_mb = 30;  // not charged to any process
  double pool_nonpaged_mb = 12;
  double free_ptes = 180000;
};

Windows WindowsNt4();
Windows Windows2000();
Windows Windows2003();
Windows Windows2016();

// Idle, System and the services every such server has.
std::vector<ProcessSpec> BaseProcesses(const Windows& windows);

// The one of that image. Throws std::out_of_range if there is none.
ProcessSpec& Find(std::vector<ProcessSpec>& specs, const std::string& image);

void Append(std::vector<ProcessSpec>& to, std::vector<ProcessSpec> more);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_WINDOWS_H_
