#include "series/series_codec.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <random>
#include <string>
#include <tuple>

#include "support/test_log.h"

namespace perfleak {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A machine with processes that come and go, a load, an up time, and values of every sort.
TestLog RandomLog(uint32_t seed) {
  TestLog log;
  std::mt19937 random(seed);
  const auto dice = [&random](uint32_t sides) { return static_cast<int>(random() % sides); };
  for (int p = 0; p < 6; ++p) {
    const int from = dice(60), to = from + dice(200), stream = dice(1000);
    const double level = std::pow(10, dice(12));
    const auto there = [=](int i) { return i >= from && i < to; };
    const std::string instance = "app" + (p == 0 ? "" : "#" + std::to_string(p));
    log.Process(
        instance, [=](int i) { return there(i) ? 100.0 + p : kNan; },
        [=](int i) {
          return there(i) ? level * (1 + .1 * Noise(i, static_cast<uint32_t>(stream))) : kNan;
        },
        seed % 2 == 0);
  }
  if (dice(2) == 0) {
    log.Column("Processor(_Total)\\% Processor Time", [](int i) { return 50 + 50 * Noise(i, 7); });
  }
  log.Column("System\\System Up Time", [](int i) { return i < 90 ? 5e5 + 60 * i : 60.0 * i; });
  log.Column("Memory\\Committed Bytes", [](int i) { return i % 50 == 0 ? kNan : 4096.0 * i; });
  log.Column("Memory\\Available MBytes", [](int i) { return i % 3 == 0 ? -0.0 : 1e-7 * i; });
  return log;
}

bool Same(const LifeSeries& a, const LifeSeries& b) {
  return a.counters == b.counters && a.traits.resource == b.traits.resource &&
         a.traits.kind == b.traits.kind && a.traits.unit == b.traits.unit &&
         a.extremes == b.extremes && a.slot == b.slot;
}

bool Same(const Life& a, const Life& b) {
  const auto plain = [](const Life& life) {
    return std::tie(life.machine, life.object, life.instance, life.is_process, life.pid, life.began,
                    life.ended, life.start_s, life.end_s, life.age_s, life.samples, life.load_slot);
  };
  if (plain(a) != plain(b) || a.buckets->grid() != b.buckets->grid()) return false;
  if (a.series.size() != b.series.size()) return false;
  for (size_t s = 0; s < a.series.size(); ++s) {
    if (!Same(a.series[s], b.series[s])) return false;
  }
  return true;
}

bool Same(const MachineFacts& a, const MachineFacts& b) {
  const auto plain = [](const MachineFacts& facts) {
    return std::tie(facts.name, facts.start_s, facts.end_s, facts.has_process_ids, facts.has_load,
                    facts.load_counter, facts.restarts, facts.booted_first_s, facts.booted_last_s,
                    facts.lives_forgotten);
  };
  return plain(a) == plain(b);
}

bool Same(const SeriesSet& a, const SeriesSet& b) {
  const auto plain = [](const SeriesSet& set) {
    return std::tie(set.start_s, set.end_s, set.interval_s, set.local_offset_s, set.rows,
                    set.gap_count, set.lives_forgotten);
  };
  bool same = plain(a) == plain(b) && a.machines.size() == b.machines.size() &&
              a.lives.size() == b.lives.size() && a.gaps.size() == b.gaps.size();
  for (size_t i = 0; same && i < a.gaps.size(); ++i) {
    same = a.gaps[i].from_s == b.gaps[i].from_s && a.gaps[i].to_s == b.gaps[i].to_s;
  }
  for (size_t i = 0; same && i < a.machines.size(); ++i) same = Same(a.machines[i], b.machines[i]);
  for (size_t i = 0; same && i < a.lives.size(); ++i) same = Same(a.lives[i], b.lives[i]);
  return same;
}

TEST_CASE("what decodes is what was encoded, bit by bit") {
  CHECK(rc::check([] {
    TestLog log = RandomLog(*rc::gen::arbitrary<uint32_t>());
    SeriesSet set = log.Read(*rc::gen::inRange(1, 300));
    set.local_offset_s = -18000;
    set.gaps = {{set.start_s, set.start_s + 7.25}};
    set.gap_count = 3;
    const std::string bytes = EncodeSeriesSet(set);
    const auto decoded = DecodeSeriesSet(bytes, log.table());
    RC_ASSERT(decoded.ok());
    RC_ASSERT(Same(set, *decoded));
    RC_ASSERT(EncodeSeriesSet(*decoded) == bytes);
  }));
}

TEST_CASE("a set without anything has bytes, too") {
  const CounterTable table;
  const auto decoded = DecodeSeriesSet(EncodeSeriesSet(SeriesSet()), table);
  REQUIRE(decoded.ok());
  CHECK(decoded->lives.empty());
}

TEST_CASE("no beginning of an encoding is one") {
  TestLog log = RandomLog(4);
  const std::string bytes = EncodeSeriesSet(log.Read(40));
  for (size_t size = 0; size < bytes.size(); ++size) {
    CHECK(!DecodeSeriesSet(std::string_view(bytes).substr(0, size), log.table()).ok());
  }
  CHECK(!DecodeSeriesSet(bytes + '\0', log.table()).ok());
}

TEST_CASE("whatever bits are flipped, what decodes is sound") {
  TestLog log = RandomLog(6);
  const std::string bytes = EncodeSeriesSet(log.Read(120));
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    std::string damaged = bytes;
    for (size_t flips = 1 + random() % 3; flips > 0; --flips) {
      damaged[random() % damaged.size()] ^= static_cast<char>(1U << random() % 8);
    }
    const auto decoded = DecodeSeriesSet(damaged, log.table());
    if (!decoded) continue;
    for (const Life& life : decoded->lives) CHECK(life.buckets->grid().IsSound());
  }
}

TEST_CASE("counters that the table does not have are damage") {
  TestLog log = RandomLog(8);
  const std::string bytes = EncodeSeriesSet(log.Read(40));
  CHECK(!DecodeSeriesSet(bytes, CounterTable()).ok());
}

TEST_CASE("a claim to be large makes no room") {
  // Five streams, of which the first claims 2^60 names.
  const std::string claims("\x18\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\x7f", 25);
  CHECK(!DecodeSeriesSet(claims + std::string(4, '\0'), CounterTable()).ok());
}

}  // namespace
}  // namespace perfleak
