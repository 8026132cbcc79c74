#include "machine_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "life_plan.h"
#include "portable_math.h"
#include "server_mix.h"

namespace perfleak::sim {
namespace {

constexpr double kMostCells = 1.25e6;  // of a log; about 12 bytes each
constexpr double kRebootDownS = 240;

double LogUniform(Rng& rng, double low, double high) {
  return high <= low ? low : low * Exp(rng.Uniform() * Log(high / low));
}

class Drawer {
 public:
  explicit Drawer(const Rng& rng) : rng_(rng) {}

  MachinePlan Draw(const Setting& setting) {
    Rng rng = rng_.Fork("setting");
    DrawHardware(setting.windows, rng);
    plan_.machine.boot_age_s = DrawBootAge(rng);
    plan_.machine.start = setting.start;
    plan_.length_s = setting.length_s;
    plan_.interval_s = setting.interval_s;
    plan_.processes = setting.processes;
    plan_.machine.process_counters = setting.process_counters;
    DrawJobs(rng);
    DrawInnocent();
    DrawMemory(setting.grows_mb);
    return std::move(plan_);
  }

  MachinePlan Draw() {
    DrawWindows();
    DrawTimes();
    DrawPrograms();
    DrawInterval();
    ChooseCulprits();
    DrawInnocent();
    DrawMemory(0);
    DrawRates();
    return std::move(plan_);
  }

 private:
  using Candidates = std::vector<size_t>;

  void DrawWindows();
  void DrawHardware(Windows windows, Rng& rng);
  void DrawTimes();
  static double DrawBootAge(Rng& rng);
  void DrawPrograms();
  void DrawJobs(Rng& rng);
  void DrawInterval();

  void ChooseCulprits();
  std::optional<Culprit> Choose(Rng& rng);
  void Accept(Culprit culprit);
  Candidates ProcessesFor(CulpritKind kind) const;
  bool IsTaken(const Culprit& culprit) const;
  void PlanRestartsOf(Culprit& culprit, Rng& rng) const;
  void ChooseResponsible(Culprit& culprit, Rng& rng) const;

  void DrawInnocent();
  void DrawInnocentOf(size_t i, Rng rng);
  void AddCollectedHeap(PlannedProcess& process, Rng& rng);
  void AddCache(PlannedProcess& process, double mb, Rng& rng);
  void AddStep(PlannedProcess& process, Rng& rng);
  void AddPart(PlannedProcess& process, Part part, double swing_mb);
  void Say(const PlannedProcess& process, const std::string& what);
  void DrawPresence(size_t i, Rng& rng);
  std::vector<double> RandomTimes(int64_t count, Rng& rng) const;

  void DrawMemory(double grows_mb);
  void DrawRates();
  void DrawRate(Culprit& culprit, Rng rng);
  std::pair<double, double> GrowthRange(const Culprit& culprit) const;
  double VisibleHours(const Culprit& culprit) const;

  double LogHours() const { return plan_.length_s / kHour; }
  // The longest time that the log sees without a restart of the machine, at worst.
  double BootHours() const;
  // As long as a life of the process usually is, as far as it is logged.
  double LifeHours(const PlannedProcess& process) const;
  bool Is32Bit() const { return plan_.machine.windows.name != Windows2016().name; }

  Rng rng_;
  MachinePlan plan_;
  double headroom_mb_ = 0;
};

void Drawer::DrawWindows() {
  Rng rng = rng_.Fork("windows");
  const bool is_old = rng.Chance(.45);
  DrawHardware(is_old ? Windows2003() : Windows2016(), rng);
}

void Drawer::DrawHardware(Windows windows, Rng& rng) {
  MachineSpec& machine = plan_.machine;
  machine.windows = std::move(windows);
  const bool is_old = Is32Bit();
  machine.processors = 1 << rng.Integer(0, is_old ? 2 : 4);
  machine.name = fmt::format("SRV{:03}", rng.Integer(1, 999));
  struct Zone {
    const char* name;
    int bias_minutes;
  };
  static constexpr std::array<Zone, 5> kZones = {{{"GMT Standard Time", 0},
                                                  {"W. Europe Standard Time", -60},
                                                  {"Eastern Standard Time", 300},
                                                  {"Pacific Standard Time", 480},
                                                  {"Tokyo Standard Time", -540}}};
  const Zone& zone = kZones[static_cast<size_t>(rng.Integer(0, 4))];
  machine.zone = zone.name;
  machine.bias_minutes = zone.bias_minutes;
  machine.network_interface =
      is_old ? "HP NC7782 Gigabit Server Adapter" : "vmxnet3 Ethernet Adapter";
  machine.disks = {{"0 C:", rng.Uniform(3, 9), rng.Uniform(4, 12), 25},
                   {"1 D:", rng.Uniform(5, 60), rng.Uniform(5, 40), 200}};
  machine.work = rng.Uniform(.6, 4);
  machine.load = rng.Chance(.75) ? OfficeProfile() : FlatProfile();
  if (rng.Chance(.2)) machine.load.by_weekday = {.6, 1, 1, 1, 1, 1, .7};
  machine.load.noise = rng.Uniform(.05, .25);
  machine.load.backup_every_day = rng.Chance(.8) ? 1 : 0;
  machine.load.backup_hour = rng.Uniform(18, 23.5);
  machine.load.backup_length_h = rng.Uniform(.5, 3.5);
}

void Drawer::DrawTimes() {
  using std::chrono::days;
  using std::chrono::local_days;
  using std::chrono::year;
  Rng rng = rng_.Fork("times");
  MachineSpec& machine = plan_.machine;
  const int first_year = Is32Bit() ? 2004 : 2017;
  const year in_year(first_year + static_cast<int>(rng.Integer(0, 4)));
  // From mid January to the end of February no country changes its clocks.
  machine.start = LocalSeconds(local_days(in_year / 1 / 12) + days(rng.Integer(0, 30))) +
                  std::chrono::minutes(5 * rng.Integer(0, 287));
  plan_.length_s = std::floor(LogUniform(rng, 24, 336)) * kHour;
  machine.boot_age_s = DrawBootAge(rng);
  if (plan_.length_s >= 3 * kDay && rng.Chance(.15)) {
    const double down_s = std::floor(plan_.length_s * rng.Uniform(.3, .7));
    plan_.restart = {down_s, down_s + kRebootDownS + std::floor(rng.Uniform(0, 600))};
  }
  plan_.has_process_ids = rng.Chance(.8);
  plan_.has_load_counters = rng.Chance(.85);
  plan_.has_managed_counters = rng.Chance(.8);
}

double Drawer::DrawBootAge(Rng& rng) {
  const double since_boot = rng.Uniform();
  return since_boot < .4    ? LogUniform(rng, 3, 60) * kDay
         : since_boot < .75 ? rng.Uniform(1, 14) * kHour
                            : rng.Uniform(90, 420);
}

double Drawer::BootHours() const {
  if (!plan_.restart) return LogHours();
  return std::min(plan_.restart->down_s, plan_.length_s - plan_.restart->up_s) / kHour;
}

double Drawer::LifeHours(const PlannedProcess& process) const {
  const Presence& presence = process.presence;
  double hours = BootHours();
  if (presence.job_hour >= 0) hours = std::min(hours, presence.job_length_h);
  if (presence.recycled_every_s > 0) hours = std::min(hours, presence.recycled_every_s / kHour);
  const auto restarts = static_cast<double>(presence.restarts_s.size());
  return std::min(hours, restarts == 0 ? hours : .6 * LogHours() / (restarts + 1));
}

void Drawer::DrawPrograms() {
  Rng rng = rng_.Fork("programs");
  ServerMix mix = RandomServer(plan_.machine.windows, std::llround(LogUniform(rng, 25, 190)), rng);
  plan_.role = mix.role;
  for (Program& program : mix.programs) {
    plan_.processes.push_back({std::move(program.process), program.managed});
  }
  DrawJobs(rng);
}

void Drawer::DrawJobs(Rng& rng) {
  static constexpr std::array<const char*, 4> kJobs = {"ntbackup", "robocopy", "defrag",
                                                       "sqlmaint"};
  for (const char* job : kJobs) {
    if (!rng.Chance(.3)) continue;
    const double mb = rng.Uniform(6, 40);
    PlannedProcess process{
        {job, "svchost", mb, 1.4 * mb, 60 + 2 * mb, 170, 10, 60, 10, 9, 0, 0, 0, .04 * mb, 8, 50}};
    process.presence.job_hour = rng.Uniform(0, 24);
    process.presence.job_length_h = rng.Uniform(.3, 4);
    plan_.processes.push_back(std::move(process));
    Say(plan_.processes.back(), "a daily job");
  }
}

// The counters of processes and the interval: such that the log stays small.
void Drawer::DrawInterval() {
  Rng rng = rng_.Fork("interval");
  CounterNames& names = plan_.machine.process_counters;
  names = {"Private Bytes", "Handle Count", "Thread Count"};
  if (plan_.has_process_ids) names.push_back("ID Process");
  const double processes = static_cast<double>(plan_.processes.size());
  const double rows_at_15min = plan_.length_s / 900;
  for (const char* more :
       {"Virtual Bytes", "Pool Paged Bytes", "Pool Nonpaged Bytes", "Working Set", "Elapsed Time",
        "Page File Bytes", "% Processor Time", "Creating Process ID"}) {
    const double cells = (static_cast<double>(names.size()) + 1) * processes * rows_at_15min;
    const bool is_load = std::string(more) == "% Processor Time";
    if (is_load && !plan_.has_load_counters) continue;
    if (cells < kMostCells && rng.Chance(.6)) names.push_back(more);
  }
  const double columns = static_cast<double>(names.size()) * processes + 70;
  std::vector<int> fitting;
  for (const int interval_s : {60, 120, 300, 600, 900}) {
    if (columns * plan_.length_s / interval_s < kMostCells) fitting.push_back(interval_s);
  }
  if (fitting.empty()) fitting = {900};
  plan_.interval_s = fitting[static_cast<size_t>(
      rng.Integer(0, std::min<int64_t>(1, static_cast<int64_t>(fitting.size()) - 1)))];
}

// ---- culprits ----

void Drawer::ChooseCulprits() {
  Rng rng = rng_.Fork("culprits");
  if (rng.Chance(1. / 3)) return;
  const double several = rng.Uniform();
  const size_t count = several < .65 ? 1 : several < .9 ? 2 : 3;
  for (int attempt = 0; attempt < 60 && plan_.culprits.size() < count; ++attempt) {
    auto culprit = Choose(rng);
    if (culprit && !IsTaken(*culprit)) Accept(std::move(*culprit));
  }
}

void Drawer::Accept(Culprit culprit) {
  if (!culprit.restarts_s.empty()) {
    plan_.processes[culprit.process].presence.restarts_s = culprit.restarts_s;
  }
  if (culprit.client != kNoProcess) {
    PlannedProcess& client = plan_.processes[culprit.client];
    client.presence.restarts_s = culprit.given_back_s;
    Say(client, "does not grow; its exits give back what it holds in " + culprit.component);
  }
  plan_.culprits.push_back(std::move(culprit));
}

CulpritKind RandomKind(Rng& rng) {
  static constexpr std::array<double, kCulpritKinds> kWeights = {30, 10, 8, 6, 6, 3,
                                                                 3,  5,  9, 7, 8, 5};
  double at = rng.Uniform(0, 100);
  for (int i = 0; i < kCulpritKinds; ++i) {
    at -= kWeights[static_cast<size_t>(i)];
    if (at < 0) return static_cast<CulpritKind>(i);
  }
  return CulpritKind::kHeap;
}

std::optional<Culprit> Drawer::Choose(Rng& rng) {
  Culprit culprit;
  culprit.kind = RandomKind(rng);
  culprit.leak.resource = ResourceOf(culprit.kind);
  if (culprit.kind == CulpritKind::kUnownedCommit) {
    culprit.component = "unowned commit";
  } else if (culprit.kind == CulpritKind::kDriverPagedPool ||
             culprit.kind == CulpritKind::kDriverNonpagedPool) {
    culprit.component = "kernel";
  } else {
    const Candidates candidates = ProcessesFor(culprit.kind);
    if (candidates.empty()) return std::nullopt;
    culprit.process = candidates[static_cast<size_t>(
        rng.Integer(0, static_cast<int64_t>(candidates.size()) - 1))];
    culprit.component = plan_.processes[culprit.process].process.image;
  }
  culprit.responsible = culprit.component;
  if (culprit.kind == CulpritKind::kVictim) {
    ChooseResponsible(culprit, rng);
    if (culprit.given_back_s.empty()) return std::nullopt;
  }
  PlanRestartsOf(culprit, rng);
  return culprit;
}

bool Drawer::IsTaken(const Culprit& culprit) const {
  return std::any_of(plan_.culprits.begin(), plan_.culprits.end(), [&](const Culprit& other) {
    if (culprit.process == kNoProcess) return other.kind == culprit.kind;
    return other.process == culprit.process || other.process == culprit.client;
  });
}

Drawer::Candidates Drawer::ProcessesFor(CulpritKind kind) const {
  static constexpr std::array<const char*, 7> kVictims = {
      "store", "sqlservr", "lsass", "inetinfo", "services", "java", "explorer"};
  const auto& counters = plan_.machine.process_counters;
  const auto is_logged = [&](const char* counter) {
    return std::find(counters.begin(), counters.end(), counter) != counters.end();
  };
  Candidates candidates;
  if (kind == CulpritKind::kAddressSpace && !is_logged("Virtual Bytes")) return candidates;
  if (kind == CulpritKind::kPagedPool && !is_logged("Pool Paged Bytes")) return candidates;
  if (kind == CulpritKind::kNonpagedPool && !is_logged("Pool Nonpaged Bytes")) return candidates;
  for (size_t i = 4; i < plan_.processes.size(); ++i) {
    const PlannedProcess& process = plan_.processes[i];
    if (!process.presence.Always() || process.process.private_mb < 1) continue;
    const bool needs_managed =
        kind == CulpritKind::kManagedHeap || kind == CulpritKind::kNativeInManaged;
    if (needs_managed && !(process.managed && plan_.has_managed_counters)) continue;
    // Without its counters nobody can know a managed process; its growth is then called heap.
    if (kind == CulpritKind::kHeap && process.managed && plan_.has_managed_counters) continue;
    if (kind == CulpritKind::kAddressSpace && process.process.virtual_mb > 1e5) continue;
    const bool is_victim =
        std::find(kVictims.begin(), kVictims.end(), process.process.image) != kVictims.end();
    if (kind == CulpritKind::kVictim && !is_victim) continue;
    candidates.push_back(i);
  }
  return candidates;
}

// Some leaking programs are restarted every night, or recycled several times a day.
void Drawer::PlanRestartsOf(Culprit& culprit, Rng& rng) const {
  if (culprit.process == kNoProcess || culprit.kind == CulpritKind::kVictim ||
      culprit.kind == CulpritKind::kAddressSpace || plan_.restart || !rng.Chance(.15)) {
    return;
  }
  const double every_h = LogHours() >= 60 ? 24 : LogHours() * rng.Uniform(.2, .3);
  for (double at_h = every_h * rng.Uniform(.3, .95); at_h < LogHours() - .5; at_h += every_h) {
    culprit.restarts_s.push_back(std::floor(at_h * kHour + rng.Uniform(0, 300)));
  }
}

// Another program holds it in the victim; each of its exits gives it back.
void Drawer::ChooseResponsible(Culprit& culprit, Rng& rng) const {
  static constexpr std::array<const char*, 8> kClients = {"emsmta",       "scanmail", "rtvscan",
                                                          "OrderService", "faxgate",  "cscript",
                                                          "perfagent",    "ccmexec"};
  if (BootHours() < 30 || plan_.restart) return;
  for (size_t i = 4; i < plan_.processes.size(); ++i) {
    const PlannedProcess& client = plan_.processes[i];
    const bool fits =
        std::find(kClients.begin(), kClients.end(), client.process.image) != kClients.end();
    if (!fits || i == culprit.process || !client.presence.Always() || !rng.Chance(.6)) continue;
    const int64_t exits = rng.Integer(2, 5);
    for (int64_t k = 0; k < exits; ++k) {
      const double share =
          (static_cast<double>(k) + rng.Uniform(.55, .9)) / (static_cast<double>(exits) + .5);
      culprit.given_back_s.push_back(std::floor(plan_.length_s * share));
    }
    culprit.responsible = client.process.image;
    culprit.client = i;
    return;
  }
}

// ---- what is no leak ----

void Drawer::Say(const PlannedProcess& process, const std::string& what) {
  plan_.innocent.push_back(process.process.image + ": " + what);
}

void Drawer::AddPart(PlannedProcess& process, Part part, double swing_mb) {
  Say(process, part.why);
  process.swing_mb += swing_mb;
  process.parts.push_back([part = std::move(part)](double) { return part; });
}

void Drawer::DrawInnocent() {
  for (size_t i = 2; i < plan_.processes.size(); ++i) {
    DrawInnocentOf(i, rng_.Fork("innocent " + std::to_string(i)));
  }
}

std::vector<double> Drawer::RandomTimes(int64_t count, Rng& rng) const {
  std::vector<double> times;
  for (int64_t i = 0; i < count; ++i) {
    times.push_back(std::floor(plan_.length_s * rng.Uniform(.04, .97)));
  }
  std::sort(times.begin(), times.end());
  // Down for more than a minute: two restarts are not one.
  for (size_t i = 1; i < times.size(); ++i) times[i] = std::max(times[i], times[i - 1] + 1800);
  return times;
}

// Climbs until a collection, which takes it down; several collections in each life that is logged.
void Drawer::AddCollectedHeap(PlannedProcess& process, Rng& rng) {
  const double mb = process.process.private_mb * rng.Uniform(.1, .7);
  const double period_h = std::min(LogUniform(rng, .3, 6), LifeHours(process) / 24);
  process.swing_mb += mb;
  if (process.managed) {
    process.heap_mb = mb;
    process.heap_period_s = period_h * kHour;
    Say(process, "a collected heap: climbs and falls");
  } else {
    AddPart(process,
            {Resource::kPrivate, "collected heap",
             [=](Rng own) { return Sawtooth(mb * kMiB, period_h * kHour, own); },
             "a collected heap: climbs and falls", Truth::kHealthy},
            0);
  }
}

// Full, and flat, well before the log ends.
void Drawer::AddCache(PlannedProcess& process, double mb, Rng& rng) {
  const double filling = rng.Uniform();
  const double life_h = LifeHours(process);
  Part part{Resource::kPrivate, "cache", nullptr, "a cache that fills and stops", Truth::kHealthy};
  if (filling < .45) {
    const double tau_s = std::min(LogUniform(rng, .2, 6), life_h / 9) * kHour;
    part.make = [=](Rng) { return WarmUp(mb * kMiB, tau_s); };
  } else if (filling < .75) {
    const double tau_s = std::min(LogUniform(rng, .1, 2), life_h / 24) * kHour;
    part.make = [=](Rng own) { return CacheFill(mb * kMiB, tau_s, own); };
  } else {
    const double length_s = std::min(LogUniform(rng, 1, 40), life_h * .45) * kHour;
    part.make = [=](Rng) { return RampTo(mb * kMiB, length_s); };
    part.why = "grows to its configured maximum and stops";
  }
  AddPart(process, std::move(part), mb);
}

// Taken and kept, or given back later, or held since long and given back: over all processes of a
// machine these add up to no growth.
void Drawer::AddStep(PlannedProcess& process, Rng& rng) {
  const double mb = std::max(.5, process.process.private_mb * rng.Uniform(.02, .15));
  const bool of_handles = rng.Chance(.4);
  const double amount = of_handles ? static_cast<double>(rng.Integer(20, 400)) : mb * kMiB;
  const std::vector<double> times = RandomTimes(2, rng);
  const double way = rng.Uniform();
  const double from_s = way < .3 ? -kForever : times[0];
  const double to_s = way < .3 ? times[0] : way < .7 ? times[1] : kForever;
  process.parts.push_back([=](double boot_from_s) {
    // What was taken before this boot is gone with it.
    const bool is_gone = boot_from_s > 0 && from_s < boot_from_s;
    const auto held = [=](const Moment& m, double) {
      const double t_s = m.t_s + boot_from_s;
      return !is_gone && t_s >= from_s && t_s < to_s ? amount : 0.0;
    };
    return Part{of_handles ? Resource::kHandles : Resource::kPrivate, "step",
                [held](Rng) { return held; }, "a step", Truth::kHealthy};
  });
  if (!of_handles) process.swing_mb += mb;
  Say(process, "one or two steps");
}

void Drawer::DrawPresence(size_t i, Rng& rng) {
  PlannedProcess& process = plan_.processes[i];
  if (!process.presence.Always()) return;
  if (process.process.image == "w3wp" && rng.Chance(.5)) {
    process.presence.recycled_every_s = 29 * kHour;
    Say(process, "recycled every 29 hours");
  } else if (i > 8 && rng.Chance(.07)) {
    process.presence.restarts_s = RandomTimes(rng.Integer(1, 3), rng);
    Say(process, "restarted now and then");
  }
}

void Drawer::DrawInnocentOf(size_t i, Rng rng) {
  PlannedProcess& process = plan_.processes[i];
  const std::string& image = process.process.image;
  const double mb = process.process.private_mb;
  const bool is_culprit =
      std::any_of(plan_.culprits.begin(), plan_.culprits.end(),
                  [i](const Culprit& culprit) { return culprit.process == i; }) ||
      process.grows;
  if (!is_culprit) DrawPresence(i, rng);
  if (process.managed || image == "java" || image == "tomcat") AddCollectedHeap(process, rng);
  const bool at_boot = plan_.machine.boot_age_s < kHour || plan_.restart;
  if (at_boot || rng.Chance(.3)) AddCache(process, mb * rng.Uniform(.03, .4), rng);
  if (is_culprit) return;  // these hide a slow leak as well as they look like one
  if (image == "sqlservr" || image == "oracle" || image == "store" || image == "redis-server") {
    AddCache(process, mb * rng.Uniform(.4, 1.5), rng);
  }
  if (rng.Chance(.12)) AddStep(process, rng);
  if (rng.Chance(.08)) {
    const double amount = mb * rng.Uniform(.05, .5);
    AddPart(process,
            {Resource::kPrivate, "backup", [=](Rng) { return FollowBackup(amount * kMiB); },
             "grows during the nightly backup and gives it back", Truth::kHealthy},
            amount);
  }
  if (rng.Chance(.06)) {
    const double amount = mb * rng.Uniform(.05, .4);
    AddPart(process,
            {Resource::kPrivate, "working hours",
             [=](Rng own) { return WorkingHours(amount * kMiB, 8, 18, own); },
             "more in working hours", Truth::kHealthy},
            amount);
  }
}

// ---- memory and rates ----

void Drawer::DrawMemory(double grows_mb) {
  Rng rng = rng_.Fork("memory");
  MachineSpec& machine = plan_.machine;
  machine.windows.pool_paged_mb *= rng.Uniform(.7, 1.6);
  machine.windows.pool_nonpaged_mb *= rng.Uniform(.7, 1.6);
  double peak_mb = machine.windows.pool_paged_mb + machine.windows.pool_nonpaged_mb;
  for (const PlannedProcess& process : plan_.processes) {
    peak_mb += process.process.private_mb + 1.3 * process.process.load_mb + process.swing_mb +
               4 * process.process.noise_mb;
  }
  machine.commit_rest_mb = .06 * peak_mb;
  peak_mb += machine.commit_rest_mb;
  machine.ram_mb = 256;
  while (machine.ram_mb < (peak_mb + grows_mb) * rng.Uniform(.75, 1.5)) machine.ram_mb *= 2;
  machine.page_file_mb = std::floor(machine.ram_mb * rng.Uniform(.5, 1.5));
  machine.page_file_mb = std::max(machine.page_file_mb, 1.4 * peak_mb - machine.ram_mb) + grows_mb;
  headroom_mb_ = .965 * machine.ram_mb + machine.page_file_mb - 6 - peak_mb;
  machine.cache_mb = .04 * machine.ram_mb;
  machine.cache_load_mb = .03 * machine.ram_mb;
  machine.cache_backup_mb = .06 * machine.ram_mb;
  machine.available_floor_mb = .003 * machine.ram_mb;
}

// How much it grows in all, as far as one can see it at a stretch: from what can just be told from
// the process's own ups and downs to what fills half of what is free.
std::pair<double, double> Drawer::GrowthRange(const Culprit& culprit) const {
  const double share_mb = .5 * headroom_mb_ / static_cast<double>(plan_.culprits.size());
  if (culprit.kind == CulpritKind::kDriverPagedPool) {
    const double pool_mb = plan_.machine.windows.pool_paged_mb;
    return {.12 * pool_mb * kMiB, std::min(3 * pool_mb, share_mb) * kMiB};
  }
  if (culprit.kind == CulpritKind::kDriverNonpagedPool) {
    const double pool_mb = plan_.machine.windows.pool_nonpaged_mb;
    return {.12 * pool_mb * kMiB, std::min(4 * pool_mb, share_mb) * kMiB};
  }
  if (culprit.kind == CulpritKind::kUnownedCommit) {
    // Has to be told from the ups and downs of all processes together.
    double swing_mb = 0;
    for (const PlannedProcess& process : plan_.processes) {
      swing_mb += process.process.load_mb + .3 * process.swing_mb;
    }
    return {std::min(swing_mb + 20, share_mb) * kMiB, share_mb * kMiB};
  }
  const PlannedProcess& planned = plan_.processes[culprit.process];
  const ProcessSpec& process = planned.process;
  switch (culprit.leak.resource) {
    case Resource::kHandles: {
      const double low = std::max(40., .1 * process.handles + .4 * process.load_handles);
      return {low, 40 * low};
    }
    case Resource::kThreads: {
      const double low = std::max(12., .3 * process.threads + process.load_threads);
      return {low, std::min(12 * low, 1500.)};
    }
    case Resource::kPoolPaged:
    case Resource::kPoolNonpaged:
      return {1.5 * kMiB, std::min(60., share_mb) * kMiB};
    case Resource::kPrivate:
    case Resource::kVirtual:
    case Resource::kWorkingSet:
      break;
  }
  // A 32-bit process ends at 2 GB.
  const double space_mb = Is32Bit() ? std::max(30., 1900 - process.virtual_mb) : 1e9;
  if (culprit.kind == CulpritKind::kAddressSpace) {
    const double low = std::max(40., .15 * process.virtual_mb + 4 * planned.swing_mb);
    return {low * kMiB, std::min(12 * low, space_mb) * kMiB};
  }
  const double low = std::max({2., .04 * process.private_mb, 4 * process.noise_mb,
                               .8 * process.load_mb, .7 * planned.swing_mb});
  const double high = std::min({share_mb, space_mb, 40 * low});
  return {low * kMiB, high * kMiB};
}

// As long as it grows at a stretch.
double Drawer::VisibleHours(const Culprit& culprit) const {
  const auto& cuts = culprit.restarts_s.empty() ? culprit.given_back_s : culprit.restarts_s;
  if (cuts.empty()) return BootHours() - culprit.leak.onset_s / kHour;
  return LogHours() / (static_cast<double>(cuts.size()) + 1);
}

void Drawer::DrawRates() {
  for (size_t i = 0; i < plan_.culprits.size(); ++i) {
    DrawRate(plan_.culprits[i], rng_.Fork("rate " + std::to_string(i)));
  }
}

void Drawer::DrawRate(Culprit& culprit, Rng rng) {
  Leak& leak = culprit.leak;
  if (!culprit.GivesBack() && !plan_.restart && rng.Chance(.3)) {
    leak.onset_s = std::floor(plan_.length_s * rng.Uniform(.08, .5));
  }
  const auto [low, high] = GrowthRange(culprit);
  const double growth = LogUniform(rng, low, high);
  const bool in_bytes = growth > 1e5;
  leak.quantum = in_bytes ? 4096 : 1;
  const double manner = rng.Uniform();
  if (manner < .4) {
    leak.constant_share = 1;
    culprit.manner = "day and night";
  } else if (manner < .8) {
    leak.constant_share = rng.Chance(.5) ? 0 : rng.Uniform(.1, .6);
    culprit.manner = "with the load";
  } else {
    leak.constant_share = rng.Uniform(.2, 1);
    leak.quantum = std::max(leak.quantum, std::floor(growth / rng.Uniform(15, 60)));
    culprit.manner = "in stairs";
  }
  leak.jitter = rng.Uniform(.1, .6);
  const double work = MeanWork(plan_.machine, leak.constant_share, leak.onset_s, plan_.length_s);
  leak.per_hour = growth / (VisibleHours(culprit) * work);
}

}  // namespace

MachinePlan DrawMachine(const Rng& rng) { return Drawer(rng).Draw(); }

MachinePlan DrawMachine(const Setting& setting, const Rng& rng) {
  return Drawer(rng).Draw(setting);
}

double MeanWork(const MachineSpec& machine, double constant_share, double from_s, double to_s) {
  LoadProfile profile = machine.load;
  profile.noise = 0;
  LoadModel load(profile, machine.start, Rng(1));
  double sum = 0;
  int steps = 0;
  for (double t_s = from_s; t_s < to_s; t_s += 1800, ++steps) {
    sum += constant_share + (1 - constant_share) * load.At(t_s, 1800).load;
  }
  return steps == 0 ? 1 : std::max(sum / steps, .02);
}

}  // namespace perfleak::sim
