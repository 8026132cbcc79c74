#include "app/progress.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "base/units.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr double kShowEvery_s = 0.2;
constexpr double kTellTimeAfter_s = 3;  // before, the guess is worth nothing

// "EXCH01, 2026-03-01 00:00 to 2026-03-08 00:00"
std::string DescribeLog(const DigestSummary& summary) {
  std::vector<std::string> names;
  double start_s = 0, end_s = 0;
  for (const DigestSummary::Machine& machine : summary.machines) {
    start_s = names.empty() ? machine.start_s : std::min(start_s, machine.start_s);
    end_s = names.empty() ? machine.end_s : std::max(end_s, machine.end_s);
    names.push_back(Printable(NameOrUnnamed(machine.name)));
  }
  return NameList(names) + ", " + Moment(start_s) + " to " + Moment(end_s);
}

// What a file turned out to be, in one line.
std::string DescribeFile(const std::string& path, const std::vector<DigestHandle>& logs) {
  size_t read = 0, failed = 0;
  for (const DigestHandle& log : logs) {
    read += log.summary.outcome == LogOutcome::kRead ? 1 : 0;
    failed += log.summary.outcome == LogOutcome::kFailed ? 1 : 0;
  }
  if (logs.size() == 1 && read == 1) return path + ": " + DescribeLog(logs.front().summary);
  if (logs.size() == 1 && failed == 1) return logs.front().summary.message;
  if (logs.size() == 1) return path + ": no performance log";
  return path + ": " + Counted(read, "log", "logs") +
         (failed > 0 ? ", " + std::to_string(failed) + " that cannot be read" : "");
}

}  // namespace

Progress::Progress(const Style& style, std::function<void(const std::string&)> write,
                   std::function<double()> seconds)
    : style_(style), write_(std::move(write)), seconds_(std::move(seconds)) {}

void Progress::Found(size_t files, uint64_t bytes) {
  files_ = files;
  bytes_ = bytes;
  start_s_ = shown_s_ = seconds_();
}

void Progress::FileDone(const std::string& path, uint64_t bytes,
                        const std::vector<DigestHandle>& logs, bool known) {
  ++files_done_;
  bytes_done_ += bytes;
  bytes_read_ += known ? 0 : bytes;
  for (const DigestHandle& log : logs) {
    failed_ += log.summary.outcome == LogOutcome::kFailed ? 1 : 0;
  }
  if (!style_.terminal) {
    write_(DescribeFile(path, logs) + (known ? " (from the store)" : "") + "\n");
    return;
  }
  if (seconds_() - shown_s_ < kShowEvery_s && files_done_ < files_) return;
  shown_s_ = seconds_();
  Show(std::to_string(files_done_) + " of " + Counted(files_, "file", "files") + ", " +
       FormatQuantity(static_cast<double>(bytes_done_), Unit::kBytes) + " of " +
       FormatQuantity(static_cast<double>(bytes_), Unit::kBytes) + TimeLeft() +
       (failed_ > 0 ? ", " + std::to_string(failed_) + " cannot be read" : ""));
}

std::string Progress::TimeLeft() const {
  const double spent_s = seconds_() - start_s_;
  if (spent_s < kTellTimeAfter_s || bytes_read_ == 0) return "";
  const double left_s = spent_s * static_cast<double>(bytes_ - std::min(bytes_, bytes_done_)) /
                        static_cast<double>(bytes_read_);
  return ", " + FormatDuration(left_s) + " left";
}

void Progress::Judging(size_t logs) {
  if (style_.terminal) Show("putting " + Counted(logs, "log", "logs") + " together");
}

void Progress::Show(std::string line) {
  line = Ellipsize(line, style_.width - 1);
  write_("\r" + line + "\x1b[K");
  line_shown_ = true;
}

void Progress::Finish() {
  if (std::exchange(line_shown_, false)) write_("\r\x1b[K");
}

}  // namespace perfleak
