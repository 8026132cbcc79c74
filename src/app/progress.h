// How far a batch is, on stderr: one line that is rewritten on a terminal, with the time that is
// left; a line for each file elsewhere.
#ifndef PERFLEAK_APP_PROGRESS_H_
#define PERFLEAK_APP_PROGRESS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/batch.h"

namespace perfleak {

class Progress : public BatchListener {
 public:
  struct Style {
    bool terminal = false;
    size_t width = 80;
  };
  // `write` takes text for stderr, `seconds` is a clock that never goes back.
  Progress(const Style& style, std::function<void(const std::string&)> write,
           std::function<double()> seconds);

  void Found(size_t files, uint64_t bytes) override;
  void FileDone(const std::string& path, uint64_t bytes, const std::vector<DigestHandle>& logs,
                bool known) override;
  void Judging(size_t logs) override;

  // Takes the line off the terminal, before anything else is written.
  void Finish();

 private:
  void Show(std::string line);
  std::string TimeLeft() const;

  Style style_;
  std::function<void(const std::string&)> write_;
  std::function<double()> seconds_;
  double start_s_ = 0, shown_s_ = 0;
  size_t files_ = 0, files_done_ = 0;
  uint64_t bytes_ = 0, bytes_done_ = 0;
  uint64_t bytes_read_ = 0;  // of these, what was not known already: only that takes time
  size_t failed_ = 0;
  bool line_shown_ = false;
};

}  // namespace perfleak

#endif  // PERFLEAK_APP_PROGRESS_H_
