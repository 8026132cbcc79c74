#include "leaks/find_leaks.h"

#include <utility>

#include "leaks/classifier.h"
#include "leaks/corroboration.h"
#include "leaks/explain_away.h"
#include "leaks/judge.h"
#include "leaks/known_issues.h"
#include "leaks/machine_index.h"
#include "leaks/ranking.h"
#include "trend/designs.h"

namespace perfleak {

LeakReport FindLeaks(const SeriesSet& set, const CounterTable& table, const LeakOptions& options) {
  Designs designs;
  Judgement judgement =
      Judge(set, table, options.is_judged, options.trends, options.threads, &designs);
  Corroborate(set, table, &judgement.findings, options.threads);
  const MachineIndex index(set);
  ExplainAway(index, table, &judgement.findings);
  LeakReport report;
  report.platforms = PlatformsOf(index, table, options.stated);
  Classified classified = Classify(judgement.findings, index, table, report.platforms, &designs);
  if (options.knowledge != nullptr) {
    ApplyKnowledge(*options.knowledge, options.facts, report.platforms, judgement.findings, index,
                   table, &classified);
  }
  Rank(&classified.suspects);
  Sort(&classified.explained);
  report.judged = judgement.findings.size();
  report.suspects = std::move(classified.suspects);
  report.explained = std::move(classified.explained);
  report.trends = std::move(judgement.trends);
  report.findings = std::move(judgement.findings);
  return report;
}

}  // namespace perfleak
