// What time it is on the simulated machine and how much it has to do.
//
// All processes and counters of a machine hang on one load curve: that is what makes their noise
// correlated, as on a real server.
#ifndef PERFLEAK_TOOLS_SIM_LOAD_H_
#define PERFLEAK_TOOLS_SIM_LOAD_H_

#include <array>
#include <chrono>

#include "random.h"

namespace perfleak::sim {

using LocalSeconds = std::chrono::local_seconds;

// One sampling instant, as signals see it.
struct Moment {
  double t_s = 0;         // since the log began
  double dt_s = 0;        // since the sample before
  double hour = 0;        // of the local day, [0, 24)
  int weekday = 0;        // 0 is Sunday
  int64_t day = 0;        // local days since 1970: the same all day
  double load = 0;        // work to do: about 1 in the busiest hour, about 0.05 at night
  double backup = 0;      // 1 while the nightly backup reads the disks
  double pressure = 0;    // 0: memory is plentiful; 1: commit is exhausted
  double headroom_b = 0;  // commit limit - committed bytes, one sample ago
};

struct LoadProfile {
  std::array<double, 24> by_hour{};    // share of the busiest hour
  std::array<double, 7> by_weekday{};  // from Sunday
  double noise = 0.10;                 // relative, correlated over an hour
  double backup_hour = 22.5;           // local
  double backup_length_h = 2.5;
  double backup_every_day = 1;  // 0: no backup on this machine
};

// An office from eight to six, quiet at the weekend.
LoadProfile OfficeProfile();
// Always about the same.
LoadProfile FlatProfile();

class LoadModel {
 public:
  LoadModel(LoadProfile profile, LocalSeconds start, const Rng& rng);

  // The moment t_s seconds after the start; calls go forward in time.
  Moment At(double t_s, double dt_s);

 private:
  double Backup(const Moment& m) const;

  LoadProfile profile_;
  LocalSeconds start_;
  Rng rng_;
  Rng backup_rng_;
  double slow_noise_ = 0;
};

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_LOAD_H_
