#include "server_mix.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

#include "portable_math.h"

namespace perfleak::sim {
namespace {

// In these tables, as in windows.cc: image, parent, private, working set, virtual in MB, handles,
// threads, pool paged, pool nonpaged in KB, % processor, then what load adds: MB, handles, threads;
// then noise in MB, base priority, I/O per second.
std::vector<Program> ServicesOf2016() {
  return {
      {{"smss", "System", .5, 1.2, 2097156, 53, 3, 14, 3, 0, 0, 0, 0, 0, 11, .01}},
      {{"csrss", "smss", 2.1, 4.9, 2097205, 330, 10, 170, 12, .2, .1, 20, 0, 0, 13, .5}},
      {{"wininit", "smss", 1.4, 5.6, 2097190, 150, 2, 95, 9, 0, 0, 0, 0, 0, 13, .01}},
      {{"winlogon", "smss", 2.4, 9.6, 2097220, 240, 4, 140, 11, 0, 0, 4, 0, 0, 13, .1}},
      {{"lsass", "wininit", 14, 24, 2097230, 1150, 11, 180, 40, .9, 2, 120, 1, .3, 9, 5}},
      {{"svchost", "services", 4.2, 11, 2097190, 390, 11, 110, 19, .2, .3, 20, 1, .1, 8, 1}},
      {{"svchost", "services", 7.9, 19, 2097260, 610, 19, 160, 33, .3, .4, 30, 1, .1, 8, 2}},
      {{"spoolsv", "services", 6.3, 15, 2097240, 430, 10, 150, 17, 0, .2, 10, 1, 0, 8, .4}},
      {{"msdtc", "services", 3.1, 9.4, 2097200, 200, 10, 85, 12, 0, 0, 0, 0, 0, 8, .1}},
      {{"WmiPrvSE", "svchost", 14, 24, 2097230, 340, 9, 130, 15, .5, .8, 10, 1, .4, 8, 2}},
      {{"dwm", "winlogon", 22, 37, 2097280, 310, 10, 210, 17, .1, 0, 0, 0, .1, 13, .1}},
      {{"explorer", "userinit", 28, 74, 2097390, 1220, 31, 540, 50, .1, 0, 20, 0, .1, 8, .5}},
      {{"taskhostw", "svchost", 3.8, 12, 2097220, 210, 5, 140, 10, 0, 0, 0, 0, 0, 8, .1}},
  };
}

std::vector<Program> WebPrograms() {
  return {
      {{"inetinfo", "services", 11, 17, 190, 620, 24, 90, 60, .6, 1, 60, 3, .2, 8, 6}},
      {{"w3wp", "svchost", 88, 120, 610, 740, 31, 190, 30, 6, 12, 90, 6, .6, 8, 30}, true},
      {{"w3wp", "svchost", 46, 71, 560, 590, 24, 170, 24, 3, 7, 60, 4, .4, 8, 14}, true},
      {{"w3wp", "svchost", 31, 52, 540, 480, 21, 160, 20, 1.2, 3, 40, 3, .3, 8, 6}, true},
      {{"aspnet_state", "services", 21, 30, 210, 230, 12, 80, 12, .8, 4, 30, 2, .3, 8, 5}, true},
      {{"php-cgi", "w3wp", 19, 27, 160, 160, 4, 90, 8, 1.6, 2, 20, 0, .6, 8, 8}},
      {{"redis-server", "services", 140, 150, 260, 130, 5, 60, 10, 2, 12, 40, 0, .7, 8, 12}},
  };
}

std::vector<Program> DatabasePrograms() {
  return {
      {{"sqlservr", "services", 620, 660, 1300, 980, 64, 240, 90, 14, 8, 80, 8, 2, 8, 120}},
      {{"SQLAGENT", "services", 9, 15, 150, 390, 21, 90, 18, .3, .5, 12, 1, .1, 8, 2}},
      {{"ReportingServicesService", "services", 92, 120, 720, 640, 38, 200, 30, 1.2, 4, 40, 3, .5,
        8, 6},
       true},
      {{"msmdsrv", "services", 110, 130, 640, 460, 44, 150, 26, 2.1, 6, 20, 3, .8, 8, 14}},
      {{"oracle", "services", 410, 430, 1180, 870, 71, 180, 60, 9, 9, 90, 9, 1.5, 8, 80}},
      {{"MsDtsSrvr", "services", 31, 44, 480, 330, 18, 150, 18, .1, .5, 8, 1, .1, 8, .5}, true},
  };
}

std::vector<Program> MailPrograms() {
  return {
      {{"store", "services", 430, 460, 1250, 1730, 150, 340, 300, 15, 22, 380, 9, 1.2, 9, 70}},
      {{"mad", "services", 19, 28, 160, 710, 47, 80, 26, .5, .8, 24, 2, .1, 9, 3}},
      {{"inetinfo", "services", 32, 44, 230, 1310, 76, 150, 200, 3.5, 4, 160, 8, .4, 8, 20}},
      {{"emsmta", "services", 15, 20, 130, 570, 58, 70, 28, .4, .4, 20, 2, .05, 9, 1}},
      {{"edgetransport", "services", 160, 190, 840, 1180, 51, 260, 60, 3, 14, 120, 6, 1, 8, 24},
       true},
      {{"msexchangefds", "services", 48, 62, 560, 520, 24, 190, 22, .3, 2, 20, 2, .2, 8, 2}, true},
      {{"scanmail", "services", 58, 70, 280, 410, 33, 120, 22, 3.1, 5, 60, 3, .6, 8, 14}},
  };
}

std::vector<Program> FilePrograms() {
  return {
      {{"dfsrs", "services", 42, 55, 310, 610, 27, 130, 40, 1.1, 2, 50, 2, .4, 8, 20}},
      {{"ntfrs", "services", 22, 30, 240, 340, 22, 80, 20, .6, .8, 20, 1, .3, 8, 6}},
      {{"dns", "services", 24, 30, 180, 5200, 15, 90, 160, .5, 1, 40, 0, .2, 8, 1}},
      {{"tcpsvcs", "services", 4, 7, 60, 310, 13, 50, 16, .1, .1, 12, 0, 0, 8, .5}},
      {{"cidaemon", "cisvc", 11, 9, 130, 190, 6, 60, 9, .8, 2, 10, 0, .6, 4, 9}},
  };
}

std::vector<Program> ApplicationPrograms() {
  return {
      {{"java", "services", 310, 330, 890, 720, 58, 170, 40, 6, 9, 60, 5, 1.2, 8, 16}},
      {{"tomcat", "services", 190, 205, 720, 510, 44, 150, 30, 3, 7, 70, 6, .9, 8, 9}},
      {{"BizTalkService", "services", 120, 150, 690, 910, 47, 230, 40, 3, 9, 60, 5, .8, 8, 20},
       true},
      {{"OrderService", "services", 64, 82, 560, 480, 26, 180, 24, 2, 6, 70, 4, .5, 8, 12}, true},
      {{"faxgate", "services", 24, 33, 118, 430, 22, 74, 22, 2, 3, 40, 3, .5, 8, 8}},
      {{"dllhost", "svchost", 18, 26, 130, 390, 21, 90, 16, .8, 2, 30, 3, .3, 8, 4}},
      {{"mqsvc", "services", 9, 15, 110, 360, 20, 80, 20, .4, 1, 40, 1, .2, 8, 6}},
      {{"cscript", "taskeng", 7, 13, 80, 150, 6, 70, 7, .6, .4, 6, 0, .2, 8, 2}},
  };
}

std::vector<Program> Agents() {
  return {
      {{"rtvscan", "services", 33, 40, 150, 400, 35, 95, 19, 2.2, .8, 24, 2, .3, 8, 12}},
      {{"McShield", "services", 61, 68, 190, 260, 33, 80, 17, 2.6, .4, 14, 1, .2, 13, 9}},
      {{"ccmexec", "services", 21, 29, 180, 770, 29, 120, 30, .4, .4, 20, 2, .4, 8, 3}},
      {{"HealthService", "services", 34, 41, 260, 480, 33, 110, 24, .6, .6, 12, 1, .5, 8, 5}},
      {{"MonitoringHost", "HealthService", 46, 58, 590, 520, 21, 190, 22, .9, 1, 20, 1, .6, 8, 4},
       true},
      {{"cqmgserv", "services", 4.3, 6.4, 52, 190, 14, 48, 7, .3, 0, 0, 0, 0, 8, 1}},
      {{"snmp", "services", 4, 7, 60, 280, 7, 50, 8, .3, 0, 0, 0, 0, 8, 1}},
      {{"beremote", "services", 11, 16, 110, 240, 14, 70, 12, .2, 0, 0, 0, .1, 8, 2}},
      {{"VMwareService", "services", 6, 10, 80, 160, 8, 60, 9, .2, 0, 0, 0, .1, 13, .5}},
      {{"nsclient++", "services", 8, 13, 90, 220, 11, 60, 11, .2, 0, 6, 0, .1, 8, .5}},
      {{"perfagent", "services", 12, 17, 100, 210, 9, 60, 10, .3, 0, 0, 0, .1, 8, 2}},
  };
}

// One user's session on a terminal server.
std::vector<Program> Session() {
  return {
      {{"csrss", "smss", 1.9, 3.6, 31, 160, 10, 80, 6, .1, 0, 10, 0, 0, 13, .2}},
      {{"winlogon", "smss", 4.8, 4, 54, 260, 16, 70, 10, 0, 0, 0, 0, 0, 13, .1}},
      {{"explorer", "userinit", 9, 14, 90, 390, 11, 95, 12, .2, .5, 25, 0, .2, 8, .5}},
      {{"outlook", "explorer", 41, 57, 280, 1300, 28, 220, 40, .4, 6, 90, 3, .8, 8, 2}},
      {{"iexplore", "explorer", 33, 48, 240, 620, 21, 190, 24, .4, 8, 60, 2, 1, 8, 1}},
  };
}

Program SmallService(const Windows& windows, Rng& rng) {
  static constexpr std::array<const char*, 8> kNames = {
      "svchost", "svchost", "svchost", "svchost", "svchost", "conhost", "dllhost", "rundll32"};
  const double mb = Exp(rng.Uniform(0, 2.8));
  const bool is_new = windows.name == Windows2016().name;
  ProcessSpec process = {kNames[static_cast<size_t>(rng.Integer(0, 7))],
                         "services",
                         mb,
                         2.1 * mb + 2,
                         is_new ? 2097160 + 8 * mb : 24 + 7 * mb,
                         static_cast<int>(60 + 40 * mb),
                         static_cast<int>(3 + mb),
                         30 + 6 * mb,
                         4 + 2 * mb,
                         .2,
                         .03 * mb,
                         std::floor(2 * mb),
                         1,
                         .01 * mb,
                         8,
                         .3};
  return {std::move(process)};
}

std::vector<Program> Shuffled(std::vector<Program> from, Rng& rng) {
  for (size_t i = from.size(); i > 1; --i) {
    std::swap(from[i - 1], from[static_cast<size_t>(rng.Integer(0, static_cast<int64_t>(i) - 1))]);
  }
  return from;
}

void Take(std::vector<Program>& to, std::vector<Program> from, size_t most) {
  from.resize(std::min(from.size(), most));
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

}  // namespace

std::vector<Program> BasePrograms(const Windows& windows) {
  std::vector<Program> programs;
  for (ProcessSpec& process : BaseProcesses(windows)) programs.push_back({std::move(process)});
  if (windows.name == Windows2016().name) Take(programs, ServicesOf2016(), 99);
  return programs;
}

ServerMix RandomServer(const Windows& windows, int64_t count, const Rng& rng) {
  Rng draw = rng.Fork("mix");
  ServerMix mix;
  mix.programs = BasePrograms(windows);
  std::vector<Program>& programs = mix.programs;
  const auto some = [&draw](int64_t low, int64_t high) {
    return static_cast<size_t>(draw.Integer(low, high));
  };
  switch (draw.Integer(0, 5)) {
    case 0:
      mix.role = "web server";
      Take(programs, Shuffled(WebPrograms(), draw), some(3, 7));
      break;
    case 1:
      mix.role = "database server";
      Take(programs, DatabasePrograms(), some(2, 6));
      break;
    case 2:
      mix.role = "mail server";
      Take(programs, MailPrograms(), some(4, 7));
      break;
    case 3:
      mix.role = "file server";
      Take(programs, FilePrograms(), some(2, 5));
      break;
    case 4:
      mix.role = "application server";
      Take(programs, Shuffled(ApplicationPrograms(), draw), some(2, 6));
      Take(programs, Shuffled(WebPrograms(), draw), some(0, 3));
      break;
    default:
      mix.role = "terminal server";
      while (static_cast<int64_t>(programs.size()) < std::max<int64_t>(count - 8, 30)) {
        Take(programs, Session(), some(4, 5));
      }
  }
  Take(programs, Shuffled(Agents(), draw), some(2, 6));
  while (static_cast<int64_t>(programs.size()) < count) {
    programs.push_back(SmallService(windows, draw));
  }
  const double larger = windows.name == Windows2016().name ? 2.2 : 1;
  for (size_t i = 0; i < programs.size(); ++i) {
    Vary(programs[i].process, larger, rng.Fork("size " + std::to_string(i)));
  }
  return mix;
}

void Vary(ProcessSpec& process, double larger, Rng rng) {
  if (process.private_mb == 0) return;
  const double size = larger * Exp(rng.Uniform(-.4, .55));
  process.private_mb *= size;
  process.working_set_mb *= size;
  if (process.virtual_mb < 1e5) process.virtual_mb += (size - 1) * process.private_mb;
  process.virtual_mb = std::max(process.virtual_mb, 1.3 * process.private_mb + 4);
  process.load_mb *= size * rng.Uniform(.3, 1.6);
  process.noise_mb *= size;
  const double objects = rng.Uniform(.7, 1.4);
  process.handles = static_cast<int>(process.handles * objects);
  process.threads = std::max(1, static_cast<int>(process.threads * objects));
  process.pool_paged_kb *= objects;
  process.pool_nonpaged_kb *= objects;
}

ProcessSpec UnknownProgram(const std::string& image, const Windows& windows, Rng rng) {
  const bool is_nt4 = windows.name == WindowsNt4().name;
  const double mb = Exp(rng.Uniform(.7, is_nt4 ? 2.3 : 3.2));
  return {image,
          "services",
          mb,
          1.5 * mb + 1,
          windows.name == Windows2016().name ? 2097160 + 6 * mb : 20 + 6 * mb,
          static_cast<int>(60 + 14 * mb),
          static_cast<int>(4 + mb),
          14 + 3 * mb,
          4 + mb,
          rng.Uniform(.1, 1.5),
          .1 * mb,
          std::floor(2 * mb),
          2,
          .01 * mb,
          8,
          1};
}

}  // namespace perfleak::sim
