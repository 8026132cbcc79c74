#include "app/digest_log.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "input/content_hash.h"
#include "input/log_reader.h"
#include "series/series_set.h"
#include "series/stitch.h"

namespace perfleak {
namespace {

// Of a counter that is read, in all stages; and of a column that is not, for its name.
constexpr uint64_t kBytesPerCounter = 8000;
constexpr uint64_t kBytesPerColumn = 500;
constexpr uint64_t kBytesPerLog = uint64_t{4} << 20;

uint64_t MemoryOf(const LogReader& log) {
  return kBytesPerLog + log.counters().size() * kBytesPerCounter +
         log.info().columns * kBytesPerColumn;
}

Status TakeRows(const TimelineOptions& range, LogReader* log, SeriesBuilder* builder,
                LogDigest* digest) {
  for (;;) {
    const Result<const Row*> row = log->Next();
    if (!row) return row.error();
    if (!*row) return {};
    if (range.Covers((*row)->t_s)) {
      builder->Add(**row);
    } else {
      ++digest->rows_dropped;
    }
  }
}

std::vector<MachineDigest> SplitByMachine(const SeriesSet& set, const CounterTable& table) {
  std::vector<MachineDigest> machines;
  for (const MachineFacts& facts : set.machines) {
    MachineDigest& machine = machines.emplace_back();
    machine.machine = facts.name;
    std::vector<CounterId> to(table.size(), 0);
    for (CounterId id = 0; id < table.size(); ++id) {
      if (!EqualsIgnoreCase(table[id].path.machine, facts.name)) continue;
      to[id] = static_cast<CounterId>(machine.counters.size());
      machine.counters.push_back(table[id].path);
    }
    machine.set = OfMachine(set, facts.name);
    RemapCounters(to, &machine.set);
  }
  return machines;
}

void TakeInfo(const LogInfo& info, LogDigest* digest) {
  digest->file = {digest->name, info.format, info.encoding, info.bytes, info.language};
  digest->time_basis = info.time_basis;
  digest->bias_minutes = info.bias_minutes.value_or(0);
  digest->columns = info.columns;
  digest->rows_read = info.rows_read;
  digest->rows_used = info.rows_used - digest->rows_dropped;
  digest->rows_dropped += info.rows_dropped;
}

}  // namespace

LogDigest NotDigested(const std::string& name, LogOutcome outcome, std::string message) {
  LogDigest digest;
  digest.outcome = outcome;
  digest.name = name;
  digest.message = std::move(message);
  return digest;
}

DigestHandle FailedHandle(const std::string& name, const std::string& message) {
  return {name, SummaryOf(NotDigested(name, LogOutcome::kFailed, message)), 0};
}

LogDigest DigestOfFailed(const DigestHandle& handle) {
  return NotDigested(handle.name, handle.summary.outcome, handle.summary.message);
}

LogDigest DigestLog(std::unique_ptr<ByteSource> source, const std::string& name,
                    const DigestOptions& options) {
  ContentHash hash;
  Diagnostics diagnostics;
  CounterTable table(options.wanted);
  auto log = LogReader::Open(HashWhileReading(std::move(source), &hash), &table, &diagnostics,
                             options.range.read);
  if (!log) {
    const bool no_log = log.error().kind == Error::Kind::kNoLog;
    return NotDigested(name, no_log ? LogOutcome::kNoLog : LogOutcome::kFailed,
                       log.error().message);
  }
  std::optional<MemoryBudget::Share> memory;
  if (options.memory != nullptr) memory.emplace(options.memory, MemoryOf(**log));
  SeriesBuilder builder(&table, &diagnostics);
  LogDigest digest;
  digest.name = name;
  if (const Status read = TakeRows(options.range, log->get(), &builder, &digest); !read) {
    return NotDigested(name, LogOutcome::kFailed, read.error().message);
  }
  const bool outside = digest.rows_dropped > 0;  // no others are counted yet
  const SeriesSet set = builder.Finish();
  if (set.rows == 0 && !outside) {
    return NotDigested(name, LogOutcome::kFailed,
                       name + ": the log has no usable sample; perfleak inspect tells why");
  }
  TakeInfo((*log)->info(), &digest);
  digest.outcome = LogOutcome::kRead;
  digest.content = hash.Hex();
  digest.diagnostics = diagnostics.Entries();
  if (set.rows == 0) {
    digest.message = name + ": no sample lies in the time asked for";
  } else {
    digest.machines = SplitByMachine(set, table);
  }
  return digest;
}

}  // namespace perfleak
