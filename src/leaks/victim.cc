#include "leaks/victim.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "trend/order_statistics.h"

namespace perfleak {
namespace {

// What falls at the exits, as a share of what was gained between them.
constexpr double kMinReturned = 0.85;
constexpr double kMaxReturned = 1.10;
// Of each single gain at least so much falls: the sums are exact, single levels are noisy.
constexpr double kMinOfEach = 0.5;
// Of all that falls so much has gone in the first bucket behind the exit.
constexpr double kMinAtOnce = 0.75;
// Two of eight parts of the time between two exits hold at most so much of the gain.
constexpr size_t kPhases = 8;
constexpr double kMaxAtATime = 0.7;
// A program that was away for more of a stretch than this cannot hold what was gained in it.
constexpr double kMaxAway = 0.2;
// The falls at the exits, in standard deviations of the changes elsewhere.
constexpr double kMinSds = 6;
// Buckets on each side that give the level there.
constexpr size_t kLevelBuckets = 3;
// Buckets between two exits, at least.
constexpr size_t kMinStretch = 8;

// The buckets around one exit: those from `last_before` + 1 up to `first_after` may hold both sides
// of it.
struct CutPlace {
  size_t last_before = 0, first_after = 0;
};

bool Exited(const Life& life) {
  return life.ended != Cut::kLogEdge && life.ended != Cut::kMachineRestart;
}

// Means over some buckets: when, and how high.
struct Level {
  double t_s = 0, value = 0;
};

Level MeanOver(const BucketSeries& series, size_t begin, size_t end) {
  return {Mean(std::span(series.t_s).subspan(begin, end - begin)),
          Mean(std::span(series.mean).subspan(begin, end - begin))};
}

Level LevelBefore(const BucketSeries& series, size_t last) {
  return MeanOver(series, last + 1 - std::min(kLevelBuckets, last + 1), last + 1);
}

Level LevelAfter(const BucketSeries& series, size_t first) {
  return MeanOver(series, first, std::min(first + kLevelBuckets, series.size()));
}

// Where `exit_s`, seconds from the start of the series, cuts it; nullopt too near to an end. The
// process is missed one sample after its last one, and a micro-median looks one sample further.
std::optional<CutPlace> PlaceOf(const BucketSeries& series, double exit_s) {
  const double half_s = series.width_s / 2;
  const auto at = [&](double t_s) {
    return static_cast<size_t>(std::lower_bound(series.t_s.begin(), series.t_s.end(), t_s) -
                               series.t_s.begin());
  };
  const size_t first_touched = at(exit_s - half_s);
  const size_t first_after = at(exit_s + half_s + 2 * series.interval_s);
  if (first_touched < kLevelBuckets || first_after + kLevelBuckets > series.size()) {
    return std::nullopt;
  }
  return CutPlace{first_touched - 1, first_after};
}

// The exits of the program within the series, if it was there nearly all the time before each.
std::vector<CutPlace> PlacesOf(const BucketSeries& series, const ExitingProgram& program) {
  std::vector<CutPlace> places;
  double since_s = series.start_s;
  for (const Life* life : program.lives) {
    if (!Exited(*life)) continue;
    const auto place = PlaceOf(series, life->end_s - series.start_s);
    if (!place) continue;
    const double away_s = std::max(0.0, life->start_s - since_s);
    if (away_s > kMaxAway * (life->end_s - since_s)) return {};
    const size_t from = places.empty() ? 0 : places.back().first_after;
    if (place->last_before < from + kMinStretch) return {};
    places.push_back(*place);
    since_s = life->end_s;
  }
  return places;
}

double MedianOf(std::vector<double> x) {
  const auto middle = x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2);
  std::nth_element(x.begin(), middle, x.end());
  return *middle;
}

// How much the level changes over as many buckets as a fall is measured with, everywhere but at the
// exits: robust standard deviation.
std::optional<double> ChangesElsewhere(const BucketSeries& series,
                                       const std::vector<CutPlace>& places) {
  std::vector<double> changes;
  for (size_t i = kLevelBuckets; i + kLevelBuckets + 1 <= series.size(); ++i) {
    const bool at_exit = std::any_of(places.begin(), places.end(), [i](const CutPlace& place) {
      return i + kLevelBuckets > place.last_before && i < place.first_after + kLevelBuckets;
    });
    if (!at_exit)
      changes.push_back(LevelAfter(series, i + 1).value - LevelBefore(series, i - 1).value);
  }
  if (changes.size() < kMinStretch) return std::nullopt;
  const double median = MedianOf(changes);
  for (double& change : changes) change = std::abs(change - median);
  return 1.4826 * MedianOf(std::move(changes));
}

struct Fall {
  double gained = 0;  // since the exit before
  double fallen = 0;  // at the exit
};

// The levels before and after an exit lie some buckets apart, in which it grew on.
std::vector<Fall> FallsAt(const BucketSeries& series, const std::vector<CutPlace>& places) {
  std::vector<Fall> falls;
  Level from = LevelAfter(series, 0);
  for (const CutPlace& place : places) {
    const Level before = LevelBefore(series, place.last_before);
    const Level after = LevelAfter(series, place.first_after);
    const double rate = std::max(0.0, (before.value - from.value) / (before.t_s - from.t_s));
    const double unseen = rate * (after.t_s - before.t_s);
    falls.push_back({before.value - from.value + unseen, before.value - after.value + unseen});
    from = after;
  }
  return falls;
}

// Share of the gains that fell, 0 if at some exit it did not fall by most of what it had gained.
double Returned(std::span<const Fall> falls) {
  Fall sum;
  for (const Fall& fall : falls) {
    if (fall.gained <= 0 || fall.fallen < kMinOfEach * fall.gained) return 0;
    sum.gained += fall.gained;
    sum.fallen += fall.fallen;
  }
  return sum.gained > 0 ? sum.fallen / sum.gained : 0;
}

// The same over all exits, or all but the first if only that fits: before it there may be a warm-up
// that stays, or a gain from before the log.
std::optional<double> ReturnedAtExits(std::span<const Fall> falls) {
  const auto fits = [](double share) { return share >= kMinReturned && share <= kMaxReturned; };
  for (const double share : {Returned(falls), Returned(falls.subspan(1))}) {
    if (fits(share) && falls.front().fallen > 0) return share;
  }
  return std::nullopt;
}

// The falls are at the exits, not in the hours after them: the first bucket behind has nearly all.
bool FallsAtOnce(const BucketSeries& series, const std::vector<CutPlace>& places) {
  double sum = 0, at_once = 0;
  for (const CutPlace& place : places) {
    const double before = LevelBefore(series, place.last_before).value;
    sum += before - LevelAfter(series, place.first_after).value;
    at_once += before - series.mean[place.first_after];
  }
  return at_once >= kMinAtOnce * sum;
}

// Between the exits, or before the only one, it grows most of the time, and not just once, say by
// what a nightly job needs.
bool GrowsAllTheTime(const BucketSeries& series, const std::vector<CutPlace>& places) {
  std::array<double, kPhases> level{};
  for (size_t i = places.size() == 1 ? 0 : 1; i < places.size(); ++i) {
    const size_t from = i == 0 ? 0 : places[i - 1].first_after;
    const size_t size = places[i].last_before + 1 - from;
    for (size_t phase = 0; phase < kPhases; ++phase) {
      const size_t begin = from + phase * size / kPhases;
      const size_t end = from + (phase + 1) * size / kPhases;
      level[phase] += Mean(std::span(series.mean).subspan(begin, end - begin));
    }
  }
  double largest = 0;
  for (size_t phase = 2; phase < kPhases; ++phase) {
    largest = std::max(largest, level[phase] - level[phase - 2]);
  }
  return largest <= kMaxAtATime * (level.back() - level.front());
}

// How far the falls at the exits stand out of the changes elsewhere, in standard deviations.
double StandOut(const BucketSeries& series, const std::vector<CutPlace>& places,
                std::span<const Fall> falls) {
  const auto elsewhere = ChangesElsewhere(series, places);
  if (!elsewhere) return 0;
  double sum = 0;
  for (const Fall& fall : falls) sum += fall.fallen;
  const double sd = std::max(*elsewhere, 1e-9 * std::abs(series.mean.back()));
  return sum / (sd * std::sqrt(static_cast<double>(falls.size())));
}

void CopyBuckets(const BucketSeries& from, size_t begin, size_t end, double raise,
                 BucketSeries* to) {
  for (size_t i = begin; i < end; ++i) {
    to->t_s.push_back(from.t_s[i]);
    to->mean.push_back(from.mean[i] + raise);
    to->min.push_back(from.min[i] + raise);
    to->max.push_back(from.max[i] + raise);
    to->n.push_back(from.n[i]);
    if (!from.load.empty()) to->load.push_back(from.load[i]);
  }
}

// What fell at each exit is added to all that follows; buckets that hold both sides are left out.
BucketSeries Mend(const BucketSeries& series, const std::vector<CutPlace>& places,
                  std::span<const Fall> falls) {
  BucketSeries mended;
  mended.start_s = series.start_s;
  mended.span_s = series.span_s;
  mended.width_s = series.width_s;
  mended.interval_s = series.interval_s;
  size_t begin = 0;
  double raise = 0;
  for (size_t i = 0; i < places.size(); ++i) {
    CopyBuckets(series, begin, places[i].last_before + 1, raise, &mended);
    raise += falls[i].fallen;
    begin = places[i].first_after;
  }
  CopyBuckets(series, begin, series.size(), raise, &mended);
  return mended;
}

}  // namespace

std::vector<ExitingProgram> FindExitingPrograms(std::span<const Life> lives,
                                                std::span<const std::vector<size_t>> roles) {
  std::vector<ExitingProgram> programs;
  for (const std::vector<size_t>& role : roles) {
    ExitingProgram program;
    size_t exits = 0;
    for (const size_t i : role) {
      program.lives.push_back(&lives[i]);
      exits += Exited(lives[i]);
    }
    if (exits == 0 || !program.lives.front()->is_process) continue;
    program.machine = program.lives.front()->machine;
    program.image = program.lives.front()->instance;
    programs.push_back(std::move(program));
  }
  return programs;
}

std::optional<Relieved> FindRelief(const BucketSeries& series, const Life& life,
                                   std::span<const ExitingProgram> programs) {
  if (series.size() < kMinStretch) return std::nullopt;
  std::optional<Relieved> best;
  double best_score = kMinSds;
  for (const ExitingProgram& program : programs) {
    // Instances of one image may take over each other's work.
    const bool is_other =
        program.machine == life.machine && !EqualsIgnoreCase(program.image, life.instance);
    if (!is_other) continue;
    const std::vector<CutPlace> places = PlacesOf(series, program);
    if (places.empty()) continue;
    const std::vector<Fall> falls = FallsAt(series, places);
    const auto returned = ReturnedAtExits(falls);
    if (!returned || !FallsAtOnce(series, places) || !GrowsAllTheTime(series, places)) continue;
    const double score = StandOut(series, places, falls);
    if (score <= best_score) continue;
    best_score = score;
    Relief relief{program.image, places.size(), *returned, 0};
    for (const Fall& fall : falls) relief.given_back += fall.fallen;
    best = Relieved{std::move(relief), Mend(series, places, falls)};
  }
  return best;
}

}  // namespace perfleak
