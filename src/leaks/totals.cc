#include "leaks/totals.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace perfleak {
namespace {

// Less of a total than this does not matter to the machine.
constexpr double kMaterialShare = 0.005;
// A smaller part of a total is not told by name.
constexpr double kNamedShare = 0.01;

bool IsCommit(const Finding& total) { return total.traits.resource == Resource::kCommittedBytes; }

bool IsSame(const SeriesRef& a, const SeriesRef& b) {
  return a.life == b.life && a.series == b.series;
}

void Append(const std::vector<SeriesRef>& from, std::vector<SeriesRef>* to) {
  to->insert(to->end(), from.begin(), from.end());
}

// Takes `what` out of `from`.
void Remove(const std::vector<SeriesRef>& what, std::vector<SeriesRef>* from) {
  std::erase_if(*from, [&](const SeriesRef& ref) {
    return std::any_of(what.begin(), what.end(),
                       [&](const SeriesRef& one) { return IsSame(one, ref); });
  });
}

}  // namespace

std::vector<SeriesRef> Totals::OwnersOfCommit(const std::string& machine) const {
  auto owners = index_.OfProcesses(machine, Resource::kPrivateBytes);
  if (owners.empty()) owners = index_.OfProcesses(machine, Resource::kPageFileBytes);
  return owners;
}

std::vector<SeriesRef> Totals::PoolsOf(const std::string& machine) const {
  std::vector<SeriesRef> pools = index_.OfSystem(machine, Resource::kPoolPagedBytes);
  Append(index_.OfSystem(machine, Resource::kPoolNonpagedBytes), &pools);
  return pools;
}

std::vector<SeriesRef> Totals::PartsOfCommit(const std::string& machine) const {
  std::vector<SeriesRef> parts = OwnersOfCommit(machine);
  Append(PoolsOf(machine), &parts);
  return parts;
}

double Totals::ShareOfRest(const Finding& committed) const {
  const Span span = ownership_.SpanOf(committed);
  const double whole = ownership_.GridSlope(committed.lives, span);
  if (whole <= 0) return 0;
  return 1 - ownership_.GridSlope(PartsOfCommit(committed.machine), span) / whole;
}

Finding Totals::RestOf(const Finding& committed) const {
  const std::vector<SeriesRef> parts = PartsOfCommit(committed.machine);
  TrendContext context;
  context.designs = designs_;
  std::vector<Trend> trends;
  std::vector<double> spans_s;
  Finding rest = committed;
  rest.grown = 0;
  for (const SeriesRef& ref : committed.lives) {
    trends.push_back(FitTrend(ownership_.Rest(ref, parts), context));
    spans_s.push_back(index_.set().lives[ref.life].span_s());
    rest.grown += trends.back().rise;
  }
  rest.trend = CombineLives(trends, spans_s, context).trend;
  const double least = kMaterialShare * std::abs(committed.trend.level);
  if (std::abs(rest.trend.grown) < least) rest.trend.verdict = Verdict::kSteady;
  return rest;
}

std::vector<SeriesRef> Totals::ProcessesOf(const Finding& total) const {
  if (IsCommit(total)) return OwnersOfCommit(total.machine);
  return index_.OfProcesses(total.machine, total.traits.resource);
}

// Of a suspect of the kernel, the pool it grows in.
std::vector<SeriesRef> Totals::PartsOf(const Suspect& suspect, const Finding& total) const {
  if (IsCommit(total) && suspect.component == kKernel) {
    const bool paged = suspect.kind == LeakKind::kPagedPool;
    if (!paged && suspect.kind != LeakKind::kNonpagedPool) return {};
    return index_.OfSystem(suspect.machine,
                           paged ? Resource::kPoolPagedBytes : Resource::kPoolNonpagedBytes);
  }
  std::vector<SeriesRef> parts = ProcessesOf(total);
  std::erase_if(parts, [&](const SeriesRef& ref) {
    return !EqualsIgnoreCase(index_.set().lives[ref.life].instance, suspect.component);
  });
  return parts;
}

double Totals::ShareOf(const Suspect& suspect, const Finding& total) const {
  const Span span = ownership_.SpanOf(total);
  const double whole = ownership_.GridSlope(total.lives, span);
  return whole > 0 ? ownership_.GridSlope(PartsOf(suspect, total), span) / whole : 0;
}

double Totals::ChargedShare(const Finding& pool) const {
  const Span span = ownership_.SpanOf(pool);
  const double whole = ownership_.GridSlope(pool.lives, span);
  return whole > 0 ? ownership_.GridSlope(ProcessesOf(pool), span) / whole : 0;
}

std::vector<GrowthShare> Totals::SharesOf(const Finding& total,
                                          std::span<const Suspect> suspects) const {
  const Span span = ownership_.SpanOf(total);
  const double whole = ownership_.GridSlope(total.lives, span);
  if (!(whole > 0)) return {};
  const auto share_of = [&](const std::vector<SeriesRef>& parts) {
    return ownership_.GridSlope(parts, span) / whole;
  };
  std::vector<GrowthShare> shares;
  std::vector<SeriesRef> others = ProcessesOf(total);
  if (others.empty()) return {};
  std::vector<SeriesRef> pools;
  if (IsCommit(total)) pools = PoolsOf(total.machine);
  for (const Suspect& suspect : suspects) {
    if (suspect.machine != total.machine) continue;
    const std::vector<SeriesRef> parts = PartsOf(suspect, total);
    const double share = share_of(parts);
    const std::string name = suspect.component != kKernel           ? suspect.component
                             : suspect.kind == LeakKind::kPagedPool ? "the paged pool"
                                                                    : "the nonpaged pool";
    const bool told = std::any_of(shares.begin(), shares.end(),
                                  [&](const GrowthShare& one) { return one.of == name; });
    if (told || parts.empty() || suspect.component.empty() || std::abs(share) < kNamedShare)
      continue;
    shares.push_back({name, share});
    Remove(parts, &others);
    Remove(parts, &pools);
  }
  if (!others.empty()) shares.push_back({"other processes", share_of(others)});
  if (!pools.empty()) shares.push_back({"the pools", share_of(pools)});
  double sum = 0;
  for (const GrowthShare& one : shares) sum += one.share;
  shares.push_back(
      {IsCommit(total) ? "no logged process and no pool" : "no logged process", 1 - sum});
  return shares;
}

double Totals::SlopeOfLiving(const Finding& during) const {
  const Span span = ownership_.SpanOf(during);
  const auto logged = index_.OfSystem(during.machine, Resource::kLivingProcesses);
  return logged.empty() ? ownership_.SlopeOfNumber(index_.ProcessLives(during.machine), span)
                        : ownership_.GridSlope(logged, span);
}

bool Totals::HeldByProcesses(const Finding& objects) const {
  if (objects.traits.resource != Resource::kKernelObjects) return false;
  const std::string& counter = table_[objects.counter].path.counter;
  const Span span = ownership_.SpanOf(objects);
  const double least = kOwnerShare * ownership_.GridSlope(objects.lives, span);
  if (EqualsIgnoreCase(counter, "Processes")) return SlopeOfLiving(objects) > least;
  const bool threads = EqualsIgnoreCase(counter, "Threads");
  const auto parts =
      index_.OfProcesses(objects.machine, threads ? Resource::kThreads : Resource::kHandles);
  return ownership_.GridSlope(parts, span) > least;
}

}  // namespace perfleak
