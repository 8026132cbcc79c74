#include "input/process_structure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"

namespace perfleak {
namespace {

constexpr size_t kEnoughSystemProcesses = 3;
constexpr double kPage = 4096;
constexpr double kMega = 1024 * 1024;
// The smallest address space of a process is larger than this, its smallest heap is smaller
// (smss.exe of any Windows: 4 MB of addresses and more, a few hundred kB of private memory).
constexpr double kSmallProcess = 2 * kMega;

// Names of processes that Windows itself runs, whatever its version and language.
constexpr std::array<std::string_view, 13> kSystemProcesses = {
    "Idle",  "System",  "smss",    "csrss",   "winlogon", "wininit", "services",
    "lsass", "svchost", "spoolsv", "spoolss", "explorer", "Registry"};

enum class Shape {
  kRate,      // needs two samples, hardly ever whole
  kPages,     // bytes in whole pages
  kPeak,      // the same, never falling
  kPool,      // bytes
  kThreads,   // at least one
  kHandles,   // a count
  kPriority,  // 0 to 31
  kClock,
  kProcessId,
  kParentId
};

struct ProcessCounter {
  std::string_view name;
  Shape shape;
};

// The counters of Process in the order in which Windows writes them (seen in logs of 2000 to 11;
// NT 4.0 has those without Creating Process ID and IO, Working Set - Private came with Vista).
constexpr std::array kCounters = {ProcessCounter{"% Processor Time", Shape::kRate},
                                  ProcessCounter{"% User Time", Shape::kRate},
                                  ProcessCounter{"% Privileged Time", Shape::kRate},
                                  ProcessCounter{"Virtual Bytes Peak", Shape::kPeak},
                                  ProcessCounter{"Virtual Bytes", Shape::kPages},
                                  ProcessCounter{"Page Faults/sec", Shape::kRate},
                                  ProcessCounter{"Working Set Peak", Shape::kPeak},
                                  ProcessCounter{"Working Set", Shape::kPages},
                                  ProcessCounter{"Page File Bytes Peak", Shape::kPeak},
                                  ProcessCounter{"Page File Bytes", Shape::kPages},
                                  ProcessCounter{"Private Bytes", Shape::kPages},
                                  ProcessCounter{"Thread Count", Shape::kThreads},
                                  ProcessCounter{"Priority Base", Shape::kPriority},
                                  ProcessCounter{"Elapsed Time", Shape::kClock},
                                  ProcessCounter{"ID Process", Shape::kProcessId},
                                  ProcessCounter{"Creating Process ID", Shape::kParentId},
                                  ProcessCounter{"Pool Paged Bytes", Shape::kPool},
                                  ProcessCounter{"Pool Nonpaged Bytes", Shape::kPool},
                                  ProcessCounter{"Handle Count", Shape::kHandles},
                                  ProcessCounter{"IO Read Operations/sec", Shape::kRate},
                                  ProcessCounter{"IO Write Operations/sec", Shape::kRate},
                                  ProcessCounter{"IO Data Operations/sec", Shape::kRate},
                                  ProcessCounter{"IO Other Operations/sec", Shape::kRate},
                                  ProcessCounter{"IO Read Bytes/sec", Shape::kRate},
                                  ProcessCounter{"IO Write Bytes/sec", Shape::kRate},
                                  ProcessCounter{"IO Data Bytes/sec", Shape::kRate},
                                  ProcessCounter{"IO Other Bytes/sec", Shape::kRate},
                                  ProcessCounter{"Working Set - Private", Shape::kPages}};
constexpr size_t kAllOfOldWindows = 18;  // so many in a row nobody chose
constexpr size_t kPageFileBytes = 9;
constexpr size_t kPrivateBytes = 10;

using Object = std::pair<std::string, std::string>;  // machine, object
using Columns = std::vector<const HeaderColumn*>;

bool IsSystemProcess(std::string_view instance) {
  return std::any_of(kSystemProcesses.begin(), kSystemProcesses.end(),
                     [&](std::string_view name) { return EqualsIgnoreCase(name, instance); });
}

// How many different processes of Windows itself are among the instances.
size_t CountSystemProcesses(const Columns& columns) {
  std::set<std::string> names;
  for (const HeaderColumn* column : columns) {
    if (IsSystemProcess(column->path.instance)) names.insert(ToLower(column->path.instance));
  }
  return names.size();
}

// By machine the object with most processes; empty where two have as many.
std::map<std::string, Columns> ProcessColumns(std::span<const HeaderColumn> columns) {
  std::map<Object, Columns> objects;
  for (const HeaderColumn& column : columns) {
    if (!column.path.has_instance) continue;
    objects[{column.path.machine, column.path.object}].push_back(&column);
  }
  std::map<std::string, std::pair<size_t, Columns>> best;
  for (const auto& [object, its_columns] : objects) {
    const size_t count = CountSystemProcesses(its_columns);
    if (count < kEnoughSystemProcesses) continue;
    auto& [most, chosen] = best[object.first];
    if (count > most) chosen = its_columns;
    if (count == most) chosen.clear();
    most = std::max(most, count);
  }
  std::map<std::string, Columns> result;
  for (auto& [machine, found] : best) result[machine] = std::move(found.second);
  return result;
}

// All columns of one counter. The sum over processes has no identity and is left out.
struct Sheet {
  std::string name;
  Columns columns;
};

std::vector<Sheet> SheetsOf(const Columns& columns) {
  std::vector<Sheet> sheets;
  for (const HeaderColumn* column : columns) {
    const auto found = std::find_if(sheets.begin(), sheets.end(), [&](const Sheet& sheet) {
      return sheet.name == column->path.counter;
    });
    Sheet& sheet = found != sheets.end() ? *found : sheets.emplace_back();
    sheet.name = column->path.counter;
    if (!EqualsIgnoreCase(column->path.instance, "_Total")) sheet.columns.push_back(column);
  }
  return sheets;
}

// Windows lists the counters of one instance, then those of the next. Whoever lists counter after
// counter has chosen their order.
bool IsByInstance(const Columns& columns) {
  size_t same_instance = 0, same_counter = 0;
  for (size_t i = 1; i < columns.size(); ++i) {
    const CounterPath &a = columns[i - 1]->path, &b = columns[i]->path;
    same_instance += a.instance == b.instance && a.index == b.index ? 1 : 0;
    same_counter += a.counter == b.counter ? 1 : 0;
  }
  return same_instance > same_counter;
}

// What the values of one counter have in common.
struct Facts {
  size_t values = 0;
  bool rate = true;  // nothing in the first row, something later
  bool whole = true;
  bool pages = true;
  bool pool_units = true;  // multiples of 4, in which pool memory is counted
  bool constant = true;
  bool falls = false;
  bool clock = true;
  bool distinct = true;  // no two processes have the same value, 0 apart
  double least = INFINITY, most = -INFINITY;
  double idle = NAN, system = NAN;
  double least_process = INFINITY;  // of the processes that are neither Idle nor System
};

void TakeStep(double before, double after, double step_s, Facts* facts) {
  facts->constant = facts->constant && before == after;
  facts->falls = facts->falls || after < before;
  facts->clock = facts->clock && std::abs(after - before - step_s) < 1 + step_s / 10;
}

void TakeValue(double value, const CounterPath& path, Facts* facts) {
  ++facts->values;
  facts->whole = facts->whole && value == std::floor(value);
  facts->pages = facts->pages && std::fmod(value, kPage) == 0;
  facts->pool_units = facts->pool_units && std::fmod(value, 4) == 0;
  facts->least = std::min(facts->least, value);
  facts->most = std::max(facts->most, value);
  if (EqualsIgnoreCase(path.instance, "Idle")) {
    facts->idle = value;
  } else if (EqualsIgnoreCase(path.instance, "System")) {
    facts->system = value;
  } else {
    facts->least_process = std::min(facts->least_process, value);
  }
}

void TakeColumn(const HeaderColumn& column, const FirstRows& rows, Facts* facts) {
  for (size_t row = 0; row < rows.values.size(); ++row) {
    const double value = rows.values[row][column.index];
    if (std::isnan(value)) continue;
    if (row == 0) facts->rate = false;
    TakeValue(value, column.path, facts);
    const double before = row > 0 ? rows.values[row - 1][column.index] : NAN;
    if (!std::isnan(before)) TakeStep(before, value, rows.t_s[row] - rows.t_s[row - 1], facts);
  }
}

Facts FactsOf(const Sheet& sheet, const FirstRows& rows) {
  Facts facts;
  std::set<double> seen;
  for (const HeaderColumn* column : sheet.columns) {
    TakeColumn(*column, rows, &facts);
    const double first = rows.values.front()[column->index];
    if (first > 0 && !seen.insert(first).second) facts.distinct = false;
  }
  return facts;
}

bool IsZeroOrMissing(double value) { return std::isnan(value) || value == 0; }

// Whether values like these can be those of a counter of that shape.
bool CanBe(Shape shape, const Facts& f) {
  if (f.values == 0) return true;
  const bool level = !f.rate && f.whole && f.least >= 0;
  const bool in_pages = level && f.pages && f.most > 0;
  const bool id = level && f.constant && IsZeroOrMissing(f.idle);
  switch (shape) {
    case Shape::kRate:
      return f.rate || !f.whole || f.most == 0;
    case Shape::kPages:
      return in_pages;
    case Shape::kPeak:
      return in_pages && !f.falls;
    case Shape::kPool:
      return level && f.pool_units && !in_pages;
    case Shape::kThreads:
      return level && !in_pages && f.least_process >= 1;
    case Shape::kHandles:
      return level && !in_pages;
    case Shape::kPriority:
      return level && f.most <= 31;
    case Shape::kClock:
      return !f.rate && f.clock && !f.constant;
    case Shape::kProcessId:
      return id && f.distinct && (f.system == 2 || f.system == 4 || f.system == 8);
    case Shape::kParentId:
      return id && IsZeroOrMissing(f.system);
  }
  return false;
}

using Possible = std::vector<std::vector<size_t>>;  // by sheet: indices of kCounters

Possible PossibleByValues(const std::vector<Facts>& facts) {
  Possible possible(facts.size());
  for (size_t i = 0; i < facts.size(); ++i) {
    for (size_t c = 0; c < kCounters.size(); ++c) {
      if (CanBe(kCounters[c].shape, facts[i])) possible[i].push_back(c);
    }
  }
  return possible;
}

// Keeps what is left if the sheets are in the order of kCounters: sheet i can be c only if those
// before it fit below c and those after it above.
void KeepOrdered(Possible* possible) {
  const size_t n = possible->size();
  size_t least = 0;  // counter that the sheets up to here need at least, plus 1
  for (size_t i = 0; i < n; ++i) {
    std::erase_if((*possible)[i], [&](size_t c) { return c < least; });
    if (!(*possible)[i].empty()) least = (*possible)[i].front() + 1;
  }
  size_t most = kCounters.size();
  for (size_t i = n; i-- > 0;) {
    std::erase_if((*possible)[i], [&](size_t c) { return c >= most; });
    if (!(*possible)[i].empty()) most = (*possible)[i].back();
  }
}

// Without an order to go by only the shapes of which there is one counter tell anything.
void KeepUnmistakable(Possible* possible) {
  for (std::vector<size_t>& counters : *possible) {
    const auto is_plain = [](size_t c) {
      return kCounters[c].shape == Shape::kProcessId || kCounters[c].shape == Shape::kClock;
    };
    const auto found = std::find_if(counters.begin(), counters.end(), is_plain);
    if (found == counters.end()) {
      counters.clear();
    } else {
      counters = {*found};
    }
  }
}

// An ID fits nearly everything that is asked of a count, so that what can be one is one, if there
// is no other. The same with clocks.
void PreferUnmistakable(Shape shape, Possible* possible) {
  std::vector<std::vector<size_t>*> with;
  size_t counter = 0;
  for (std::vector<size_t>& counters : *possible) {
    const auto found = std::find_if(counters.begin(), counters.end(),
                                    [&](size_t c) { return kCounters[c].shape == shape; });
    if (found == counters.end()) continue;
    counter = *found;
    with.push_back(&counters);
  }
  if (with.size() == 1) *with.front() = {counter};
}

bool SameValues(const Sheet& a, const Sheet& b, const FirstRows& rows) {
  if (a.columns.size() != b.columns.size()) return false;
  for (size_t i = 0; i < a.columns.size(); ++i) {
    for (const std::vector<double>& row : rows.values) {
      const double x = row[a.columns[i]->index], y = row[b.columns[i]->index];
      if (x != y && !(std::isnan(x) && std::isnan(y))) return false;
    }
  }
  return true;
}

bool Allows(const std::vector<size_t>& counters, size_t counter) {
  return std::find(counters.begin(), counters.end(), counter) != counters.end();
}

// Page File Bytes and Private Bytes stand side by side and are equal; no other two are.
void PairPrivateBytes(const std::vector<Sheet>& sheets, const FirstRows& rows, Possible* possible) {
  for (size_t i = 1; i < sheets.size(); ++i) {
    if (!Allows((*possible)[i - 1], kPageFileBytes) || !Allows((*possible)[i], kPrivateBytes) ||
        !SameValues(sheets[i - 1], sheets[i], rows)) {
      continue;
    }
    (*possible)[i - 1] = {kPageFileBytes};
    (*possible)[i] = {kPrivateBytes};
    return;
  }
}

// The one sheet of pages that is left, if it is what programs hold: nothing for Idle, less than any
// address space for the smallest process. -1 for none.
int GuessPrivateBytes(const std::vector<Facts>& facts, const Possible& possible) {
  int guess = -1;
  for (size_t i = 0; i < facts.size(); ++i) {
    if (possible[i].size() == 1 && possible[i][0] == kPrivateBytes) return -1;
    if (possible[i].size() < 2 || !Allows(possible[i], kPrivateBytes)) continue;
    if (facts[i].idle != 0 || facts[i].least_process >= kSmallProcess) continue;
    if (guess >= 0) return -1;
    guess = static_cast<int>(i);
  }
  return guess;
}

// False if no order fits: a sheet that could be something can be nothing in its place.
bool NarrowByOrder(const std::vector<Sheet>& sheets, const FirstRows& rows, Possible* possible) {
  Possible narrowed = *possible;
  KeepOrdered(&narrowed);
  PreferUnmistakable(Shape::kProcessId, &narrowed);
  PreferUnmistakable(Shape::kClock, &narrowed);
  KeepOrdered(&narrowed);
  PairPrivateBytes(sheets, rows, &narrowed);
  KeepOrdered(&narrowed);
  for (size_t i = 0; i < narrowed.size(); ++i) {
    if (narrowed[i].empty() && !(*possible)[i].empty()) return false;
  }
  *possible = std::move(narrowed);
  return true;
}

void NarrowByShape(Possible* possible) {
  KeepUnmistakable(possible);
  PreferUnmistakable(Shape::kProcessId, possible);
  PreferUnmistakable(Shape::kClock, possible);
}

// A shape that only one counter has, or a pair that is equal.
bool IsCertain(size_t counter, bool paired) {
  const Shape shape = kCounters[counter].shape;
  return shape == Shape::kProcessId || shape == Shape::kClock ||
         (paired && (counter == kPageFileBytes || counter == kPrivateBytes));
}

TakenObject Take(const std::string& machine, const Columns& columns, const FirstRows& rows) {
  const std::vector<Sheet> sheets = SheetsOf(columns);
  std::vector<Facts> facts;
  for (const Sheet& sheet : sheets) facts.push_back(FactsOf(sheet, rows));
  Possible possible = PossibleByValues(facts);
  if (!IsByInstance(columns) || sheets.size() > kCounters.size() ||
      !NarrowByOrder(sheets, rows, &possible)) {
    NarrowByShape(&possible);
  }
  const int guess = GuessPrivateBytes(facts, possible);
  const bool paired =
      std::count(possible.begin(), possible.end(), std::vector<size_t>{kPageFileBytes}) == 1;
  TakenObject taken{machine, columns.front()->path.object, {}};
  for (size_t i = 0; i < sheets.size(); ++i) {
    if (static_cast<int>(i) == guess) {
      taken.counters.push_back({sheets[i].name, kCounters[kPrivateBytes].name, true});
    } else if (possible[i].size() == 1) {
      const size_t counter = possible[i][0];
      const bool certain = sheets.size() >= kAllOfOldWindows || IsCertain(counter, paired);
      taken.counters.push_back({sheets[i].name, kCounters[counter].name, !certain});
    }
  }
  return taken;
}

}  // namespace

bool MayHoldProcesses(std::span<const HeaderColumn> columns) {
  return !ProcessColumns(columns).empty();
}

std::vector<TakenObject> TakeProcesses(std::span<const HeaderColumn> columns,
                                       const FirstRows& rows) {
  std::vector<TakenObject> result;
  if (rows.values.size() < 2) return result;
  for (const auto& [machine, its_columns] : ProcessColumns(columns)) {
    if (!its_columns.empty()) result.push_back(Take(machine, its_columns, rows));
  }
  return result;
}

std::string Describe(const TakenObject& taken) {
  std::vector<std::string> parts;
  for (const TakenCounter& counter : taken.counters) {
    parts.push_back("\"" + Printable(counter.name) + "\" as " + std::string(counter.english) +
                    (counter.guessed ? " (a guess)" : ""));
  }
  const std::string object = "object \"" + Printable(taken.object) + "\" is taken as Process";
  return parts.empty() ? object : object + ", and in it " + Join(parts, ", ");
}

}  // namespace perfleak
