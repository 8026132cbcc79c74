#include "app/selection.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr size_t kNamesInMessage = 5;

bool MatchesAny(const std::vector<std::string>& patterns, const std::string& path) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return MatchesPattern(pattern, path); });
}

bool IsMachine(std::string_view named, std::string_view machine) {
  named.remove_prefix(std::min(named.find_first_not_of('\\'), named.size()));
  return EqualsIgnoreCase(named, machine);
}

// "there is: A", "there are: A, B"
std::string ThereAre(const std::vector<std::string>& names) {
  return (names.size() == 1 ? "there is: " : "there are: ") + NameList(names, kNamesInMessage);
}

// Each machine once, as it is written first.
std::vector<std::string> MachinesOf(const CounterTable& table) {
  std::set<std::string> seen;
  std::vector<std::string> machines;
  for (CounterId id = 0; id < table.size(); ++id) {
    const std::string& machine = table[id].path.machine;
    if (seen.insert(ToLower(machine)).second) machines.push_back(machine);
  }
  return machines;
}

Status CheckMachines(const Selection& selection, const CounterTable& table) {
  if (selection.machines.empty()) return {};
  const std::vector<std::string> machines = MachinesOf(table);
  for (const std::string& named : selection.machines) {
    const auto is_it = [&](const std::string& machine) { return IsMachine(named, machine); };
    if (std::any_of(machines.begin(), machines.end(), is_it)) continue;
    return Error{"--machine " + named + ": no such machine in the logs; " + ThereAre(machines) +
                 "."};
  }
  return {};
}

// "Process(*)\Private Bytes"
std::string KindOfCounter(const CounterPath& path) {
  return path.object + (path.has_instance ? "(*)\\" : "\\") + path.counter;
}

}  // namespace

bool MatchesPattern(const std::string& pattern, const std::string& path) {
  const bool has_wildcard = pattern.find_first_of("*?") != std::string::npos;
  return WildcardMatch(has_wildcard ? pattern : "*" + pattern + "*", path);
}

bool SelectsMachine(const Selection& selection, const std::string& machine) {
  const auto& named = selection.machines;
  return named.empty() || std::any_of(named.begin(), named.end(), [&](const std::string& one) {
           return IsMachine(one, machine);
         });
}

CounterTable::Filter FilterOf(const Selection& selection, const KnowledgeBase& knowledge) {
  return [&](const Counter& counter) {
    if (!CounterTable::UsedByAnalysis(counter) && !knowledge.Explains(counter.path)) return false;
    return SelectsMachine(selection, counter.path.machine);
  };
}

CounterTable::Filter JudgedBy(const Selection& selection) {
  return [&selection](const Counter& counter) {
    if (selection.include.empty() && selection.exclude.empty()) return true;
    const std::string path = ToString(counter.path);
    if (!selection.include.empty() && !MatchesAny(selection.include, path)) return false;
    return !MatchesAny(selection.exclude, path);
  };
}

Status CheckSelection(const Selection& selection, const CounterTable& table) {
  if (const Status known = CheckMachines(selection, table); !known) return known;
  if (selection.include.empty() && selection.exclude.empty()) return {};
  const CounterTable::Filter is_judged = JudgedBy(selection);
  bool any_included = false;
  std::map<std::string, std::string> kinds;  // by lower-case name
  for (CounterId id = 0; id < table.size(); ++id) {
    const Counter& counter = table[id];
    if (counter.traits.kind != CounterKind::kResource) continue;
    if (!SelectsMachine(selection, counter.path.machine)) continue;
    if (is_judged(counter)) return {};
    any_included = any_included || MatchesAny(selection.include, ToString(counter.path));
    const std::string kind = KindOfCounter(counter.path);
    kinds.emplace(ToLower(kind), kind);
  }
  if (kinds.empty()) return {};  // nothing to choose from: the report says so
  std::vector<std::string> names;
  for (const auto& [key, name] : kinds) names.push_back(name);
  if (!selection.include.empty() && !any_included) {
    return Error{"--include " + Join(selection.include, ", ") +
                 ": matches no counter that can be judged; " + ThereAre(names) + "."};
  }
  return Error{"--exclude " + Join(selection.exclude, ", ") + ": leaves no counter to judge; " +
               ThereAre(names) + "."};
}

}  // namespace perfleak
