#include "process.h"

#include <algorithm>
#include <cmath>

#include "portable_math.h"

namespace perfleak::sim {
namespace {

constexpr double kSegmentMb = 1;  // heaps reserve address space this much at a time

}  // namespace

int64_t Pages(double bytes) {
  return std::max<int64_t>(1, Round(bytes / static_cast<double>(kPage))) * kPage;
}

Process::Process(const ProcessSpec& spec, const Rng& rng)
    : spec_(&spec), rng_(rng.Fork("work")), base_threads_(spec.threads) {
  const auto add = [this](Resource resource, Signal signal) {
    targets_.push_back(resource);
    signals_.push_back(std::move(signal));
  };
  for (const Part& part : spec.parts) add(part.resource, part.make(rng.Fork(part.name)));
  const double fidget_mb = std::min(.02 * spec.private_mb, .05);
  add(Resource::kPrivate, spec.noise_mb > 0
                              ? Ar1(spec.noise_mb * kMiB, 1800, rng.Fork("private noise"))
                              : Jumps(fidget_mb * kMiB, 7200, rng.Fork("private noise")));
  add(Resource::kPrivate, FollowLoad(spec.load_mb * kMiB, 2400));
  add(Resource::kHandles, FollowLoad(spec.load_handles, 1200));
  add(Resource::kHandles, Jumps(.4 + .006 * spec.handles, spec.load_handles > 0 ? 400 : 5400,
                                rng.Fork("handle noise")));
  add(Resource::kThreads, FollowLoad(spec.load_threads, 1200));
  add(Resource::kThreads, Jumps(.015 * spec.threads, 3600, rng.Fork("thread noise")));
  values_.resize(signals_.size());
  for (size_t i = 0; i < spec.leaks.size(); ++i) {
    leaks_.emplace_back(spec.leaks[i], rng.Fork("leak " + std::to_string(i)));
  }
}

double Process::Level(Resource resource) const {
  double sum = 0;
  for (size_t i = 0; i < values_.size(); ++i) {
    if (targets_[i] == resource) sum += values_[i];
  }
  for (const LeakMeter& meter : leaks_) {
    if (meter.leak().resource == resource) sum += meter.leaked();
  }
  return sum;
}

double Process::PartValue(const std::string& name) const {
  for (size_t i = 0; i < spec_->parts.size(); ++i) {
    if (spec_->parts[i].name == name) return values_[i];
  }
  return 0;
}

void Process::Advance(const Moment& m, double age_s, double tick_s) {
  sample_.elapsed_s = age_s;
  sample_.priority_base = spec_->priority_base;
  if (spec_->private_mb == 0) {  // Idle: no process, only what no other one used
    sample_.working_set = Pages(spec_->working_set_mb * kMiB);
    UpdatePeaks();
    return;
  }
  UpdateParts(m, age_s);
  UpdateObjects();
  UpdateMemory(m);
  UpdateWork(m, tick_s);
  UpdatePeaks();
}

void Process::UpdateParts(const Moment& m, double age_s) {
  for (size_t i = 0; i < signals_.size(); ++i) values_[i] = signals_[i](m, age_s);
  for (LeakMeter& meter : leaks_) meter.Advance(m);
}

void Process::UpdateObjects() {
  sample_.handles = std::max<int64_t>(5, Round(spec_->handles + Level(Resource::kHandles)));
  sample_.threads = std::max<int64_t>(1, Round(spec_->threads + Level(Resource::kThreads)));
  const auto extra_handles = static_cast<double>(sample_.handles - spec_->handles);
  const auto extra_threads = static_cast<double>(sample_.threads - base_threads_);
  sample_.pool_paged = std::max<int64_t>(
      1024,
      Round((spec_->pool_paged_kb * 1024 + 24 * extra_handles + Level(Resource::kPoolPaged)) / 4) *
          4);
  sample_.pool_nonpaged =
      std::max<int64_t>(512, Round((spec_->pool_nonpaged_kb * 1024 + 40 * extra_handles +
                                    112 * extra_threads + Level(Resource::kPoolNonpaged)) /
                                   4) *
                                 4);
}

void Process::UpdateMemory(const Moment& m) {
  const double extra = Level(Resource::kPrivate);
  const double wanted = std::max(.3 * spec_->private_mb * kMiB, spec_->private_mb * kMiB + extra);
  sample_.private_bytes = Pages(wanted);

  // Heaps reserve whole segments, and give them back only when several are unused.
  const double grown_mb = (wanted - spec_->private_mb * kMiB) / kMiB;
  const double needed = std::ceil(grown_mb / kSegmentMb) * kSegmentMb;
  if (needed > reserved_mb_ || needed < reserved_mb_ - 8) reserved_mb_ = needed;
  const auto stacks = static_cast<double>(sample_.threads - base_threads_) * .25;
  sample_.virtual_bytes =
      Pages((spec_->virtual_mb + reserved_mb_ + stacks) * kMiB + Level(Resource::kVirtual));

  // An idle process loses pages slowly and takes them back with its work.
  const double target = .86 + .14 * std::min(1.0, 1.5 * m.load + m.backup * .3);
  resident_share_ += (target - resident_share_) * (1 - Exp(-m.dt_s / 5400));
  const double fidget = 1 + .004 * rng_.Gaussian();
  const double resident = spec_->working_set_mb * kMiB + .92 * extra;
  sample_.working_set =
      Pages(std::max(.2 * spec_->working_set_mb * kMiB, resident * resident_share_ * fidget) +
            Level(Resource::kWorkingSet));
}

void Process::UpdateWork(const Moment& m, double tick_s) {
  const double work = .04 + .96 * m.load;
  const double busy = spec_->cpu_percent / 100 * work * m.dt_s / tick_s;
  sample_.cpu_ticks = rng_.Poisson(busy * rng_.Uniform(.8, 1.2) * (1 - .8 * m.pressure));
  sample_.user_ticks = Round(static_cast<double>(sample_.cpu_ticks) * rng_.Uniform(.55, .75));
  sample_.page_faults =
      rng_.Poisson((.02 + 4 * spec_->cpu_percent * work + spec_->noise_mb) * m.dt_s);
  const double ops = (spec_->io_per_s * work + .01) * m.dt_s * (1 - .9 * m.pressure);
  sample_.read_ops = rng_.Poisson(.5 * ops);
  sample_.write_ops = rng_.Poisson(.35 * ops);
  sample_.other_ops = rng_.Poisson(.8 * ops);
  sample_.read_bytes = sample_.read_ops * rng_.Integer(2600, 4600);
  sample_.write_bytes = sample_.write_ops * rng_.Integer(2200, 4200);
  sample_.other_bytes = sample_.other_ops * rng_.Integer(40, 140);
}

void Process::UpdatePeaks() {
  sample_.private_peak = std::max(sample_.private_peak, sample_.private_bytes);
  sample_.virtual_peak = std::max(sample_.virtual_peak, sample_.virtual_bytes);
  sample_.working_set_peak = std::max(sample_.working_set_peak, sample_.working_set);
}

}  // namespace perfleak::sim
