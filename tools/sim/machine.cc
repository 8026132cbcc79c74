#include "machine.h"

#include <algorithm>
#include <utility>

#include "portable_math.h"

namespace perfleak::sim {
namespace {

// Up to a whole page.
int64_t PageCeil(int64_t bytes) { return (bytes + kPage - 1) / kPage * kPage; }

}  // namespace

Machine::Machine(const MachineSpec& spec, uint64_t seed)
    : spec_(spec),
      rng_(Rng(seed).Fork("system")),
      load_(spec.load, spec.start, Rng(seed)),
      lives_(PlanLives(spec.processes, spec.windows, spec.boot_age_s, Rng(seed))),
      running_(lives_.size()),
      leaks_(lives_.size()),
      rest_noise_(Jumps(.01 * spec.commit_rest_mb * kMiB, 3600, rng_.Fork("rest"))),
      paged_noise_(Jumps(.006 * spec.windows.pool_paged_mb * kMiB, 1500, rng_.Fork("paged"))),
      nonpaged_noise_(Jumps(.006 * spec.windows.pool_nonpaged_mb * kMiB, 1500, rng_.Fork("np"))),
      cache_noise_(Ar1(.05 * spec.cache_mb * kMiB, 3600, rng_.Fork("cache"))) {
  InternImages();
  previous_pids_.resize(images_.size());
  for (const ServiceCounter& service : spec.services) {
    service_rngs_.push_back(
        rng_.Fork(service.object + "/" + service.instance + "/" + service.counter));
  }
  for (const SystemPart& part : spec.system_parts) {
    system_signals_.push_back(part.make(rng_.Fork("part " + part.name)));
  }
  system_values_.resize(system_signals_.size());
  sample_.memory.commit_limit = Pages((.965 * spec.ram_mb + spec.page_file_mb - 6) * kMiB);
}

Machine::~Machine() = default;

void Machine::InternImages() {
  for (const ProcessSpec& process : spec_.processes) {
    const auto at = std::find(images_.begin(), images_.end(), process.image);
    image_of_spec_.push_back(static_cast<size_t>(at - images_.begin()));
    if (at == images_.end()) images_.push_back(process.image);
  }
}

const MachineSample& Machine::Advance(double t_s, double dt_s) {
  Moment m = load_.At(t_s, dt_s);
  const MemorySample& memory = sample_.memory;
  const auto limit = static_cast<double>(memory.commit_limit);
  // Before the first sample nothing is known: plenty.
  m.headroom_b = memory.committed == 0 ? limit : limit - static_cast<double>(memory.committed);
  m.pressure = std::clamp((.07 - m.headroom_b / limit) / .06, 0.0, 1.0);
  exhausted_ = exhausted_ || m.headroom_b < kExhaustedHeadroom;

  sample_.moment = m;
  sample_.uptime_s = spec_.boot_age_s + t_s;
  sample_.ticks = Round(dt_s / spec_.windows.tick_s);
  AdvanceSystemParts(m);
  AdvanceProcesses(m);
  ShareProcessor();
  SumPools();
  FitIntoMemory(m);
  Commit();
  CountSystem(m);
  CountDisks(m);
  CountServices(m);
  return sample_;
}

void Machine::AdvanceSystemParts(const Moment& m) {
  for (size_t i = 0; i < system_signals_.size(); ++i) {
    system_values_[i] = system_signals_[i](m, sample_.uptime_s);
  }
}

double Machine::Extra(SystemLevel level) const {
  double sum = 0;
  for (size_t i = 0; i < system_values_.size(); ++i) {
    if (spec_.system_parts[i].level == level) sum += system_values_[i];
  }
  return sum;
}

void Machine::AdvanceProcesses(const Moment& m) {
  sample_.processes.clear();
  sample_.instances.assign(images_.size(), {});
  for (size_t i = 0; i < lives_.size(); ++i) {
    if (lives_[i].AliveAt(m.t_s)) {
      AdvanceLife(i, m);
    } else {
      running_[i].reset();
    }
  }
  MarkNewInstances();
}

void Machine::AdvanceLife(size_t i, const Moment& m) {
  const PlannedLife& life = lives_[i];
  if (!running_[i]) {
    const ProcessSpec& spec = spec_.processes[life.spec];
    const std::string name = spec.image + " " + std::to_string(life.spec) + " from " +
                             std::to_string(Round(life.start_s));
    running_[i] = std::make_unique<Process>(spec, rng_.Fork("processes").Fork(name));
  }
  running_[i]->Advance(m, m.t_s - life.start_s, spec_.windows.tick_s);
  RecordLeaks(i, m.t_s);
  sample_.instances[image_of_spec_[life.spec]].push_back(sample_.processes.size());
  sample_.processes.push_back(running_[i]->sample());
  sample_.processes.back().spec = life.spec;
  sample_.processes.back().pid = life.pid;
  sample_.processes.back().parent_pid = life.parent_pid;
}

void Machine::RecordLeaks(size_t i, double t_s) {
  leaks_[i].clear();
  for (const LeakMeter& meter : running_[i]->leaks()) {
    const double since_s = std::max({lives_[i].start_s, 0.0, meter.leak().onset_s});
    const double hours = std::max(0.0, t_s - since_s) / kHour;
    leaks_[i].push_back({lives_[i].spec, meter.leak(), 1, meter.leaked(), hours, meter.leaked()});
  }
}

// An instance is new when another process stood in its place before: the first of that image
// exited, say, and the others moved up.
void Machine::MarkNewInstances() {
  for (size_t image = 0; image < images_.size(); ++image) {
    std::vector<int64_t>& before = previous_pids_[image];
    std::vector<int64_t> now;
    for (const size_t at : sample_.instances[image]) {
      ProcessSample& sample = sample_.processes[at];
      sample.first = now.size() >= before.size() || before[now.size()] != sample.pid;
      now.push_back(sample.pid);
    }
    before = std::move(now);
  }
}

void Machine::ShareProcessor() {
  const int64_t total = sample_.ticks * spec_.processors;
  int64_t busy = SumOf(&ProcessSample::cpu_ticks);
  while (busy > total) {  // more work than time: everyone gets less
    for (ProcessSample& process : sample_.processes) {
      process.cpu_ticks = process.cpu_ticks * 9 / 10;
      process.user_ticks = std::min(process.user_ticks, process.cpu_ticks);
    }
    busy = SumOf(&ProcessSample::cpu_ticks);
  }
  ProcessSample& idle = sample_.processes.front();
  idle.cpu_ticks = total - busy;
  idle.threads = spec_.processors;
}

void Machine::SumPools() {
  const Moment& m = sample_.moment;
  const Windows& windows = spec_.windows;
  MemorySample& memory = sample_.memory;
  const double paged = windows.pool_paged_mb * (1 + .02 * m.load + .03 * m.backup) * kMiB +
                       paged_noise_(m, 0) + Extra(SystemLevel::kPoolPaged);
  const double nonpaged = windows.pool_nonpaged_mb * (1 + .05 * m.load + .03 * m.backup) * kMiB +
                          nonpaged_noise_(m, 0) + Extra(SystemLevel::kPoolNonpaged);
  memory.pool_paged = PageCeil(SumOf(&ProcessSample::pool_paged) + Round(paged));
  memory.pool_nonpaged = PageCeil(SumOf(&ProcessSample::pool_nonpaged) + Round(nonpaged));
  memory.pool_paged_allocs = memory.pool_paged / 288;
  memory.pool_nonpaged_allocs = memory.pool_nonpaged / 176;
  const double ptes = windows.free_ptes * (1 - .004 * m.load) - Extra(SystemLevel::kUsedPtes);
  memory.free_ptes = std::max<int64_t>(0, Round(ptes) - rng_.Integer(0, 60));
}

void Machine::FitIntoMemory(const Moment& m) {
  MemorySample& memory = sample_.memory;
  memory.code_resident = Pages(spec_.windows.system_code_mb * kMiB * (.8 + .2 * m.load));
  memory.driver_resident = Pages(spec_.windows.system_driver_mb * kMiB * (.7 + .3 * m.load));
  memory.pool_paged_resident = Pages(static_cast<double>(memory.pool_paged) * (.7 + .2 * m.load));
  double cache =
      (spec_.cache_mb + spec_.cache_load_mb * m.load + spec_.cache_backup_mb * m.backup) * kMiB +
      cache_noise_(m, 0) + Extra(SystemLevel::kCache);
  cache = std::max(cache, 2 * kMiB);

  const int64_t fixed = memory.code_resident + memory.driver_resident + memory.pool_paged_resident +
                        memory.pool_nonpaged;
  const int64_t ram = Pages(spec_.ram_mb * kMiB);
  const int64_t resident = SumOf(&ProcessSample::working_set);
  const auto floor = static_cast<int64_t>(spec_.available_floor_mb * kMiB * rng_.Uniform(.9, 1.25));
  // The cache gives way first, then the working sets of all.
  const auto room = static_cast<double>(ram - fixed - resident - floor);
  memory.cache_resident = Pages(std::min(cache, std::max(room, .25 * cache)));
  const int64_t over = resident + memory.cache_resident + fixed + floor - ram;
  double trimmed = 0;
  if (over > 0) {
    trimmed = std::min(.8, static_cast<double>(over) / static_cast<double>(resident));
    for (ProcessSample& process : sample_.processes) {
      process.working_set = Pages(static_cast<double>(process.working_set) * (1 - trimmed));
    }
  }
  memory.cache = memory.cache_resident + memory.pool_paged_resident + memory.code_resident +
                 memory.driver_resident;
  memory.cache_peak = std::max(memory.cache_peak, memory.cache);
  memory.available = std::max<int64_t>(
      kPage, ram - SumOf(&ProcessSample::working_set) - memory.cache - memory.pool_nonpaged);
  CountPaging(m, trimmed);
}

void Machine::Commit() {
  MemorySample& memory = sample_.memory;
  memory.committed = SumOf(&ProcessSample::private_bytes) + memory.pool_paged +
                     memory.pool_nonpaged +
                     Pages(spec_.commit_rest_mb * kMiB + rest_noise_(sample_.moment, 0) +
                           Extra(SystemLevel::kCommit));
  const double paged_out =
      std::max(0.0, static_cast<double>(memory.committed) - .8 * spec_.ram_mb * kMiB) +
      .04 * static_cast<double>(memory.committed);
  memory.page_file_usage = std::min(99., 100 * paged_out / (spec_.page_file_mb * kMiB));
  memory.page_file_peak = std::max(memory.page_file_peak, memory.page_file_usage);
}

void Machine::CountPaging(const Moment& m, double trimmed_share) {
  MemorySample& memory = sample_.memory;
  memory.page_faults = SumOf(&ProcessSample::page_faults);
  const double rate = .2 + 6 * m.load * spec_.work + 40 * m.backup + 300 * trimmed_share;
  memory.pages_input = rng_.Poisson(rate * m.dt_s);
  memory.page_reads = memory.pages_input / rng_.Integer(4, 7);
  memory.pages_output = rng_.Poisson((.05 + .6 * m.load + 200 * trimmed_share) * m.dt_s);
}

void Machine::CountSystem(const Moment& m) {
  SystemSample& system = sample_.system;
  system.processes = static_cast<int64_t>(sample_.processes.size());
  system.threads = SumOf(&ProcessSample::threads);
  system.process_objects = system.processes + Round(Extra(SystemLevel::kProcessObjects));
  system.thread_objects = system.threads + Round(Extra(SystemLevel::kThreadObjects));
  const int64_t handles = SumOf(&ProcessSample::handles);
  system.events = handles * 41 / 100 + rng_.Integer(-6, 6);
  system.semaphores = handles * 13 / 100 + rng_.Integer(-3, 3);
  system.mutexes = handles * 4 / 100 + rng_.Integer(-2, 2);
  system.sections = handles * 9 / 100 + 5 * system.processes + rng_.Integer(-3, 3);
  const double work = spec_.work * (m.load + .6 * m.backup) * (1 - .8 * m.pressure);
  system.context_switches = rng_.Poisson((190 + 1900 * work) * m.dt_s);
  system.system_calls = rng_.Poisson((420 + 6400 * work) * m.dt_s);
  system.interrupts = rng_.Poisson((110 + 420 * work) * m.dt_s);
  system.queue_length = rng_.Poisson(.15 + 1.3 * m.load + 8 * m.pressure);
  system.file_reads = rng_.Poisson((3 + 70 * work) * m.dt_s);
  system.network_bytes = Round((900 + 130000 * work * rng_.Uniform(.8, 1.2)) * m.dt_s);
  system.server_bytes = Round((140 + 14000 * work * rng_.Uniform(.7, 1.3)) * m.dt_s);
  system.server_sessions =
      Round(4 + 38 * m.load + rng_.Uniform(0, 3) + Extra(SystemLevel::kSessions));
  system.server_files = Round(6 + 60 * m.load + rng_.Uniform(0, 9));
  system.copy_read_hits = std::min(100., 99.2 - 9 * m.backup - rng_.Uniform(0, 2));
  system.data_map_hits = std::min(100., 99.6 - 3 * m.backup - rng_.Uniform(0, .6));
}

void Machine::CountDisks(const Moment& m) {
  sample_.disks.clear();
  for (const Disk& disk : spec_.disks) {
    const bool pages = sample_.disks.empty();  // the first disk holds the page file
    DiskSample d;
    const double calm = 1 - .85 * m.pressure;
    d.reads = rng_.Poisson(
                  ((.1 + disk.reads_per_s * m.load) * calm + disk.backup_reads_per_s * m.backup) *
                  m.dt_s) +
              (pages ? sample_.memory.page_reads : 0);
    d.writes = rng_.Poisson((.4 + disk.writes_per_s * m.load) * calm * m.dt_s) +
               (pages ? sample_.memory.pages_output / 8 : 0);
    const double busy = .0065 * static_cast<double>(d.reads + d.writes) / m.dt_s;
    d.busy_ticks = std::min(sample_.ticks, Round(busy * static_cast<double>(sample_.ticks)));
    d.queue = rng_.Poisson(std::min(busy, .95) / (1 - std::min(busy, .95)));
    sample_.disks.push_back(d);
  }
}

void Machine::CountServices(const Moment& m) {
  sample_.services.clear();
  for (size_t i = 0; i < spec_.services.size(); ++i) {
    const ServiceCounter& service = spec_.services[i];
    if (service.read) {
      sample_.services.push_back(service.read(*this));
      continue;
    }
    Rng& rng = service_rngs_[i];
    const double stalled = 1 + (service.stalled_factor - 1) * m.pressure;
    const double level = (service.base + service.at_full_load * m.load) * stalled;
    const double noisy = std::max(0.0, level * (1 + service.noise * rng.Gaussian()));
    switch (service.kind) {
      case ServiceCounter::Kind::kGauge:
        // Small numbers come and go one by one, large ones move as a whole.
        sample_.services.push_back(static_cast<double>(
            noisy < 12 && service.noise > 0 ? rng.Poisson(noisy) : Round(noisy)));
        break;
      case ServiceCounter::Kind::kRate:
        sample_.services.push_back(static_cast<double>(rng.Poisson(noisy * m.dt_s)) / m.dt_s);
        break;
      case ServiceCounter::Kind::kReal:
        sample_.services.push_back(noisy);
        break;
    }
  }
}

int64_t Machine::SumOf(int64_t ProcessSample::*counter) const {
  int64_t sum = 0;
  for (const ProcessSample& process : sample_.processes) sum += process.*counter;
  return sum;
}

double Machine::PartValue(const std::string& image, const std::string& part) const {
  for (size_t i = 0; i < lives_.size(); ++i) {
    if (running_[i] && spec_.processes[lives_[i].spec].image == image) {
      return running_[i]->PartValue(part);
    }
  }
  return 0;
}

const ProcessSample* Machine::First(const std::string& image) const {
  for (const ProcessSample& process : sample_.processes) {
    if (spec_.processes[process.spec].image == image) return &process;
  }
  return nullptr;
}

std::vector<LeakTotal> Machine::Leaks() const {
  std::vector<LeakTotal> totals;
  for (size_t i = 0; i < lives_.size(); ++i) {
    for (size_t k = 0; k < leaks_[i].size(); ++k) {
      const LeakTotal& one = leaks_[i][k];
      const auto same = [&](const LeakTotal& total) {
        return total.spec == one.spec && total.leak.resource == one.leak.resource;
      };
      auto at = std::find_if(totals.begin(), totals.end(), same);
      if (at == totals.end()) at = totals.insert(totals.end(), {one.spec, one.leak});
      ++at->lives;
      at->leaked += one.leaked;
      at->hours += one.hours;
      if (running_[i]) at->held_now += one.held_now;
    }
  }
  return totals;
}

}  // namespace perfleak::sim
