// The words that reports use for the trend stage's values.
#include "trend/trend.h"

namespace perfleak {

std::string_view ToString(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSteady:
      return "steady";
    case Verdict::kExplained:
      return "explained";
    case Verdict::kWatch:
      return "watch";
    case Verdict::kLeak:
      return "leak";
  }
  return "";
}

std::string_view ToString(Gate gate) {
  switch (gate) {
    case Gate::kSignificant:
      return "significant";
    case Gate::kStillGrowing:
      return "still growing";
    case Gate::kFloor:
      return "floor never returned";
    case Gate::kNotSaturating:
      return "not saturating";
    case Gate::kNotSteps:
      return "not steps";
    case Gate::kMonotone:
      return "monotone";
    case Gate::kNotLoad:
      return "not load";
    case Gate::kSignalToNoise:
      return "signal to noise";
    case Gate::kLastQuarter:
      return "grows in the last quarter";
    case Gate::kNotJumps:
      return "not a few jumps";
    case Gate::kEvenPace:
      return "even pace";
  }
  return "";
}

std::string_view ToString(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "none";
    case Reason::kNoise:
      return "noise";
    case Reason::kStopped:
      return "stopped";
    case Reason::kReturned:
      return "returned";
    case Reason::kSaturating:
      return "saturating";
    case Reason::kSteps:
      return "steps";
    case Reason::kLoad:
      return "load";
    case Reason::kImmaterial:
      return "immaterial";
    case Reason::kCumulative:
      return "cumulative";
    case Reason::kCache:
      return "cache";
    case Reason::kByDesign:
      return "by-design";
    case Reason::kArtefact:
      return "artefact";
  }
  return "";
}

std::string_view ToString(Cap cap) {
  switch (cap) {
    case Cap::kLateOnset:
      return "late onset";
    case Cap::kShortWithoutLoad:
      return "short without load";
    case Cap::kHeapNeverCollected:
      return "heap never collected";
    case Cap::kShortLife:
      return "short life";
    case Cap::kRestartWithoutPid:
      return "restart without PID";
    case Cap::kUndecidable:
      return "undecidable";
  }
  return "";
}

}  // namespace perfleak
