#include "report/json_parts.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "base/diagnostic_codes.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr double kLargestExactInteger = 9007199254740992;  // 2^53

// DEL and the C1 controls as \u escapes, as JSON writes the other controls: they drive terminals
// too. In the text of a JSON value they stand inside of strings only.
std::string EscapeControls(const std::string& json) {
  std::string out;
  out.reserve(json.size());
  for (size_t i = 0; i < json.size(); ++i) {
    const auto byte = static_cast<unsigned char>(json[i]);
    const auto next = i + 1 < json.size() ? static_cast<unsigned char>(json[i + 1]) : 0u;
    if (byte == 0x7F) {
      out += "\\u007f";
    } else if (byte == 0xC2 && next >= 0x80 && next <= 0x9F) {
      out += fmt::format("\\u{:04x}", next);
      ++i;
    } else {
      out += json[i];
    }
  }
  return out;
}

}  // namespace

Json Number(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == std::trunc(value) && std::abs(value) < kLargestExactInteger) {
    return static_cast<int64_t>(value);
  }
  return value;
}

Json Number(const std::optional<double>& value) { return value ? Number(*value) : Json(nullptr); }

Json PerHourNumber(double slope_per_s) { return Number(slope_per_s * kSecondsPerHour); }

Json Time(double t_s, TimeBasis basis) {
  return IsDate(t_s) ? Json(FormatRfc3339(t_s, basis)) : Json(nullptr);
}

std::string_view ToString(TimeBasis basis) { return basis == TimeBasis::kUtc ? "utc" : "local"; }

Json ToolJson(const std::string& version) { return {{"name", "perfleak"}, {"version", version}}; }

Json InputFileJson(const InputFile& file) {
  Json json = {{"name", file.name},
               {"format", file.format},
               {"encoding", file.encoding},
               {"bytes", file.bytes}};
  if (!file.language.empty()) json["language"] = file.language;
  return json;
}

Json InputJson(const InputSummary& input) {
  const bool any_row = input.rows_used > 0;
  const auto time = [&](double t_s) {
    return any_row ? Time(t_s, input.time_basis) : Json(nullptr);
  };
  return {{"files", Array(input.files, InputFileJson)},
          {"machines", input.machines},
          {"time_basis", ToString(input.time_basis)},
          {"start", time(input.start_s)},
          {"end", time(input.end_s)},
          {"interval_s", input.interval_s > 0 ? Number(input.interval_s) : Json(nullptr)},
          {"counters", input.counters},
          {"rows_read", input.rows_read},
          {"rows_used", input.rows_used},
          {"rows_dropped", input.rows_dropped}};
}

Json QualityJson(const QualityNote& note) {
  return {{"code", note.code}, {"message", note.message}, {"next_step", note.next_step}};
}

Json DiagnosticJson(const Diagnostics::Entry& entry) {
  const bool placed = !entry.places.empty() && !entry.places.front().empty();
  const std::string_view next_step = NextStepFor(entry.code);
  return {{"code", entry.code},
          {"count", entry.count},
          {"first", placed ? Json(entry.places.front()) : Json(nullptr)},
          {"message", entry.message},
          {"next_step", next_step.empty() ? Json(nullptr) : Json(next_step)}};
}

std::string Dump(const Json& json) {
  constexpr int kIndent = 2;
  constexpr bool kEnsureAscii = false;
  return EscapeControls(json.dump(kIndent, ' ', kEnsureAscii, Json::error_handler_t::replace)) +
         "\n";
}

}  // namespace perfleak
