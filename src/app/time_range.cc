#include "app/time_range.h"

#include "base/time.h"

namespace perfleak {
namespace {

Status ReadBound(const std::string& text, const char* option, double* bound_s) {
  if (text.empty()) return {};
  const auto t_s = ParseUserTime(text);
  if (!t_s) {
    return Error{std::string(option) + " " + text +
                 ": not a time. Write it as 2026-03-01 or \"2026-03-01 14:30\"."};
  }
  *bound_s = *t_s;
  return {};
}

}  // namespace

std::string DescribeTimeRange(const std::string& since, const std::string& until) {
  return (since.empty() ? "" : "--since " + since) + (since.empty() || until.empty() ? "" : " ") +
         (until.empty() ? "" : "--until " + until);
}

Status ReadTimeRange(const std::string& since, const std::string& until, TimelineOptions* range) {
  if (auto ok = ReadBound(since, "--since", &range->since_s); !ok) return ok;
  if (auto ok = ReadBound(until, "--until", &range->until_s); !ok) return ok;
  if (range->since_s < range->until_s) return {};
  return Error{DescribeTimeRange(since, until) + ": --since must be before --until."};
}

}  // namespace perfleak
