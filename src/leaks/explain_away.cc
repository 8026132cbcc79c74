#include "leaks/explain_away.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "base/units.h"
#include "leaks/artefact.h"
#include "leaks/backlog.h"
#include "leaks/ownership.h"

namespace perfleak {
namespace {

// Private bytes that rise by this part of what a cache in them does are the cache: "Store Private
// Bytes up by as much as Database\Cache Size", docs/method.md.
constexpr double kAllOfIt = 0.85;

bool IsMemory(Resource resource) {
  return resource == Resource::kPrivateBytes || resource == Resource::kPageFileBytes ||
         resource == Resource::kVirtualBytes;
}

// The process that holds a database's cache.
std::string HolderOf(const Life& cache) {
  if (StartsWithIgnoreCase(cache.object, "SQLServer") ||
      StartsWithIgnoreCase(cache.object, "MSSQL$")) {
    return "sqlservr";
  }
  return EqualsIgnoreCase(cache.instance, "Information Store") ? "store" : cache.instance;
}

class ExplainerAway {
 public:
  ExplainerAway(const MachineIndex& index, const CounterTable& table,
                std::vector<Finding>* findings)
      : index_(index), ownership_(index), backlogs_(index, table), findings_(findings) {
    for (const Finding& finding : *findings) {
      if (finding.called() && !finding.is_process) backlogs_.Exclude(finding.lives);
    }
  }

  void Run() {
    for (Finding& finding : *findings_) {
      if (const std::string wrong = WhatIsWrong(finding, index_); !wrong.empty()) {
        Explain(Reason::kArtefact, wrong, &finding);
      } else if (const std::string cache = CacheIn(finding); !cache.empty()) {
        Explain(Reason::kCache, cache, &finding);
      } else if (finding.is_process && finding.called() && !finding.relief) {
        TakeBacklog(&finding);
      }
    }
  }

 private:
  static void Explain(Reason reason, const std::string& why, Finding* finding) {
    finding->trend.verdict = Verdict::kExplained;
    finding->trend.reason = reason;
    finding->innocent = why;
  }

  std::string CacheIn(const Finding& finding) const {
    if (!finding.called() || !finding.is_process || !IsMemory(finding.traits.resource)) return "";
    std::vector<SeriesRef> caches;
    for (const SeriesRef& ref : index_.OfOthers(finding.machine, Resource::kDatabaseCache)) {
      const Life& life = index_.set().lives[ref.life];
      if (EqualsIgnoreCase(HolderOf(life), finding.instance)) caches.push_back(ref);
    }
    if (caches.empty()) return "";
    const double part =
        ownership_.RiseOver(finding, caches) / ownership_.RiseOver(finding, finding.lives);
    if (!(part > kAllOfIt)) return "";
    const Life& life = index_.set().lives[caches.front().life];
    return "the database's cache (" + life.object + ") grows by " + FormatPercent(part) +
           " of it and is given back when others need memory";
  }

  // Work that was done while the log ran took its memory with it; of work that only piles up nobody
  // knows yet.
  void TakeBacklog(Finding* finding) const {
    std::optional<Backlog> backlog = backlogs_.Behind(*finding);
    if (!backlog) return;
    if (backlog->drained) {
      Explain(Reason::kReturned, "it rises and falls with " + backlog->counter, finding);
      return;
    }
    Trend& trend = finding->trend;
    trend.verdict = Verdict::kWatch;
    trend.doubt = Doubt::kLoad;
    if (std::find(trend.caps.begin(), trend.caps.end(), Cap::kUndecidable) == trend.caps.end()) {
      trend.caps.push_back(Cap::kUndecidable);
    }
    finding->backlog = std::move(backlog);
  }

  const MachineIndex& index_;
  Ownership ownership_;
  Backlogs backlogs_;
  std::vector<Finding>* findings_;
};

}  // namespace

void ExplainAway(const MachineIndex& index, const CounterTable& table,
                 std::vector<Finding>* findings) {
  ExplainerAway(index, table, findings).Run();
}

}  // namespace perfleak
