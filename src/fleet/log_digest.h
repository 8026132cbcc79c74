// What is kept of one log: for each machine in it, its counters and their lives in buckets. Digests
// of any number of logs, made anywhere and in any order, are folded into the verdicts on a fleet;
// the logs themselves are not needed any more.
#ifndef PERFLEAK_FLEET_LOG_DIGEST_H_
#define PERFLEAK_FLEET_LOG_DIGEST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/time.h"
#include "model/counter_path.h"
#include "report/report.h"
#include "series/series_set.h"

namespace perfleak {

// One machine's part of a log.
struct MachineDigest {
  std::string machine;                // as the log writes it; empty where it has no name
  std::vector<CounterPath> counters;  // of this machine; the place is the id in `set`
  SeriesSet set;                      // its lives; one entry in set.machines
};

enum class LogOutcome {
  kRead,   // has a digest of at least one machine
  kNoLog,  // no performance log: a text, a picture
  kFailed  // a log or a container that cannot be read
};

struct LogDigest {
  LogOutcome outcome = LogOutcome::kFailed;
  std::string name;     // "archive/logs.zip/monday.csv": for reports, and where ties are broken
  std::string content;  // hash of the text of the log, in hex; empty unless kRead
  std::string message;  // why it was not read, one line and what to do; empty if kRead

  // The rest only if kRead.
  InputFile file;
  TimeBasis time_basis = TimeBasis::kLocal;
  double bias_minutes = 0;  // UTC = local time + bias, if time_basis is kUtc
  uint64_t columns = 0;     // counter columns of the log
  uint64_t rows_read = 0, rows_used = 0, rows_dropped = 0;
  std::vector<Diagnostics::Entry> diagnostics;  // sorted by code
  std::vector<MachineDigest> machines;          // sorted by name
};

// What is said of a digest without decoding its lives.
struct DigestSummary {
  LogOutcome outcome = LogOutcome::kFailed;
  std::string name, content, message;
  struct Machine {
    std::string name;
    double start_s = 0, end_s = 0;
  };
  std::vector<Machine> machines;
  TimeBasis time_basis = TimeBasis::kLocal;
  double bias_minutes = 0;
  uint64_t columns = 0;
};

DigestSummary SummaryOf(const LogDigest& digest);

// The digest as if the log had this name: also where its messages and places begin with the old
// one.
void Rename(const std::string& name, LogDigest* digest);
void Rename(const std::string& name, DigestSummary* summary);

}  // namespace perfleak

#endif  // PERFLEAK_FLEET_LOG_DIGEST_H_
