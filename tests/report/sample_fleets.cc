#include "report/sample_fleets.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "report/sample_reports.h"

namespace perfleak {
namespace {

constexpr double kMB = 1024.0 * 1024.0;
constexpr double kGB = 1024.0 * kMB;
constexpr double kStart_s = 1772409600;  // 2026-03-02 00:00:00 UTC, a Monday
constexpr double kWeek_s = 7 * kSecondsPerDay;
constexpr double kEnd_s = kStart_s + 4 * kWeek_s;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Slope SlopePerHour(double per_hour) {
  const double h = kSecondsPerHour, half_width = std::abs(per_hour) / 20;
  return {per_hour / h, half_width / 1.28 / h, (per_hour - half_width) / h,
          (per_hour + half_width) / h};
}

FleetMachine MachineOf(const std::string& name) {
  const Report exchange = ExchangeReport();
  FleetMachine machine;
  machine.name = name;
  machine.input = exchange.input;
  machine.input.machines = {name};
  machine.input.start_s = kStart_s;
  machine.input.end_s = kEnd_s;
  machine.input.files.clear();
  for (int day = 1; day <= 28; ++day) {
    const std::string number = (day < 10 ? "0" : "") + std::to_string(day);
    machine.input.files.push_back(
        {name + "/" + name + "_0000" + number + ".csv", "PDH-CSV", "windows-1252", 41'345'678});
  }
  machine.platform = exchange.leaks.platforms.front();
  machine.platform.machine = name;
  machine.judged = 812;
  return machine;
}

// Rates of the weeks per hour; NaN for a week that was not judged, 0 for one that is steady.
std::vector<PeriodTrend> Weeks(const std::vector<double>& per_hour, Verdict verdict) {
  std::vector<PeriodTrend> periods;
  for (const double rate : per_hour) {
    PeriodTrend period;
    period.start_s = kStart_s + static_cast<double>(periods.size()) * kWeek_s;
    period.end_s = period.start_s + kWeek_s - 60;
    period.judged = !std::isnan(rate);
    period.verdict = rate == 0 ? Verdict::kExplained : verdict;
    period.reason = rate == 0 ? Reason::kStopped : Reason::kNone;
    if (period.judged) period.slope = SlopePerHour(rate);
    periods.push_back(period);
  }
  return periods;
}

// Moves a suspect of the Exchange server of sample_reports to another machine and time.
Suspect OnMachine(Suspect suspect, const std::string& machine) {
  suspect.machine = machine;
  for (Growth* growth : {&suspect.growth_in}) growth->path.replace(2, 6, machine);
  for (Growth& growth : suspect.also_growing) growth.path.replace(2, 6, machine);
  suspect.growth_in.since_s = kStart_s + kSecondsPerDay;
  return suspect;
}

void EndIn(double days, Suspect* suspect) {
  suspect->exhaustion->as_of_s = kEnd_s;
  suspect->exhaustion->p10_s = kEnd_s + 0.8 * days * kSecondsPerDay;
  suspect->exhaustion->p50_s = kEnd_s + days * kSecondsPerDay;
  suspect->exhaustion->p90_s = kEnd_s + 1.4 * days * kSecondsPerDay;
}

FleetSuspect Store(const std::string& machine, const std::vector<double>& weeks_mb, double days) {
  FleetSuspect store;
  store.suspect = OnMachine(ExchangeReport().leaks.suspects[0], machine);
  std::vector<double> weeks;
  double known = 0, n = 0;
  for (const double mb : weeks_mb) {
    weeks.push_back(mb * kMB);
    if (std::isnan(mb)) continue;
    known += mb * kMB;
    n += 1;
  }
  store.suspect.growth_in.slope = SlopePerHour(known / n);
  store.suspect.growth_in.grown = known / n * 24 * 28;
  store.periods = Weeks(weeks, Verdict::kLeak);
  EndIn(days, &store.suspect);
  return store;
}

FleetSuspect PagedPool(const std::string& machine) {
  FleetSuspect pool;
  pool.suspect = OnMachine(ExchangeReport().leaks.suspects[1], machine);
  pool.periods = Weeks({0.7 * kMB, 0.69 * kMB, 0.71 * kMB, 0.7 * kMB}, Verdict::kLeak);
  pool.movement = Movement::kSame;
  pool.movement_text = "since the week of 2026-03-02";
  EndIn(41, &pool.suspect);
  return pool;
}

FleetSuspect Mmc(const std::string& machine) {
  FleetSuspect mmc;
  mmc.suspect = OnMachine(ExchangeReport().leaks.suspects[2], machine);
  mmc.suspect.growth_in.since_s = kStart_s + 3.4 * kWeek_s;
  mmc.periods = Weeks({kNaN, 0, 0, 0.4}, Verdict::kWatch);
  mmc.movement = Movement::kNew;
  mmc.recent = true;
  mmc.movement_text = "not in 2 weeks before";
  return mmc;
}

void Rank(FleetMachine* machine) {
  int rank = 0;
  for (FleetSuspect& suspect : machine->suspects) suspect.suspect.rank = ++rank;
}

FleetMachine LeakingMachine(const std::string& name, std::vector<FleetSuspect> suspects) {
  FleetMachine machine = MachineOf(name);
  machine.suspects = std::move(suspects);
  Rank(&machine);
  return machine;
}

FleetMachine WorstMachine() {
  FleetSuspect store = Store("EXCH07", {2.1, 2.3, 3.1, 4.5}, 4.3);
  store.movement = Movement::kFaster;
  store.movement_text = "was 2.50 MB/h";
  FleetMachine machine = LeakingMachine("EXCH07", {store, PagedPool("EXCH07"), Mmc("EXCH07")});
  machine.quality = ExchangeReport().quality;
  machine.diagnostics = ExchangeReport().diagnostics;
  return machine;
}

FleetMachine PrintServer() {
  FleetSuspect spooler = PagedPool("PRINT01");
  spooler.suspect.component = "spoolsv";
  spooler.suspect.kind = LeakKind::kHandles;
  spooler.suspect.growth_in.path = "\\\\PRINT01\\Process(spoolsv)\\Handle Count";
  spooler.suspect.growth_in.unit = Unit::kCount;
  spooler.suspect.growth_in.slope = SlopePerHour(14.2);
  spooler.suspect.growth_in.grown = 14.2 * 24 * 14;
  spooler.suspect.exhaustion.reset();
  spooler.periods = Weeks({14.1, 14.3, 0, 0}, Verdict::kLeak);
  spooler.movement = Movement::kOver;
  spooler.movement_text = "was 14.2/h until 2026-03-15";
  return LeakingMachine("PRINT01", {spooler});
}

FleetMachine QuietMachine(const std::string& name) {
  FleetMachine machine = MachineOf(name);
  machine.platform = Platform();
  machine.platform.machine = name;
  machine.platform.windows.from = "no processes were logged";
  machine.quality = {
      {"gaps",
       "2 gaps without samples, the first from 2026-03-09 02:00 to 2026-03-09 "
       "02:30.",
       "If the collector was stopped, give perfleak the logs of that time as well."}};
  return machine;
}

FleetMachine MachineWithoutVerdict() {
  FleetMachine machine = MachineOf("OLD-NT4");
  machine.judged = 0;
  machine.error = "its logs hold no row that could be used";
  machine.input.rows_used = 0;
  machine.input.files.resize(1);
  return machine;
}

std::vector<FleetFile> OfficeFiles() {
  std::vector<FleetFile> files;
  for (int i = 1; i <= 4; ++i) {
    files.push_back(
        {"archive/EXCH07/2026-03-0" + std::to_string(i) + ".csv", FileOutcome::kRead, ""});
  }
  files.push_back({"archive/EXCH07/copy of 2026-03-01.csv", FileOutcome::kDuplicate,
                   "the same content as archive/EXCH07/2026-03-01.csv"});
  files.push_back({"archive/logs.zip/readme.txt", FileOutcome::kNoLog, "no performance log"});
  files.push_back({"archive/logs.zip/photo.jpg", FileOutcome::kNoLog, "no performance log"});
  files.push_back({"archive/march.7z", FileOutcome::kFailed,
                   "archive/march.7z: the archive ends in the middle of a file; copy it again"});
  for (int i = 1; i <= 3; ++i) {
    files.push_back({"archive/private/" + std::to_string(i) + ".csv", FileOutcome::kFailed,
                     "cannot be opened: permission denied"});
  }
  return files;
}

void Count(FleetReport* report) {
  for (const FleetFile& file : report->files) {
    report->read += file.outcome == FileOutcome::kRead;
    report->duplicates += file.outcome == FileOutcome::kDuplicate;
    report->no_logs += file.outcome == FileOutcome::kNoLog;
    report->failed += file.outcome == FileOutcome::kFailed;
  }
}

FleetComponent StoreOnFourMachines() {
  FleetComponent store;
  store.component = "store";
  store.kind = LeakKind::kHeap;
  store.verdict = Verdict::kLeak;
  store.machines = {"EXCH07", "EXCH02", "EXCH04", "EXCH-BRANCH-01"};
  store.runs_on = 5;
  store.since_s = kStart_s + kSecondsPerDay;
  store.since_machine = "EXCH02";
  store.slowest_per_s = 1.5 * kMB / kSecondsPerHour;
  store.median_per_s = 2.3 * kMB / kSecondsPerHour;
  store.fastest_per_s = 3 * kMB / kSecondsPerHour;
  store.soonest = Exhaustion{.limit = "Commit Limit",
                             .limit_value = 4 * kGB,
                             .as_of_s = kEnd_s,
                             .p10_s = kEnd_s + 3 * kSecondsPerDay,
                             .p50_s = kEnd_s + 4.3 * kSecondsPerDay,
                             .p90_s = kEnd_s + 6 * kSecondsPerDay};
  store.soonest_machine = "EXCH07";
  return store;
}

FleetComponent MmcOnTwoMachines() {
  FleetComponent mmc;
  mmc.component = "mmc";
  mmc.kind = LeakKind::kHandles;
  mmc.verdict = Verdict::kWatch;
  mmc.unit = Unit::kCount;
  mmc.machines = {"EXCH07", "DC01"};
  mmc.runs_on = 2;
  mmc.since_s = kStart_s + 3.4 * kWeek_s;
  mmc.since_machine = "DC01";
  mmc.slowest_per_s = mmc.median_per_s = mmc.fastest_per_s = 0.4 / kSecondsPerHour;
  return mmc;
}

}  // namespace

FleetReport OfficeFleet() {
  FleetReport report;
  report.version = "0.1.0";
  report.files = OfficeFiles();
  Count(&report);
  report.start_s = kStart_s;
  report.end_s = kEnd_s;
  FleetSuspect same = Store("EXCH02", {3, 2.9, 3, 3}, 12.5);
  same.movement = Movement::kSame;
  same.movement_text = "since the week of 2026-03-02";
  FleetSuspect slower = Store("EXCH04", {kNaN, 2.1, 1.8, 1.4}, 23);
  slower.movement = Movement::kSlower;
  slower.movement_text = "was 1.95 MB/h";
  FleetSuspect alone = Store("EXCH-BRANCH-01", {kNaN, kNaN, kNaN, 1.5}, 63);
  report.machines = {WorstMachine(),
                     LeakingMachine("EXCH02", {same}),
                     LeakingMachine("EXCH04", {slower}),
                     LeakingMachine("SQL-NORTH-07", {PagedPool("SQL-NORTH-07")}),
                     LeakingMachine("EXCH-BRANCH-01", {alone}),
                     LeakingMachine("DC01", {Mmc("DC01")}),
                     PrintServer()};
  for (const char* name : {"DC02", "FILE01", "FILE02", "WEB-FRONT-01"}) {
    report.machines.push_back(QuietMachine(name));
  }
  report.machines.push_back(MachineWithoutVerdict());
  report.components = {StoreOnFourMachines(), MmcOnTwoMachines()};
  report.issues = {{"Q176708",
                    "Store memory grows while the MTA delivers messages",
                    "leak",
                    "latest Exchange 5.0 service pack",
                    "fits",
                    {"store"},
                    {"EXCH-BRANCH-01", "EXCH02", "EXCH04", "EXCH07"}},
                   {"Q254282",
                    "ChatCommand object is not given back",
                    "leak",
                    "Exchange 5.5 SP4",
                    "cannot be excluded",
                    {"mmc"},
                    {"DC01", "EXCH07"}}};
  return report;
}

FleetReport OneMachineFleet() {
  FleetReport report = OfficeFleet();
  report.files.resize(4);
  report.duplicates = report.no_logs = report.failed = 0;
  report.machines.resize(1);
  report.components.clear();
  report.issues.resize(1);
  report.issues[0].machines = {"EXCH07"};
  return report;
}

FleetReport UnreadFleet() {
  FleetReport report;
  report.version = "0.1.0";
  for (int i = 0; i < 40; ++i) {
    report.files.push_back({"share/" + std::to_string(i) + ".blg", FileOutcome::kFailed,
                            "a binary log; convert it with relog -f CSV"});
  }
  Count(&report);
  return report;
}

FleetReport LargeFleet(size_t n) {
  const FleetReport office = OfficeFleet();
  FleetReport report;
  report.version = "0.1.0";
  report.read = n;
  report.start_s = kStart_s;
  report.end_s = kEnd_s;
  for (size_t i = 0; i < n; ++i) {
    FleetMachine machine = i < n / 2 ? office.machines[1] : office.machines[7];
    machine.name = "SRV" + std::to_string(10'000 + i);
    machine.input.machines = {machine.name};
    machine.input.files.resize(1);
    for (FleetSuspect& suspect : machine.suspects) suspect.suspect.machine = machine.name;
    report.files.push_back({machine.name + ".csv", FileOutcome::kRead, ""});
    report.machines.push_back(std::move(machine));
  }
  report.components = {office.components.front()};
  report.components[0].machines.clear();
  for (size_t i = 0; i < n / 2; ++i) {
    report.components[0].machines.push_back(report.machines[i].name);
  }
  report.components[0].runs_on = n;
  return report;
}

FleetReport NamedFleet(const std::string& name) {
  FleetReport report = OfficeFleet();
  report.version = name;
  for (FleetFile& file : report.files) file.name = file.message = name;
  for (FleetMachine& machine : report.machines) {
    machine.name = machine.error = name;
    machine.input.machines = {name};
    machine.input.files.front() = {name, name, name, 1};
    machine.quality = {{name + "x", name, name}};
    machine.diagnostics = {{name + "x", name, 1, {name}}};
    for (FleetSuspect& suspect : machine.suspects) {
      suspect.movement_text = name;
      suspect.suspect.machine = suspect.suspect.component = name;
      suspect.suspect.growth_in.path = name + "x";
      if (suspect.suspect.exhaustion) suspect.suspect.exhaustion->limit = name + "x";
    }
  }
  for (FleetComponent& component : report.components) {
    component.component = component.since_machine = component.soonest_machine = name;
    std::fill(component.machines.begin(), component.machines.end(), name);
  }
  for (FleetIssue& issue : report.issues) {
    issue.id = issue.title = issue.type = issue.fix = name;
    issue.components = issue.machines = {name};
  }
  return report;
}

FleetReport NotANumberFleet() {
  FleetReport report = OfficeFleet();
  report.start_s = kNaN;
  report.end_s = kInfinity;
  for (FleetMachine& machine : report.machines) {
    machine.input.end_s = kNaN;
    for (FleetSuspect& suspect : machine.suspects) {
      suspect.suspect.growth_in.slope = {kNaN, kNaN, -kInfinity, kInfinity};
      suspect.suspect.growth_in.since_s = kNaN;
      if (suspect.suspect.exhaustion) suspect.suspect.exhaustion->p50_s = kInfinity;
      for (PeriodTrend& period : suspect.periods) {
        period.start_s = kNaN;
        period.slope = {kNaN, kNaN, kNaN, kInfinity};
      }
    }
  }
  for (FleetComponent& component : report.components) {
    component.since_s = kNaN;
    component.slowest_per_s = component.median_per_s = component.fastest_per_s = kNaN;
    if (component.soonest) component.soonest->p50_s = kNaN;
  }
  return report;
}

std::vector<FleetReport> AllFleets() {
  const std::string evil =
      "a\"b\\c\x1b[2J\x07\r\n\tname \xff\xfe\xc3( \x7f 漢字漢字 \xe2\x80\xae end";
  return {FleetReport(),  OfficeFleet(),    OneMachineFleet(), UnreadFleet(),
          LargeFleet(30), NamedFleet(evil), NamedFleet(""),    NotANumberFleet()};
}

}  // namespace perfleak
