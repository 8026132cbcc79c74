#include "report/fleet_report.h"

#include <algorithm>

namespace perfleak {

std::string_view ToString(FileOutcome outcome) {
  switch (outcome) {
    case FileOutcome::kRead:
      return "read";
    case FileOutcome::kDuplicate:
      return "duplicate";
    case FileOutcome::kNoLog:
      return "no-log";
    case FileOutcome::kFailed:
      return "failed";
  }
  return "failed";
}

std::string_view ToString(Movement movement) {
  switch (movement) {
    case Movement::kUnknown:
      return "unknown";
    case Movement::kNew:
      return "new";
    case Movement::kFaster:
      return "faster";
    case Movement::kSame:
      return "same";
    case Movement::kSlower:
      return "slower";
    case Movement::kOver:
      return "over";
  }
  return "unknown";
}

std::string_view ToString(MachineState state) {
  switch (state) {
    case MachineState::kLeaks:
      return "leaks";
    case MachineState::kWatch:
      return "watch";
    case MachineState::kOver:
      return "over";
    case MachineState::kClear:
      return "clear";
    case MachineState::kNoVerdict:
      return "no-verdict";
  }
  return "no-verdict";
}

MachineState StateOf(const FleetMachine& machine) {
  const auto goes_on = [](const FleetSuspect& s) { return s.movement != Movement::kOver; };
  const auto leaks = [&](const FleetSuspect& s) {
    return goes_on(s) && s.suspect.verdict == Verdict::kLeak;
  };
  const auto& suspects = machine.suspects;
  if (std::any_of(suspects.begin(), suspects.end(), leaks)) return MachineState::kLeaks;
  if (std::any_of(suspects.begin(), suspects.end(), goes_on)) return MachineState::kWatch;
  if (!suspects.empty()) return MachineState::kOver;
  const bool judged = machine.error.empty() && machine.judged > 0;
  return judged ? MachineState::kClear : MachineState::kNoVerdict;
}

}  // namespace perfleak
