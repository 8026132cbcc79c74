// What a log lacks for a better verdict, and how to collect it next time.
#ifndef PERFLEAK_APP_QUALITY_H_
#define PERFLEAK_APP_QUALITY_H_

#include <vector>

#include "leaks/platform.h"
#include "model/counter_table.h"
#include "report/report.h"
#include "series/series_set.h"

namespace perfleak {

std::vector<QualityNote> JudgeQuality(const SeriesSet& set, const CounterTable& table,
                                      uint64_t judged);

// Adds what the user states of a machine and its log rules out.
void NoteContradictions(const std::vector<Platform>& platforms, std::vector<QualityNote>* notes);

}  // namespace perfleak

#endif  // PERFLEAK_APP_QUALITY_H_
