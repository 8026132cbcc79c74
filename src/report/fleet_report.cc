#include "report/fleet_report.h"

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

}  // namespace perfleak
