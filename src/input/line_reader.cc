#include "input/line_reader.h"

// Reading ahead is ours to organise; the library's own thread would not know how to report errors.
// Set for the whole layer in CMake as well, so that no two files see different definitions.
#ifndef CSV_IO_NO_THREAD
#define CSV_IO_NO_THREAD
#endif
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstringop-truncation"  // the library means to cut file names
#endif
#include <libfccp/csv.h>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"

namespace perfleak {
namespace {

constexpr size_t kSegmentBytes = size_t{256} << 10;
constexpr size_t kBatchesAhead = 3;

// What one io::LineReader reads: one segment, which ends with a line feed. Its first read takes it
// all; the next says that there is no more.
class SegmentSource : public io::ByteSourceBase {
 public:
  explicit SegmentSource(std::string_view segment) : left_(segment) {}

  int read(char* buffer, int size) override {
    const size_t count = std::min(left_.size(), static_cast<size_t>(size));
    std::memcpy(buffer, left_.data(), count);
    left_.remove_prefix(count);
    return static_cast<int>(count);
  }

 private:
  std::string_view left_;
};

// Cuts text into segments of a quarter of a megabyte that end at line ends.
class Segments {
 public:
  Segments(std::string start, ByteSource* text) : bytes_(std::move(start)), text_(text) {}

  // The next segment, empty at the end of the text; valid until the next call. A line may take no
  // more than kMaxLineBytes: a longer one is nullopt.
  Result<std::optional<std::string_view>> Next() {
    bytes_.erase(0, handed_out_);
    handed_out_ = 0;
    for (size_t wanted = kSegmentBytes;; wanted *= 2) {
      if (const Status filled = FillTo(wanted); !filled) return filled.error();
      const size_t last_end = bytes_.rfind('\n');
      if (last_end != std::string::npos && (ended_ || last_end > 0)) {
        handed_out_ = last_end + 1;
        return {std::optional(std::string_view(bytes_).substr(0, handed_out_))};
      }
      if (ended_) return {std::optional(std::string_view())};
      if (bytes_.size() > LineReader::kMaxLineBytes) return {std::optional<std::string_view>()};
    }
  }

 private:
  Status FillTo(size_t wanted) {
    if (ended_ || bytes_.size() >= wanted) return {};
    const size_t had = bytes_.size();
    bytes_.resize(wanted);
    const Result<size_t> got = ReadFully(text_, bytes_.data() + had, wanted - had);
    bytes_.resize(had + (got ? *got : 0));
    if (!got) return got.error();
    ended_ = bytes_.size() < wanted;
    if (ended_ && !bytes_.empty() && bytes_.back() != '\n') bytes_.push_back('\n');
    return {};
  }

  std::string bytes_;
  size_t handed_out_ = 0;  // bytes at the front that the caller has had
  ByteSource* text_;
  bool ended_ = false;
};

struct Batch {
  std::unique_ptr<io::LineReader> reader;  // owns the bytes of the lines
  std::vector<Line> lines;
  std::optional<Error> error;  // after the lines
  bool last = false;
};

bool IsBlank(const char* line) { return line[std::strspn(line, " \t\r")] == '\0'; }

}  // namespace

// Fills batches, each from an io::LineReader of its own.
class LineReader::Framer {
 public:
  Framer(std::string start, ByteSource* text, uint64_t lines_before)
      : name_(text->name()), segments_(std::move(start), text), number_(lines_before) {}

  void Fill(Batch* batch) {
    batch->lines.clear();
    try {
      FillFromSegment(batch);
      return;
    } catch (const io::error::line_length_limit_exceeded&) {
      batch->error = LineTooLong();
    } catch (const std::bad_alloc&) {
      batch->error = Error{name_ + ": not enough memory to read the log; 64 MB are needed"};
    }
    batch->last = true;
  }

 private:
  void FillFromSegment(Batch* batch) {
    const auto segment = segments_.Next();
    if (!segment) batch->error = segment.error();
    if (segment && !*segment) batch->error = LineTooLong();
    batch->last = batch->error || (*segment)->empty();
    if (batch->last) return;
    batch->reader =
        std::make_unique<io::LineReader>(name_, std::make_unique<SegmentSource>(**segment));
    while (const char* const line = batch->reader->next_line()) {
      ++number_;
      if (!IsBlank(line)) batch->lines.push_back({line, number_});
    }
  }

  Error LineTooLong() const {
    return {name_ + ":" + std::to_string(number_ + 1) + ": the line is longer than " +
            std::to_string(kMaxLineBytes) + " bytes, which is the limit; is this a text file?"};
  }

  std::string name_;
  Segments segments_;
  uint64_t number_;
};

// The batch being handed out, and the thread that fills the next ones if there is one.
class LineReader::Pipeline {
 public:
  Pipeline(std::string start, ByteSource* text, uint64_t lines_before, bool own_thread)
      : framer_(std::move(start), text, lines_before), own_thread_(own_thread) {}

  ~Pipeline() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    room_.notify_one();
    thread_.join();
  }

  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  Result<std::optional<Line>> Next() {
    while (at_ == current_.lines.size()) {
      if (current_.error) return *current_.error;
      if (current_.last) return {std::optional<Line>()};
      FetchBatch();
      at_ = 0;
    }
    return {current_.lines[at_++]};
  }

 private:
  void FetchBatch() {
    if (!own_thread_) {
      framer_.Fill(&current_);
      return;
    }
    if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
    std::unique_lock<std::mutex> lock(mutex_);
    filled_.wait(lock, [this] { return !ready_.empty(); });
    std::swap(current_, ready_.front());
    spare_.push_back(std::move(ready_.front()));
    ready_.erase(ready_.begin());
    room_.notify_one();
  }

  void Run() {
    for (;;) {
      Batch batch = TakeSpare();
      framer_.Fill(&batch);
      const bool last = batch.last;
      std::unique_lock<std::mutex> lock(mutex_);
      room_.wait(lock, [this] { return stop_ || ready_.size() < kBatchesAhead; });
      if (stop_) return;
      ready_.push_back(std::move(batch));
      filled_.notify_one();
      if (last) return;
    }
  }

  Batch TakeSpare() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (spare_.empty()) return Batch();
    Batch batch = std::move(spare_.back());
    spare_.pop_back();
    return batch;
  }

  Framer framer_;  // used by the thread only, once there is one
  const bool own_thread_;
  Batch current_;
  size_t at_ = 0;

  std::mutex mutex_;  // guards the next three
  std::vector<Batch> ready_;
  std::vector<Batch> spare_;
  bool stop_ = false;
  std::condition_variable filled_;
  std::condition_variable room_;
  std::thread thread_;
};

LineReader::LineReader(std::string start, ByteSource* text, uint64_t lines_before, bool own_thread)
    : pipeline_(std::make_unique<Pipeline>(std::move(start), text, lines_before, own_thread)) {}

LineReader::~LineReader() = default;

Result<std::optional<Line>> LineReader::Next() { return pipeline_->Next(); }

}  // namespace perfleak
