#include "life_plan.h"

#include <algorithm>
#include <set>
#include <utility>

namespace perfleak::sim {
namespace {

// Jobs are planned this far at least: beyond the log, for the time to exhaustion.
constexpr int kJobDays = 45;

// Hands out process IDs as Windows does to a good approximation: upwards while booting, later any
// number that is free. A number is not used twice as long as others are left.
class PidAllocator {
 public:
  PidAllocator(const Windows& windows, Rng rng)
      : windows_(windows), rng_(rng), next_boot_(windows.boot_pid) {}

  int64_t AtBoot() {
    const int64_t pid = next_boot_;
    next_boot_ += windows_.pid_step * rng_.Integer(1, 9);
    used_.insert(pid);
    return pid;
  }

  int64_t Later(const std::vector<PlannedLife>& lives, double start_s) {
    for (int attempt = 0;; ++attempt) {
      const int64_t pid = Candidate();
      if (used_.insert(pid).second) return pid;
      if (attempt > 200 && IsFree(lives, pid, start_s)) return pid;
    }
  }

 private:
  int64_t Candidate() {
    const int64_t steps = (windows_.max_pid - windows_.boot_pid) / windows_.pid_step;
    return windows_.boot_pid + windows_.pid_step * rng_.Integer(1, steps);
  }

  static bool IsFree(const std::vector<PlannedLife>& lives, int64_t pid, double start_s) {
    return std::none_of(lives.begin(), lives.end(), [&](const PlannedLife& life) {
      return life.pid == pid && life.AliveAt(start_s);
    });
  }

  const Windows& windows_;
  Rng rng_;
  int64_t next_boot_;
  std::set<int64_t> used_;
};

std::vector<PlannedLife> Unnumbered(const std::vector<ProcessSpec>& specs, double boot_age_s) {
  std::vector<PlannedLife> lives;
  double boot_s = -boot_age_s;
  for (size_t i = 0; i < specs.size(); ++i) {
    boot_s += i < 2 ? 0 : 1.5;  // services come up one after the other
    if (specs[i].lives.empty()) lives.push_back({i, 0, 0, boot_s, kForever});
    for (const LifeSpan& span : specs[i].lives) {
      lives.push_back({i, 0, 0, std::max(span.start_s, boot_s), span.end_s});
    }
  }
  std::stable_sort(lives.begin(), lives.end(), [](const PlannedLife& a, const PlannedLife& b) {
    return a.start_s < b.start_s;
  });
  return lives;
}

int64_t ParentPid(const std::vector<PlannedLife>& lives, const std::vector<ProcessSpec>& specs,
                  const PlannedLife& child, int64_t orphan_pid) {
  for (const PlannedLife& life : lives) {
    if (specs[life.spec].image == specs[child.spec].parent && life.pid != 0 &&
        life.AliveAt(child.start_s)) {
      return life.pid;
    }
  }
  return orphan_pid;  // the creator, userinit for instance, is gone
}

}  // namespace

std::vector<PlannedLife> PlanLives(const std::vector<ProcessSpec>& specs, const Windows& windows,
                                   double boot_age_s, const Rng& rng) {
  std::vector<PlannedLife> lives = Unnumbered(specs, boot_age_s);
  PidAllocator pids(windows, rng.Fork("process ids"));
  const int64_t orphan_pid = pids.AtBoot();
  for (PlannedLife& life : lives) {
    const std::string& image = specs[life.spec].image;
    if (image == "Idle") continue;
    if (image == "System") {
      life.pid = windows.system_pid;
      continue;
    }
    const bool booting = life.start_s < -boot_age_s + 120;
    life.pid = booting ? pids.AtBoot() : pids.Later(lives, life.start_s);
    life.parent_pid = ParentPid(lives, specs, life, orphan_pid);
  }
  return lives;
}

std::vector<LifeSpan> RestartedAt(const std::vector<double>& times_s, double boot_age_s) {
  std::vector<LifeSpan> spans;
  double start_s = -boot_age_s;
  for (const double t_s : times_s) {
    spans.push_back({start_s, t_s});
    start_s = t_s + 75;
  }
  spans.push_back({start_s, kForever});
  return spans;
}

std::vector<LifeSpan> DailyJob(LocalSeconds log_start, double hour, double length_h,
                               bool working_days_only, Rng rng, double log_length_s) {
  using std::chrono::days;
  const auto first_day = std::chrono::floor<days>(log_start);
  const auto into_day = static_cast<double>((log_start - first_day).count());
  std::vector<LifeSpan> spans;
  const int last_day = std::max(kJobDays, static_cast<int>(log_length_s / kDay) + 2);
  for (int day = -1; day < last_day; ++day) {
    const unsigned weekday = std::chrono::weekday(first_day + days(day)).c_encoding();
    const double late_s = rng.Uniform(0, 240);
    const double takes_s = length_h * kHour * rng.Uniform(.85, 1.2);
    if (working_days_only && (weekday == 0 || weekday == 6)) continue;
    const double start_s = day * kDay - into_day + hour * kHour + late_s;
    spans.push_back({start_s, start_s + takes_s});
  }
  return spans;
}

std::vector<LifeSpan> RecycledEvery(double period_s, double first_start_s, double horizon_s) {
  std::vector<LifeSpan> spans;
  for (double start_s = first_start_s; start_s < horizon_s; start_s += period_s) {
    spans.push_back({start_s, start_s + period_s - 20});
  }
  return spans;
}

}  // namespace perfleak::sim
