#include "run.h"

#include <algorithm>
#include <cmath>

#include "counter_set.h"
#include "pdh_csv.h"

namespace perfleak::sim {
namespace {

constexpr double kMonth = 30 * kDay;

// The collector wakes a few milliseconds late each time, and now and then much later.
std::vector<int64_t> SampleTimesMs(double days, int interval_s, Rng rng) {
  const auto rows = static_cast<int64_t>(std::llround(days * kDay / interval_s));
  std::vector<int64_t> times;
  int64_t late = rng.Integer(0, 800);
  for (int64_t i = 0; i < rows; ++i) {
    if (i > 0) late += rng.Integer(0, 12);
    const int64_t once = rng.Chance(.004) ? rng.Integer(100, 500) : 0;
    times.push_back(i * interval_s * 1000 + late + once);
  }
  return times;
}

bool HasGrowingCommit(const std::vector<LeakTotal>& leaks) {
  return std::any_of(leaks.begin(), leaks.end(), [](const LeakTotal& total) {
    return total.leak.resource == Resource::kPrivate && total.lives == 1;
  });
}

std::optional<Exhaustion> RunOn(Machine& machine, double log_end_s) {
  constexpr double kStep = 300;
  for (double t_s = log_end_s + kStep; t_s < log_end_s + kMonth; t_s += kStep) {
    machine.Advance(t_s, kStep);
    if (machine.exhausted()) return Exhaustion{t_s, t_s - log_end_s};
  }
  return std::nullopt;
}

std::vector<double> Read(const std::vector<Column>& columns, const MachineSample& sample,
                         bool first) {
  std::vector<double> values;
  values.reserve(columns.size());
  for (const Column& column : columns) {
    values.push_back(first && column.is_rate ? kMissing : column.read(sample));
  }
  return values;
}

}  // namespace

nlohmann::ordered_json Run(const Simulation& simulation, uint64_t seed, std::ostream& csv) {
  const MachineSpec& spec = simulation.machine;
  Machine machine(spec, seed);
  const std::vector<int64_t> times_ms =
      SampleTimesMs(simulation.days, simulation.interval_s, Rng(seed).Fork("sample times"));
  std::vector<double> times_s;
  for (const int64_t ms : times_ms) times_s.push_back(static_cast<double>(ms) / 1000);
  const std::vector<Column> columns = ColumnsOf(machine, times_s);

  PdhCsvWriter writer(csv, spec.start, spec.windows.digits);
  std::vector<std::string> paths;
  for (const Column& column : columns) paths.push_back(column.path);
  writer.Header(spec.zone, spec.bias_minutes, paths);
  std::optional<Exhaustion> exhaustion;
  for (size_t i = 0; i < times_s.size(); ++i) {
    const double dt_s = i == 0 ? simulation.interval_s : times_s[i] - times_s[i - 1];
    writer.Row(times_ms[i], Read(columns, machine.Advance(times_s[i], dt_s), i == 0));
    if (machine.exhausted() && !exhaustion) {
      exhaustion = Exhaustion{times_s[i], times_s[i] - times_s.back()};
    }
  }
  const std::vector<LeakTotal> leaks = machine.Leaks();
  if (!exhaustion && HasGrowingCommit(leaks)) exhaustion = RunOn(machine, times_s.back());
  return LabelsOf(simulation.info, seed, machine, columns, leaks, times_s.back(), exhaustion);
}

}  // namespace perfleak::sim
