#include "product_mix.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "exchange.h"

namespace perfleak::sim {
namespace {

bool IsNt4(const Windows& windows) { return windows.name == WindowsNt4().name; }
bool HasWorkers(const Windows& windows) {
  return !IsNt4(windows) && windows.name != Windows2000().name;
}

bool Is(std::string_view product, std::string_view name) {
  return product == name || (product.starts_with(name) && product[name.size()] == '-');
}

// In these tables, as in windows.cc: image, parent, private, working set, virtual in MB, handles,
// threads, pool paged, pool nonpaged in KB, % processor, then what load adds: MB, handles, threads;
// then noise in MB, base priority, I/O per second.
std::vector<Program> SnaPrograms() {
  return {
      {{"snabase", "services", 3.1, 4.8, 36, 210, 24, 24, 12, .6, .3, 20, 2, .05, 9, 2}},
      {{"snaservr", "services", 6.2, 8.9, 58, 330, 41, 36, 46, 2.1, 1.2, 60, 4, .2, 9, 4}},
      {{"snaprint", "services", 2.9, 4.1, 34, 140, 12, 20, 9, .2, .3, 10, 1, .03, 8, 1}},
      {{"tn3servr", "services", 3.6, 5.2, 41, 260, 22, 24, 26, 1.1, .8, 70, 2, .06, 8, 3}},
      {{"mngagent", "services", 2.1, 3.3, 29, 110, 9, 17, 6, .1, .1, 4, 0, 0, 8, .2}},
  };
}

std::vector<Program> SqlPrograms(const Windows& windows) {
  const double mb = IsNt4(windows) ? 42 : 180;
  return {
      {{"sqlservr", "services", mb, 1.1 * mb, 90 + 2 * mb, 310, 34, 60, 60, 8, 2, 60, 5, .2, 8,
        40}},
      {{IsNt4(windows) ? "sqlexec" : "sqlagent", "services", 2.6, 4.4, 36, 130, 11, 24, 8, .2, .1,
        8, 1, .02, 8, .6}},
  };
}

std::vector<Program> SmsPrograms(const Windows& windows) {
  std::vector<Program> programs = SqlPrograms(windows);
  programs.push_back(
      {{"smsexec", "services", 14, 18, 96, 540, 58, 52, 30, 2.4, 2, 70, 4, .2, 8, 12}});
  programs.push_back(
      {{"sitecomp", "services", 3.4, 5, 44, 150, 12, 24, 8, .2, 0, 6, 0, .02, 8, 1}});
  programs.push_back({{HasWorkers(windows) ? "ccmexec" : "clisvcl", "services", 4.2, 6.4, 48, 180,
                       14, 26, 9, .3, .2, 10, 1, .04, 8, 1}});
  return programs;
}

std::vector<Program> WebPrograms(const Windows& windows) {
  std::vector<Program> programs = {
      {{"inetinfo", "services", 9, 13, 92, 560, 34, 50, 160, 2.4, 1.4, 80, 5, .15, 8, 12}}};
  if (IsNt4(windows)) {
    programs.push_back({{"mtx", "RpcSs", 3.6, 5.1, 47, 150, 13, 21, 7, .5, .8, 20, 2, .06, 8, 2}});
  } else if (HasWorkers(windows)) {
    programs.push_back(
        {{"w3wp", "svchost", 34, 50, 250, 590, 26, 120, 24, 3, 4, 60, 4, .3, 8, 14}, true});
    programs.push_back(
        {{"w3wp", "svchost", 21, 33, 210, 430, 21, 110, 20, 1.2, 2, 40, 3, .2, 8, 6}, true});
  } else {
    programs.push_back(
        {{"dllhost", "svchost", 9, 14, 80, 310, 20, 47, 14, .9, 1.2, 30, 3, .1, 8, 4}});
  }
  return programs;
}

// The users of a terminal server.
std::vector<Program> SessionPrograms(int64_t users) {
  std::vector<Program> programs = {
      {{"termsrv", "services", 2.4, 4.1, 33, 190, 19, 26, 30, .4, .2, 20, 2, .03, 10, .2}}};
  for (int64_t user = 0; user < users; ++user) {
    programs.push_back({{"csrss", "smss", 1.2, 2, 20, 90, 8, 40, 4, .1, 0, 6, 0, 0, 13, .1}});
    programs.push_back({{"winlogon", "smss", 1.1, 1.4, 26, 60, 6, 22, 5, 0, 0, 0, 0, 0, 13, .1}});
    programs.push_back({{"explorer", "userinit", 2.2, 3.6, 36, 90, 6, 32, 5, .2, .3, 10, 0, .05}});
    programs.push_back({{"winword", "explorer", 5.4, 7.8, 52, 120, 4, 44, 6, .3, 1, 14, 0, .2}});
  }
  return programs;
}

std::vector<Program> NameServices(const Windows& windows) {
  return {
      {{"wins", "services", 4.1, 6, 46, 220, 18, 26, 14, .3, .2, 20, 1, .03, 8, 2}},
      {{"tcpsvcs", "services", 2.6, 4.1, 32, 180, 14, 22, 16, .1, .1, 12, 0, .02, 8, .5}},
      {{"dns", "services", 4.4, 6.2, 44, IsNt4(windows) ? 190 : 900, 12, 24, 50, .3, .3, 20, 0, .04,
        8, 1}},
  };
}

Exchange ExchangeOf(const std::string& product) {
  if (product == "exchange-2003") return Exchange::k2003;
  if (product == "exchange-2000") return Exchange::k2000;
  return product == "exchange-5.5" ? Exchange::k55 : Exchange::k50;
}

std::vector<Program> ProgramsOf(const std::string& product, const Windows& windows, Rng& rng) {
  if (Is(product, "exchange")) {
    std::vector<Program> programs;
    for (ProcessSpec& process : ExchangeProcesses(ExchangeOf(product))) {
      const bool is_later = process.image == "inetinfo" && product == "exchange-4.0";
      if (!is_later) programs.push_back({std::move(process)});
    }
    return programs;
  }
  if (Is(product, "sna") || Is(product, "his")) return SnaPrograms();
  if (Is(product, "sms")) return SmsPrograms(windows);
  if (Is(product, "sql")) return SqlPrograms(windows);
  if (Is(product, "iis") || Is(product, "dotnet")) return WebPrograms(windows);
  if (Is(product, "wts")) return SessionPrograms(rng.Integer(2, 4));
  if (Is(product, "names")) return NameServices(windows);
  if (Is(product, "siteserver") || Is(product, "mdac") || Is(product, "odbc")) {
    std::vector<Program> programs = WebPrograms(windows);
    for (Program& program : SqlPrograms(windows)) programs.push_back(std::move(program));
    return programs;
  }
  return {};
}

std::vector<Program> AgentsOf(const Windows& windows) {
  std::vector<Program> agents = {
      {{"beremote", "services", 4.6, 6.8, 52, 140, 12, 26, 8, .2, 0, 0, 0, .03, 8, 1}},
      {{"SrvAny", "services", .6, 1.1, 16, 30, 2, 10, 2, 0, 0, 0, 0, 0, 8, .1}},
      {{"ups", "services", .7, 1.2, 17, 40, 3, 11, 2, 0, 0, 0, 0, 0, 8, .1}},
  };
  if (IsNt4(windows)) {
    agents.push_back({{"navapsvc", "services", 7.2, 9.1, 45, 96, 9, 19, 6, 1.2, .4, 9, 1, .05}});
  } else {
    agents.push_back(
        {{"rtvscan", "services", 19, 24, 96, 310, 28, 60, 14, 2.2, .8, 24, 2, .1, 8, 9}});
  }
  return agents;
}

bool Runs(const std::vector<Program>& programs, const std::string& image) {
  return std::any_of(programs.begin(), programs.end(),
                     [&](const Program& program) { return program.process.image == image; });
}

// What two products both bring runs once, but for sessions and worker processes.
void Merge(std::vector<Program> from, std::vector<Program>& to) {
  const std::vector<Program> before = to;
  for (Program& program : from) {
    const bool is_session =
        program.process.parent == "smss" || program.process.parent == "userinit";
    if (is_session || !Runs(before, program.process.image)) to.push_back(std::move(program));
  }
}

// 64-bit programs reserve two terabytes, and need twice as much.
void Widen(std::vector<Program>& programs) {
  for (Program& program : programs) {
    ProcessSpec& process = program.process;
    if (process.private_mb == 0 || process.virtual_mb > 2097152 || process.image == "System") {
      continue;
    }
    process.virtual_mb += 2097152;
    process.private_mb *= 2;
    process.working_set_mb *= 2;
  }
}

}  // namespace

ProductMix ServerWith(const Windows& windows, const std::vector<std::string>& products,
                      const Rng& rng) {
  Rng draw = rng.Fork("mix");
  ProductMix mix;
  mix.programs = BasePrograms(windows);
  for (const std::string& product : products) {
    Merge(ProgramsOf(product, windows, draw), mix.programs);
    if (Is(product, "exchange") && mix.counters.empty()) {
      mix.counters = ExchangeCounters(ExchangeOf(product));
    }
  }
  std::vector<Program> agents = AgentsOf(windows);
  std::erase_if(agents, [&](const Program&) { return !draw.Chance(.5); });
  Merge(std::move(agents), mix.programs);
  if (windows.name == Windows2016().name) Widen(mix.programs);
  for (size_t i = 0; i < mix.programs.size(); ++i) {
    Vary(mix.programs[i].process, 1, rng.Fork("size " + std::to_string(i)));
  }
  return mix;
}

}  // namespace perfleak::sim
