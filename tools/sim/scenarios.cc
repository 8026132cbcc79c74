#include "scenarios.h"

#include <cmath>
#include <utility>

#include "exchange.h"
#include "windows.h"

namespace perfleak::sim {
namespace {

constexpr double kMB = kMiB;

LocalSeconds At(int y, unsigned month, unsigned day, int hour, int minute) {
  using namespace std::chrono;
  return local_days(year(y) / std::chrono::month(month) / std::chrono::day(day)) + hours(hour) +
         minutes(minute);
}

// ---- growth that is no leak, for any process ----

Part Warming(std::string name, double mb, double tau_h, std::string why) {
  return {Resource::kPrivate, std::move(name),
          [=](Rng rng) { return CacheFill(mb * kMB, tau_h * kHour, rng); }, std::move(why),
          Truth::kHealthy};
}

Part OneStep(double at_h, double mb, std::string why) {
  return {Resource::kPrivate, "step", [=](Rng) { return StepAt(at_h * kHour, mb * kMB); },
          std::move(why), Truth::kHealthy};
}

Part HandleStep(double at_h, double handles, std::string why) {
  return {Resource::kHandles, "handle step", [=](Rng) { return StepAt(at_h * kHour, handles); },
          std::move(why), Truth::kHealthy};
}

Part WhileBackup(double mb) {
  return {Resource::kPrivate, "backup", [=](Rng) { return FollowBackup(mb * kMB); },
          "grows during the nightly backup and gives it back", Truth::kHealthy};
}

Part DuringWork(double mb, double from_hour, double to_hour, std::string why) {
  return {Resource::kPrivate, "working hours",
          [=](Rng rng) { return WorkingHours(mb * kMB, from_hour, to_hour, rng); }, std::move(why),
          Truth::kHealthy};
}

ProcessSpec With(ProcessSpec spec, std::vector<LifeSpan> lives) {
  spec.lives = std::move(lives);
  return spec;
}

// ---- machines ----

MachineSpec ServerOf(const char* name, Windows windows, Exchange exchange, LocalSeconds start) {
  MachineSpec m;
  m.name = name;
  m.processes = BaseProcesses(windows);
  m.windows = std::move(windows);
  m.start = start;
  m.load = OfficeProfile();
  Append(m.processes, ExchangeProcesses(exchange));
  m.services = ExchangeCounters(exchange);
  return m;
}

// A single-processor server of the NT 4.0 years, logged over the network from a workstation that
// has the collector of Windows 2000.
MachineSpec Nt4Server(const char* name, Exchange exchange, LocalSeconds start, const Rng& rng) {
  MachineSpec m = ServerOf(name, WindowsNt4(), exchange, start);
  m.zone = "Eastern Standard Time";
  m.bias_minutes = 300;
  m.processors = 1;
  m.ram_mb = 256;
  m.page_file_mb = 384;
  m.work = .5;
  m.commit_rest_mb = 9;
  m.cache_mb = 22;
  m.cache_load_mb = 12;
  m.cache_backup_mb = 26;
  m.available_floor_mb = 3.5;
  m.disks = {{"0", 4, 5, 30}, {"1", 9, 7, 60}};
  m.network_interface = "El90x Ethernet Adapter";
  Append(m.processes,
         {
             With({"ntbackup", "CMD", 6.4, 8.8, 34, 88, 5, 18, 5, 9, 0, 0, 0, .3, 8, 0},
                  DailyJob(start, 22.5, 2.4, false, rng.Fork("ntbackup"))),
             {"navapsvc", "services", 7.2, 9.1, 45, 96, 9, 19, 6, 1.2, .4, 9, 1, .05, 8, 0},
         });
  Find(m.processes, "navapsvc").parts = {
      OneStep(31.2, 1.1, "one step when new virus definitions were loaded")};
  Find(m.processes, "services").parts = {WhileBackup(.4)};
  return m;
}

MachineSpec Windows2000Server(const char* name, LocalSeconds start, const Rng& rng) {
  MachineSpec m = ServerOf(name, Windows2000(), Exchange::k2000, start);
  m.zone = "GMT Standard Time";
  m.bias_minutes = 0;
  m.processors = 2;
  m.ram_mb = 1024;
  m.page_file_mb = 1536;
  m.commit_rest_mb = 34;
  m.cache_mb = 60;
  m.cache_load_mb = 50;
  m.cache_backup_mb = 90;
  m.available_floor_mb = 5;
  m.work = 1.4;
  m.disks = {{"0 C:", 5, 7, 20}, {"1 D: E:", 24, 18, 160}};
  m.network_interface = "Compaq NC3163 Fast Ethernet NIC";
  Append(m.processes,
         {
             With({"ntbackup", "svchost", 14, 19, 62, 150, 9, 40, 9, 12, 0, 0, 0, .6, 8, 40},
                  DailyJob(start, 22.5, 2.2, false, rng.Fork("ntbackup"))),
             {"rtvscan", "services", 19, 24, 96, 310, 28, 60, 14, 2.2, .8, 24, 2, .1, 8, 9},
             {"cqmgserv", "services", 3.1, 4.7, 37, 150, 12, 27, 6, .3, 0, 0, 0, 0, 8, .6},
         });
  return m;
}

MachineSpec Windows2003Server(const char* name, LocalSeconds start, const Rng& rng) {
  MachineSpec m = ServerOf(name, Windows2003(), Exchange::k2003, start);
  m.zone = "W. Europe Standard Time";
  m.bias_minutes = -60;
  m.processors = 2;
  m.ram_mb = 2048;
  m.page_file_mb = 768;
  m.commit_rest_mb = 46;
  m.cache_mb = 110;
  m.cache_load_mb = 80;
  m.cache_backup_mb = 120;
  m.available_floor_mb = 6;
  m.work = 2;
  m.disks = {{"0 C:", 6, 9, 25}, {"1 D:", 34, 25, 260}};
  m.network_interface = "HP NC7782 Gigabit Server Adapter";
  m.process_counters = {"ID Process", "Private Bytes", "Handle Count", "Thread Count"};
  Append(m.processes,
         {
             With({"ntbackup", "svchost", 17, 23, 74, 170, 10, 60, 10, 13, 0, 0, 0, .7, 8, 60},
                  DailyJob(start, 22.5, 2.3, false, rng.Fork("ntbackup"))),
             {"rtvscan", "services", 31, 38, 140, 390, 34, 92, 18, 2.4, 1, 30, 2, .1, 8, 12},
         });
  return m;
}

// ---- scenarios ----

Simulation Q265511(const Rng& rng) {
  const LocalSeconds start = At(1999, 11, 11, 18, 0);  // Thursday evening to Tuesday
  Simulation s;
  s.machine = Nt4Server("EXCH01", Exchange::k55, start, rng);
  s.days = 5;
  s.interval_s = 300;
  s.info = {"q265511",
            "paged pool grows while a mail archiving agent handles attachments",
            "Windows NT 4.0 SP5, Exchange Server 5.5 SP3",
            "Q265511",
            {{"mailarch", "paged-pool", "mapi32"}},
            {"store: address book cache fills in the first day and stops",
             "navapsvc: one step when virus definitions are loaded",
             "mtx: restarted in the third night, new process ID",
             "ntbackup and services: during the nightly backup only"}};
  s.machine.boot_age_s = 7 * kHour;
  // Nonpaged pool of processes is left out: the collector was set up for paged pool.
  s.machine.process_counters = {"ID Process", "Private Bytes", "Pool Paged Bytes", "Handle Count",
                                "Thread Count"};
  auto& list = s.machine.processes;
  Append(list, {
                   {"mailarch", "services", 11, 15, 66, 240, 14, 34, 12, 4, 2.2, 30, 3, .25, 8, 0},
                   With({"mtx", "RpcSs", 3.6, 5.1, 47, 150, 13, 21, 7, .5, .8, 20, 2, .06, 8, 0},
                        RestartedAt({57.1 * kHour}, s.machine.boot_age_s)),
               });
  // One icon for each attachment, a little over 2 KB of paged pool, and nobody destroys it.
  Find(list, "mailarch").leaks = {{Resource::kPoolPaged, 1.15 * kMB, 0, 2208, .35, 0, .07}};
  Find(list, "store").parts = {Warming("address cache", 6, 3, "a cache that fills and stops")};
  return s;
}

Simulation Q176708(const Rng& rng) {
  const LocalSeconds start = At(1998, 3, 3, 7, 30);  // Tuesday to Sunday
  Simulation s;
  s.machine = Nt4Server("MAIL2", Exchange::k50, start, rng);
  s.days = 5;
  s.interval_s = 300;
  s.info = {"q176708",
            "the store grows by what a function of the MTA never frees",
            "Windows NT 4.0 SP3, Exchange Server 5.0",
            "Q176708",
            {{"store", "heap", "emsmta"}},
            {"emsmta: follows the load and does not grow",
             "dsamain: directory cache fills in the first day and stops",
             "navapsvc: one step when virus definitions are loaded",
             "spoolss: restarted on the second afternoon, new process ID",
             "ntbackup and services: during the nightly backup only"}};
  s.machine.page_file_mb = 320;
  s.machine.boot_age_s = 9 * kHour;
  s.machine.process_counters = {"ID Process", "Private Bytes", "Page File Bytes", "Virtual Bytes",
                                "Handle Count"};
  auto& list = s.machine.processes;
  Find(list, "store").leaks = {{Resource::kPrivate, 2.6 * kMB, .6, 4096, .3, 0, 0}};
  Find(list, "dsamain").parts = {Warming("directory cache", 5, 3, "a cache that fills and stops")};
  Find(list, "spoolss").lives = RestartedAt({31.4 * kHour}, s.machine.boot_age_s);
  return s;
}

Simulation Q254282(const Rng& rng) {
  const LocalSeconds start = At(2000, 1, 19, 9, 0);  // Wednesday to Monday
  Simulation s;
  s.machine = Nt4Server("CHAT01", Exchange::k55, start, rng);
  s.days = 5;
  s.interval_s = 300;
  s.info = {
      "q254282",
      "mmc and the chat server keep what ChatCommand objects take",
      "Windows NT 4.0 SP5, Exchange Server 5.5 SP3 with Chat Server",
      "Q254282",
      {{"mmc", "heap", "ChatCommand"}, {"chat", "heap", "ChatCommand"}},
      {"all others give working set back when memory is short; private bytes of mmc and chat "
       "never fall",
       "navapsvc: one step when virus definitions are loaded",
       "inetinfo: restarted in the second night, new process ID",
       "ntbackup and services: during the nightly backup only",
       "the log lists the instances of its first moment only: ntbackup has no column, but is in "
       "_Total"}};
  s.machine.ram_mb = 192;
  s.machine.page_file_mb = 288;
  s.machine.instances_at_start_only = true;
  s.machine.process_counters = {"ID Process", "Private Bytes", "Working Set", "Handle Count",
                                "Thread Count"};
  auto& list = s.machine.processes;
  Append(list, {
                   {"chat", "services", 9.5, 12, 71, 340, 29, 33, 26, 3.2, 2.4, 90, 4, .2, 8, 0},
                   With({"mmc", "explorer", 6.1, 9.2, 63, 160, 7, 29, 6, .4, .2, 8, 0, .04, 8, 0},
                        {{-3 * kHour, kForever}}),
               });
  Find(list, "chat").leaks = {{Resource::kPrivate, 1.9 * kMB, .25, 4096, .4, 0, .04}};
  Find(list, "mmc").leaks = {{Resource::kPrivate, .95 * kMB, .35, 4096, .3, 0, .04}};
  Find(list, "inetinfo").lives = RestartedAt({40.6 * kHour}, s.machine.boot_age_s);
  return s;
}

Simulation Q896064(const Rng& rng) {
  const LocalSeconds start = At(2005, 2, 14, 6, 0);  // Monday to Saturday
  Simulation s;
  s.machine = Windows2000Server("EXCH2K", start, rng);
  s.days = 5;
  s.interval_s = 300;
  s.info = {"896064",
            "a provisioning service that uses CDOEXM grows with every mailbox it makes",
            "Windows 2000 SP4, Exchange 2000 Server SP3",
            "896064",
            {{"provsvc", "heap", "cdoexm"}},
            {"lsass: directory cache fills in the first day and stops",
             "rtvscan: one step when virus definitions are loaded",
             "dllhost: restarted on the third morning, new process ID",
             "store: database cache long full", "ntbackup: during the nightly backup only"}};
  s.machine.boot_age_s = 12 * kDay;
  s.machine.process_counters = {"ID Process", "Private Bytes", "Pool Paged Bytes", "Handle Count",
                                "Thread Count"};
  auto& list = s.machine.processes;
  Append(list,
         {
             {"provsvc", "services", 16, 23, 104, 280, 15, 58, 11, 2.6, 3, 18, 2, .3, 8, 6},
             With({"dllhost", "svchost", 8.2, 12, 74, 260, 18, 47, 11, .6, 1, 22, 2, .08, 8, 1},
                  RestartedAt({50.3 * kHour}, s.machine.boot_age_s)),
         });
  Find(list, "provsvc").leaks = {{Resource::kPrivate, 13 * kMB, .12, 65536, .4, 0, .05}};
  Find(list, "lsass").parts = {{Resource::kPrivate, "directory cache",
                                [](Rng) { return RampTo(9 * kMB, 12.9 * kDay); },
                                "a cache that fills and stops", Truth::kHealthy}};
  Find(list, "rtvscan").parts = {
      OneStep(58.4, 3.2, "one step when new virus definitions were loaded")};
  return s;
}

Simulation Q898782(const Rng& rng) {
  const LocalSeconds start = At(2005, 3, 7, 0, 5);  // Monday to Friday night
  Simulation s;
  s.machine = Windows2003Server("EXCH01", start, rng);
  s.days = 5;
  s.interval_s = 300;
  s.info = {"898782",
            "a fax gateway opens mailbox after mailbox in one session until no memory is left",
            "Windows Server 2003, Exchange Server 2003 SP1",
            "898782",
            {{"faxgate", "heap", "emsmdb32"}},
            {"store: does less and less near the end, its queues grow: the victim",
             "lsass: steps of sessions with the working day",
             "wmiprvse: restarted twice, new process IDs",
             "rtvscan: one step when virus definitions are loaded",
             "ntbackup: during the nightly backup only"}};
  auto& list = s.machine.processes;
  Append(list, {{"faxgate", "services", 24, 33, 118, 430, 22, 74, 22, 3, 5, 40, 4, .5, 8, 8}});
  Find(list, "faxgate").leaks = {{Resource::kPrivate, 25.8 * kMB, .3, 65536, .3, 0, .04}};
  Find(list, "wmiprvse").lives = RestartedAt({27.8 * kHour, 74.2 * kHour}, s.machine.boot_age_s);
  Find(list, "rtvscan").parts = {
      OneStep(33.3, 4.5, "one step when new virus definitions were loaded")};
  return s;
}

// The worker process of Outlook Mobile Access: managed, and recycled every 29 hours as IIS 6 does.
ProcessSpec ManagedWorker(double boot_age_s) {
  ProcessSpec w3wp = {"w3wp", "svchost", 34, 52, 310, 620, 27, 130, 18, 1.5, 3, 40, 4, .3, 8, 4};
  w3wp.lives = RecycledEvery(29 * kHour, -boot_age_s, 40 * kDay);
  w3wp.parts = {{Resource::kPrivate, "managed heap",
                 [](Rng rng) { return Sawtooth(38 * kMB, 4.5 * kHour, rng); },
                 "a collected heap: climbs and falls", Truth::kHealthy}};
  return w3wp;
}

std::vector<ServiceCounter> ManagedCounters() {
  using Kind = ServiceCounter::Kind;
  return {{".NET CLR Memory", "w3wp", "# Bytes in all Heaps", Kind::kGauge, 0, 0, 0, 1,
           [](const Machine& machine) {
             return std::floor(4.1 * kMB + machine.PartValue("w3wp", "managed heap"));
           }},
          {".NET CLR Memory", "w3wp", "# Gen 2 Collections", Kind::kGauge, 0, 0, 0, 1,
           [](const Machine& machine) {
             const ProcessSample* w3wp = machine.First("w3wp");
             return w3wp == nullptr ? 0 : std::floor(w3wp->elapsed_s / 2700);
           }},
          {".NET CLR Memory", "w3wp", "% Time in GC", Kind::kReal, .05, 1.6, .4, 1}};
}

Simulation Healthy(const Rng& rng) {
  const LocalSeconds start = At(2005, 5, 17, 18, 0);  // Tuesday evening to Sunday
  Simulation s;
  s.machine = Windows2003Server("EXCH03", start, rng);
  s.days = 5;
  s.interval_s = 300;
  s.info = {
      "healthy",
      "a healthy mail server, rebooted in the afternoon before the log began",
      "Windows Server 2003 SP1, Exchange Server 2003 SP1",
      "",
      {},
      {"store: database cache fills for two days and stops",
       "lsass: directory cache fills and stops; sessions follow the working day",
       "w3wp: a collected heap, climbs and falls; recycled every 29 hours, new process IDs",
       "svchost: three instances; the second exits for an hour and is renumbered",
       "rtvscan: one step when virus definitions are loaded",
       "explorer: one step at a logon; services: handles make one step then",
       "spoolsv: restarted in the fourth night, new process ID",
       "ntbackup: during the nightly backup only", "Cache Bytes: more during backups and by day"}};
  s.machine.boot_age_s = 3.2 * kHour;
  auto& list = s.machine.processes;
  Part& cache = Find(list, "store").parts.front();
  cache = {Resource::kPrivate, "database cache",
           [](Rng own) { return CacheFill(540 * kMB, 5 * kHour, own); },
           "a cache that fills and stops", Truth::kHealthy};
  Find(list, "lsass").parts = {Warming("directory cache", 8, 4, "a cache that fills and stops")};
  Find(list, "rtvscan").parts = {
      OneStep(33.3, 4.5, "one step when new virus definitions were loaded")};
  Find(list, "explorer").parts = {OneStep(39.5, 3.1, "one step at a logon"),
                                  HandleStep(39.5, 60, "one step at a logon")};
  Find(list, "services").parts = {HandleStep(39.5, 35, "one step at a logon")};
  Find(list, "cqmgserv").parts = {DuringWork(1.2, 8, 18, "held while the console is connected")};
  Find(list, "spoolsv").lives = RestartedAt({81.7 * kHour}, s.machine.boot_age_s);
  // The second svchost is down for an hour: the third takes its place and name.
  list[8].lives = {{-kDay, 63.2 * kHour}, {64.3 * kHour, kForever}};
  Append(list, {ManagedWorker(s.machine.boot_age_s)});
  Append(list, {With({"mmc", "explorer", 11, 17, 92, 240, 9, 71, 8, .4, 1, 6, 1, .1, 8, .5},
                     DailyJob(start, 9.6, 3.5, true, rng.Fork("mmc")))});
  const std::vector<ServiceCounter> managed = ManagedCounters();
  s.machine.services.insert(s.machine.services.end(), managed.begin(), managed.end());
  return s;
}

}  // namespace

std::vector<std::string> ScenarioNames() {
  return {"q265511", "q176708", "898782", "896064", "q254282", "healthy"};
}

std::optional<Simulation> MakeScenario(std::string_view name, uint64_t seed) {
  const Rng rng = Rng(seed).Fork("schedule");
  if (name == "q265511") return Q265511(rng);
  if (name == "q176708") return Q176708(rng);
  if (name == "898782") return Q898782(rng);
  if (name == "896064") return Q896064(rng);
  if (name == "q254282") return Q254282(rng);
  if (name == "healthy") return Healthy(rng);
  return std::nullopt;
}

}  // namespace perfleak::sim
