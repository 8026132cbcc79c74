#include "windows.h"

#include <iterator>
#include <stdexcept>
#include <utility>

namespace perfleak::sim {
namespace {

// In these tables: image, parent, private, working set, virtual in MB, handles, threads, pool
// paged, pool nonpaged in KB, % processor, then what load adds: MB, handles, threads; then noise in
// MB, base priority, I/O per second.
std::vector<ProcessSpec> Nt4Processes() {
  return {
      {"Idle", "", 0, .016, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0},
      {"System", "", .035, .2, 1.1, 340, 34, 0, 0, 1.2, 0, 40, 0, 0, 8},
      {"smss", "System", .16, .3, 6, 30, 6, 5, 1.6, 0, 0, 0, 0, 0, 11},
      {"csrss", "smss", 1.6, 2.4, 21, 240, 9, 40, 5, .4, .1, 20, 0, 0, 13},
      {"winlogon", "smss", 1.1, .9, 25, 42, 2, 20, 12, 0, 0, 2, 0, 0, 13},
      {"services", "winlogon", 2.6, 4.6, 33, 290, 21, 28, 106, .5, .2, 30, 1, 0, 9},
      {"lsass", "winlogon", 2.2, 3.8, 27, 120, 13, 22, 40, .5, .2, 25, 1, 0, 9},
      {"spoolss", "services", 1.5, 1.2, 23, 70, 7, 16, 60, 0, .1, 8, 0, 0},
      {"llssrv", "services", 1.3, 2.5, 20, 75, 9, 14, 6, .1, .1, 8, 0, 0, 9},
      {"RpcSs", "services", 1.0, 1.6, 19, 120, 8, 13, 10, .1, .1, 14, 1, 0},
      {"snmp", "services", 1.9, 2.4, 27, 160, 8, 17, 9, .3, 0, 0, 0, 0},
      {"msdtc", "services", 2.2, 3.9, 33, 120, 18, 20, 12, .1, 0, 0, 0, 0},
      {"tapisrv", "services", .9, 1.4, 18, 90, 7, 12, 4, 0, 0, 0, 0, 0},
      {"rasman", "services", .9, 1.5, 19, 85, 6, 12, 4, 0, 0, 0, 0, 0},
      {"mstask", "services", .8, 1.7, 20, 80, 6, 13, 3, 0, 0, 0, 0, 0},
      {"pstores", "services", 1.1, 1.4, 20, 50, 3, 12, 2, 0, 0, 2, 0, 0},
      {"cqmgserv", "services", 1.6, 2.2, 24, 110, 10, 16, 5, .2, 0, 0, 0, 0},
      {"sysdown", "services", .5, .9, 16, 30, 2, 9, 1, 0, 0, 0, 0, 0},
      {"explorer", "userinit", 2.1, 1.7, 34, 66, 5, 30, 4, .1, 0, 6, 0, 0},
      {"nddeagnt", "winlogon", .3, .4, 14, 16, 1, 9, 1, 0, 0, 0, 0, 0},
  };
}

std::vector<ProcessSpec> W2kProcesses() {
  return {
      {"Idle", "", 0, .016, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0},
      {"System", "", .028, .21, 1.7, 430, 44, 0, 0, 1.4, 0, 60, 0, 0, 8, 6},
      {"smss", "System", 1.1, .36, 5.1, 33, 6, 5, 1.5, 0, 0, 0, 0, 0, 11, .01},
      {"csrss", "smss", 1.5, 2.3, 23, 390, 11, 56, 5.5, .4, .1, 30, 0, 0, 13, .6},
      {"winlogon", "smss", 6.3, 3.2, 37, 390, 18, 36, 44, .1, 0, 4, 0, 0, 13, .2},
      {"services", "winlogon", 3.9, 6.3, 36, 560, 34, 32, 330, .6, .3, 50, 2, 0, 9, 2},
      {"lsass", "winlogon", 9.8, 14, 55, 620, 38, 42, 80, 1.4, 2.5, 140, 3, .4, 9, 4},
      {"svchost", "services", 1.6, 3.6, 24, 300, 9, 22, 12, .2, .1, 26, 1, 0, 8, .6},
      {"svchost", "services", 3.2, 6.9, 42, 460, 26, 33, 40, .3, .3, 22, 2, .1, 8, 1},
      {"spoolsv", "services", 3.1, 4.6, 30, 140, 12, 24, 18, .1, .2, 12, 1, 0, 8, .4},
      {"msdtc", "services", 1.9, 5.0, 34, 170, 20, 23, 10, .1, 0, 0, 0, 0, 8, .1},
      {"llssrv", "services", 1.1, 3.0, 22, 95, 9, 17, 6, .1, .1, 10, 0, 0, 9, .2},
      {"regsvc", "services", .4, .9, 12, 34, 2, 11, 1, 0, 0, 0, 0, 0, 8, .01},
      {"mstask", "services", 1.0, 2.9, 25, 110, 6, 18, 4, 0, 0, 0, 0, 0, 8, .1},
      {"snmp", "services", 2.8, 4.8, 31, 270, 7, 23, 8, .3, 0, 0, 0, 0, 8, 1},
      {"termsrv", "services", 1.5, 4.1, 31, 150, 12, 24, 10, .1, 0, 3, 0, 0, 10, .1},
      {"WinMgmt", "services", 2.9, .6, 30, 120, 5, 21, 6, .2, .2, 5, 0, .2, 8, .4},
      {"explorer", "userinit", 4.1, 3.9, 46, 310, 13, 49, 10, .2, 0, 20, 0, 0, 8, .4},
  };
}

std::vector<ProcessSpec> W2k3Processes() {
  return {
      {"Idle", "", 0, .028, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0},
      {"System", "", .028, .3, 1.9, 1150, 78, 0, 0, 1.2, 0, 90, 0, 0, 8, 8},
      {"smss", "System", .17, .47, 3.8, 20, 2, 6, .4, 0, 0, 0, 0, 0, 11, .01},
      {"csrss", "smss", 2.0, 4.2, 29, 480, 12, 72, 6, .3, .1, 40, 0, 0, 13, .8},
      {"winlogon", "smss", 7.3, 5.1, 56, 530, 19, 63, 50, .1, 0, 4, 0, 0, 13, .3},
      {"services", "winlogon", 3.5, 6.9, 38, 390, 19, 45, 60, .5, .3, 50, 1, 0, 9, 3},
      {"lsass", "winlogon", 12, 19, 74, 840, 41, 66, 90, 1.2, 3, 180, 3, .5, 9, 5},
      {"svchost", "services", 1.2, 3.4, 30, 110, 7, 33, 4, .1, 0, 4, 0, 0, 8, .2},
      {"svchost", "services", 2.0, 4.6, 34, 320, 11, 35, 14, .2, .1, 30, 1, 0, 8, .8},
      {"svchost", "services", 16, 25, 118, 1190, 61, 130, 70, .7, 1, 60, 3, .5, 8, 4},
      {"spoolsv", "services", 4.9, 7.1, 49, 170, 13, 55, 10, .1, .2, 12, 1, 0, 8, .4},
      {"msdtc", "services", 2.3, 5.6, 38, 160, 16, 41, 9, .1, 0, 0, 0, 0, 8, .1},
      {"snmp", "services", 3.4, 6.0, 41, 280, 7, 44, 8, .3, 0, 0, 0, 0, 8, 1},
      {"wmiprvse", "svchost", 3.1, 6.6, 41, 190, 8, 46, 6, .4, .4, 8, 1, .2, 8, 1},
      {"explorer", "userinit", 7.9, 11, 78, 380, 11, 84, 11, .2, 0, 25, 0, 0, 8, .5},
      {"cqmgserv", "services", 4.3, 6.4, 52, 190, 14, 48, 7, .3, 0, 0, 0, 0, 8, 1},
      {"cpqrcmc", "services", 1.2, 2.6, 28, 70, 4, 33, 2, 0, 0, 0, 0, 0, 8, .1},
      {"dfssvc", "services", 1.9, 4.7, 36, 92, 10, 38, 4, 0, 0, 0, 0, 0, 8, .1},
      {"cisvc", "services", 1.3, 1.1, 33, 80, 5, 36, 3, 0, 0, 0, 0, 0, 8, .01},
      {"vssrvc", "services", 2.2, 4.4, 37, 130, 6, 40, 4, 0, 0, 0, 0, 0, 8, .05},
      {"wuauclt", "svchost", 5.4, 3.8, 50, 160, 4, 71, 5, 0, 0, 0, 0, 0, 8, .02},
  };
}

std::vector<ProcessSpec> W2016Processes() {
  return {
      {"Idle", "", 0, .004, .06, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0},
      {"System", "", .13, .14, 3.4, 1480, 148, 0, 0, .8, 0, 40, 0, 0, 8, 8},
      {"services", "wininit", 5.1, 8.6, 2097200, 560, 8, 120, 18, .1, .2, 6, 1, 0, 9, 1},
      {"svchost", "services", 22, 38, 2097400, 1420, 48, 290, 60, .6, 1, 20, 2, .4, 8, 3},
  };
}

}  // namespace

Windows WindowsNt4() {
  return {.name = "Windows NT 4.0",
          .system_pid = 2,
          .pid_step = 1,
          .boot_pid = 20,
          .max_pid = 420,
          .tick_s = .01,
          .has_process_io = false,
          .has_free_ptes = false,
          .digits = 17,
          .system_code_mb = .6,
          .system_driver_mb = 1.6,
          .pool_paged_mb = 9,
          .pool_nonpaged_mb = 3.6,
          .free_ptes = 0};
}

Windows Windows2000() {
  return {.name = "Windows 2000",
          .system_pid = 8,
          .pid_step = 4,
          .boot_pid = 144,
          .max_pid = 2600,
          .tick_s = .015625,
          .has_process_io = true,
          .has_free_ptes = true,
          .digits = 17,
          .system_code_mb = 1.3,
          .system_driver_mb = 3.1,
          .pool_paged_mb = 34,
          .pool_nonpaged_mb = 14,
          .free_ptes = 51000};
}

Windows Windows2003() {
  return {.name = "Windows Server 2003",
          .system_pid = 4,
          .pid_step = 4,
          .boot_pid = 300,
          .max_pid = 6200,
          .tick_s = .015625,
          .has_process_io = true,
          .has_free_ptes = true,
          .digits = 17,
          .system_code_mb = 1.8,
          .system_driver_mb = 4.2,
          .pool_paged_mb = 52,
          .pool_nonpaged_mb = 21,
          .free_ptes = 24000};
}

Windows Windows2016() {
  return {.name = "Windows Server 2016",
          .system_pid = 4,
          .pid_step = 4,
          .boot_pid = 320,
          .max_pid = 14000,
          .tick_s = .015625,
          .has_process_io = true,
          .has_free_ptes = true,
          .digits = 20,
          .system_code_mb = .01,
          .system_driver_mb = 16,
          .pool_paged_mb = 190,
          .pool_nonpaged_mb = 110,
          .free_ptes = 16800000};
}

std::vector<ProcessSpec> BaseProcesses(const Windows& windows) {
  if (windows.name == "Windows NT 4.0") return Nt4Processes();
  if (windows.name == "Windows 2000") return W2kProcesses();
  if (windows.name == "Windows Server 2003") return W2k3Processes();
  return W2016Processes();
}

ProcessSpec& Find(std::vector<ProcessSpec>& specs, const std::string& image) {
  for (ProcessSpec& spec : specs) {
    if (spec.image == image) return spec;
  }
  throw std::out_of_range("no process " + image);
}

void Append(std::vector<ProcessSpec>& to, std::vector<ProcessSpec> more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

}  // namespace perfleak::sim
