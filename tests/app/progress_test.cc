#include "app/progress.h"

#include <doctest/doctest.h>

#include <string>

namespace perfleak {
namespace {

// What is written, by a clock that stands still until it is told.
struct Screen {
  explicit Screen(bool terminal, size_t width = 80)
      : progress(
            {terminal, width}, [this](const std::string& text) { written += text; },
            [this] { return now_s; }) {}

  std::string Take() { return std::exchange(written, ""); }

  std::string written;
  double now_s = 0;
  Progress progress;
};

DigestHandle ReadLog(const std::string& name) {
  DigestHandle log;
  log.name = name;
  log.summary.outcome = LogOutcome::kRead;
  log.summary.machines = {{"SRV1", 1772323200, 1772409600}};  // 2026-03-01
  return log;
}
DigestHandle FailedLog(const std::string& name) {
  DigestHandle log;
  log.name = name;
  log.summary.outcome = LogOutcome::kFailed;
  log.summary.message = name + ": broken";
  return log;
}

TEST_CASE("elsewhere than on a terminal each file has a line") {
  Screen screen(false);
  screen.progress.Found(3, 300);
  CHECK(screen.Take().empty());
  screen.progress.FileDone("a.csv", 100, {ReadLog("a.csv")}, false);
  CHECK(screen.Take() == "a.csv: SRV1, 2026-03-01 00:00 to 2026-03-02 00:00\n");
  screen.progress.FileDone("a.csv", 100, {ReadLog("a.csv")}, true);
  CHECK(screen.Take() == "a.csv: SRV1, 2026-03-01 00:00 to 2026-03-02 00:00 (from the store)\n");
  screen.progress.FileDone("b.csv", 100, {FailedLog("b.csv")}, false);
  CHECK(screen.Take() == "b.csv: broken\n");
  screen.progress.FileDone("c.zip", 100, {ReadLog("c.zip/1"), FailedLog("c.zip/2")}, false);
  CHECK(screen.Take() == "c.zip: 1 log, 1 that cannot be read\n");
  screen.progress.Judging(5);
  screen.progress.Finish();
  CHECK(screen.Take().empty());
}

TEST_CASE("on a terminal one line says how far it is and how long it takes") {
  Screen screen(true);
  screen.progress.Found(4, 4000);
  screen.now_s = 10;
  screen.progress.FileDone("a.csv", 1000, {ReadLog("a.csv")}, false);
  // 10 s for 1000 bytes, so 30 s for the others
  CHECK(screen.Take() == "\r1 of 4 files, 1,000 bytes of 3.91 KB, 30 s left\x1b[K");
  screen.progress.FileDone("b.csv", 1000, {FailedLog("b.csv")}, false);
  CHECK(screen.Take().empty());  // too soon after the last
  screen.now_s = 20;
  screen.progress.FileDone("c.csv", 1000, {ReadLog("c.csv")}, true);
  CHECK(screen.Take() == "\r3 of 4 files, 2.93 KB of 3.91 KB, 10 s left, 1 cannot be read\x1b[K");
  screen.progress.Finish();
  CHECK(screen.Take() == "\r\x1b[K");
  screen.progress.Finish();
  CHECK(screen.Take().empty());
}

TEST_CASE("the line never wraps") {
  Screen screen(true, 20);
  screen.progress.Found(4, 4000);
  screen.now_s = 10;
  screen.progress.FileDone("a.csv", 1000, {ReadLog("a.csv")}, false);
  CHECK(screen.Take().size() <= 1 + 19 + 3 + 3);  // CR, text with an ellipsis, escape
}

}  // namespace
}  // namespace perfleak
