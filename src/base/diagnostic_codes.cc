#include "base/diagnostic_codes.h"

#include <algorithm>

namespace perfleak {
namespace {

// Sorted by code.
constexpr DiagnosticCode kCodes[] = {
    {"ambiguous-name", "state the language with --language if the names are of another one"},
    {"bad-encoding", "copy the log again, without conversion"},
    {"bad-row", "look at the line; lines of two logs may have run into each other"},
    {"bad-time", "export again with `relog`, not from a spreadsheet"},
    {"bad-value", "look at the cell; none if there are few"},
    {"comma-ambiguous",
     "look at the place; if its comma separates thousands, export again with `relog`"},
    {"duplicate-column", "none; remove it from the collector"},
    {"equal-time", "use the original log; a spreadsheet has cut the seconds"},
    {"hour-back", "none; times after it are an hour later than stamped"},
    {"impossible-value", "none if there are few"},
    {"lives-forgotten", "none"},
    {"mixed-time-basis", "check that all logs come from one time zone"},
    {"no-samples", "let the collector run longer"},
    {"not-a-counter", "none"},
    {"nul-bytes", "expect missing rows around a crash"},
    {"nul-tail", "cut the file after its last row if more follows"},
    {"other-language", "leave --language out; see docs/languages.md for the names that are known"},
    {"outside-range", "none"},
    {"overlap", "none for copies; else analyze the logs apart"},
    {"repeated-header", "none"},
    {"same-file", "none"},
    {"taken-by-structure",
     "check that the counters are what they were taken for; if not, write English names into the "
     "first line"},
    {"text-before-header", "none"},
    {"text-line", "none"},
    {"time-backwards", "if many: split the log where the clock was set, and analyze the parts"},
    {"time-outlier", "none if there are few"},
    {"time-without-date", "dates in the report are not those of the log; use the original"},
    {"too-many-counters", "analyze the logs of fewer machines at a time"},
    {"torn-row", "none"},
    {"zone-cut-off", "none; keep it in mind when comparing with other logs"},
    {"zone-missing", "none; keep it in mind when comparing with other logs"},
};

}  // namespace

std::span<const DiagnosticCode> DiagnosticCodes() { return kCodes; }

std::string_view NextStepFor(std::string_view code) {
  const auto found =
      std::lower_bound(std::begin(kCodes), std::end(kCodes), code,
                       [](const DiagnosticCode& a, std::string_view b) { return a.code < b; });
  return found != std::end(kCodes) && found->code == code ? found->next_step : std::string_view();
}

}  // namespace perfleak
