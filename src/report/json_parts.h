// Pieces that the JSON reports of all commands share, so that one name means one thing in all of
// them. What is not known is null: JSON has no NaN, and a reader must not take 0 for it.
#ifndef PERFLEAK_REPORT_JSON_PARTS_H_
#define PERFLEAK_REPORT_JSON_PARTS_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "base/time.h"
#include "report/report.h"

namespace perfleak {

using Json = nlohmann::ordered_json;

// Whole numbers without a fraction ("60", not "60.0"); null for NaN and infinity.
Json Number(double value);
Json Number(const std::optional<double>& value);

Json PerHourNumber(double slope_per_s);

// null where there is no date to write: not known, never, after the year 9999.
Json Time(double t_s, TimeBasis basis);

template <class T, class Function>
Json Array(const std::vector<T>& values, const Function& to_json) {
  Json array = Json::array();
  for (const T& value : values) array.push_back(to_json(value));
  return array;
}

std::string_view ToString(TimeBasis basis);  // "utc", "local"

Json ToolJson(const std::string& version);
// Without the language where the counters have English names.
Json InputFileJson(const InputFile& file);

Json InputJson(const InputSummary& input);
Json QualityJson(const QualityNote& note);
Json DiagnosticJson(const Diagnostics::Entry& entry);

// UTF-8, two-space indent, one line feed at the end; bytes that are not UTF-8 become U+FFFD.
std::string Dump(const Json& json);

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_JSON_PARTS_H_
