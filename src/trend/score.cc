#include "trend/score.h"

#include <cmath>

namespace perfleak {
namespace {

constexpr double kLogitAtFullMarks = 5.969;
constexpr double kLogitPerScore = 2.357;
constexpr double kLeakFrom = 0.8;
constexpr double kWatchFrom = 0.5;

struct GateScale {
  double theta;
  double s;
};

// In the order of Gate.
constexpr std::array<GateScale, kGateCount> kScales{{{6.569, 1.413},
                                                     {-2.035, 1.172},
                                                     {0.3326, 0.1038},
                                                     {2.561, 2.097},
                                                     {6.856, 1.215},
                                                     {0.688, 0.2438},
                                                     {0.7243, 0.0657},
                                                     {0.110, 0.311}}};

// ln(1/(1 + exp(-z))) without overflow on either side.
double LogSigmoid(double z) {
  return z >= 0 ? -std::log1p(std::exp(-z)) : z - std::log1p(std::exp(z));
}

}  // namespace

Score ScoreGates(const GateValues& values) {
  Score score;
  double sum = 0;
  for (size_t i = 0; i < kGateCount; ++i) {
    const auto [theta, s] = kScales[i];
    const double log_sigmoid = LogSigmoid((values[i] - theta) / s);
    score.gates[i] = {values[i], theta, s, log_sigmoid};
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
      return Reason::kStopped;
    case Gate::kFloor:
      return Reason::kReturned;
    case Gate::kNotSaturating:
      return Reason::kSaturating;
    case Gate::kNotSteps:
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
