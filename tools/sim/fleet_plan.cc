#include "fleet_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numeric>
#include <utility>

#include "fleet_machine.h"
#include "life_plan.h"

namespace perfleak::sim {
namespace {

using std::chrono::local_days;

constexpr double kBytesPerCell = 11.6;  // of a log, as measured
constexpr double kSystemColumns = 60;   // that are not of processes

template <class T>
const T& Pick(const std::vector<T>& from, Rng& rng) {
  return from[static_cast<size_t>(rng.Integer(0, static_cast<int64_t>(from.size()) - 1))];
}

std::vector<size_t> ShuffledIndices(size_t count, Rng rng) {
  std::vector<size_t> indices(count);
  std::iota(indices.begin(), indices.end(), size_t{0});
  for (size_t i = count; i > 1; --i) {
    std::swap(indices[i - 1],
              indices[static_cast<size_t>(rng.Integer(0, static_cast<int64_t>(i) - 1))]);
  }
  return indices;
}

// ---- time ----

struct Zone {
  const char* standard_name;
  const char* daylight_name;  // "" if its clocks are not changed
  int bias_minutes;
  std::chrono::month_day daylight_from, daylight_to;  // of 2018 and 2019 alike, near enough
};

constexpr std::chrono::month_day kMarch10 = std::chrono::March / 10;
constexpr std::chrono::month_day kMarch31 = std::chrono::March / 31;
constexpr std::chrono::month_day kOctober28 = std::chrono::October / 28;
constexpr std::chrono::month_day kNovember4 = std::chrono::November / 4;

const std::array<Zone, 6> kZones = {{
    {"W. Europe Standard Time", "W. Europe Daylight Time", -60, kMarch31, kOctober28},
    {"Eastern Standard Time", "Eastern Daylight Time", 300, kMarch10, kNovember4},
    {"GMT Standard Time", "GMT Daylight Time", 0, kMarch31, kOctober28},
    {"UTC", "", 0, {}, {}},
    {"Pacific Standard Time", "Pacific Daylight Time", 480, kMarch10, kNovember4},
    {"Tokyo Standard Time", "", -540, {}, {}},
}};

bool IsDaylight(const Zone& zone, LocalSeconds at) {
  if (*zone.daylight_name == '\0') return false;
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(at));
  const std::chrono::month_day day(date.month(), date.day());
  return day >= zone.daylight_from && day < zone.daylight_to;
}

std::string DateDigits(LocalSeconds at, const char* format) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(at));
  const auto in_day = (at - std::chrono::floor<std::chrono::days>(at)).count();
  return fmt::format(fmt::runtime(format), fmt::arg("y", static_cast<int>(date.year())),
                     fmt::arg("m", static_cast<unsigned>(date.month())),
                     fmt::arg("d", static_cast<unsigned>(date.day())), fmt::arg("h", in_day / 3600),
                     fmt::arg("min", in_day / 60 % 60));
}

// ---- shapes: how often logs are rolled, and how many there are ----

enum class Rotation { kDaily, kWeekly, kMonthly, kOdd };

struct Shape {
  Rotation rotation = Rotation::kWeekly;
  int machines = 1;
  int logs = 1;
  double log_days = 7;
  double budget_bytes = 0;

  double LengthDays() const { return log_days * logs; }
};

Shape DrawShape(Rotation rotation, Rng rng) {
  switch (rotation) {
    case Rotation::kDaily:
      return {rotation, 1, static_cast<int>(rng.Integer(15, 30)), 1};
    case Rotation::kWeekly:
      return {rotation, 1, static_cast<int>(rng.Integer(9, 15)), 7};
    case Rotation::kMonthly:
      return {rotation, 1, static_cast<int>(rng.Integer(3, 5)), 30};
    case Rotation::kOdd:
      break;
  }
  return {rotation, 1, static_cast<int>(rng.Integer(8, 16)), rng.Uniform(1.6, 9.5)};
}

std::vector<Shape> DrawShapes(const FleetOptions& options, const Rng& rng) {
  static constexpr std::array<Rotation, 8> kRotations = {
      Rotation::kWeekly,  Rotation::kDaily,  Rotation::kWeekly, Rotation::kOdd,
      Rotation::kMonthly, Rotation::kWeekly, Rotation::kDaily,  Rotation::kWeekly};
  std::vector<Shape> shapes;
  double logs = 0, weights = 0;
  for (int machines = 0; machines < options.machines;) {
    const size_t i = shapes.size();
    Rng own = rng.Fork("shape " + std::to_string(i));
    Shape shape = DrawShape(kRotations[i % kRotations.size()], own.Fork("draw"));
    if (i == 2 || i == 11) shape.machines = i == 2 ? 2 : 3;
    shape.machines = std::min(shape.machines, options.machines - machines);
    shape.budget_bytes = shape.machines * own.LogUniform(.5, 2);
    machines += shape.machines;
    logs += shape.logs;
    weights += shape.budget_bytes;
    shapes.push_back(shape);
  }
  for (Shape& shape : shapes) {
    const double wanted = shape.logs * options.logs / (1.03 * logs);  // some are there twice
    const double most = 170 / shape.log_days;
    shape.logs = static_cast<int>(std::clamp(std::round(wanted), 3., std::max(3., most)));
    shape.budget_bytes *= static_cast<double>(options.bytes) / weights;
  }
  return shapes;
}

// ---- one group ----

class GroupDrawer {
 public:
  GroupDrawer(const Shape& shape, size_t number, const Rng& rng)
      : shape_(shape), number_(number), rng_(rng), zone_(kZones[number % kZones.size()]) {}

  // Stories and names, one of each for a machine.
  FleetGroup Draw(const std::vector<Story>& stories, const std::vector<int>& rollouts,
                  const std::vector<std::string>& names) {
    DrawTimes();
    DrawColumns();
    DrawLogs();
    DrawPaths();
    for (size_t i = 0; i < stories.size(); ++i) {
      group_.machines.push_back(
          DrawFleetMachine(group_, {stories[i], rollouts[i], names[i], processes_, counters_},
                           rng_.Fork("machine " + std::to_string(i))));
    }
    return std::move(group_);
  }

 private:
  void DrawTimes();
  void DrawColumns();
  void DrawLogs();
  void DrawSeam(size_t i, Rng& rng);
  void DrawPaths();
  std::string PathOf(size_t i, int scheme, const std::string& folder) const;

  const Shape& shape_;
  size_t number_;
  Rng rng_;
  Zone zone_;
  FleetGroup group_;
  int counters_ = 4;
  int64_t processes_ = 40;
};

void GroupDrawer::DrawTimes() {
  Rng rng = rng_.Fork("times");
  const LocalSeconds end = local_days(std::chrono::year(2019) / 6 / 3);  // a Monday
  group_.length_s = std::floor(shape_.LengthDays() * kDay / 300) * 300;
  // Archives of dailies are of any time around the change of clocks, all others go on until now.
  const auto latest = static_cast<int64_t>(std::max(0., 130 - shape_.LengthDays()) / 7);
  const bool any_time = shape_.rotation == Rotation::kDaily;
  const auto ago =
      std::chrono::days(7 * rng.Integer(0, any_time ? latest : std::min<int64_t>(2, latest)));
  group_.start = end - ago - std::chrono::days(static_cast<int>(std::ceil(shape_.LengthDays())));
  if (shape_.rotation == Rotation::kOdd) {
    group_.start += std::chrono::seconds(300 * rng.Integer(1, 280));
  }
  group_.standard_bias_minutes = zone_.bias_minutes;
}

// The interval and the number of processes and counters: such that the logs take what they shall.
void GroupDrawer::DrawColumns() {
  Rng rng = rng_.Fork("columns");
  const auto columns_at = [this](int interval_s) {
    const double rows = group_.length_s / interval_s;
    return shape_.budget_bytes / (rows * kBytesPerCell * shape_.machines);
  };
  std::vector<int> fitting;
  for (const int interval_s : {15, 30, 60, 120, 300}) {
    if (columns_at(interval_s) >= 200 && columns_at(interval_s) <= 2500) {
      fitting.push_back(interval_s);
    }
  }
  const bool is_rich = columns_at(15) > 2500;
  for (const int interval_s : {600, 900, 1800}) {  // small archives only
    if (fitting.empty() && !is_rich && columns_at(interval_s) >= 130) fitting = {interval_s};
  }
  group_.interval_s = fitting.empty() ? (is_rich ? 15 : 1800) : Pick(fitting, rng);
  const double of_processes =
      std::clamp(columns_at(group_.interval_s), 130., 2500.) - kSystemColumns;
  const double processes = rng.LogUniform(24, std::min(120., of_processes / 4));
  counters_ = static_cast<int>(std::clamp(std::round(of_processes / processes), 4., 26.));
  processes_ = std::llround(of_processes / counters_);
}

void GroupDrawer::DrawLogs() {
  Rng rng = rng_.Fork("logs");
  const double each_s = group_.length_s / shape_.logs;
  for (int i = 0; i < shape_.logs; ++i) {
    FleetLog log;
    log.from_s = i * each_s + rng.Uniform(1, 8);
    log.to_s = (i + 1) * each_s - rng.Uniform(0, 2);
    if (rng.Chance(.06)) {
      const double from_s = rng.Uniform(log.from_s, log.to_s - each_s / 5);
      log.outages.push_back({from_s, from_s + rng.Uniform(.02, .15) * each_s});
    }
    const bool daylight = IsDaylight(
        zone_, group_.start + std::chrono::seconds(static_cast<int64_t>(log.from_s) + 7200));
    log.zone = daylight ? zone_.daylight_name : zone_.standard_name;
    log.bias_minutes = zone_.bias_minutes - (daylight ? 60 : 0);
    group_.logs.push_back(std::move(log));
  }
  for (size_t i = 1; i < group_.logs.size(); ++i) DrawSeam(i, rng);
  const bool often = shape_.rotation == Rotation::kDaily;
  for (size_t i = group_.logs.size() - 2; i > 1; --i) {
    // Missed days; not the clock's change, nor so many that nothing is left.
    if (group_.logs.size() > 5 && rng.Chance(often ? .06 : .02)) {
      group_.logs.erase(group_.logs.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  if (number_ % 9 == 4) {
    for (size_t i = 1; i < group_.logs.size(); i += 3) group_.logs[i].lower_case = true;
  }
}

// Where one log ends and the next begins: at once, after a pause, or a few samples too late, when
// the collector was started again before the old one had ended.
void GroupDrawer::DrawSeam(size_t i, Rng& rng) {
  FleetLog& before = group_.logs[i - 1];
  FleetLog& after = group_.logs[i];
  const double kind = rng.Uniform();
  if (kind < .25) {
    before.to_s = after.from_s + rng.Uniform(3, 20) + group_.interval_s;
  } else if (kind < .35) {
    after.from_s += rng.Uniform(60, 3600);
  }
}

void GroupDrawer::DrawPaths() {
  static const std::vector<std::string> kAliases = {
      "intranet", "mail-old",     "cluster-a",  "kunde4711",  "sql prod", "Büro", "dc-west",
      "files",    "web frontend", "terminal 3", "PerfLogs",   "app-new",  "erp",  "printserver",
      "backup01", "spare",        "warehouse",  "exchange-b", "lab"};
  Rng rng = rng_.Fork("paths");
  std::string alias = kAliases[number_ % kAliases.size()];
  if (number_ >= kAliases.size()) alias += std::to_string(2 + (number_ / kAliases.size() - 1));
  const bool mixed = number_ % 3 == 1;
  const int scheme = static_cast<int>(rng.Integer(0, 4));
  for (size_t i = 0; i < group_.logs.size(); ++i) {
    FleetLog& log = group_.logs[i];
    log.path = mixed ? PathOf(i, 5 + scheme % 2, alias) : PathOf(i, scheme, alias);
    const bool sure = number_ % 4 == 0 && i == 1;
    if (sure || rng.Chance(.02)) {
      log.copies.push_back(fmt::format("old/copy {} of {}.csv", i + 1, alias));
    }
  }
}

std::string GroupDrawer::PathOf(size_t i, int scheme, const std::string& alias) const {
  const LocalSeconds at =
      group_.start + std::chrono::seconds(static_cast<int64_t>(group_.logs[i].from_s) + 300);
  switch (scheme) {
    case 0:
      return fmt::format("{0}/{0}_{1}-{2:06}/DataCollector01.csv", alias,
                         DateDigits(at, "{y:04}{m:02}{d:02}"), i + 1);
    case 1:
      return fmt::format("{}/perflog_{:06}.csv", alias, i + 1);
    case 2:
      return fmt::format("{}/perf_{}.csv", alias, DateDigits(at, "{y:04}{m:02}{d:02}"));
    case 3:
      return fmt::format("{}/{}.csv", alias, DateDigits(at, "{y:04}-{m:02}-{d:02}"));
    case 4:
      return fmt::format("{}/System_{}.csv", alias, DateDigits(at, "{m:02}{d:02}{h:02}{min:02}"));
    case 5:
      return fmt::format("collected/{}_{:06}.csv", alias, i + 1);
    default:
      return fmt::format("collected/{}-{}.csv", alias, DateDigits(at, "{y:04}{m:02}{d:02}"));
  }
}

// ---- the fleet ----

// Which machine has which story: about a third leak something.
std::vector<Story> DrawStories(const std::vector<Shape>& shapes, size_t machines, const Rng& rng) {
  static constexpr std::array<Story, 14> kStories = {
      Story::kRollout, Story::kRollout, Story::kFixed,   Story::kSlow,    Story::kFaster,
      Story::kLate,    Story::kHandles, Story::kRollout, Story::kHeap,    Story::kKernel,
      Story::kThreads, Story::kFixed,   Story::kSlow,    Story::kRecycled};
  std::vector<double> length_days;
  for (const Shape& shape : shapes) {
    for (int i = 0; i < shape.machines; ++i) length_days.push_back(shape.LengthDays());
  }
  std::vector<Story> stories(machines, Story::kHealthy);
  const std::vector<size_t> order = ShuffledIndices(machines, rng.Fork("stories"));
  const size_t leaking = std::max<size_t>(4, (machines * 35 + 50) / 100);
  for (size_t i = 0; i < std::min(leaking, machines); ++i) {
    const Story story = kStories[i % kStories.size()];
    const double least_days = story == Story::kSlow ? 40 : 12;
    const auto at = std::find_if(order.begin(), order.end(), [&](size_t m) {
      return stories[m] == Story::kHealthy && length_days[m] >= least_days;
    });
    if (at != order.end()) stories[*at] = story;
  }
  return stories;
}

std::vector<std::string> DrawNames(size_t machines, Rng rng) {
  static const std::vector<std::string> kSites = {"BER", "NYC", "LON", "SRV", "VM-"};
  std::vector<std::string> names;
  for (size_t i = 0; i < machines; ++i) {
    names.push_back(fmt::format("{}{:03}", Pick(kSites, rng), 100 + 7 * i + rng.Integer(0, 6)));
  }
  return names;
}

}  // namespace

const char* Name(Story story) {
  switch (story) {
    case Story::kHealthy:
      return "healthy";
    case Story::kRollout:
      return "rollout";
    case Story::kFixed:
      return "fixed";
    case Story::kSlow:
      return "slow";
    case Story::kFaster:
      return "faster";
    case Story::kLate:
      return "late";
    case Story::kHandles:
      return "handles";
    case Story::kHeap:
      return "heap";
    case Story::kKernel:
      return "kernel";
    case Story::kThreads:
      return "threads";
    case Story::kRecycled:
      break;
  }
  return "recycled";
}

std::vector<FleetGroup> DrawFleet(const FleetOptions& options) {
  const Rng rng = Rng(options.seed).Fork("fleet");
  const auto machines = static_cast<size_t>(options.machines);
  const std::vector<Shape> shapes = DrawShapes(options, rng);
  const std::vector<Story> stories = DrawStories(shapes, machines, rng);
  const std::vector<std::string> names = DrawNames(machines, rng.Fork("names"));
  std::vector<int> rollouts;  // of a machine: how many were before it
  int before = 0;
  for (const Story story : stories) rollouts.push_back(story == Story::kRollout ? before++ : 0);
  std::vector<FleetGroup> groups;
  std::ptrdiff_t first = 0;
  for (size_t i = 0; i < shapes.size(); ++i) {
    const std::ptrdiff_t last = first + shapes[i].machines;
    const auto of_group = [=](const auto& all) {
      return std::decay_t<decltype(all)>(all.begin() + first, all.begin() + last);
    };
    GroupDrawer drawer(shapes[i], i, rng.Fork("group " + std::to_string(i)));
    groups.push_back(drawer.Draw(of_group(stories), of_group(rollouts), of_group(names)));
    first = last;
  }
  return groups;
}

}  // namespace perfleak::sim
