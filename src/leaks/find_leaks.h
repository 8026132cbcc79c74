// The leaks stage: lives in, ranked suspects out.
#ifndef PERFLEAK_LEAKS_FIND_LEAKS_H_
#define PERFLEAK_LEAKS_FIND_LEAKS_H_

#include "leaks/deciding_fact.h"
#include "leaks/judge.h"
#include "leaks/knowledge_base.h"
#include "leaks/platform.h"
#include "leaks/suspect.h"
#include "model/counter_table.h"
#include "series/series_set.h"

namespace perfleak {

struct LeakOptions {
  // Counters that it refuses are never called, but still explain others: who owns a total, where a
  // limit is. Empty: all are judged.
  CounterFilter is_judged;
  // Of the machines of the logs, by the user.
  PlatformStated stated;
  // nullptr: nothing is held against known issues. Outlives the call.
  const KnowledgeBase* knowledge = nullptr;
  KnownFacts facts;
  bool trends = true;  // LeakReport::trends is wanted
  int threads = 1;     // that judge; the report is the same for any number
};

LeakReport FindLeaks(const SeriesSet& set, const CounterTable& table,
                     const LeakOptions& options = {});

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_FIND_LEAKS_H_
