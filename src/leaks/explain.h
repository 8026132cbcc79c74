// Findings in sentences: why something is called, why it is not, and what to do next.
#ifndef PERFLEAK_LEAKS_EXPLAIN_H_
#define PERFLEAK_LEAKS_EXPLAIN_H_

#include <string>
#include <vector>

#include "leaks/finding.h"
#include "leaks/suspect.h"
#include "trend/trend.h"

namespace perfleak {

// "a, b and c".
std::string JoinWithAnd(const std::vector<std::string>& names);

// One sentence: how much, how fast, over how long, and how sure.
// `name` is what grew: "Private Bytes of store".
std::string ExplainCalled(const std::string& name, const Finding& finding, double span_s);

// One sentence: why growth is no leak, with the numbers of the gate that failed.
std::string ExplainNotCalled(const Trend& trend, Unit unit);

// What holds a verdict at watch and which log would settle it; empty for a leak.
std::string WhatWouldSettle(const Trend& trend);

// The gates that pass, weakest last, then those that fail.
std::vector<Evidence> GateEvidence(const Trend& trend);

// What other counters of the process and the machine's total say: evidence beside the gates.
std::vector<Evidence> CorroborationEvidence(const Corroboration& corroboration);

// What an administrator does next about a suspect of this kind.
std::vector<std::string> NextSteps(LeakKind kind, const std::string& component, bool is_process);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_EXPLAIN_H_
