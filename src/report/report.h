// The one value that all report writers render.
#ifndef PERFLEAK_REPORT_REPORT_H_
#define PERFLEAK_REPORT_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/time.h"
#include "leaks/suspect.h"
#include "series/series_set.h"

namespace perfleak {

struct InputFile {
  std::string name, format, encoding;
  uint64_t bytes = 0;
  std::string language = {};  // of the counters' names, if not English: "de"
};

struct InputSummary {
  std::vector<InputFile> files;
  std::vector<std::string> machines;
  TimeBasis time_basis = TimeBasis::kLocal;
  double start_s = 0, end_s = 0;
  double interval_s = 0;
  uint64_t counters = 0;  // in the log, each once
  uint64_t rows_read = 0, rows_used = 0, rows_dropped = 0;
};

// What the series of all files say; the files and their rows are told elsewhere.
void Summarize(const SeriesSet& set, TimeBasis basis, size_t counters, InputSummary* summary);

// What the log lacks for a better verdict, and what to do about it.
struct QualityNote {
  std::string code;  // "no-process-id"
  std::string message;
  std::string next_step;
};

struct Report {
  std::string version;  // of the program
  InputSummary input;
  std::vector<QualityNote> quality;
  std::vector<Diagnostics::Entry> diagnostics;
  LeakReport leaks;
};

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_REPORT_H_
