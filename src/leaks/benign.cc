#include "leaks/benign.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>

#include "base/text.h"
#include "base/units.h"
#include "leaks/issue_host.h"
#include "leaks/version_fit.h"

namespace perfleak {
namespace {

// The part of the growth that another counter must have to explain it.
constexpr double kMostOfGrowth = 0.7;
constexpr double kAsMuch = 1.5;  // what grows by more is not a part of it
// Correlation with a counter of other units: of the levels, and of what a line leaves of them. Two
// things that merely both rise have the first.
constexpr double kAlikeLevels = 0.9;
constexpr double kAlikeMoves = 0.6;
// Memory is short where Available Bytes is within this part of its range above its least, and that
// is a fraction of what was there.
constexpr double kNearFloor = 0.1;
constexpr double kFellTo = 0.3;
constexpr size_t kLeastPoints = 8;  // of the grid, with memory and without
// What grows on when memory is short is no cache.
constexpr double kHardlyGrows = 0.15;

// Bytes in one unit of a counter that counts memory; 0 for what it does not count.
double BytesIn(const Counter& counter) {
  const std::string& name = counter.path.counter;
  if (ContainsIgnoreCase(name, "(MB)")) return 1048576;
  if (ContainsIgnoreCase(name, "(KB)")) return 1024;
  if (counter.traits.unit == Unit::kBytes) return 1;
  return ContainsIgnoreCase(name, "Bytes") || EndsWithIgnoreCase(name, "Size") ? 1 : 0;
}

double Correlation(std::span<const double> a, std::span<const double> b) {
  const double n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double saa = 0, sbb = 0, sab = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    saa += (a[i] - mean_a) * (a[i] - mean_a);
    sbb += (b[i] - mean_b) * (b[i] - mean_b);
    sab += (a[i] - mean_a) * (b[i] - mean_b);
  }
  return saa > 0 && sbb > 0 ? sab / std::sqrt(saa * sbb) : 0;
}

// What is left of values at equal distances once their line is taken out.
std::vector<double> WithoutLine(std::vector<double> values) {
  const double middle = (static_cast<double>(values.size()) - 1) / 2;
  double sxx = 0, sxy = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double x = static_cast<double>(i) - middle;
    sxx += x * x;
    sxy += x * values[i];
  }
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] -= sxy / sxx * (static_cast<double>(i) - middle);
  }
  return values;
}

// "*" of the Process object is the process that grows.
std::string PatternOfProcess(const std::string& pattern, const Finding& growth) {
  constexpr std::string_view kAnyProcess = "Process(*)";
  if (!growth.is_process || !pattern.starts_with(kAnyProcess)) return pattern;
  return "Process(" + growth.instance + ")" + pattern.substr(kAnyProcess.size());
}

Reason ReasonOf(IssueType type) {
  switch (type) {
    case IssueType::kCacheGrowth:
      return Reason::kCache;
    case IssueType::kCounterCaveat:
      return Reason::kArtefact;
    default:
      return Reason::kByDesign;
  }
}

bool MayBeAbout(const KnownIssue& issue, const ComponentEvidence& evidence,
                const std::vector<std::string>& other_names, const Platform& platform) {
  if (!issue.explains || issue.resources.empty()) return false;
  const IssueHost host = HostOf(issue, evidence, other_names);
  if (host == IssueHost::kNone || host == IssueHost::kCharged) return false;
  return FitVersions(issue, platform, !evidence.processes.empty()).fit > VersionFit::kUnlikely;
}

}  // namespace

std::optional<Benign> BenignFinder::Find(const ComponentEvidence& evidence, const Finding& growth,
                                         const Platform& platform) const {
  const auto other_names = OtherNamesOf(base_, evidence);
  for (const KnownIssue& issue : base_.issues()) {
    if (!MayBeAbout(issue, evidence, other_names, platform)) continue;
    if (!issue.explains->same_counter && !IsOneOf(issue.resources, growth)) continue;
    // What leaks beside it is not explained.
    if (!RisesBeside(evidence, issue.resources).empty()) continue;
    const std::string why = WhyExplained(issue, *evidence.suspect, growth);
    if (!why.empty()) return Benign{&issue, ReasonOf(issue.type), why};
  }
  return std::nullopt;
}

// Whether the counter that grows measures one of the issue's resources.
bool BenignFinder::IsOneOf(const std::vector<IssueResource>& resources, const Finding& growth) {
  return std::any_of(resources.begin(), resources.end(), [&](IssueResource resource) {
    return CounterResource(resource) == growth.traits.resource;
  });
}

std::string BenignFinder::WhyExplained(const KnownIssue& issue, const Suspect& suspect,
                                       const Finding& growth) const {
  const Explains& explains = *issue.explains;
  // A counter that another one confirms is not wrong.
  if (explains.same_counter && suspect.also_growing.empty()) {
    const std::string path = LocalPath(table_[growth.counter].path);
    for (const std::string& pattern : issue.counters) {
      if (WildcardMatch(pattern, path)) return "This counter is wrong by itself.";
    }
  }
  for (const std::string& pattern : explains.counters) {
    const std::string why = WhyByCounter(pattern, growth);
    if (!why.empty()) return why;
  }
  if (explains.first_hours) {
    const std::string why = WhyYoung(*explains.first_hours, growth);
    if (!why.empty()) return why;
  }
  return explains.fills_memory ? WhyFillsMemory(growth) : "";
}

std::string BenignFinder::WhyByCounter(const std::string& pattern, const Finding& growth) const {
  const std::string path = PatternOfProcess(pattern, growth);
  std::vector<SeriesRef> refs;
  const Counter* counter = nullptr;
  const SeriesSet& set = index_.set();
  for (size_t l = 0; l < set.lives.size(); ++l) {
    if (set.lives[l].machine != growth.machine) continue;
    for (size_t s = 0; s < set.lives[l].series.size(); ++s) {
      const CounterId id = set.lives[l].series[s].counters.back();
      if (id == growth.counter) continue;
      if (!WildcardMatch(path, LocalPath(table_[id].path))) continue;
      refs.push_back({l, s});
      counter = &table_[id];
    }
  }
  if (counter == nullptr) return "";
  const std::string name = LocalPath(counter->path);
  if (growth.traits.unit == Unit::kBytes && BytesIn(*counter) > 0) {
    const double whole = ownership_.RiseOver(growth, growth.lives);
    const double share = BytesIn(*counter) * ownership_.RiseOver(growth, refs) / whole;
    if (share < kMostOfGrowth || share > kAsMuch) return "";
    return name + " grows by " + FormatPercent(share) + " as much.";
  }
  const std::vector<double> times_s = GridOf(ownership_.SpanOf(growth));
  const auto x = ownership_.SumAt(growth.lives, times_s);
  const auto y = ownership_.SumAt(refs, times_s);
  const bool alike = Correlation(x, y) >= kAlikeLevels &&
                     Correlation(WithoutLine(x), WithoutLine(y)) >= kAlikeMoves;
  return alike ? "It rises and falls with " + name + "." : "";
}

// The age of a process is known where Elapsed Time was logged, or its start.
std::string BenignFinder::WhyYoung(double hours, const Finding& growth) const {
  const Life& life = index_.set().lives[growth.lives.back().life];
  std::optional<double> age_s = life.age_s;
  if (!age_s && life.began != Cut::kLogEdge) age_s = life.span_s();
  if (!age_s || *age_s > hours * 3600) return "";
  return "The process is only " + FormatDuration(*age_s) + " old.";
}

std::string BenignFinder::WhyFillsMemory(const Finding& growth) const {
  const auto available = index_.OfSystem(growth.machine, Resource::kAvailableBytes);
  if (available.empty()) return "";
  const std::vector<double> times_s = GridOf(ownership_.SpanOf(growth));
  const auto free = ownership_.SumAt(available, times_s);
  const auto x = ownership_.SumAt(growth.lives, times_s);
  const auto [least, most] = std::minmax_element(free.begin(), free.end());
  if (*least > kFellTo * *most) return "";
  const double low = *least + kNearFloor * (*most - *least);
  const auto first = static_cast<size_t>(
      std::find_if(free.begin(), free.end(), [&](double bytes) { return bytes <= low; }) -
      free.begin());
  if (first < kLeastPoints || x.size() - first < kLeastPoints) return "";
  const double before = (x[first] - x.front()) / static_cast<double>(first);
  const double after = (x.back() - x[first]) / static_cast<double>(x.size() - 1 - first);
  if (before <= 0 || after > kHardlyGrows * before) return "";
  return "It stopped growing when Available Bytes was down to " +
         FormatQuantity(low, Unit::kBytes) + ".";
}

}  // namespace perfleak
