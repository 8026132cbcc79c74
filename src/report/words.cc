#include "report/words.h"

#include <algorithm>
#include <cmath>

namespace perfleak {
namespace {

// 0000-01-01 and 9999-12-31 23:59:59, the first and the last second of RFC 3339.
constexpr double kFirstDate = -62167219200.0;
constexpr double kLastDate = 253402300799.0;

// Where the unit of a formatted quantity begins: "12.0 MB/h" -> " MB/h".
size_t UnitStart(std::string_view quantity) {
  const size_t start = quantity.find_first_not_of("+-0123456789.,");
  return start == std::string_view::npos ? quantity.size() : start;
}

}  // namespace

std::string Thousands(uint64_t count) {
  std::string digits = std::to_string(count);
  for (size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string Counted(uint64_t count, std::string_view singular, std::string_view plural) {
  return Thousands(count).append(" ").append(count == 1 ? singular : plural);
}

std::string NameList(const std::vector<std::string>& names, size_t shown) {
  std::string list;
  for (size_t i = 0; i < std::min(names.size(), shown); ++i) {
    list.append(i == 0 ? "" : ", ").append(NameOrUnnamed(names[i]));
  }
  if (names.size() > shown) list += " and " + Thousands(names.size() - shown) + " more";
  return list;
}

std::string NameOrUnnamed(const std::string& name) { return name.empty() ? "(unnamed)" : name; }

std::string Sentence(std::string text) {
  if (text.empty()) return text;
  if (text.front() >= 'a' && text.front() <= 'z') text.front() -= 'a' - 'A';
  if (std::string_view(".!?").find(text.back()) == std::string_view::npos) text += '.';
  return text;
}

std::string JoinFilled(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    if (!out.empty()) out += separator;
    out += part;
  }
  return out;
}

std::string PerHour(double slope_per_s, Unit unit) {
  return std::isfinite(slope_per_s) ? FormatPerHour(slope_per_s, unit) : "-";
}

std::string PerDay(double slope_per_s, Unit unit) {
  return std::isfinite(slope_per_s) ? FormatPerDay(slope_per_s, unit) : "-";
}

std::string IntervalPerHour(const Slope& slope, Unit unit) {
  if (!std::isfinite(slope.low_per_s) || !std::isfinite(slope.high_per_s)) return "";
  std::string low = FormatPerHour(slope.low_per_s, unit);
  const std::string high = FormatPerHour(slope.high_per_s, unit);
  const size_t unit_start = UnitStart(low);
  if (low.substr(unit_start) == high.substr(UnitStart(high))) low.resize(unit_start);
  return low + " to " + high;
}

std::string Quantity(double value, Unit unit) {
  return std::isfinite(value) ? FormatQuantity(value, unit) : "-";
}

bool IsDate(double t_s) { return t_s >= kFirstDate && t_s <= kLastDate; }

std::string Moment(double t_s) { return IsDate(t_s) ? FormatMinute(t_s) : "-"; }

std::string Day(double t_s) {
  const std::string moment = Moment(t_s);
  return moment.substr(0, moment.find(' '));
}

std::string_view DescribeReason(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "";
    case Reason::kNoise:
      return "within the noise";
    case Reason::kStopped:
      return "growth has stopped";
    case Reason::kReturned:
      return "given back again";
    case Reason::kSaturating:
      return "filling up to a level";
    case Reason::kSteps:
      return "a few steps, flat in between";
    case Reason::kLoad:
      return "follows the load";
    case Reason::kImmaterial:
      return "too small to matter";
    case Reason::kCumulative:
      return "counts up by definition";
    case Reason::kCache:
      return "a cache";
    case Reason::kByDesign:
      return "takes what is free, by design";
    case Reason::kArtefact:
      return "an artefact of the measurement";
  }
  return "";
}

std::string DescribeVerdict(Verdict verdict, Reason reason) {
  if (verdict == Verdict::kSteady) return "no leak: steady";
  if (verdict != Verdict::kExplained) return std::string(ToString(verdict));
  return JoinFilled({"no leak", std::string(DescribeReason(reason))}, ": ");
}

}  // namespace perfleak
