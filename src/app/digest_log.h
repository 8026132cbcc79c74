// Reads one log and keeps its digest: the lives of each machine in it.
#ifndef PERFLEAK_APP_DIGEST_LOG_H_
#define PERFLEAK_APP_DIGEST_LOG_H_

#include <memory>
#include <string>

#include "base/jobs.h"
#include "fleet/log_digest.h"
#include "fleet/machine_groups.h"
#include "input/byte_source.h"
#include "input/timeline.h"
#include "model/counter_table.h"

namespace perfleak {

struct DigestOptions {
  CounterTable::Filter wanted;
  TimelineOptions range;           // of time, and how to read
  MemoryBudget* memory = nullptr;  // what the digest takes while it is made; nullptr: unbounded
};

// What cannot be read is a digest that says why.
LogDigest DigestLog(std::unique_ptr<ByteSource> source, const std::string& name,
                    const DigestOptions& options);

// The digest of what could not even be opened, or is no log.
LogDigest NotDigested(const std::string& name, LogOutcome outcome, std::string message);

// The same as a handle with nothing behind it: its id is 0, and all there is to it is the summary.
DigestHandle FailedHandle(const std::string& name, const std::string& message);
LogDigest DigestOfFailed(const DigestHandle& handle);

}  // namespace perfleak

#endif  // PERFLEAK_APP_DIGEST_LOG_H_
