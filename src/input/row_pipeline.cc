#include "input/row_pipeline.h"

#include <algorithm>
#include <condition_variable>
#include <limits>
#include <map>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

namespace perfleak {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

struct Cells {
  RowFields fields;
  std::optional<TimeStamp> stamp;
  std::optional<size_t> values;  // where they begin; nullopt for a line with too few cells
};

// Turns lines into cells; the values of one line after another are in one piece of memory.
class CellsParser {
 public:
  explicit CellsParser(const RowKernels& kernels) : parser_(kernels) {}

  // For so many lines by one plan. What was parsed before is forgotten.
  void Begin(size_t lines, const RowPlan& plan) {
    used_ = 0;
    const size_t size = lines * plan.wanted.size();
    if (values_.size() < size) values_ = std::vector<double>(size);
  }

  void Parse(std::string_view line, const char* readable, const RowPlan& plan, Cells* cells) {
    const size_t width = plan.wanted.size();
    const std::span<double> values(values_.data() + used_, width);
    const auto readable_after = static_cast<size_t>(readable - line.data()) - line.size();
    parser_.Parse(line, plan.separator, plan.wanted, values, &cells->fields, readable_after);
    cells->stamp = stamps_.Parse(cells->fields.time_stamp);
    cells->values.reset();
    if (cells->fields.columns < plan.least_columns) return;
    std::fill(values.begin() + static_cast<std::ptrdiff_t>(cells->fields.filled), values.end(),
              kMissing);
    cells->values = std::exchange(used_, used_ + width);
  }

  ParsedLine Show(const Line& line, uint64_t lines_before, const Cells& cells,
                  const RowPlan& plan) const {
    ParsedLine parsed{line.text,
                      lines_before + line.number,
                      &cells.fields,
                      cells.stamp ? &*cells.stamp : nullptr,
                      {}};
    if (cells.values) parsed.values = {values_.data() + *cells.values, plan.wanted.size()};
    return parsed;
  }

 private:
  RowParser parser_;
  TimeStampParser stamps_;
  std::vector<double> values_;
  size_t used_ = 0;
};

// A batch of lines and what stands in them by a plan.
struct Batch {
  explicit Batch(const RowKernels& kernels) : parser(kernels) {}

  void Parse() {
    cells.resize(std::max(cells.size(), lines.lines.size()));
    parser.Begin(lines.lines.size(), *plan);
    for (size_t i = 0; i < lines.lines.size(); ++i) {
      parser.Parse(lines.lines[i].text, lines.readable, *plan, &cells[i]);
    }
  }

  LineBatch lines;
  std::shared_ptr<const RowPlan> plan;
  std::vector<Cells> cells;  // of each line; there may be more, of batches before
  CellsParser parser;
};

}  // namespace

class RowPipeline::Impl {
 public:
  Impl(std::unique_ptr<LineFramer> framer, std::string name, uint64_t lines_before, int threads)
      : framer_(std::move(framer)),
        name_(std::move(name)),
        helpers_(static_cast<size_t>(std::max(threads, 1) - 1)),
        lines_before_(lines_before),
        late_parser_(framer_->kernels()) {}

  ~Impl() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void Use(RowPlan plan) {
    auto shared = std::make_shared<const RowPlan>(std::move(plan));
    const std::lock_guard<std::mutex> lock(mutex_);
    plan_ = std::move(shared);
  }

  Result<const ParsedLine*> Next() {
    while (current_ == nullptr || at_ == current_->lines.lines.size()) {
      if (current_ != nullptr && current_->lines.last) return AfterTheLast(current_->lines);
      FetchBatch();
    }
    const Line& line = current_->lines.lines[at_];
    if (current_->plan == plan_) {
      shown_ = current_->parser.Show(line, lines_before_, current_->cells[at_], *plan_);
    } else {  // parsed before the columns changed
      late_parser_.Begin(1, *plan_);
      late_parser_.Parse(line.text, current_->lines.readable, *plan_, &late_cells_);
      shown_ = late_parser_.Show(line, lines_before_, late_cells_, *plan_);
    }
    ++at_;
    return &shown_;
  }

 private:
  Result<const ParsedLine*> AfterTheLast(const LineBatch& lines) const {
    if (lines.error) return *lines.error;
    if (!lines.too_long) return static_cast<const ParsedLine*>(nullptr);
    return Error{name_ + ":" + std::to_string(lines_before_ + lines.line_ends + 1) +
                 ": the line is longer than " + std::to_string(kMaxLineBytes) +
                 " bytes, which is the limit; is this a text file?"};
  }

  // Puts the next batch into current_.
  void FetchBatch() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (current_ != nullptr) {
      lines_before_ += current_->lines.line_ends;
      spare_.push_back(std::move(current_));
      while (threads_.size() < helpers_) threads_.emplace_back([this] { Help(); });
    }
    at_ = 0;
    for (;;) {
      while (!done_.contains(next_)) {
        if (CanClaim()) {
          Work(&lock);
        } else {
          changed_.wait(lock);
        }
      }
      current_ = std::move(done_.extract(next_++).mapped());
      changed_.notify_all();
      if (!current_->lines.piece || current_->lines.plain) break;
      // What was claimed behind it is void.
      changed_.wait(lock, [this] { return !claiming_; });
      framer_->Accept(current_->lines);
      for (auto& [number, batch] : done_) spare_.push_back(std::move(batch));
      spare_.push_back(std::move(current_));
      done_.clear();
      next_ = first_valid_ = claimed_;
      all_claimed_ = false;
    }
    lock.unlock();
    framer_->Accept(current_->lines);
  }

  void Help() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return stop_ || CanClaim(); });
      if (stop_) return;
      Work(&lock);
    }
  }

  // One batch at a time is claimed, and not more than the threads need.
  bool CanClaim() const { return !claiming_ && !all_claimed_ && claimed_ - next_ < helpers_ + 2; }

  // Claims a batch, makes it and puts it into done_. `lock` is given up meanwhile.
  void Work(std::unique_lock<std::mutex>* lock) {
    claiming_ = true;
    std::unique_ptr<Batch> batch = TakeSpare();
    batch->plan = plan_;
    const uint64_t number = claimed_++;
    lock->unlock();
    const bool claimed = Guarded(batch.get(), [&] { framer_->Claim(&batch->lines); });
    lock->lock();
    claiming_ = false;
    all_claimed_ = all_claimed_ || batch->lines.last;
    changed_.notify_all();
    lock->unlock();
    if (claimed) {
      Guarded(batch.get(), [&] {
        framer_->Load(&batch->lines);
        batch->Parse();
      });
    }
    lock->lock();
    if (number >= first_valid_) {
      all_claimed_ = all_claimed_ || batch->lines.last;
      done_.emplace(number, std::move(batch));
    } else {
      spare_.push_back(std::move(batch));
    }
    changed_.notify_all();
  }

  std::unique_ptr<Batch> TakeSpare() {
    if (spare_.empty()) return std::make_unique<Batch>(framer_->kernels());
    std::unique_ptr<Batch> batch = std::move(spare_.back());
    spare_.pop_back();
    return batch;
  }

  // Whether there was memory for `act`; if not, the log ends with an error in this batch.
  template <class Do>
  bool Guarded(Batch* batch, const Do& act) const {
    try {
      act();
      return true;
    } catch (const std::bad_alloc&) {
      batch->lines.Clear();
      batch->lines.error = Error{name_ + ": not enough memory to read the log"};
      batch->lines.last = true;
      return false;
    }
  }

  const std::unique_ptr<LineFramer> framer_;
  const std::string name_;
  const size_t helpers_;

  // Of the caller's thread:
  std::unique_ptr<Batch> current_;
  size_t at_ = 0;  // the line of current_ that is next
  uint64_t lines_before_;
  CellsParser late_parser_;
  Cells late_cells_;
  ParsedLine shown_;

  std::mutex mutex_;  // guards all below; of the plan what others than the caller do with it
  std::condition_variable changed_;
  std::shared_ptr<const RowPlan> plan_;
  std::map<uint64_t, std::unique_ptr<Batch>> done_;  // by number
  std::vector<std::unique_ptr<Batch>> spare_;
  uint64_t next_ = 0;         // number of the batch to hand out
  uint64_t claimed_ = 0;      // batches so far
  uint64_t first_valid_ = 0;  // those numbered lower and not done are void
  bool claiming_ = false;
  bool all_claimed_ = false;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

RowPipeline::RowPipeline(std::unique_ptr<LineFramer> framer, std::string name,
                         uint64_t lines_before, int threads)
    : impl_(std::make_unique<Impl>(std::move(framer), std::move(name), lines_before, threads)) {}

RowPipeline::~RowPipeline() = default;

void RowPipeline::Use(RowPlan plan) { impl_->Use(std::move(plan)); }

Result<const ParsedLine*> RowPipeline::Next() { return impl_->Next(); }

}  // namespace perfleak
