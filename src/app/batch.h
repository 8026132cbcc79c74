// perfleak batch: all logs of a fleet, wherever they lie, read once each and in parallel.
#ifndef PERFLEAK_APP_BATCH_H_
#define PERFLEAK_APP_BATCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/fleet.h"
#include "base/result.h"
#include "input/file_finder.h"
#include "model/language.h"
#include "report/fleet_report.h"

namespace perfleak {

struct BatchOptions {
  std::vector<std::string> paths;  // files, folders, archives
  FileFilter filter;
  std::string since, until;                         // as a user types a moment; empty for no bound
  std::optional<Language> language = std::nullopt;  // of the logs, if stated
  FleetSettings settings;
  std::string store;  // database of results; empty for none that stays
  std::string emit;   // folder for one result file per log; empty for none
};

// Hears how the work goes on, from one thread at a time.
class BatchListener {
 public:
  virtual ~BatchListener() = default;
  virtual void Found(size_t files, uint64_t bytes) = 0;
  // One file is done, with what was in it; `known`: taken from the store.
  virtual void FileDone(const std::string& path, uint64_t bytes,
                        const std::vector<DigestHandle>& logs, bool known) = 0;
  virtual void Judging(size_t machines) = 0;
};

// Errors: bad options, a store or a folder that cannot be written, no log in all of it. A file that
// cannot be read is part of the report.
Result<FleetReport> Batch(const BatchOptions& options, BatchListener* listener);

}  // namespace perfleak

#endif  // PERFLEAK_APP_BATCH_H_
