#include "trend/score.h"

#include <cmath>

namespace perfleak {
namespace {

constexpr double kLogitAtFullMarks = 5.6;
constexpr double kLogitPerScore = 0.5509;
constexpr double kLeakFrom = 0.8;
constexpr double kWatchFrom = 0.5;

struct GateScale {
  double theta;
  double s;
};

// In the order of Gate.
constexpr std::array<GateScale, kGateCount> kScales{{{8.223, 1.531},
                                                     {-1.592, 1.499},
                                                     {0.3123, 0.1245},
                                                     {4.33, 1.552},
                                                     {7.279, 1.372},
                                                     {0.6412, 0.2874},
                                                     {0.7314, 0.3915},
                                                     {0.08646, 0.4568},
                                                     {3.634, 1.304},
                                                     {-0.1195, 0.3065},
                                                     {0.6557, 0.1251}}};

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
