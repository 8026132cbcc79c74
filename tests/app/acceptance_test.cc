// Logs on which a peer of perfleak fails: false alarms, misses, wrong rates. docs/method.md lists
// them.
#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "app/analyze.h"
#include "base/text.h"
#include "support/temp_dir.h"

namespace perfleak {
namespace {

constexpr double kMb = 1048576;

#ifdef PERFLEAK_SIM
bool Simulate(const std::string& name, const std::string& path) {
  const std::string command =
      std::string("\"") + PERFLEAK_SIM + "\" case " + name + " --seed 1 --out \"" + path + "\"";
  return std::system(command.c_str()) == 0;
}
#endif

// What was found in one case: in each, the process that may leak is `worker`.
struct Found {
  bool simulated = false;
  Report report;

  const Suspect* worker() const {
    for (const Suspect& suspect : report.leaks.suspects) {
      if (suspect.component == "worker") return &suspect;
    }
    return nullptr;
  }
  const Explained* explained(std::string_view counter) const {
    for (const Explained& one : report.leaks.explained) {
      if (EndsWithIgnoreCase(one.path, "(worker)\\" + std::string(counter))) return &one;
    }
    return nullptr;
  }
};

Found Analyzed(const std::string& name) {
  Found found;
#ifdef PERFLEAK_SIM
  const TempDir dir;
  REQUIRE(Simulate(name, dir.Path("log.csv")));
  AnalyzeOptions options;
  options.logs = {dir.Path("log.csv")};
  auto report = Analyze(options);
  REQUIRE(report.ok());
  found.report = std::move(*report);
  found.simulated = true;
#else
  MESSAGE("skipped: built without the simulator (", name, ")");
#endif
  return found;
}

void CheckLeaks(const Found& found, double mb_per_hour, size_t lives = 1) {
  if (!found.simulated) return;
  const Suspect* worker = found.worker();
  REQUIRE(worker != nullptr);
  CHECK(worker->rank == 1);
  CHECK(worker->verdict == Verdict::kLeak);
  CHECK(worker->kind == LeakKind::kHeap);
  CHECK(worker->growth_in.lives == lives);
  CHECK(worker->growth_in.slope.per_s * 3600 / kMb == doctest::Approx(mb_per_hour).epsilon(.05));
  CHECK(found.report.leaks.suspects.size() == 1);
}

TEST_CASE("120 MB/h over a day is a leak") { CheckLeaks(Analyzed("constant-120mb"), 120); }

TEST_CASE("0.7 MB/h over a week is a leak") { CheckLeaks(Analyzed("slow-0.7mb-7d"), .7); }

TEST_CASE("120 MB/h in a process that starts half-way is a leak") {
  CheckLeaks(Analyzed("starts-half-way"), 120);
}

TEST_CASE("120 MB/h in a process recycled every six hours is a leak in four of four lives") {
  CheckLeaks(Analyzed("recycled-6h"), 120, 4);
}

TEST_CASE("120 MB/h over New Year is a leak") { CheckLeaks(Analyzed("new-year"), 120); }

TEST_CASE("1.5 GB in the first hour and then nothing is explained: growth stopped") {
  const Found found = Analyzed("ramp-then-flat");
  if (!found.simulated) return;
  CHECK(found.report.leaks.suspects.empty());
  const Explained* growth = found.explained("Private Bytes");
  REQUIRE(growth != nullptr);
  CHECK(growth->reason == Reason::kStopped);
}

TEST_CASE("one burst of 4,000 handles is explained: one step") {
  const Found found = Analyzed("handle-burst");
  if (!found.simulated) return;
  CHECK(found.report.leaks.suspects.empty());
  const Explained* growth = found.explained("Handle Count");
  REQUIRE(growth != nullptr);
  CHECK(growth->reason == Reason::kSteps);
}

TEST_CASE("0.4 handles an hour are seen, at about that rate") {
  const Found found = Analyzed("handles-0.4");
  if (!found.simulated) return;
  const Suspect* worker = found.worker();
  REQUIRE(worker != nullptr);
  CHECK(worker->kind == LeakKind::kHandles);
  // The true rate is 0.375; the scatter of a count over one day allows no more digits.
  CHECK(worker->growth_in.slope.per_s * 3600 > .25);
  CHECK(worker->growth_in.slope.per_s * 3600 < .55);
}

}  // namespace
}  // namespace perfleak
