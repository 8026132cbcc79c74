// Random numbers that are the same on every machine and with every standard library.
//
// Every noise source draws from a stream of its own, named after what it is for. Adding a process
// or a counter therefore leaves the numbers of all others as they were.
#ifndef PERFLEAK_TOOLS_SIM_RANDOM_H_
#define PERFLEAK_TOOLS_SIM_RANDOM_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace perfleak::sim {

// xoshiro256** 1.0 (Blackman and Vigna, 2018), its state filled by splitmix64 from one seed.
class Rng {
 public:
  explicit Rng(uint64_t seed);

  // The stream of that name below this one. Depends on the seed and the name only, not on how many
  // numbers were drawn.
  Rng Fork(std::string_view name) const;

  uint64_t Next();
  double Uniform();                            // [0, 1), 53 bits
  double Uniform(double low, double high);     // [low, high)
  double LogUniform(double low, double high);  // as often below as above their geometric mean
  int64_t Integer(int64_t low, int64_t high);  // both ends included
  bool Chance(double probability) { return Uniform() < probability; }
  double Gaussian();             // mean 0, variance 1; Marsaglia's polar method
  int64_t Poisson(double mean);  // exact below 30, a rounded normal above

 private:
  uint64_t seed_;
  std::array<uint64_t, 4> state_;
};

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_RANDOM_H_
