#include "report/sample_reports.h"

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace perfleak {
namespace {

constexpr double kMB = 1024.0 * 1024.0;
constexpr double kGB = 1024.0 * kMB;
constexpr double kStart_s = 1772337900;  // 2026-03-01 04:05:00 UTC
constexpr double kWeek_s = 7 * kSecondsPerDay;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A rise over `n` means with the ups and downs of a working day on it.
std::vector<double> Rise(double from, double to, double wobble, size_t n = 64) {
  std::vector<double> values(n);
  for (size_t i = 0; i < n; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(n - 1);
    values[i] = from + (to - from) * part + wobble * std::sin(part * 14 * 3.14159265358979);
  }
  return values;
}

Slope SlopePerHour(double per_hour, double half_width) {
  const double h = kSecondsPerHour;
  return {per_hour / h, half_width / 1.28 / h, (per_hour - half_width) / h,
          (per_hour + half_width) / h};
}

Growth GrowthOf(const char* path, Unit unit, double per_hour, double half_width) {
  Growth growth;
  growth.path = path;
  growth.unit = unit;
  growth.slope = SlopePerHour(per_hour, half_width);
  return growth;
}

InputSummary OneWeek() {
  InputSummary input;
  input.files = {{"EXCH01_000001.csv", "PDH-CSV", "windows-1252", 812'345'678},
                 {"EXCH01_000002.csv", "PDH-CSV", "windows-1252", 498'765'432}};
  input.machines = {"EXCH01"};
  input.time_basis = TimeBasis::kUtc;
  input.start_s = kStart_s;
  input.end_s = kStart_s + kWeek_s;
  input.interval_s = 60;
  input.counters = 1500;
  input.rows_read = 10'083;
  input.rows_used = 10'080;
  input.rows_dropped = 3;
  return input;
}

IssueMatch IssueOf(const std::string& id, const std::string& grade, const std::string& title,
                   const std::string& fix, const std::string& applies_if, int tie_group) {
  IssueMatch issue;
  issue.id = id;
  issue.grade = grade;
  issue.title = title;
  issue.fix = fix;
  issue.applies_if = applies_if;
  issue.tie_group = tie_group;
  return issue;
}

Suspect Store() {
  Suspect s;
  s.rank = 1;
  s.verdict = Verdict::kLeak;
  s.kind = LeakKind::kHeap;
  s.score = 0.97;
  s.machine = "EXCH01";
  s.component = "store";
  s.pids = {1840};
  s.growth_in =
      GrowthOf("\\\\EXCH01\\Process(store)\\Private Bytes", Unit::kBytes, 12 * kMB, 0.2 * kMB);
  s.growth_in.grown = 12 * 168 * kMB;
  s.growth_in.level = 2636 * kMB;
  s.growth_in.since_s = kStart_s;
  s.growth_in.share_of_system = 0.92;
  s.growth_in.sparkline = Rise(620 * kMB, 2636 * kMB, 20 * kMB);
  s.also_growing = {
      GrowthOf("\\\\EXCH01\\Process(store)\\Page File Bytes", Unit::kBytes, 12.1 * kMB, 0.2 * kMB),
      GrowthOf("\\\\EXCH01\\Memory\\Committed Bytes", Unit::kBytes, 13 * kMB, 0.4 * kMB),
      GrowthOf("\\\\EXCH01\\Process(store)\\Handle Count", Unit::kCount, 0.41, 0.1)};
  s.explanation =
      "Private Bytes of store rises by the same amount day and night, has never fallen back, and "
      "does "
      "not follow the load.";
  s.evidence = {
      {true, "The growth is far above the noise.", 15.2, "at least 6.57", ""},
      {true, "The floor rises with it: nothing is given back.", 0.98, "at least 0.33", ""},
      {true, "The number of threads does not grow with it.", std::nullopt, "", ""},
      {false,
       "store runs code of other components; the growth alone does not say which of them "
       "leaks.",
       std::nullopt, "", "Q176708"}};
  s.exhaustion = Exhaustion{.limit = "Commit Limit",
                            .limit_value = 4 * kGB,
                            .as_of_s = kStart_s + kWeek_s,
                            .p10_s = kStart_s + kWeek_s + 100 * kSecondsPerHour,
                            .p50_s = kStart_s + kWeek_s + 121 * kSecondsPerHour,
                            .p90_s = kStart_s + kWeek_s + 150 * kSecondsPerHour};
  s.likely_responsible =
      Responsible{"emsmta", "the MTA calls into the Store; its own counters do not grow in Q176708",
                  "compatible"};
  s.known_issues = {IssueOf("Q176708", "fits", "Store memory grows while the MTA delivers messages",
                            "latest Exchange 5.0 service pack", "Exchange Server 5.0", 0),
                    IssueOf("", "cannot be excluded", "a defect not in this catalogue", "", "", 0)};
  s.known_issues[0].type = "leak";
  s.known_issues[0].guilty = {"emsmta"};
  s.known_issues[0].check = "see whether an Exchange 5.0 service pack is installed";
  s.known_issues[0].matched = {"Process(store)\\Private Bytes grows",
                               "Process(emsmta)\\Private Bytes does not"};
  s.known_issues[0].not_logged = {"MSExchangeMTA\\Messages/Sec"};
  s.known_issues_more = 3;
  s.deciding_fact =
      "version of Exchange Server not known (--product): of 21, about 12 would fall away";
  s.next_steps = {
      "Compare the version of store.exe and emsmta.exe with the fix of Q176708.",
      "Restart the MTA alone and log on: if store stops growing, the MTA is the cause."};
  return s;
}

Suspect PagedPool() {
  Suspect s;
  s.rank = 2;
  s.verdict = Verdict::kLeak;
  s.kind = LeakKind::kPagedPool;
  s.score = 0.91;
  s.machine = "EXCH01";
  s.component = "kernel";
  s.growth_in =
      GrowthOf("\\\\EXCH01\\Memory\\Pool Paged Bytes", Unit::kBytes, 0.7 * kMB, 0.08 * kMB);
  s.growth_in.grown = 0.7 * 168 * kMB;
  s.growth_in.level = 262 * kMB;
  s.growth_in.since_s = kStart_s + 3600;
  s.growth_in.sparkline = Rise(144 * kMB, 262 * kMB, 6 * kMB);
  for (size_t i = 20; i < 26; ++i) s.growth_in.sparkline[i] = kNaN;
  s.explanation =
      "Paged pool rises and no logged process is charged for it: a driver or the registry.";
  s.evidence = {{true, "Part of the growth that is in no logged process.", 0.94, "over 0.5", ""}};
  s.exhaustion = Exhaustion{.limit = "paged pool, Windows 2000 32-bit",
                            .limit_value = 350 * kMB,
                            .as_of_s = kStart_s + kWeek_s,
                            .p10_s = kStart_s + kWeek_s + 110 * kSecondsPerHour,
                            .p50_s = kStart_s + kWeek_s + 126 * kSecondsPerHour,
                            .p90_s = kInfinity};
  s.next_steps = {
      "Run \"poolmon -b -p\" twice, a few hours apart, and compare the tags that grew."};
  return s;
}

Suspect Mmc() {
  Suspect s;
  s.rank = 3;
  s.verdict = Verdict::kWatch;
  s.kind = LeakKind::kHandles;
  s.score = 0.63;
  s.machine = "EXCH01";
  s.component = "mmc";
  s.pids = {2216, 3044, 3120};
  s.growth_in = GrowthOf("\\\\EXCH01\\Process(mmc#1)\\Handle Count", Unit::kCount, 0.4, 0.15);
  s.growth_in.grown = 31;
  s.growth_in.level = 412;
  s.growth_in.since_s = kStart_s + 4 * kSecondsPerDay;
  s.growth_in.lives = 3;
  s.growth_in.sparkline = Rise(381, 412, 3, 40);
  s.explanation = "Handle Count of mmc rises only in the last half of the log.";
  s.evidence = {{false, "Only the last half of the log grows.", std::nullopt, "", ""}};
  s.known_issues = {
      IssueOf("Q254282", "cannot be excluded", "ChatCommand object is not given back",
              "Exchange 5.5 SP4", "Exchange Server 5.5 with Chat Service", 2),
      IssueOf("896064", "cannot be excluded", "CDOEXM leaks in the program that uses it",
              "Cdoexm.dll 6.0.6617.63", "Exchange 2000 Server SP3", 2)};
  for (IssueMatch& issue : s.known_issues) issue.matched = {"mmc grows"};
  s.known_issues[0].not_logged = {"Process(chatsrv)\\Private Bytes"};
  s.known_issues[1].contradicted = {"Private Bytes of mmc is flat"};
  s.next_steps = {"Log for another week with \\Process(*)\\Handle Count and ID Process."};
  return s;
}

std::vector<Explained> SomeExplained() {
  std::vector<Explained> all;
  const auto add = [&](const char* path, double grown_mb, Reason reason, const char* why) {
    all.push_back({"EXCH01", path, Unit::kBytes, SlopePerHour(grown_mb / 168 * kMB, 0.01 * kMB),
                   grown_mb * kMB, reason, "", why});
  };
  add("\\\\EXCH01\\Process(sqlservr)\\Private Bytes", 812, Reason::kByDesign,
      "The buffer pool takes the memory that is free.");
  add("\\\\EXCH01\\Process(Microsoft.Exchange.Search.ExSearch)\\Page File Bytes", 301,
      Reason::kSaturating, "It rises ever more slowly and comes to rest near 900 MB.");
  add("\\\\EXCH01\\Process(inetinfo)\\Private Bytes", 120, Reason::kStopped,
      "It grew in the first two hours and has been flat since.");
  add("\\\\EXCH01\\Process(wmiprvse#3)\\Private Bytes", 44, Reason::kSaturating,
      "It rises ever more slowly and comes to rest near 60 MB.");
  add("\\\\EXCH01\\Process(lsass)\\Private Bytes", 21, Reason::kLoad,
      "It follows the processor load.");
  add("\\\\EXCH01\\Process(explorer)\\Private Bytes", 6, Reason::kSteps,
      "Three steps, flat between.");
  add("\\\\EXCH01\\Process(snmp)\\Private Bytes", 2, Reason::kNoise, "Within the noise.");
  return all;
}

TrendLine TrendOf(const std::string& path, std::optional<int64_t> pid, double per_hour,
                  double score, Verdict verdict, Gate gate) {
  TrendLine trend;
  trend.paths = {path};
  trend.pid = pid;
  trend.start_s = kStart_s;
  trend.end_s = kStart_s + kWeek_s;
  trend.n = 10'080;
  trend.slope = SlopePerHour(per_hour, std::abs(per_hour) / 10);
  trend.score = score;
  trend.verdict = verdict;
  trend.gate = gate;
  return trend;
}

ProductFact FactOf(const char* product, std::vector<std::string> versions, Certainty certainty,
                   const char* from) {
  ProductFact fact;
  fact.product = product;
  fact.versions = std::move(versions);
  fact.certainty = certainty;
  fact.from = from;
  return fact;
}

Platform Nt4Exchange(const std::string& machine) {
  Platform platform;
  platform.machine = machine;
  platform.windows = FactOf("windows", {"nt-4.0"}, Certainty::kStated, "--windows");
  platform.windows.pack = 6;
  platform.bits = Bits::k32;
  platform.bits_from = "--windows";
  platform.ram = 512 * kMB;
  platform.ram_from = "--ram";
  platform.products = {FactOf("exchange", {"5.0", "5.5"}, Certainty::kCertain, "process dsamain"),
                       FactOf("sna", {}, Certainty::kCertain, "process snabase")};
  return platform;
}

Platform UnknownPlatform(const std::string& machine) {
  Platform platform;
  platform.machine = machine;
  platform.windows.from = "no processes were logged";
  return platform;
}

}  // namespace

Report QuietReport() {
  Report report;
  report.version = "0.1.0";
  report.input = OneWeek();
  report.leaks.judged = 812;
  report.leaks.explained = SomeExplained();
  return report;
}

Report EmptyReport() {
  Report report;
  report.version = "0.1.0";
  report.input.files = {{"empty.csv", "PDH-CSV", "UTF-8", 120}};
  report.input.machines = {"EXCH01"};
  report.input.counters = 4;
  report.input.rows_read = report.input.rows_dropped = 2;
  report.diagnostics = {{"bad-row", "the row has 3 fields, the header 5", 2, {"empty.csv:2:1"}}};
  return report;
}

Report ExchangeReport() {
  Report report = QuietReport();
  report.leaks.platforms = {Nt4Exchange("EXCH01")};
  report.leaks.suspects = {Store(), PagedPool(), Mmc()};
  report.leaks.trends = {TrendOf("\\\\EXCH01\\Memory\\Pool Paged Bytes", std::nullopt, 0.7 * kMB,
                                 0.91, Verdict::kLeak, Gate::kMonotone),
                         TrendOf("\\\\EXCH01\\Process(inetinfo)\\Private Bytes", 1320, 0.71 * kMB,
                                 0.08, Verdict::kExplained, Gate::kStillGrowing),
                         TrendOf("\\\\EXCH01\\Process(store)\\Private Bytes", 1840, 12 * kMB, 0.97,
                                 Verdict::kLeak, Gate::kNotSteps)};
  TrendLine combined = TrendOf("\\\\EXCH01\\Process(mmc)\\Handle Count", std::nullopt, 0.4, 0.63,
                               Verdict::kWatch, Gate::kFloor);
  combined.paths.push_back("\\\\EXCH01\\Process(mmc#1)\\Handle Count");
  combined.unit = Unit::kCount;
  combined.combined = true;
  combined.lives = 3;
  report.leaks.trends.push_back(combined);
  report.quality = {{"no-load",
                     "No load counter was logged: growth that follows the load may look "
                     "like a leak.",
                     "Add \\Processor(_Total)\\% Processor Time to the collector."}};
  report.diagnostics = {{"bad-row",
                         "the row has 1498 fields, the header 1501",
                         2,
                         {"EXCH01_000001.csv:17:3", "EXCH01_000002.csv:801:1"}},
                        {"time-backwards",
                         "the time stamp is before the one of the row above",
                         1,
                         {"EXCH01_000002.csv:5312:1"}}};
  return report;
}

Report SuspectsReport(int n) {
  Report report = QuietReport();
  report.input.machines = {"EXCH01", "EXCH02", "SQL-NORTH-07"};
  report.leaks.platforms = {Nt4Exchange("EXCH01"), Nt4Exchange("EXCH02"),
                            UnknownPlatform("SQL-NORTH-07")};
  const Suspect examples[] = {Store(), PagedPool(), Mmc()};
  for (int i = 0; i < n; ++i) {
    const auto k = static_cast<size_t>(i);
    Suspect s = examples[k % 3];
    s.rank = i + 1;
    s.verdict = i < n / 2 ? Verdict::kLeak : Verdict::kWatch;
    s.machine = report.input.machines[k % report.input.machines.size()];
    s.growth_in.path.replace(2, 6, s.machine);
    for (Growth& growth : s.also_growing) growth.path.replace(2, 6, s.machine);
    if (i == 4) s.component = "Microsoft.Exchange.Store.Worker.Service";
    if (i == 7) s.component = "メモリ監視サービス";
    if (i == 9) s.kind = LeakKind::kNativeInManaged;
    report.leaks.suspects.push_back(s);
  }
  report.leaks.judged = 4711;
  return report;
}

Report NotANumberReport() {
  Report report = ExchangeReport();
  report.input.interval_s = kNaN;
  Suspect& s = report.leaks.suspects.front();
  s.score = kNaN;
  s.growth_in.slope = {kNaN, kNaN, -kInfinity, kInfinity};
  s.growth_in.grown = kInfinity;
  s.growth_in.since_s = kNaN;
  s.growth_in.share_of_system = kNaN;
  s.growth_in.sparkline = {kNaN, kInfinity, -kInfinity};
  s.also_growing.front().slope.per_s = kNaN;
  s.evidence.front().value = kInfinity;
  s.exhaustion = Exhaustion{.limit = "Commit Limit",
                            .limit_value = kNaN,
                            .as_of_s = kStart_s + kWeek_s,
                            .p10_s = kInfinity,
                            .p50_s = kInfinity,
                            .p90_s = kInfinity};
  report.leaks.suspects[1].exhaustion->p50_s = 1e300;
  report.leaks.explained.front().slope.per_s = kNaN;
  report.leaks.explained.front().grown = kNaN;
  report.leaks.trends.front().slope = {kNaN, kNaN, kNaN, kNaN};
  report.leaks.trends.front().score = kNaN;
  report.leaks.trends.front().end_s = kInfinity;
  return report;
}

Report HostileNamesReport() {
  const std::string evil =
      "a\"b\\c\x1b[2J\x07\r\n\tname \xff\xfe\xc3( \x7f 漢字漢字 \xe2\x80\xae end";
  Report report = ExchangeReport();
  report.leaks.platforms[0].products[0].from = "process \x1b[2J\xff";
  report.version = evil;
  report.input.files.front().name = evil;
  report.input.machines = {evil, "EXCH02"};
  report.quality.front() = {"evil", evil, evil};
  report.diagnostics.front() = {"evil", evil, 3, {evil + ":1:1"}};
  for (Suspect& s : report.leaks.suspects) {
    s.machine = s.component = s.explanation = evil;
    s.growth_in.path = "\\\\" + evil + "\\Process(" + evil + ")\\Private Bytes";
    s.next_steps = {evil, ""};
    s.known_issues = {IssueOf(evil, "fits", evil, evil, evil, 0)};
    for (IssueMatch& issue : s.known_issues) {
      issue.type = issue.check = evil;
      issue.guilty = issue.matched = issue.contradicted = issue.not_logged = {evil};
    }
    s.deciding_fact = evil;
    s.likely_responsible = Responsible{evil, evil, "fits"};
    s.evidence = {{true, evil, 1.0, evil, evil}};
    for (Growth& growth : s.also_growing) growth.path = evil;
  }
  for (Explained& e : report.leaks.explained) e.path = e.explanation = evil;
  for (TrendLine& trend : report.leaks.trends) trend.paths = {evil, evil};
  return report;
}

}  // namespace perfleak
