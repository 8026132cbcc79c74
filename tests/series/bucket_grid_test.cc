#include "series/bucket_grid.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "series/bucket_accumulator.h"

namespace perfleak {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Samples {
  std::vector<double> t_s;
  std::vector<std::vector<double>> values;
};

// Two counters, the second one missing in places, with a step of days now and then.
Samples RandomSamples(size_t n, uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  Samples samples;
  double t_s = 1.6e9;
  for (size_t i = 0; i < n; ++i) {
    t_s += uniform(random) < 0.005 ? 86400 : 14.5 + uniform(random);
    samples.t_s.push_back(t_s);
    samples.values.push_back(
        {1e9 + std::round(1e6 * uniform(random)), uniform(random) < 0.2 ? kNan : uniform(random)});
  }
  return samples;
}

BucketGrid Fill(const Samples& samples, size_t begin, size_t end) {
  BucketAccumulator buckets(2);
  for (size_t i = begin; i < end; ++i) buckets.Add(samples.t_s[i], samples.values[i]);
  buckets.Finish();
  return buckets.grid();
}

double SumOf(const BucketGrid& grid, size_t counter) {
  double sum = 0;
  for (size_t b = 0; b < grid.buckets(); ++b) sum += grid.cell(b, counter).sum;
  return sum;
}

bool Near(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

bool SameSums(const BucketGrid& a, const BucketGrid& b) {
  if (a.samples != b.samples || a.start_s != b.start_s || a.end_s != b.end_s) return false;
  for (size_t k = 0; k < a.width; ++k) {
    const Extremes &x = a.extremes[k], &y = b.extremes[k];
    if (x.n != y.n || x.min != y.min || x.max != y.max || x.first != y.first || x.last != y.last ||
        !Near(SumOf(a, k), SumOf(b, k))) {
      return false;
    }
  }
  return true;
}

TEST_CASE("what an accumulator fills is sound") {
  CHECK(rc::check([] {
    const auto n = *rc::gen::inRange<size_t>(1, 2000);
    RC_ASSERT(Fill(RandomSamples(n, *rc::gen::arbitrary<uint32_t>()), 0, n).IsSound());
  }));
}

TEST_CASE("two halves put together are the whole, where triples fall alike") {
  // 300 samples 10 s apart; cut after 150, the second half begins with a triple of the whole.
  Samples samples;
  for (int i = 0; i < 300; ++i) {
    samples.t_s.push_back(1e9 + 10 * i);
    samples.values.push_back({std::sin(i), i < 200 ? kNan : 5.0 * i});
  }
  BucketGrid joined = Fill(samples, 0, 150);
  joined.Append(Fill(samples, 150, 300));
  const BucketGrid whole = Fill(samples, 0, 300);
  CHECK(joined.IsSound());
  CHECK(joined.t_n == whole.t_n);
  CHECK(joined.end_s == whole.end_s);
  CHECK(joined.samples == 300);
  REQUIRE(joined.cells.size() == whole.cells.size());
  for (size_t i = 0; i < joined.cells.size(); ++i) {
    CHECK(joined.cells[i].n == whole.cells[i].n);
    const double sum = joined.cells[i].sum;  // to which no reference may be bound
    CHECK(sum == doctest::Approx(whole.cells[i].sum));
  }
  CHECK(joined.extremes[0] == whole.extremes[0]);
}

TEST_CASE("parts may be put together in any grouping") {
  CHECK(rc::check([] {
    const auto n = *rc::gen::inRange<size_t>(3, 1500);
    const Samples samples = RandomSamples(n, *rc::gen::arbitrary<uint32_t>());
    const auto first = *rc::gen::inRange<size_t>(1, n - 1);
    const auto second = *rc::gen::inRange<size_t>(first + 1, n);
    const BucketGrid a = Fill(samples, 0, first), b = Fill(samples, first, second),
                     c = Fill(samples, second, n);
    BucketGrid left = a;
    left.Append(b);
    left.Append(c);
    BucketGrid right = b;
    right.Append(c);
    BucketGrid all = a;
    all.Append(right);
    RC_ASSERT(left.IsSound());
    RC_ASSERT(all.IsSound());
    RC_ASSERT(SameSums(left, all));
  }));
}

TEST_CASE("what overlaps is left out") {
  const Samples samples = RandomSamples(600, 7);
  const BucketGrid whole = Fill(samples, 0, 600);
  BucketGrid twice = whole;
  twice.Append(whole);
  CHECK(twice == whole);
  twice.Append(Fill(samples, 100, 500));
  CHECK(twice == whole);
}

TEST_CASE("a counter that is new is taken from before the end, too") {
  const Samples samples = RandomSamples(600, 9);
  BucketGrid grid(1);
  grid = Fill(samples, 300, 600);
  grid.Clear(1);
  const BucketGrid other = Fill(samples, 0, 500);
  const std::vector<BucketGrid::Target> to = {{0, grid.end_s}, {1}};
  grid.Append(other, to);
  CHECK(grid.IsSound());
  CHECK(grid.start_s == samples.t_s[0]);
  CHECK(grid.end_s == samples.t_s[599]);
  CHECK(grid.extremes[1].n == other.extremes[1].n);
  CHECK(SumOf(grid, 1) == doctest::Approx(SumOf(other, 1)));
}

TEST_CASE("slices that cover all time have all samples and sums") {
  CHECK(rc::check([] {
    const auto n = *rc::gen::inRange<size_t>(1, 1500);
    const BucketGrid grid = Fill(RandomSamples(n, *rc::gen::arbitrary<uint32_t>()), 0, n);
    const double span_s = grid.end_s - grid.start_s;
    const double a = grid.start_s + span_s * *rc::gen::inRange(0, 100) / 100;
    const double b = a + span_s * *rc::gen::inRange(0, 100) / 100;
    uint64_t samples = 0, values = 0;
    double sum = 0;
    for (const auto& [from_s, to_s] : {std::pair{-1e300, a}, {a, b}, {b, 1e300}}) {
      const BucketGrid part = grid.Slice(from_s, to_s);
      if (part.samples == 0) continue;
      RC_ASSERT(part.IsSound());
      samples += part.samples;
      values += part.extremes[0].n;
      sum += SumOf(part, 0);
    }
    RC_ASSERT(samples == grid.samples);
    RC_ASSERT(values == grid.extremes[0].n);
    RC_ASSERT(Near(sum, SumOf(grid, 0)));
  }));
}

TEST_CASE("extremes of two parts are those of all: {2, 1, 3} and {7, 9, 8}") {
  Extremes a, b;
  for (const double x : {2, 1, 3}) a.Add(x);
  for (const double x : {7, 9, 8}) b.Add(x);
  a.Append(b);
  CHECK(a.n == 6);
  CHECK(a.min == 1);
  CHECK(a.max == 9);
  CHECK(a.first == 2);
  CHECK(a.last == 8);
}

TEST_CASE("damaged grids are not sound") {
  const BucketGrid good = Fill(RandomSamples(300, 3), 0, 300);
  const auto broken = [&](auto&& change) {
    BucketGrid grid = good;
    change(&grid);
    return !grid.IsSound();
  };
  CHECK(broken([](BucketGrid* g) { g->samples = 0; }));
  CHECK(broken([](BucketGrid* g) { g->start_s = kNan; }));
  CHECK(broken([](BucketGrid* g) { std::swap(g->start_s, g->end_s); }));
  CHECK(broken([](BucketGrid* g) { g->first_width_s = 0; }));
  CHECK(broken([](BucketGrid* g) { g->doublings = 200; }));
  CHECK(broken([](BucketGrid* g) { g->cells.pop_back(); }));
  CHECK(broken([](BucketGrid* g) { g->cell(0, 0).n = UINT32_MAX; }));
  CHECK(broken([](BucketGrid* g) { g->cell(1, 0).min = std::nanf(""); }));
  CHECK(broken([](BucketGrid* g) { g->extremes[0].n += 1; }));
  CHECK(broken([](BucketGrid* g) { g->t_sum_s[2] *= 3; }));
}

}  // namespace
}  // namespace perfleak
