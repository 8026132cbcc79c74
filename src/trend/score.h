// Eleven gate values become one probability: a gate that fails clearly brings the score down alone,
// and the one that brings it down most is the reason shown.
#ifndef PERFLEAK_TREND_SCORE_H_
#define PERFLEAK_TREND_SCORE_H_

#include <array>

#include "trend/gates.h"
#include "trend/trend.h"

namespace perfleak {

struct Score {
  std::array<GateResult, kGateCount> gates{};
  Gate weakest = Gate::kSignificant;
  double logit = 0;
};

// logit = 6.559 + 0.6741 * sum of ln sigmoid((value - theta)/s); for Gate::kNotLoad with the
// logarithms of value and theta.
Score ScoreGates(const GateValues& values);

double Sigmoid(double logit);

// The verdict of a probability alone: leak, watch, or steady for "neither"; watch at most if
// capped.
Verdict VerdictOf(double score, bool capped);

// What a failing gate says.
Reason ReasonOf(Gate gate);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_SCORE_H_
