#include "leaks/platform_signs.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace perfleak {
namespace {

using Kind = Sign::Kind;
using Weight = Sign::Weight;

// Signs of one Windows are few; what a version brought beside them adds nothing. A log that holds
// only some processes still shows the rest.
constexpr std::array kWindowsSigns = {
    Sign{"windows", Kind::kProcess, "spoolss", "", "nt-4.0"},
    Sign{"windows", Kind::kProcess, "rpcss", "", "nt-4.0"},
    Sign{"windows", Kind::kProcess, "nddeagnt", "", "nt-4.0"},
    Sign{"windows", Kind::kProcess, "tapisrv", "", "nt-4.0"},
    Sign{"windows", Kind::kProcess, "rasman", "", "nt-4.0"},
    Sign{"windows", Kind::kProcess, "mtx", "nt-4.0", "nt-4.0"},
    Sign{"windows", Kind::kProcess, "regsvc", "2000", "2000"},
    Sign{"windows", Kind::kProcess, "winmgmt", "nt-4.0", "2000"},
    Sign{"windows", Kind::kProcess, "mstask", "nt-4.0", "2000"},
    Sign{"windows", Kind::kProcess, "termsrv", "nt-4.0", "2000"},
    Sign{"windows", Kind::kProcess, "internat", "", "2000", Weight::kLikely},
    Sign{"windows", Kind::kProcess, "llssrv", "", "2003"},
    Sign{"windows", Kind::kProcess, "svchost", "2000", ""},
    Sign{"windows", Kind::kProcess, "spoolsv", "2000", ""},
    Sign{"windows", Kind::kProcess, "wscntfy", "xp", "xp"},
    Sign{"windows", Kind::kProcess, "wmiprvse", "xp", ""},
    Sign{"windows", Kind::kProcess, "logonui", "xp", ""},
    Sign{"windows", Kind::kProcess, "alg", "xp", "", Weight::kLikely},
    Sign{"windows", Kind::kProcess, "w3wp", "2003", ""},
    Sign{"windows", Kind::kProcess, "wininit", "vista", ""},
    Sign{"windows", Kind::kProcess, "lsm", "vista", "2008-r2"},
    Sign{"windows", Kind::kProcess, "slsvc", "vista", "2008"},
    Sign{"windows", Kind::kProcess, "dwm", "vista", ""},
    Sign{"windows", Kind::kProcess, "audiodg", "vista", ""},
    Sign{"windows", Kind::kProcess, "trustedinstaller", "vista", ""},
    Sign{"windows", Kind::kProcess, "searchindexer", "vista", "", Weight::kLikely},
    Sign{"windows", Kind::kProcess, "conhost", "7", ""},
    Sign{"windows", Kind::kProcess, "sppsvc", "7", ""},
    Sign{"windows", Kind::kProcess, "taskhost", "7", "2012-r2"},
    Sign{"windows", Kind::kProcess, "taskhostex", "8", "2012-r2"},
    Sign{"windows", Kind::kProcess, "runtimebroker", "8", ""},
    Sign{"windows", Kind::kProcess, "tiworker", "8", ""},
    Sign{"windows", Kind::kProcess, "sihost", "10", ""},
    Sign{"windows", Kind::kProcess, "taskhostw", "10", ""},
    Sign{"windows", Kind::kProcess, "fontdrvhost", "10", ""},
    Sign{"windows", Kind::kCounter, "System\\% Total Processor Time", "", "nt-4.0"},
    Sign{"windows", Kind::kCounter, "System\\Total Interrupts/sec", "", "nt-4.0"},
    Sign{"windows", Kind::kCounter, "Memory\\Available MBytes", "2000", ""},
    Sign{"windows", Kind::kCounter, "Process\\Creating Process ID", "2000", ""},
    Sign{"windows", Kind::kCounter, "Process\\IO *", "2000", ""},
    Sign{"windows", Kind::kObject, "Terminal Services*", "2000", ""},
    Sign{"windows", Kind::kCounter, "Process\\Working Set - Private", "vista", ""},
    Sign{"windows", Kind::kCounter, "Memory\\Standby Cache *", "vista", ""},
    Sign{"windows", Kind::kCounter, "Memory\\Free & Zero Page List Bytes", "vista", ""},
    Sign{"windows", Kind::kCounter, "Memory\\Modified Page List Bytes", "vista", ""},
    Sign{"windows", Kind::kObject, "Processor Information", "7", ""},
    Sign{"windows", Kind::kCounter, "Memory\\Long-Term Average Standby Cache *", "8", ""},
    Sign{"windows", Kind::kObject, "GPU Engine", "10", ""},
    Sign{"windows", Kind::kObject, "Process V2", "2022", ""},
    Sign{"windows", Kind::kNone, "wininit", "", "2003", Weight::kLikely},
    Sign{"windows", Kind::kNone, "svchost", "", "nt-4.0", Weight::kLikely},
    Sign{"windows", Kind::kNone, "winmgmt regsvc mstask", "xp", "", Weight::kLikely},
};

constexpr std::array kProductSigns = {
    Sign{"exchange", Kind::kProcess, "dsamain", "4.0", "5.5", Weight::kLikely},  // also AD LDS
    Sign{"exchange", Kind::kProcess, "msexcimc", "4.0", "5.5"},
    Sign{"exchange", Kind::kProcess, "exchins", "5.0", "5.5"},
    Sign{"exchange", Kind::kProcess, "events", "5.5", "5.5", Weight::kHint},
    Sign{"exchange", Kind::kProcess, "srsmain", "2000", "2003"},
    Sign{"exchange", Kind::kProcess, "exmgmt", "2003", "2003", Weight::kHint},
    Sign{"exchange", Kind::kProcess, "emsmta", "4.0", "2003"},
    Sign{"exchange", Kind::kProcess, "mad", "4.0", "2010"},
    Sign{"exchange", Kind::kProcess, "store", "4.0", "2010", Weight::kLikely},
    Sign{"exchange", Kind::kProcess, "edgetransport", "2007", ""},
    Sign{"exchange", Kind::kProcess, "msexchangetransport", "2007", ""},
    Sign{"exchange", Kind::kProcess, "microsoft.exchange.store.*", "2013", ""},
    Sign{"exchange", Kind::kProcess, "msexchangehm*", "2013", ""},
    Sign{"exchange", Kind::kProcess, "microsoft.exchange.*", "2007", ""},
    Sign{"exchange", Kind::kObject, "MSExchangeIS Private", "4.0", "5.5"},
    Sign{"exchange", Kind::kObject, "MSExchangeDS", "4.0", "5.5"},
    Sign{"exchange", Kind::kObject, "MSExchangeIMC", "4.0", "5.5"},
    Sign{"exchange", Kind::kObject, "MSExchangeIS Mailbox", "2000", "2010"},
    Sign{"exchange", Kind::kCounter, "MSExchangeIS\\VM Largest Block Size", "2000", "2010"},
    Sign{"exchange", Kind::kObject, "MSExchangeMTA", "4.0", "2003"},
    Sign{"exchange", Kind::kObject, "MSExchangeIS", "4.0", "2010"},
    Sign{"exchange", Kind::kObject, "MSExchangeTransport Queues", "2007", ""},
    Sign{"exchange", Kind::kNone, "dsamain", "2000", "", Weight::kHint},

    Sign{"iis", Kind::kProcess, "w3wp", "6.0", ""},
    Sign{"iis", Kind::kProcess, "inetinfo", "", ""},
    Sign{"iis", Kind::kObject, "W3SVC_W3WP", "7.5", ""},
    Sign{"iis", Kind::kObject, "APP_POOL_WAS", "7.5", ""},
    Sign{"iis", Kind::kObject, "Web Service Cache", "6.0", ""},
    Sign{"iis", Kind::kObject, "Active Server Pages", "3.0", ""},
    Sign{"iis", Kind::kObject, "Internet Information Services Global", "", ""},

    Sign{"indexserver", Kind::kProcess, "cisvc", "2.0", ""},
    Sign{"indexserver", Kind::kProcess, "cidaemon", "2.0", ""},

    Sign{"outlook", Kind::kProcess, "outlook", "", ""},

    Sign{"sms", Kind::kProcess, "smsexec", "", ""},
    Sign{"sms", Kind::kProcess, "wuser32", "", ""},

    Sign{"sna", Kind::kProcess, "snabase", "", ""},
    Sign{"sna", Kind::kProcess, "snaservr", "", ""},
    Sign{"sna", Kind::kProcess, "tn3servr", "", ""},
    Sign{"sna", Kind::kProcess, "snaprint", "", ""},

    Sign{"sql", Kind::kProcess, "sqlservr", "", ""},
    Sign{"sql", Kind::kObject, "SQLServer:*", "7.0", ""},
    Sign{"sql", Kind::kObject, "MSSQL$*", "2000", ""},
    Sign{"sql", Kind::kProcess, "sqlexec", "", "6.5", Weight::kHint},
    Sign{"sql", Kind::kProcess, "sqlwriter", "2005", "", Weight::kHint},
    Sign{"sql", Kind::kProcess, "sqlbrowser", "2005", "", Weight::kHint},

    Sign{"dotnet", Kind::kObject, ".NET CLR *", "", ""},
};

// Only Windows for servers runs these.
constexpr std::array kServerSigns = {
    Sign{"server", Kind::kProcess, "dns", "", ""},
    Sign{"server", Kind::kProcess, "wins", "", ""},
    Sign{"server", Kind::kProcess, "ntfrs", "", ""},
    Sign{"server", Kind::kProcess, "dfssvc", "", ""},
    Sign{"server", Kind::kProcess, "ismserv", "", ""},
    Sign{"server", Kind::kProcess, "llssrv", "", ""},
    Sign{"server", Kind::kObject, "MSExchangeIS*", "", ""},
    Sign{"server", Kind::kProcess, "emsmta", "", ""},
    Sign{"server", Kind::kProcess, "edgetransport", "", ""},
};

constexpr std::array kRunsOn = {
    RunsOn{"dotnet", "1.0", "nt-4.0", "2003"},
    RunsOn{"dotnet", "1.1", "nt-4.0", ""},
    RunsOn{"dotnet", "2.0", "2000", ""},
    RunsOn{"dotnet", "3.0", "xp", ""},
    RunsOn{"dotnet", "3.5", "xp", ""},
    RunsOn{"dotnet", "4.0", "xp", ""},
    RunsOn{"dotnet", "4.5", "vista", ""},
    RunsOn{"exchange", "4.0", "nt-3.51", "nt-4.0"},
    RunsOn{"exchange", "5.0", "nt-3.51", "nt-4.0"},
    RunsOn{"exchange", "5.5", "nt-3.51", "2000"},
    RunsOn{"exchange", "2000", "2000", "2000"},
    RunsOn{"exchange", "2003", "2000", "2003"},
    RunsOn{"exchange", "2007", "2003", "2008-r2"},
    RunsOn{"exchange", "2010", "2008", "2012-r2"},
    RunsOn{"exchange", "2013", "2008-r2", "2012-r2"},
    RunsOn{"exchange", "2016", "2012", "2016"},
    RunsOn{"exchange", "2019", "2019", ""},
    RunsOn{"iis", "1.0", "nt-3.51", "nt-3.51"},
    RunsOn{"iis", "2.0", "nt-4.0", "nt-4.0"},
    RunsOn{"iis", "3.0", "nt-4.0", "nt-4.0"},
    RunsOn{"iis", "4.0", "nt-4.0", "nt-4.0"},
    RunsOn{"iis", "5.0", "2000", "2000"},
    RunsOn{"iis", "5.1", "xp", "xp"},
    RunsOn{"iis", "6.0", "xp", "2003"},  // XP x64 has it
    RunsOn{"iis", "7.0", "vista", "2008"},
    RunsOn{"iis", "7.5", "7", "2008-r2"},
    RunsOn{"iis", "8.0", "8", "2012"},
    RunsOn{"iis", "8.5", "8.1", "2012-r2"},
    RunsOn{"iis", "10.0", "10", ""},
    RunsOn{"indexserver", "1.0", "nt-4.0", "nt-4.0"},
    RunsOn{"indexserver", "2.0", "nt-4.0", "nt-4.0"},
    RunsOn{"indexserver", "3.0", "2000", ""},
    RunsOn{"sms", "1.0", "", "nt-4.0"},
    RunsOn{"sms", "1.1", "", "nt-4.0"},
    RunsOn{"sms", "1.2", "", "nt-4.0"},
    RunsOn{"sms", "2.0", "nt-4.0", "2003"},
    RunsOn{"sms", "2003", "2000", ""},
    RunsOn{"sna", "2.0", "", "nt-4.0"},
    RunsOn{"sna", "2.1", "", "nt-4.0"},
    RunsOn{"sna", "2.11", "", "nt-4.0"},
    RunsOn{"sna", "3.0", "nt-3.51", "nt-4.0"},
    RunsOn{"sna", "4.0", "nt-3.51", "2000"},
    RunsOn{"sna", "his", "nt-4.0", ""},
    RunsOn{"sql", "6.0", "", "nt-4.0"},
    RunsOn{"sql", "6.5", "", "2000"},
    RunsOn{"sql", "7.0", "nt-4.0", ""},
    RunsOn{"sql", "2000", "nt-4.0", ""},
    RunsOn{"sql", "2005", "2000", ""},
    RunsOn{"sql", "2008", "xp", ""},
    RunsOn{"sql", "2008-r2", "xp", ""},
    RunsOn{"sql", "2012", "vista", ""},
    RunsOn{"sql", "2014", "7", ""},
    RunsOn{"sql", "2016", "8", ""},
    RunsOn{"sql", "2017", "8", ""},
    RunsOn{"sql", "2019", "10", ""},
    RunsOn{"sql", "2022", "10", ""},
};

// The processes that every Windows of the NT line starts first.
constexpr std::array<std::string_view, 5> kSystemProcesses = {"smss", "csrss", "winlogon",
                                                              "services", "lsass"};

// "chrome" of "chrome:1234", as Process V2 writes it.
std::string_view ImageOf(const CounterPath& path) {
  const std::string_view instance = path.instance;
  const size_t colon = instance.rfind(':');
  return EqualsIgnoreCase(path.object, "Process V2") && colon != std::string_view::npos
             ? instance.substr(0, colon)
             : instance;
}

// Calls `take` with each of the words of `text`.
template <class Take>
void ForEachWord(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    take(word);
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
}

}  // namespace

std::vector<const Sign*> SignsOf(std::string_view product) {
  std::vector<const Sign*> signs;
  const auto add = [&](std::span<const Sign> table) {
    for (const Sign& sign : table) {
      if (sign.product == product) signs.push_back(&sign);
    }
  };
  add(kWindowsSigns);
  add(kProductSigns);
  add(kServerSigns);
  return signs;
}

const RunsOn* FindRunsOn(std::string_view product, std::string_view version) {
  const auto* found = std::find_if(kRunsOn.begin(), kRunsOn.end(), [&](const RunsOn& runs) {
    return runs.product == product && runs.version == version;
  });
  return found == kRunsOn.end() ? nullptr : found;
}

Sightings::Sightings(const SeriesSet& set, const CounterTable& table, std::string_view machine) {
  SeeLives(set, machine);
  SeeCounters(table, machine);
}

// A column without values is no process: collectors are told names that are not running.
void Sightings::SeeLives(const SeriesSet& set, std::string_view machine) {
  std::vector<std::pair<double, double>> csrss;
  for (const Life& life : set.lives) {
    if (!life.is_process || !EqualsIgnoreCase(life.machine, machine)) continue;
    processes_.emplace(ToLower(life.instance), life.instance);
    if (EqualsIgnoreCase(life.instance, "csrss")) csrss.emplace_back(life.start_s, life.end_s);
  }
  for (size_t i = 1; i < csrss.size(); ++i) {
    for (size_t k = 0; k < i; ++k) {
      several_csrss_ |= csrss[i].first < csrss[k].second && csrss[k].first < csrss[i].second;
    }
  }
}

// Columns that are not read have no lives; then the name in the header has to do.
void Sightings::SeeCounters(const CounterTable& table, std::string_view machine) {
  std::map<std::string, std::string> unread;
  std::set<std::string> read;
  std::string image;  // in lower case
  for (CounterId id = 0; id < table.size(); ++id) {
    const CounterPath& path = table[id].path;
    if (!EqualsIgnoreCase(path.machine, machine)) continue;
    counters_.insert({path.object, path.counter});
    if (!IsOneProcess(path)) continue;
    const std::string_view written = ImageOf(path);
    if (!EqualsIgnoreCase(written, image)) image = ToLower(written);
    if (table[id].wanted) {
      read.insert(image);
    } else {
      unread.emplace(image, written);
    }
  }
  for (const auto& [name, written] : unread) {
    if (read.count(name) == 0) processes_.emplace(name, written);
  }
}

std::string Sightings::Show(const Sign& sign) const {
  switch (sign.kind) {
    case Kind::kProcess:
      return ShowProcess(sign.name);
    case Kind::kNone:
      return ShowNone(sign.name);
    case Kind::kObject:
      return ShowObject(sign.name);
    case Kind::kCounter:
      return ShowCounter(sign.name);
  }
  return "";
}

std::string Sightings::ShowProcess(std::string_view pattern) const {
  const auto found = std::find_if(processes_.begin(), processes_.end(), [&](const auto& process) {
    return WildcardMatch(pattern, process.first);
  });
  return found == processes_.end() ? "" : "process " + found->second;
}

std::string Sightings::ShowNone(std::string_view names) const {
  if (!ListsSystemProcesses()) return "";
  std::string list;
  bool any = false;
  ForEachWord(names, [&](std::string_view name) {
    any |= Has(name);
    list += (list.empty() ? "" : ", ") + std::string(name);
  });
  if (any) return "";
  if (const size_t last = list.rfind(", "); last != std::string::npos)
    list.replace(last, 2, " or ");
  return "no process " + list;
}

std::string Sightings::ShowObject(std::string_view pattern) const {
  const auto found = std::find_if(counters_.begin(), counters_.end(), [&](const auto& counter) {
    return WildcardMatch(pattern, counter.first);
  });
  return found == counters_.end() ? "" : "object " + std::string(found->first);
}

std::string Sightings::ShowCounter(std::string_view pattern) const {
  const size_t slash = pattern.find('\\');
  const auto found = std::find_if(counters_.begin(), counters_.end(), [&](const auto& counter) {
    return WildcardMatch(pattern.substr(0, slash), counter.first) &&
           WildcardMatch(pattern.substr(slash + 1), counter.second);
  });
  return found == counters_.end()
             ? ""
             : "counter " + std::string(found->first) + "\\" + std::string(found->second);
}

bool Sightings::ListsSystemProcesses() const {
  return std::all_of(kSystemProcesses.begin(), kSystemProcesses.end(),
                     [&](std::string_view name) { return Has(name); });
}

}  // namespace perfleak
