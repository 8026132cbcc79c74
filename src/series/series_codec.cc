// Layout. Numbers of one kind stand together, in a stream of their own, for all lives of the set:
// what looks alike compresses well side by side. Within a stream, life after life and counter after
// counter. A number is written as what it differs by from what one expects:
//
//   axis    when buckets are: as many triples as the bucket before, as far from it as that one was
//   counts  values missing in the bucket
//   sums    the mean of the bucket before
//   levels  smallest and largest: the mean of the bucket
//   rest    the rest; extremes follow from the buckets but for rounding
//
// Values are multiples of a power of two that is found for each counter (pages of 4096 bytes, whole
// handles, the last bit of a fraction), and what is written is a difference of whole numbers.
#include "series/series_codec.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace perfleak {
namespace {

constexpr double kLongest_s = 1e12;  // beyond any date that a log can write
constexpr size_t kGapsKept = 100;

template <class Stream>
struct Streams {
  Stream rest, axis, counts, sums, levels;
  std::array<Stream*, 5> all() { return {&rest, &axis, &counts, &sums, &levels}; }
};
using Out = Streams<ByteWriter>;
using In = Streams<ByteReader>;

// ---- values on a grid of powers of two ----

// Values are whole multiples of 2^exponent, or written as they are if they are too far apart.
struct Lattice {
  int exponent = 0;
  bool raw = false;
};
constexpr int kLeastExponent = -1100, kMostExponent = 1030;
constexpr int kBits = 62;  // of a multiple

// Of a double: |x| is a whole number of 53 bits times 2^exponent.
constexpr int kFractionBits = 52, kBias = 1022 + kFractionBits;

// As std::ldexp, which is a call for each value.
double TimesPowerOfTwo(double x, int exponent) {
  if (exponent < -1022 || exponent > 1023) return std::ldexp(x, exponent);
  return x * std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << kFractionBits);
}

class LatticeFinder {
 public:
  void Add(double x) {
    if (x == 0) {
      minus_zero_ |= std::signbit(x);
      return;
    }
    const uint64_t bits = std::bit_cast<uint64_t>(std::abs(x));
    const bool is_normal = bits >> kFractionBits != 0;
    const uint64_t fraction = bits & ((uint64_t{1} << kFractionBits) - 1);
    const uint64_t whole = fraction | uint64_t{is_normal} << kFractionBits;
    const int exponent = static_cast<int>(bits >> kFractionBits) - is_normal - kBias;  // of whole
    least_ = std::min(least_, exponent + std::countr_zero(whole));
    most_ = std::max(most_, exponent + static_cast<int>(std::bit_width(whole)));
  }
  Lattice Find() const {
    if (minus_zero_) return {0, true};
    if (least_ > most_) return {};  // all 0
    if (most_ - least_ >= kBits) return {0, true};
    return {least_, false};
  }

 private:
  int least_ = kMostExponent, most_ = kLeastExponent;
  bool minus_zero_ = false;  // no multiple of anything
};

// The multiple at or below x; 0 where there is none of kBits. Exact for values on the lattice.
int64_t MultipleOf(double x, const Lattice& lattice) {
  const double multiple = TimesPowerOfTwo(x, -lattice.exponent);
  if (!(std::abs(multiple) < static_cast<double>(int64_t{1} << kBits))) return 0;
  const auto towards_zero = static_cast<int64_t>(multiple);
  return towards_zero - (static_cast<double>(towards_zero) > multiple);
}

int64_t Difference(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
int64_t Sum(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

void Put(const Lattice& lattice, ByteWriter* out) {
  out->Byte(lattice.raw);
  if (!lattice.raw) out->Signed(lattice.exponent);
}
Lattice TakeLattice(ByteReader* in) {
  if (in->Bool()) return {0, true};
  const int64_t exponent = in->Signed();
  if (exponent < kLeastExponent || exponent > kMostExponent) in->Fail();
  return {in->ok() ? static_cast<int>(exponent) : 0, false};
}

// A value that is expected to be near another one.
void PutNear(double x, double expected, const Lattice& lattice, ByteWriter* out) {
  if (lattice.raw) return out->Double(x);
  out->Signed(Difference(MultipleOf(x, lattice), MultipleOf(expected, lattice)));
}
double TakeNear(double expected, const Lattice& lattice, ByteReader* in) {
  if (lattice.raw) return in->Finite();
  const int64_t multiple = Sum(MultipleOf(expected, lattice), in->Signed());
  const double x = TimesPowerOfTwo(static_cast<double>(multiple), lattice.exponent);
  if (!std::isfinite(x)) in->Fail();
  return in->ok() ? x : 0;
}

// A value that is expected to be another one, but for the last digits.
void PutAlmost(double x, double expected, ByteWriter* out) {
  out->Signed(Difference(std::bit_cast<int64_t>(x), std::bit_cast<int64_t>(expected)));
}
double TakeAlmost(double expected, ByteReader* in) {
  const double x = std::bit_cast<double>(Sum(std::bit_cast<int64_t>(expected), in->Signed()));
  if (!std::isfinite(x)) in->Fail();
  return in->ok() ? x : 0;
}

double TakeTime(double expected, ByteReader* in) {
  const double t_s = TakeAlmost(expected, in);
  if (std::abs(t_s) > kLongest_s) in->Fail();
  return in->ok() ? t_s : 0;
}

// ---- the time axis of a life ----

// The mean time of the next bucket that holds something, from those of the two before.
class NextTime {
 public:
  explicit NextTime(double width_s) : step_s_(width_s) {}
  double Expected() const { return started_ ? last_s_ + step_s_ : 0; }
  void Add(double t_s) {
    if (started_) step_s_ = t_s - last_s_;
    last_s_ = t_s;
    started_ = true;
  }

 private:
  double step_s_;
  double last_s_ = 0;
  bool started_ = false;
};

void PutAxis(const BucketGrid& grid, ByteWriter* out) {
  LatticeFinder finder;
  for (const double t_sum_s : grid.t_sum_s) finder.Add(t_sum_s);
  const Lattice lattice = finder.Find();
  Put(lattice, out);
  NextTime next(grid.bucket_width_s());
  uint32_t before = 0;
  for (size_t b = 0; b < grid.buckets(); ++b) {
    const uint32_t n = grid.t_n[b];
    out->Signed(int64_t{n} - before);
    before = n;
    if (n == 0) continue;
    PutNear(grid.t_sum_s[b], next.Expected() * n, lattice, out);
    next.Add(grid.t_sum_s[b] / n);
  }
}

void TakeAxis(size_t buckets, BucketGrid* grid, ByteReader* in) {
  const Lattice lattice = TakeLattice(in);
  NextTime next(grid->bucket_width_s());
  int64_t n = 0;
  for (size_t b = 0; b < buckets && in->ok(); ++b) {
    n = Sum(n, in->Signed());
    if (n < 0 || n > UINT32_MAX) return in->Fail();
    const auto count = static_cast<uint32_t>(n);
    grid->t_n.push_back(count);
    grid->t_sum_s.push_back(n == 0 ? 0 : TakeNear(next.Expected() * count, lattice, in));
    if (n > 0) next.Add(grid->t_sum_s.back() / count);
  }
}

// ---- one counter of a life ----

struct CounterLattices {
  Lattice sums, levels;
};

CounterLattices FindLattices(const BucketGrid& grid, size_t counter) {
  LatticeFinder sums, levels;
  for (size_t b = 0; b < grid.buckets(); ++b) {
    const BucketCell& cell = grid.cell(b, counter);
    sums.Add(cell.sum);
    levels.Add(static_cast<double>(cell.min));
    levels.Add(static_cast<double>(cell.max));
  }
  const Extremes& extremes = grid.extremes[counter];
  for (const double x : {extremes.min, extremes.max, extremes.first, extremes.last}) sums.Add(x);
  return {sums.Find(), levels.Find()};
}

// What is known of a counter's extremes when its buckets are known.
Extremes ExpectedExtremes(const BucketGrid& grid, size_t counter) {
  Extremes expected;
  for (size_t b = 0; b < grid.buckets(); ++b) {
    const BucketCell& cell = grid.cell(b, counter);
    if (cell.n == 0) continue;
    const auto min = static_cast<double>(cell.min), max = static_cast<double>(cell.max);
    const double mean = cell.sum / cell.n;
    expected.Append({cell.n, min, max, mean, mean});
  }
  return expected;
}

void PutExtremes(const Extremes& extremes, const Extremes& expected, const Lattice& lattice,
                 ByteWriter* out) {
  if (expected.n == 0) return;
  PutNear(extremes.min, expected.min, lattice, out);
  PutNear(extremes.max, expected.max, lattice, out);
  PutNear(extremes.first, expected.first, lattice, out);
  PutNear(extremes.last, expected.last, lattice, out);
}

Extremes TakeExtremes(const Extremes& expected, const Lattice& lattice, ByteReader* in) {
  Extremes extremes;
  if (expected.n == 0) return extremes;
  extremes.n = expected.n;
  extremes.min = TakeNear(expected.min, lattice, in);
  extremes.max = TakeNear(expected.max, lattice, in);
  extremes.first = TakeNear(expected.first, lattice, in);
  extremes.last = TakeNear(expected.last, lattice, in);
  return extremes;
}

void PutCounter(const BucketGrid& grid, size_t counter, Out* out) {
  for (size_t b = 0; b < grid.buckets(); ++b) {
    out->counts.Unsigned(grid.t_n[b] - grid.cell(b, counter).n);
  }
  const Extremes expected = ExpectedExtremes(grid, counter);
  if (expected.n == 0) return;
  const CounterLattices lattices = FindLattices(grid, counter);
  Put(lattices.sums, &out->rest);
  Put(lattices.levels, &out->rest);
  double before = 0;
  for (size_t b = 0; b < grid.buckets(); ++b) {
    const BucketCell& cell = grid.cell(b, counter);
    if (cell.n == 0) continue;
    PutNear(cell.sum, before * cell.n, lattices.sums, &out->sums);
    before = cell.sum / cell.n;
    PutNear(static_cast<double>(cell.min), before, lattices.levels, &out->levels);
    PutNear(static_cast<double>(cell.max), before, lattices.levels, &out->levels);
  }
  PutExtremes(grid.extremes[counter], expected, lattices.sums, &out->rest);
}

float TakeLevel(double expected, const Lattice& lattice, ByteReader* in) {
  const double x = TakeNear(expected, lattice, in);
  if (std::abs(x) > static_cast<double>(std::numeric_limits<float>::max())) in->Fail();
  return in->ok() ? static_cast<float>(x) : 0;
}

void TakeCounter(size_t counter, BucketGrid* grid, In* in) {
  uint64_t n = 0;
  for (size_t b = 0; b < grid->buckets(); ++b) {
    const auto missing = static_cast<uint32_t>(in->counts.UpTo(grid->t_n[b]));
    grid->cell(b, counter).n = grid->t_n[b] - missing;
    n += grid->t_n[b] - missing;
  }
  if (n == 0 || !in->counts.ok()) return;
  const Lattice sums = TakeLattice(&in->rest), levels = TakeLattice(&in->rest);
  double before = 0;
  for (size_t b = 0; b < grid->buckets(); ++b) {
    BucketCell& cell = grid->cell(b, counter);
    if (cell.n == 0) continue;
    cell.sum = TakeNear(before * cell.n, sums, &in->sums);
    before = cell.sum / cell.n;
    cell.min = TakeLevel(before, levels, &in->levels);
    cell.max = TakeLevel(before, levels, &in->levels);
  }
  grid->extremes[counter] = TakeExtremes(ExpectedExtremes(*grid, counter), sums, &in->rest);
}

// ---- all counters of a life ----

void Put(const BucketGrid& grid, const SeriesSet& set, Out* out) {
  out->rest.Unsigned(grid.width);
  out->rest.Unsigned(grid.samples);
  PutAlmost(grid.start_s, set.start_s, &out->rest);
  PutAlmost(grid.end_s, set.end_s, &out->rest);
  PutAlmost(grid.first_width_s, 3 * set.interval_s, &out->rest);
  out->rest.Unsigned(grid.doublings);
  out->rest.Unsigned(grid.buckets());
  PutAxis(grid, &out->axis);
  for (size_t k = 0; k < grid.width; ++k) PutCounter(grid, k, out);
}

// nullptr if it is not sound.
std::shared_ptr<const BucketAccumulator> TakeBuckets(const SeriesSet& set, In* in) {
  const uint64_t width = in->rest.Unsigned();
  const uint64_t samples = in->rest.Unsigned();
  const double start_s = TakeTime(set.start_s, &in->rest);
  const double end_s = TakeTime(set.end_s, &in->rest);
  const double first_width_s = TakeTime(3 * set.interval_s, &in->rest);
  const auto doublings = static_cast<unsigned>(in->rest.UpTo(63));
  const size_t buckets = in->rest.UpTo(kMaxBuckets);
  // Each cell has a byte of its own: more room than that is not made, whatever is claimed.
  if (buckets == 0 || width > in->counts.left() / buckets) return nullptr;
  BucketGrid grid(width);
  grid.samples = samples;
  grid.start_s = start_s;
  grid.end_s = end_s;
  grid.first_width_s = first_width_s;
  grid.doublings = doublings;
  TakeAxis(buckets, &grid, &in->axis);
  if (grid.buckets() != buckets || !in->axis.ok()) return nullptr;
  grid.cells.resize(buckets * width);
  for (size_t k = 0; k < width; ++k) TakeCounter(k, &grid, in);
  grid.Shrink();
  if (!in->rest.ok() || !grid.IsSound()) return nullptr;
  return std::make_shared<const BucketAccumulator>(std::move(grid));
}

// ---- names ----

// Each name once; a place in the list stands for it.
class NameList {
 public:
  explicit NameList(const SeriesSet& set) {
    for (const MachineFacts& machine : set.machines) Add(machine.name);
    for (const Life& life : set.lives) {
      for (const std::string* name : {&life.machine, &life.object, &life.instance}) Add(*name);
    }
  }
  void Put(ByteWriter* out) const {
    out->Unsigned(names_.size());
    for (const std::string* name : names_) out->Text(*name);
  }
  size_t operator[](const std::string& name) const { return place_.at(name); }

 private:
  void Add(const std::string& name) {
    const auto [found, is_new] = place_.try_emplace(name, names_.size());
    if (is_new) names_.push_back(&found->first);
  }
  std::map<std::string, size_t> place_;
  std::vector<const std::string*> names_;
};

std::vector<std::string> TakeNames(ByteReader* in) {
  std::vector<std::string> names(in->Count());
  for (std::string& name : names) name = in->Text();
  return names;
}

std::string TakeName(const std::vector<std::string>& names, ByteReader* in) {
  const size_t place = in->Unsigned();
  if (place >= names.size()) in->Fail();
  if (in->ok()) in->Copy(names[place].size());
  return in->ok() ? names[place] : std::string();
}

// ---- what is known beside the lives ----

void PutMaybe(const std::optional<double>& t_s, double expected, ByteWriter* out) {
  out->Byte(t_s.has_value());
  if (t_s) PutAlmost(*t_s, expected, out);
}
std::optional<double> TakeMaybe(double expected, ByteReader* in) {
  if (!in->Bool()) return std::nullopt;
  return TakeTime(expected, in);
}

CounterId TakeCounterId(const CounterTable& table, ByteReader* in) {
  const uint64_t id = in->Unsigned();
  if (id < table.size()) return static_cast<CounterId>(id);
  in->Fail();
  return 0;
}

void Put(const MachineFacts& facts, const NameList& names, const SeriesSet& set, ByteWriter* out) {
  out->Unsigned(names[facts.name]);
  PutAlmost(facts.start_s, set.start_s, out);
  PutAlmost(facts.end_s, set.end_s, out);
  out->Byte(facts.has_process_ids);
  out->Byte(facts.has_load);
  if (facts.has_load) out->Unsigned(facts.load_counter);
  out->Unsigned(facts.restarts);
  PutMaybe(facts.booted_first_s, set.start_s, out);
  PutMaybe(facts.booted_last_s, facts.booted_first_s.value_or(0), out);
  out->Unsigned(facts.lives_forgotten);
}

MachineFacts TakeFacts(const std::vector<std::string>& names, const SeriesSet& set,
                       const CounterTable& table, ByteReader* in) {
  MachineFacts facts;
  facts.name = TakeName(names, in);
  facts.start_s = TakeTime(set.start_s, in);
  facts.end_s = TakeTime(set.end_s, in);
  facts.has_process_ids = in->Bool();
  facts.has_load = in->Bool();
  if (facts.has_load) facts.load_counter = TakeCounterId(table, in);
  facts.restarts = static_cast<uint32_t>(in->UpTo(UINT32_MAX));
  facts.booted_first_s = TakeMaybe(set.start_s, in);
  facts.booted_last_s = TakeMaybe(facts.booted_first_s.value_or(0), in);
  facts.lives_forgotten = in->Unsigned();
  if (facts.start_s > facts.end_s) in->Fail();
  return facts;
}

void PutFrame(const SeriesSet& set, ByteWriter* out) {
  PutAlmost(set.start_s, 0, out);
  PutAlmost(set.end_s, set.start_s, out);
  out->Double(set.interval_s);
  out->Double(set.local_offset_s);
  out->Unsigned(set.rows);
  out->Unsigned(set.gap_count);
  out->Unsigned(set.lives_forgotten);
  out->Unsigned(set.gaps.size());
  for (const Gap& gap : set.gaps) {
    PutAlmost(gap.from_s, set.start_s, out);
    PutAlmost(gap.to_s, gap.from_s, out);
  }
}

void TakeFrame(SeriesSet* set, ByteReader* in) {
  set->start_s = TakeTime(0, in);
  set->end_s = TakeTime(set->start_s, in);
  set->interval_s = in->Finite();
  set->local_offset_s = in->Finite();
  set->rows = in->Unsigned();
  set->gap_count = in->Unsigned();
  set->lives_forgotten = in->Unsigned();
  set->gaps.resize(in->UpTo(kGapsKept));
  for (Gap& gap : set->gaps) {
    gap.from_s = TakeTime(set->start_s, in);
    gap.to_s = TakeTime(gap.from_s, in);
    if (gap.from_s > gap.to_s) in->Fail();
  }
  if (set->start_s > set->end_s || !(set->interval_s >= 0 && set->interval_s <= kLongest_s) ||
      std::abs(set->local_offset_s) > kLongest_s || set->gap_count < set->gaps.size()) {
    in->Fail();
  }
}

// ---- lives ----

void PutSeries(const LifeSeries& series, ByteWriter* out) {
  out->Unsigned(series.slot);
  out->Unsigned(series.counters.size());
  for (const CounterId id : series.counters) out->Unsigned(id);
}

bool TakeSeries(const BucketAccumulator& buckets, const CounterTable& table, LifeSeries* series,
                ByteReader* in) {
  series->slot = in->Unsigned();
  series->counters.resize(in->Count());
  for (CounterId& id : series->counters) id = TakeCounterId(table, in);
  if (!in->ok() || series->slot >= buckets.width() || series->counters.empty()) return false;
  series->traits = table[series->counters.back()].traits;
  series->extremes = buckets.extremes(series->slot);
  return series->extremes.n > 0;
}

void Put(const Life& life, const NameList& names, const SeriesSet& set, Out* out) {
  ByteWriter& rest = out->rest;
  for (const std::string* name : {&life.machine, &life.object, &life.instance}) {
    rest.Unsigned(names[*name]);
  }
  rest.Byte(life.is_process);
  rest.Byte(life.pid.has_value());
  if (life.pid) rest.Signed(*life.pid);
  rest.Byte(static_cast<uint8_t>(life.began));
  rest.Byte(static_cast<uint8_t>(life.ended));
  rest.Byte(life.age_s.has_value());
  if (life.age_s) rest.Double(*life.age_s);
  rest.Unsigned(life.load_slot == BucketAccumulator::kNoLoad ? 0 : life.load_slot + 1);
  Put(life.buckets->grid(), set, out);
  rest.Unsigned(life.series.size());
  for (const LifeSeries& series : life.series) PutSeries(series, &rest);
}

Cut TakeCut(ByteReader* in) { return static_cast<Cut>(in->UpTo(static_cast<uint64_t>(kLastCut))); }

bool TakeAllSeries(const CounterTable& table, Life* life, ByteReader* in) {
  life->series.resize(in->Count(3));
  return std::all_of(life->series.begin(), life->series.end(), [&](LifeSeries& series) {
    return TakeSeries(*life->buckets, table, &series, in);
  });
}

bool TakeLife(const std::vector<std::string>& names, const SeriesSet& set,
              const CounterTable& table, Life* life, In* in) {
  ByteReader& rest = in->rest;
  for (std::string* name : {&life->machine, &life->object, &life->instance}) {
    *name = TakeName(names, &rest);
  }
  life->is_process = rest.Bool();
  if (rest.Bool()) life->pid = rest.Signed();
  life->began = TakeCut(&rest);
  life->ended = TakeCut(&rest);
  if (rest.Bool()) life->age_s = rest.Finite();
  const uint64_t load = rest.Unsigned();
  if (!rest.ok()) return false;
  life->buckets = TakeBuckets(set, in);
  if (life->buckets == nullptr || load > life->buckets->width()) return false;
  if (load > 0) life->load_slot = load - 1;
  life->start_s = life->buckets->start_s();
  life->end_s = life->buckets->end_s();
  life->samples = life->buckets->samples();
  return TakeAllSeries(table, life, &rest);
}

auto Order(const Life& life) {
  return std::tie(life.machine, life.object, life.instance, life.start_s, life.pid);
}

std::optional<SeriesSet> TakeSet(const CounterTable& table, In* in) {
  SeriesSet set;
  TakeFrame(&set, &in->rest);
  const std::vector<std::string> names = TakeNames(&in->rest);
  set.machines.resize(in->rest.Count(8));
  for (MachineFacts& facts : set.machines) facts = TakeFacts(names, set, table, &in->rest);
  const size_t lives = in->rest.Count(15);
  for (size_t l = 0; l < lives; ++l) {
    if (!TakeLife(names, set, table, &set.lives.emplace_back(), in)) return std::nullopt;
    if (l > 0 && Order(set.lives[l]) < Order(set.lives[l - 1])) return std::nullopt;
  }
  return set;
}

}  // namespace

std::string EncodeSeriesSet(const SeriesSet& set) {
  Out out;
  const NameList names(set);
  PutFrame(set, &out.rest);
  names.Put(&out.rest);
  out.rest.Unsigned(set.machines.size());
  for (const MachineFacts& facts : set.machines) Put(facts, names, set, &out.rest);
  out.rest.Unsigned(set.lives.size());
  for (const Life& life : set.lives) Put(life, names, set, &out);
  ByteWriter all;
  for (const ByteWriter* stream : out.all()) all.Text(stream->bytes());
  return all.Take();
}

Result<SeriesSet> DecodeSeriesSet(std::string_view bytes, const CounterTable& table) {
  ByteReader all(bytes);
  Streams<std::string_view> parts;
  for (std::string_view* part : parts.all()) *part = all.Text();
  In in{ByteReader(parts.rest), ByteReader(parts.axis), ByteReader(parts.counts),
        ByteReader(parts.sums), ByteReader(parts.levels)};
  if (all.AtEnd()) {
    std::optional<SeriesSet> set = TakeSet(table, &in);
    const auto streams = in.all();
    const bool whole = std::all_of(streams.begin(), streams.end(),
                                   [](const ByteReader* stream) { return stream->AtEnd(); });
    if (set && whole) return std::move(*set);
  }
  return Error{"the series are damaged"};
}

}  // namespace perfleak
