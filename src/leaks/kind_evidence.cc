#include "leaks/kind_evidence.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "base/units.h"
#include "leaks/explain.h"

namespace perfleak {
namespace {

std::string Name(Resource resource) { return std::string(ToString(resource)); }

Evidence Fact(bool supports, std::string what, std::optional<double> value = std::nullopt,
              std::string expected = "") {
  return {supports, std::move(what), value, std::move(expected), "", false};
}

// The number of handles or threads, where bytes grow without them.
void AddFlatCounters(const Finding& growth, const FindingList& findings,
                     std::vector<Evidence>* evidence) {
  if (growth.traits.unit != Unit::kBytes) return;
  for (const Resource resource : {Resource::kHandles, Resource::kThreads}) {
    const bool flat = IsLogged(findings, resource) && FindCalled(findings, resource) == nullptr;
    if (flat) {
      evidence->push_back(
          Fact(true, "The number of " + Name(resource) + " does not grow with it."));
    }
  }
}

// Pool for each handle or thread, where both are called.
void AddPoolPerObject(const FindingList& findings, std::vector<Evidence>* evidence) {
  const Finding* objects = FindCalled(findings, Resource::kHandles);
  if (objects == nullptr) objects = FindCalled(findings, Resource::kThreads);
  if (objects == nullptr) return;
  for (const Resource resource : {Resource::kPoolPagedBytes, Resource::kPoolNonpagedBytes}) {
    const Finding* pool = FindCalled(findings, resource);
    if (pool == nullptr || !(RateOf(objects) > 0)) continue;
    const double each = RateOf(pool) / RateOf(objects);
    const bool fits = each >= kMinPoolPerHandle && each <= kMaxPoolPerHandle;
    const bool handles = objects->traits.resource == Resource::kHandles;
    evidence->push_back(Fact(fits,
                             FormatQuantity(each, Unit::kBytes) + " of " + Name(resource) +
                                 " for each " + (handles ? "handle" : "thread") +
                                 (fits ? ": it goes with them." : ": it does not go with them."),
                             each, "20 bytes to 30 KB"));
  }
}

void AddRatio(const Finding& of, const FindingList& findings, Resource part,
              const Ownership& ownership, std::vector<Evidence>* evidence) {
  const auto series = SeriesOf(findings, part);
  const double whole = ownership.RiseOver(of, of.lives);
  if (series.empty() || !(whole > 0)) return;
  const double share = ownership.RiseOver(of, series) / whole;
  if (part == Resource::kManagedHeapBytes) {
    evidence->push_back(Fact(true,
                             "The .NET heaps gain " + FormatPercent(share) + " of what " +
                                 Name(of.traits.resource) + " do.",
                             share, share > 0.5 ? "over 0.5" : "at most 0.5"));
  } else {
    evidence->push_back(
        Fact(true,
             "The memory in it gains " + FormatPercent(std::max(share, 0.0)) + " of what it gains.",
             share, "under 0.33"));
  }
}

void AddHandlesPerThread(const FindingList& findings, std::vector<Evidence>* evidence) {
  const Finding* threads = FindCalled(findings, Resource::kThreads);
  const Finding* handles = FindCalled(findings, Resource::kHandles);
  if (threads == nullptr || handles == nullptr || !(RateOf(threads) > 0)) return;
  const double each = RateOf(handles) / RateOf(threads);
  const bool fits = each >= 0.5 && each <= 3.5;
  evidence->push_back(
      Fact(fits, FormatQuantity(each, Unit::kCount) + " handles for each thread.", each, "1 to 3"));
}

bool IsPoolKind(LeakKind kind) {
  return kind == LeakKind::kPagedPool || kind == LeakKind::kNonpagedPool;
}

// Whole percentages that add up to 100: what rounding loses goes to those that lose most.
std::vector<long> WholePercent(const std::vector<GrowthShare>& shares) {
  std::vector<long> percent;
  std::vector<size_t> by_loss(shares.size());
  std::iota(by_loss.begin(), by_loss.end(), size_t{0});
  for (const GrowthShare& one : shares) {
    percent.push_back(static_cast<long>(std::floor(100 * one.share)));
  }
  std::stable_sort(by_loss.begin(), by_loss.end(), [&](size_t a, size_t b) {
    return 100 * shares[a].share - static_cast<double>(percent[a]) >
           100 * shares[b].share - static_cast<double>(percent[b]);
  });
  const long missing = 100 - std::accumulate(percent.begin(), percent.end(), 0L);
  for (size_t i = 0; i < by_loss.size() && static_cast<long>(i) < missing; ++i) {
    ++percent[by_loss[i]];
  }
  return percent;
}

}  // namespace

std::vector<Evidence> EvidenceOfKind(const Diagnosis& diagnosis, const FindingList& findings,
                                     const Ownership& ownership) {
  std::vector<Evidence> evidence;
  const Finding& growth = *diagnosis.growth;
  switch (diagnosis.kind) {
    case LeakKind::kAddressSpace:
    case LeakKind::kFragmentation:
      AddRatio(growth, findings, Resource::kPrivateBytes, ownership, &evidence);
      break;
    case LeakKind::kManagedHeap:
    case LeakKind::kNativeInManaged:
      if (growth.is_process) {
        AddRatio(growth, findings, Resource::kManagedHeapBytes, ownership, &evidence);
      }
      break;
    case LeakKind::kThreads:
      AddHandlesPerThread(findings, &evidence);
      break;
    case LeakKind::kHandles:
      AddPoolPerObject(findings, &evidence);
      break;
    default:
      break;
  }
  if (IsPoolKind(diagnosis.kind)) AddPoolPerObject(findings, &evidence);
  if (growth.backlog) {
    evidence.push_back(Fact(
        false, "It follows " + growth.backlog->counter + ", which has not gone down in this log."));
  }
  AddFlatCounters(growth, findings, &evidence);
  return evidence;
}

const Suspect* HolderOfPool(const Finding& pool, std::span<const Suspect> suspects) {
  for (const Suspect& suspect : suspects) {
    const bool holds_objects =
        suspect.kind == LeakKind::kHandles || suspect.kind == LeakKind::kThreads;
    const double rate = suspect.growth_in.slope.per_s;
    if (suspect.machine != pool.machine || !holds_objects || !(rate > 0)) continue;
    const double each = RateOf(&pool) / rate;
    if (each >= kMinPoolPerHandle && each <= kMaxPoolPerHandle) return &suspect;
  }
  return nullptr;
}

std::vector<Evidence> EvidenceOfPool(const Finding& pool, const Totals& totals,
                                     std::span<const Suspect> suspects) {
  std::vector<Evidence> evidence;
  if (totals.IsCharged(pool)) {
    const double charged = totals.ChargedShare(pool);
    evidence.push_back(Fact(
        charged < kOwnerShare,
        "Processes are charged for " + FormatPercent(std::max(charged, 0.0)) + " of its growth.",
        charged, "under 0.5"));
  }
  if (const Suspect* holder = HolderOfPool(pool, suspects)) {
    const double each = RateOf(&pool) / holder->growth_in.slope.per_s;
    const bool threads = holder->kind == LeakKind::kThreads;
    evidence.push_back(Fact(false,
                            "It may hang on the " + std::string(threads ? "threads" : "handles") +
                                " of " + holder->component + ": " +
                                FormatQuantity(each, Unit::kBytes) + " for each.",
                            each, "20 bytes to 30 KB for what hangs on them"));
  } else if (totals.LogsHandles(pool.machine)) {
    evidence.push_back(
        Fact(true,
             "No process that is called for its handles or threads fits: a driver's or the "
             "registry's."));
  }
  return evidence;
}

std::string WordsOnShares(const std::string& total, const std::vector<GrowthShare>& shares) {
  const std::vector<long> percent = WholePercent(shares);
  std::vector<std::string> parts;
  for (size_t i = 0; i < shares.size(); ++i) {
    if (percent[i] == 0) continue;
    parts.push_back(std::to_string(percent[i]) + (parts.empty() ? " % is in " : " % in ") +
                    shares[i].of);
  }
  return "Of the growth of " + total + ", " + JoinWithAnd(parts) + ".";
}

}  // namespace perfleak
