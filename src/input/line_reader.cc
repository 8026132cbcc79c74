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

constexpr size_t kBatchBytes = size_t{1} << 20;
constexpr size_t kBatchesAhead = 3;

struct ReadFailed {
  Error error;
};

// What io::LineReader reads from: full buffers, and a line feed at the end.
class LineFeedSource : public io::ByteSourceBase {
 public:
  LineFeedSource(std::string start, ByteSource* text) : start_(std::move(start)), text_(text) {}

  int read(char* buffer, int size) override {
    const auto wanted = static_cast<size_t>(size);
    size_t filled = TakeStart(buffer, wanted);
    if (filled < wanted && !ended_) {
      const Result<size_t> got = ReadFully(text_, buffer + filled, wanted - filled);
      if (!got) throw ReadFailed{got.error()};
      filled += *got;
      ended_ = filled < wanted;
    }
    if (filled > 0) last_ = buffer[filled - 1];
    if (ended_ && filled < wanted && last_ != '\n') buffer[filled++] = last_ = '\n';
    return static_cast<int>(filled);
  }

 private:
  size_t TakeStart(char* buffer, size_t wanted) {
    const size_t count = std::min(wanted, start_.size() - start_at_);
    std::memcpy(buffer, start_.data() + start_at_, count);
    start_at_ += count;
    if (start_at_ == start_.size()) start_ = std::string(), start_at_ = 0;
    return count;
  }

  std::string start_;
  size_t start_at_ = 0;
  ByteSource* text_;
  bool ended_ = false;
  char last_ = '\n';
};

struct Batch {
  struct Span {
    size_t begin, size;
    uint64_t number;
  };

  std::vector<char> bytes;
  std::vector<Span> lines;
  std::optional<Error> error;  // after the lines
  bool last = false;

  void Clear() {
    bytes.clear();
    lines.clear();
    error.reset();
    last = false;
  }

  void Append(const char* line, size_t size, uint64_t number) {
    lines.push_back({bytes.size(), size, number});
    bytes.insert(bytes.end(), line, line + size);
  }
};

bool IsBlank(const char* line) { return line[std::strspn(line, " \t\r")] == '\0'; }

}  // namespace

// Fills batches from io::LineReader, which is made (with its 48 MiB of address space) on first use.
class LineReader::Framer {
 public:
  Framer(std::string start, ByteSource* text, uint64_t lines_before)
      : name_(text->name()),
        source_(std::make_unique<LineFeedSource>(std::move(start), text)),
        number_(lines_before) {}

  void Fill(Batch* batch) {
    batch->Clear();
    try {
      if (reader_ == nullptr) reader_ = std::make_unique<io::LineReader>(name_, std::move(source_));
      FillFromReader(batch);
      return;
    } catch (const ReadFailed& failure) {
      batch->error = failure.error;
    } catch (const io::error::line_length_limit_exceeded&) {
      batch->error =
          Error{name_ + ":" + std::to_string(number_ + 1) + ": the line is longer than " +
                std::to_string(kMaxLineBytes) + " bytes, which is the limit; is this a text file?"};
    } catch (const std::bad_alloc&) {
      batch->error = Error{name_ + ": not enough memory to read the log; 64 MB are needed"};
    }
    batch->last = true;
  }

 private:
  void FillFromReader(Batch* batch) {
    while (batch->bytes.size() < kBatchBytes) {
      const char* const line = reader_->next_line();
      if (line == nullptr) {
        batch->last = true;
        return;
      }
      ++number_;
      if (!IsBlank(line)) batch->Append(line, std::strlen(line), number_);
    }
  }

  std::string name_;
  std::unique_ptr<LineFeedSource> source_;
  std::unique_ptr<io::LineReader> reader_;
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
    const Batch::Span& span = current_.lines[at_++];
    return {Line{{current_.bytes.data() + span.begin, span.size}, span.number}};
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
