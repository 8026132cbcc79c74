#include "leaks/ownership.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "support/test_log.h"

namespace perfleak {
namespace {

TEST_CASE("slopes of the parts add up to the slope of their sum") {
  CHECK(rc::check([] {
    const auto stream = *rc::gen::inRange<uint32_t>(0, 1000);
    const auto exit_row = *rc::gen::inRange(10, 290);
    // Three processes, one of which exits: its 0 afterwards is part of the total.
    const auto part = [=](int p, int i) {
      if (p == 2 && i > exit_row) return std::numeric_limits<double>::quiet_NaN();
      return 1e9 + 1e6 * p * i + 5e6 * Noise(i, stream + static_cast<uint32_t>(p));
    };
    TestLog log;
    for (int p = 0; p < 3; ++p) {
      const std::string object = "Process(p" + std::to_string(p) + ")\\";
      log.Column(object + "ID Process",
                 [=](int i) { return p == 2 && i > exit_row ? 0 : p + 1.0; });
      log.Column(object + "Private Bytes", [=](int i) { return part(p, i); });
    }
    const SeriesSet set = log.Read(300);
    const MachineIndex index(set);
    const Ownership ownership(index);
    const Span span{set.start_s, set.end_s};
    const auto all = index.OfProcesses("PC", Resource::kPrivateBytes);
    RC_ASSERT(all.size() == 3U);
    double sum = 0;
    for (const SeriesRef& one : all) sum += ownership.GridSlope(std::vector{one}, span);
    RC_ASSERT(std::abs(sum - ownership.GridSlope(all, span)) <= 1e-9 * std::abs(sum) + 1e-6);
  }));
}

TEST_CASE("the rest of a total is free of what its parts do") {
  // Two processes swing, one exits; the rest grows by 1 a row.
  const auto held = [](int p, int i) {
    return p == 1 && i > 400 ? 0 : 1e6 * (p + 1) + 2e5 * std::sin(.05 * i + p);
  };
  TestLog log;
  for (int p = 0; p < 2; ++p) {
    const std::string object = "Process(p" + std::to_string(p) + ")\\";
    log.Column(object + "ID Process", [=](int i) { return p == 1 && i > 400 ? 0 : p + 1.0; });
    log.Column(object + "Private Bytes", [=](int i) { return held(p, i); });
  }
  log.Column("Memory\\Committed Bytes", [&](int i) { return 5e5 + i + held(0, i) + held(1, i); });
  const SeriesSet set = log.Read(1000);
  const MachineIndex index(set);
  const SeriesRef total = index.OfSystem("PC", Resource::kCommittedBytes).front();
  const auto parts = index.OfProcesses("PC", Resource::kPrivateBytes);
  const BucketSeries rest = Ownership(index).Rest(total, parts);
  size_t off = 0;
  for (size_t i = 0; i < rest.size(); ++i) {
    off += std::abs(rest.mean[i] - (5e5 + rest.t_s[i] / 60)) > 2e4;  // of swings of 4e5
  }
  CHECK(off <= 1);  // the bucket in which one process exits
}

TEST_CASE("the grid slope of a straight line is its slope") {
  TestLog log;
  log.Column("Memory\\Committed Bytes", [](int i) { return 1e9 + 600.0 * i; });  // 10 a second
  const SeriesSet set = log.Read(1000);
  const MachineIndex index(set);
  const auto committed = index.OfSystem("PC", Resource::kCommittedBytes);
  const double slope = Ownership(index).GridSlope(committed, {set.start_s, set.end_s});
  CHECK(slope == doctest::Approx(10).epsilon(1e-3));
}

}  // namespace
}  // namespace perfleak
