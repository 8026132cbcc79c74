#include "load.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "portable_math.h"

namespace perfleak::sim {

LoadProfile OfficeProfile() {
  return {
      .by_hour = {.05, .04, .04, .04, .04, .05, .09, .25, .65, .92, 1.,  .95,
                  .72, .80, .95, .93, .85, .62, .33, .19, .14, .11, .08, .06},
      .by_weekday = {.14, 1.0, .97, .98, .95, .86, .18},
  };
}

LoadProfile FlatProfile() {
  LoadProfile profile;
  profile.by_hour.fill(0.5);
  profile.by_weekday.fill(1);
  profile.backup_every_day = 0;
  return profile;
}

LoadModel::LoadModel(LoadProfile profile, LocalSeconds start, const Rng& rng)
    : profile_(profile), start_(start), rng_(rng.Fork("load")), backup_rng_(rng.Fork("backup")) {}

Moment LoadModel::At(double t_s, double dt_s) {
  using std::chrono::days;
  using std::chrono::floor;
  const LocalSeconds now = start_ + std::chrono::seconds(static_cast<int64_t>(t_s));
  const auto day = floor<days>(now);
  Moment m;
  m.t_s = t_s;
  m.dt_s = dt_s;
  m.day = day.time_since_epoch().count();
  m.hour = static_cast<double>((now - day).count()) / 3600;
  m.weekday = static_cast<int>(std::chrono::weekday(day).c_encoding());

  const auto hour = static_cast<size_t>(m.hour);
  const double fraction = m.hour - static_cast<double>(hour);
  const double shape =
      profile_.by_hour[hour] * (1 - fraction) + profile_.by_hour[(hour + 1) % 24] * fraction;
  // The night is the same on all days: what runs then is not the users.
  const double work = .04 + (shape - .04) * profile_.by_weekday[static_cast<size_t>(m.weekday)];
  const double keep = Exp(-dt_s / 3600);
  slow_noise_ = keep * slow_noise_ + std::sqrt(1 - keep * keep) * rng_.Gaussian();
  const double noise = profile_.noise * (slow_noise_ + 0.5 * rng_.Gaussian());
  m.load = work * std::clamp(1 + noise, .3, 1.8);
  m.backup = Backup(m);
  return m;
}

double LoadModel::Backup(const Moment& m) const {
  if (profile_.backup_every_day == 0) return 0;
  // A backup that began before midnight belongs to the evening it began in.
  const bool after_midnight = m.hour < 12;
  const double since = m.hour + (after_midnight ? 24 : 0) - profile_.backup_hour;
  Rng night = backup_rng_.Fork(std::to_string(m.day - (after_midnight ? 1 : 0)));
  return since >= 0 && since < profile_.backup_length_h * night.Uniform(.9, 1.15) ? 1 : 0;
}

}  // namespace perfleak::sim
