#include "random.h"

#include <bit>
#include <cmath>

#include "portable_math.h"

namespace perfleak::sim {
namespace {

uint64_t SplitMix64(uint64_t& state) {
  state += 0x9e3779b97f4a7c15u;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

uint64_t Fnv1a(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  return hash;
}

}  // namespace

Rng::Rng(uint64_t seed) : seed_(seed), state_{} {
  uint64_t mixer = seed;
  for (uint64_t& word : state_) word = SplitMix64(mixer);
}

Rng Rng::Fork(std::string_view name) const {
  uint64_t mixer = seed_ ^ Fnv1a(name);
  return Rng(SplitMix64(mixer));
}

uint64_t Rng::Next() {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Rng::Uniform() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

double Rng::Uniform(double low, double high) { return low + (high - low) * Uniform(); }

double Rng::LogUniform(double low, double high) {
  return high <= low ? low : low * Exp(Uniform() * Log(high / low));
}

int64_t Rng::Integer(int64_t low, int64_t high) {
  return low + static_cast<int64_t>(Uniform() * static_cast<double>(high - low + 1));
}

double Rng::Gaussian() {
  for (;;) {
    const double u = Uniform(-1, 1);
    const double v = Uniform(-1, 1);
    const double s = u * u + v * v;
    if (s > 0 && s < 1) return u * std::sqrt(-2 * Log(s) / s);
  }
}

int64_t Rng::Poisson(double mean) {
  if (mean <= 0) return 0;
  if (mean > 30) {
    const double x = std::floor(mean + std::sqrt(mean) * Gaussian() + 0.5);
    return x < 0 ? 0 : static_cast<int64_t>(x);
  }
  int64_t count = 0;
  const double floor = Exp(-mean);
  for (double product = Uniform(); product > floor; product *= Uniform()) ++count;
  return count;
}

}  // namespace perfleak::sim
