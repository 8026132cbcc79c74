// The words for fitness and change, in JSON.
#include "report/compare_report.h"
#include "report/inspect_report.h"

namespace perfleak {

std::string_view ToString(Fitness fitness) {
  switch (fitness) {
    case Fitness::kGood:
      return "good";
    case Fitness::kLimited:
      return "limited";
    case Fitness::kUseless:
      return "useless";
  }
  return "useless";
}

std::string_view ToString(Change change) {
  switch (change) {
    case Change::kFixed:
      return "fixed";
    case Change::kBetter:
      return "better";
    case Change::kSame:
      return "same";
    case Change::kWorse:
      return "worse";
    case Change::kCannotTell:
      return "cannot-tell";
  }
  return "cannot-tell";
}

}  // namespace perfleak
