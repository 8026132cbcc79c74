#include "input/timeline.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>

#include "input/log_files.h"

namespace perfleak {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeastStep = 1;  // seconds; Performance Monitor samples no faster

// One log as the first look found it.
struct Log {
  LogAddress address;
  LogInfo info;
  double first_s = kNever;            // kNever if it has no usable row, -kNever if that is far in
  double first_local_s = kNever;      // the same in local time
  double step_s = 0;                  // of its first two rows; 0 if it has fewer
  std::vector<CounterId> counters;    // ids of the scratch table, if there are several
  std::unique_ptr<LogReader> reader;  // while it is being read; from the start if read once
  uint64_t refused = 0;               // rows the reader used and the timeline did not

  LogInfo CurrentInfo() const {
    LogInfo result = reader ? reader->info() : info;
    result.rows_used -= refused;
    result.rows_dropped += refused;
    return result;
  }
};

struct Context {
  CounterTable* table;
  Diagnostics* diagnostics;
  LogFiles* files;
  TimelineOptions options;
  bool as_local_time = false;
};

// A file among others is read again later, so that what it says now is said to nobody. Standard
// input can be read only once, and the only log need not be put in order.
Result<Log> LookInto(const LogAddress& address, std::unique_ptr<ByteSource> bytes,
                     CounterTable* scratch, const Context& context) {
  const bool only_one = context.files->only_one();
  const bool once = address.is_stdin() || only_one;
  Diagnostics unheard;
  Result<std::unique_ptr<LogReader>> reader =
      once ? LogReader::Open(std::move(bytes), context.table, context.diagnostics,
                             context.options.read)
           : LogReader::Open(std::move(bytes), scratch, &unheard,
                             ReadOptions{1, context.options.read.language});
  if (!reader) return reader.error();
  Log log;
  log.address = address;
  log.first_s = (*reader)->FirstTime().value_or(kNever);
  log.first_local_s = (*reader)->FirstLocalTime().value_or(kNever);
  log.step_s = (*reader)->FirstStep().value_or(0);
  log.info = (*reader)->info();
  log.counters = (*reader)->counters();
  if (once) {
    log.reader = std::move(*reader);
    if (only_one) return {std::move(log)};
    for (CounterId& id : log.counters) id = scratch->Intern((*context.table)[id].path);
  }
  std::sort(log.counters.begin(), log.counters.end());
  return {std::move(log)};
}

// Segments of one collector have most counters in common, although processes come and go; two
// collectors that watch the same machine may share a few.
bool AreSegments(const Log& a, const Log& b) {
  std::vector<CounterId> common;
  std::set_intersection(a.counters.begin(), a.counters.end(), b.counters.begin(), b.counters.end(),
                        std::back_inserter(common));
  const size_t smaller = std::min(a.counters.size(), b.counters.size());
  return smaller > 0 && common.size() * 2 >= smaller;
}

// Segments of one collector, one after another.
class Chain {
 public:
  Chain(std::vector<Log*> logs, const Context* context)
      : logs_(std::move(logs)), context_(context) {
    for (auto log = logs_.rbegin(); log != logs_.rend(); ++log) {
      if ((*log)->step_s > 0) step_s_ = std::max((*log)->step_s, kLeastStep);
    }
  }

  const Row* pending() const { return pending_; }  // nullptr if there is none
  bool ended() const { return pending_ == nullptr && at_ == logs_.size(); }
  double step_s() const { return step_s_; }
  bool has_counters() const {
    return std::any_of(logs_.begin(), logs_.end(),
                       [](const Log* log) { return !log->counters.empty(); });
  }

  // No row of this chain comes before.
  double EarliestTime() const {
    if (pending_ != nullptr) return pending_->t_s;
    if (at_ == logs_.size()) return kNever;
    return in_log_ ? last_s_ : logs_[at_]->first_s;
  }

  void Consume() { pending_ = nullptr; }

  // Puts the next row later than `after_s` into pending(), unless the chain has ended. Requires
  // that there is none.
  Status Advance(double after_s) {
    while (at_ < logs_.size()) {
      Log& log = *logs_[at_];
      if (!in_log_) {
        if (Status status = Enter(&log); !status) return status;
      }
      const Result<const Row*> row = log.reader->Next();
      if (!row) return row.error();
      if (*row == nullptr) {
        Leave(&log);
      } else if (Accept((*row)->t_s, after_s, &log)) {
        pending_ = *row;
        return {};
      }
    }
    return {};
  }

 private:
  Status Enter(Log* log) {
    if (log->reader == nullptr) {
      auto bytes = context_->files->Open(log->address);
      if (!bytes) return bytes.error();
      auto reader = LogReader::Open(std::move(*bytes), context_->table, context_->diagnostics,
                                    context_->options.read);
      if (!reader) return reader.error();
      log->reader = std::move(*reader);
    }
    if (context_->as_local_time) log->reader->ReadAsLocalTime();
    in_log_ = true;
    return {};
  }

  void Leave(Log* log) {
    log->info = log->reader->info();
    log->reader.reset();
    if (log->address.is_stdin()) context_->files->NoteRestOfStdin();
    if (log->info.rows_read == 0) {
      context_->diagnostics->Add("no-samples", "the log holds no rows", {log->info.name, 0, 0});
    }
    in_log_ = false;
    ++at_;
  }

  bool Accept(double t_s, double after_s, Log* log) {
    if (!context_->options.Covers(t_s)) {
      Refuse("outside-range", "a row lies outside the time range asked for", log);
      return false;
    }
    if (t_s <= std::max(last_s_, after_s)) {
      Refuse("overlap", "a row is not later than what another log has already given", log);
      return false;
    }
    FollowStep(t_s - last_s_);
    last_s_ = t_s;
    return true;
  }

  void Refuse(std::string_view code, std::string_view message, Log* log) {
    ++log->refused;
    context_->diagnostics->Add(code, message, {log->info.name, log->reader->line(), 0});
  }

  // A running estimate of the median distance of rows, which gaps and seams do not move.
  void FollowStep(double step_s) {
    if (!std::isfinite(step_s)) return;
    step_s_ *= step_s > step_s_ ? 1.1 : step_s < step_s_ ? 1 / 1.1 : 1;
    step_s_ = std::max(step_s_, kLeastStep);
  }

  std::vector<Log*> logs_;
  const Context* context_;
  size_t at_ = 0;
  bool in_log_ = false;
  const Row* pending_ = nullptr;  // of the reader at hand
  double last_s_ = -kNever;
  double step_s_ = kLeastStep;
};

class TimelineImpl : public Timeline {
 public:
  TimelineImpl(CounterTable* table, Diagnostics* diagnostics, const TimelineOptions& options)
      : files_(options.files, diagnostics), context_{table, diagnostics, &files_, options, false} {}
  TimelineImpl(const TimelineImpl&) = delete;
  TimelineImpl& operator=(const TimelineImpl&) = delete;

  Status Look(const std::vector<std::string>& paths);
  Result<const Row*> Next() override;
  std::vector<LogInfo> logs() const override;
  TimeBasis time_basis() const override {
    return context_.as_local_time ? TimeBasis::kLocal : TimeBasis::kUtc;
  }

 private:
  void ChooseTimeBasis();
  void MakeChains();
  Status FillPending();
  bool Combine();

  LogFiles files_;
  Context context_;
  std::vector<Log> logs_;
  std::vector<Chain> chains_;
  double last_s_ = -kNever;     // of the row handed out last, if there are several chains
  std::vector<double> values_;  // of a row combined from several chains,
  Row combined_;                // which is this
};

Status TimelineImpl::Look(const std::vector<std::string>& paths) {
  CounterTable scratch;
  const auto look = [&](const LogAddress& address, std::unique_ptr<ByteSource> bytes) -> Status {
    Result<Log> log = LookInto(address, std::move(bytes), &scratch, context_);
    if (!log) return log.error();
    logs_.push_back(std::move(*log));
    return {};
  };
  if (const Status looked = files_.ForEach(paths, look); !looked) return looked;
  ChooseTimeBasis();
  std::stable_sort(logs_.begin(), logs_.end(), [](const Log& a, const Log& b) {
    return std::tie(a.first_s, a.address) < std::tie(b.first_s, b.address);
  });
  MakeChains();
  return {};
}

void TimelineImpl::ChooseTimeBasis() {
  const auto is_utc = [](const Log& log) { return log.info.bias_minutes.has_value(); };
  context_.as_local_time = !std::all_of(logs_.begin(), logs_.end(), is_utc);
  if (!context_.as_local_time) return;
  for (Log& log : logs_) {
    if (!is_utc(log)) continue;
    log.first_s = log.first_local_s;
    log.info.time_basis = TimeBasis::kLocal;
    context_.diagnostics->Add("mixed-time-basis",
                              "only some logs name their offset from UTC; all are read as local "
                              "time",
                              {log.info.name, 0, 0});
  }
}

// In time order, each log joins the first chain whose first or latest segment it resembles.
void TimelineImpl::MakeChains() {
  std::vector<std::vector<Log*>> members;
  for (Log& log : logs_) {
    const auto chain =
        std::find_if(members.begin(), members.end(), [&log](const std::vector<Log*>& segments) {
          return AreSegments(*segments.back(), log) || AreSegments(*segments.front(), log);
        });
    if (chain == members.end()) {
      members.push_back({&log});
    } else {
      chain->push_back(&log);
    }
  }
  if (members.size() > 2) context_.options.read.threads = 1;
  for (std::vector<Log*>& segments : members) chains_.emplace_back(std::move(segments), &context_);
}

// Every chain that may have a row among the next ones gets it. A log is not opened before its time.
Status TimelineImpl::FillPending() {
  for (;;) {
    double next_s = kNever;
    for (const Chain& chain : chains_) {
      if (chain.pending() == nullptr) continue;
      next_s = std::min(next_s, chain.pending()->t_s + chain.step_s());
    }
    auto due = std::min_element(chains_.begin(), chains_.end(), [](const auto& a, const auto& b) {
      const bool a_open = a.pending() == nullptr && !a.ended();
      const bool b_open = b.pending() == nullptr && !b.ended();
      return a_open != b_open ? a_open : a_open && a.EarliestTime() < b.EarliestTime();
    });
    if (due->pending() != nullptr || due->ended() || due->EarliestTime() > next_s) return {};
    if (Status status = due->Advance(last_s_); !status) return status;
  }
}

Result<const Row*> TimelineImpl::Next() {
  if (chains_.size() == 1) {
    Chain& chain = chains_.front();
    chain.Consume();
    if (const Status status = chain.Advance(-kNever); !status) return status.error();
    return chain.pending();
  }
  for (;;) {
    if (const Status status = FillPending(); !status) return status.error();
    if (std::all_of(chains_.begin(), chains_.end(),
                    [](const Chain& chain) { return chain.pending() == nullptr; })) {
      return static_cast<const Row*>(nullptr);
    }
    if (Combine()) {
      last_s_ = combined_.t_s;
      return &combined_;
    }
  }
}

// The earliest row, with the rows of other chains less than half a step later, into combined_.
// False if only logs without any counter of interest had one: it would say that all counters are
// missing.
bool TimelineImpl::Combine() {
  bool has_counters = false;
  double first_s = kNever, step_s = kNever;
  for (const Chain& chain : chains_) {
    if (chain.pending() == nullptr) continue;
    first_s = std::min(first_s, chain.pending()->t_s);
    step_s = std::min(step_s, chain.step_s());
  }
  values_.assign(context_.table->size(), kMissing);
  for (Chain& chain : chains_) {
    if (chain.pending() == nullptr) continue;
    const double distance_s = chain.pending()->t_s - first_s;
    if (distance_s > 0 && distance_s >= step_s / 2) continue;
    const std::span<const double> values = chain.pending()->values;
    for (size_t id = 0; id < values.size(); ++id) {
      if (!std::isnan(values[id])) values_[id] = values[id];
    }
    has_counters = has_counters || chain.has_counters();
    chain.Consume();
  }
  combined_ = {first_s, values_};
  return has_counters;
}

std::vector<LogInfo> TimelineImpl::logs() const {
  std::vector<LogInfo> result;
  result.reserve(logs_.size());
  for (const Log& log : logs_) result.push_back(log.CurrentInfo());
  return result;
}

}  // namespace

Result<std::unique_ptr<Timeline>> Timeline::Open(const std::vector<std::string>& paths,
                                                 CounterTable* table, Diagnostics* diagnostics,
                                                 const TimelineOptions& options) {
  auto timeline = std::make_unique<TimelineImpl>(table, diagnostics, options);
  if (const Status status = timeline->Look(paths); !status) return status.error();
  return {std::unique_ptr<Timeline>(std::move(timeline))};
}

}  // namespace perfleak
