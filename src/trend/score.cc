#include "trend/score.h"

#include <cmath>

namespace perfleak {
namespace {

constexpr double kLogitAtFullMarks = 6.559;
constexpr double kLogitPerScore = 0.6741;
constexpr double kLeakFrom = 0.8;
constexpr double kWatchFrom = 0.5;

struct GateScale {
  double theta;
  double s;
};

// In the order of Gate; fitted by tools/fit, see docs/method.md.
constexpr std::array<GateScale, kGateCount> kScales{{{8.225, 1.505},
                                                     {-1.61, 1.482},
                                                     {0.3139, 0.1244},
                                                     {4.274, 1.542},
                                                     {7.254, 1.381},
                                                     {0.6422, 0.2866},
                                                     {0.7309, 0.3894},
                                                     {0.08604, 0.4561},
                                                     {3.644, 1.29},
                                                     {-0.1214, 0.3035},
                                                     {0.6557, 0.1244}}};

// How far a value is above its theta, in units of s. What is left of the growth without load is a
// ratio, so its logarithm counts: half of the threshold is as bad as twice of it is good.
double Standing(Gate gate, double value, const GateScale& scale) {
  constexpr double kLeast = 0.02;
  if (gate != Gate::kNotLoad) return (value - scale.theta) / scale.s;
  return std::log(std::max(value, kLeast) / scale.theta) / scale.s;
}

// ln(1/(1 + exp(-z))) without overflow on either side.
double LogSigmoid(double z) {
  return z >= 0 ? -std::log1p(std::exp(-z)) : z - std::log1p(std::exp(z));
}

}  // namespace

Score ScoreGates(const GateValues& values) {
  Score score;
  double sum = 0;
  for (size_t i = 0; i < kGateCount; ++i) {
    const GateScale& scale = kScales[i];
    const double log_sigmoid = LogSigmoid(Standing(static_cast<Gate>(i), values[i], scale));
    score.gates[i] = {values[i], scale.theta, scale.s, log_sigmoid};
    sum += log_sigmoid;
    if (log_sigmoid < score.gates[static_cast<size_t>(score.weakest)].log_sigmoid) {
      score.weakest = static_cast<Gate>(i);
    }
  }
  score.logit = kLogitAtFullMarks + kLogitPerScore * sum;
  return score;
}

double Sigmoid(double logit) { return std::exp(LogSigmoid(logit)); }

Verdict VerdictOf(double score, bool capped) {
  if (score < kWatchFrom) return Verdict::kSteady;
  return score >= kLeakFrom && !capped ? Verdict::kLeak : Verdict::kWatch;
}

Reason ReasonOf(Gate gate) {
  switch (gate) {
    case Gate::kStillGrowing:
    case Gate::kLastQuarter:
      return Reason::kStopped;
    case Gate::kFloor:
      return Reason::kReturned;
    case Gate::kNotSaturating:
      return Reason::kSaturating;
    case Gate::kNotSteps:
    case Gate::kNotJumps:
    case Gate::kEvenPace:
      return Reason::kSteps;
    case Gate::kMonotone:
      return Reason::kReturned;
    case Gate::kNotLoad:
      return Reason::kLoad;
    case Gate::kSignificant:
    case Gate::kSignalToNoise:
      return Reason::kNoise;
  }
  return Reason::kNoise;
}

}  // namespace perfleak
