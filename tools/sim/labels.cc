#include "labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "pdh_csv.h"

namespace perfleak::sim {
namespace {

using Json = nlohmann::ordered_json;

struct Label {
  Truth truth = Truth::kHealthy;
  double slope_per_hour = 0;
  std::optional<double> onset_s;
  std::string follows;  // image whose leak makes a total grow
  std::string why;
};

const char* Name(Resource resource) {
  switch (resource) {
    case Resource::kPrivate:
      return "Private Bytes";
    case Resource::kHandles:
      return "Handle Count";
    case Resource::kThreads:
      return "Thread Count";
    case Resource::kPoolPaged:
      return "Pool Paged Bytes";
    case Resource::kPoolNonpaged:
      return "Pool Nonpaged Bytes";
    case Resource::kVirtual:
      return "Virtual Bytes";
    case Resource::kWorkingSet:
      break;
  }
  return "Working Set";
}

// Whether growth of the resource shows as the same growth of the process counter.
bool Shows(Resource resource, const std::string& counter) {
  if (counter == Name(resource)) return true;
  return resource == Resource::kPrivate &&
         (counter == "Page File Bytes" || counter == "Virtual Bytes");
}

bool ShowsRoughly(Resource resource, const std::string& counter) {
  return (resource == Resource::kPrivate &&
          (counter == "Working Set" || counter == "Working Set Peak" ||
           counter == "Page File Bytes Peak" || counter == "Virtual Bytes Peak")) ||
         (resource == Resource::kHandles &&
          (counter == "Pool Paged Bytes" || counter == "Pool Nonpaged Bytes"));
}

// The counter of Memory that takes part in the growth of a process counter.
bool ShowsInSystem(Resource resource, const std::string& counter) {
  if (counter == "Committed Bytes" || counter == "% Committed Bytes In Use") {
    return resource != Resource::kHandles && resource != Resource::kThreads;
  }
  return counter == Name(resource);
}

bool ShowsRoughlyInSystem(Resource resource, const std::string& path) {
  if (resource == Resource::kHandles || resource == Resource::kThreads) return false;
  const auto ends_with = [&path](const char* end) { return path.ends_with(end); };
  return ends_with("\\Memory\\Available Bytes") || ends_with("\\Memory\\Cache Bytes") ||
         ends_with("Resident Bytes") || ends_with("Paging File(_Total)\\% Usage") ||
         ends_with("Paging File(_Total)\\% Usage Peak") || ends_with("Bytes Peak") ||
         (resource == Resource::kPoolPaged && ends_with("Pool Paged Allocs")) ||
         (resource == Resource::kPoolNonpaged && ends_with("Pool Nonpaged Allocs"));
}

class Labeller {
 public:
  Labeller(const Machine& machine, const std::vector<LeakTotal>& leaks, double log_length_s)
      : machine_(machine), spec_(machine.spec()), leaks_(leaks), log_hours_(log_length_s / kHour) {}

  Label Of(const Column& column) const {
    if (column.image.empty()) return OfSystem(column);
    if (column.image == "_Total") return OfTotal(column);
    return OfProcess(column);
  }

  double RatePerHour(const LeakTotal& total) const {
    return total.hours > 0 ? total.leaked / total.hours : 0;
  }

  // Since the beginning of the log, or of the first life that leaks.
  double Onset(const LeakTotal& total) const {
    double first_s = kForever;
    for (const PlannedLife& life : machine_.lives()) {
      if (life.spec == total.spec) first_s = std::min(first_s, life.start_s);
    }
    return std::max({0.0, first_s, total.leak.onset_s});
  }

 private:
  Label OfProcess(const Column& column) const {
    for (const LeakTotal& total : leaks_) {
      const ProcessSpec& process = spec_.processes[total.spec];
      if (process.image != column.image) continue;
      if (Shows(total.leak.resource, column.counter)) {
        return {Truth::kLeak, RatePerHour(total), Onset(total), "", ""};
      }
      if (ShowsRoughly(total.leak.resource, column.counter)) {
        return {Truth::kAmbiguous, 0, Onset(total), column.image, "moves with the leak"};
      }
    }
    for (const ProcessSpec& process : spec_.processes) {
      if (process.image != column.image) continue;
      for (const Part& part : process.parts) {
        if (!part.why.empty() && Shows(part.resource, column.counter)) {
          return {part.truth, 0, std::nullopt, "", part.why};
        }
      }
    }
    return {};
  }

  // A total grows by what processes hold that have not ended.
  Label Grown(const std::vector<const LeakTotal*>& parts, double scale) const {
    Label label;
    double largest = -1;
    for (const LeakTotal* total : parts) {
      const double since_h = log_hours_ - Onset(*total) / kHour;
      const double rate = total->held_now / std::max(since_h, 1e-9);
      label.truth = Truth::kLeak;
      label.slope_per_hour += rate * scale;
      label.onset_s = std::min(label.onset_s.value_or(kForever), Onset(*total));
      if (rate > largest) label.follows = spec_.processes[total->spec].image;
      largest = std::max(largest, rate);
      if (total->lives > 1) {
        label.truth = Truth::kAmbiguous;
        label.why = "given back at every restart";
      }
    }
    return label;
  }

  Label OfTotal(const Column& column) const {
    std::vector<const LeakTotal*> parts;
    for (const LeakTotal& total : leaks_) {
      if (Shows(total.leak.resource, column.counter)) parts.push_back(&total);
      if (ShowsRoughly(total.leak.resource, column.counter)) {
        return {Truth::kAmbiguous, 0, Onset(total), spec_.processes[total.spec].image,
                "moves with the leak"};
      }
    }
    return Grown(parts, 1);
  }

  Label OfSystem(const Column& column) const {
    const bool memory = column.path.find("\\Memory\\") != std::string::npos;
    std::vector<const LeakTotal*> parts;
    for (const LeakTotal& total : leaks_) {
      if (memory && ShowsInSystem(total.leak.resource, column.counter)) parts.push_back(&total);
    }
    if (!parts.empty()) {
      const auto limit = static_cast<double>(machine_.sample().memory.commit_limit);
      return Grown(parts, column.counter.starts_with('%') ? 100 / limit : 1);
    }
    for (const LeakTotal& total : leaks_) {
      if (ShowsRoughlyInSystem(total.leak.resource, column.path)) {
        return {Truth::kAmbiguous, 0, Onset(total), spec_.processes[total.spec].image,
                "moves with the leak"};
      }
    }
    return {};
  }

  const Machine& machine_;
  const MachineSpec& spec_;
  const std::vector<LeakTotal>& leaks_;
  double log_hours_;
};

Json ColumnJson(const Column& column, const Label& label) {
  Json json = {{"path", column.path}, {"label", Name(label.truth)}};
  if (label.truth == Truth::kLeak) json["slope_per_hour"] = Rounded(label.slope_per_hour);
  if (label.onset_s) json["onset_s"] = Rounded(*label.onset_s);
  if (!label.follows.empty()) json["follows"] = label.follows;
  if (!label.why.empty()) json["why"] = label.why;
  return json;
}

Json ExhaustionJson(const Machine& machine, const std::optional<Exhaustion>& exhaustion) {
  if (!exhaustion) return nullptr;
  return {
      {"limit", "Commit Limit"},
      {"limit_value", machine.sample().memory.commit_limit},
      {"local_time", PdhTime(machine.spec().start, static_cast<int64_t>(exhaustion->t_s) * 1000)},
      {"hours_after_log_end", Rounded(exhaustion->after_log_end_s / kHour)}};
}

Json LeakJson(const Labeller& labeller, const LeakTotal& total, const MachineSpec& spec,
              const ScenarioInfo& info) {
  const std::string& image = spec.processes[total.spec].image;
  Json json = {{"component", image},
               {"resource", Name(total.leak.resource)},
               {"growth_in", fmt::format("\\\\{}\\Process({})\\{}", spec.name, image,
                                         Name(total.leak.resource))},
               {"slope_per_hour", Rounded(labeller.RatePerHour(total))},
               {"onset_s", Rounded(labeller.Onset(total))},
               {"lives", total.lives}};
  for (const Guilt& guilt : info.guilty) {
    if (guilt.component != image) continue;
    json["kind"] = guilt.kind;
    json["responsible"] = guilt.responsible.empty() ? image : guilt.responsible;
  }
  return json;
}

}  // namespace

const char* Name(Truth truth) {
  switch (truth) {
    case Truth::kHealthy:
      return "healthy";
    case Truth::kLeak:
      return "leak";
    case Truth::kAmbiguous:
      break;
  }
  return "ambiguous";
}

double Rounded(double x) {
  const std::string text = fmt::format("{:.6g}", x);
  double rounded = 0;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

nlohmann::ordered_json LabelsOf(const ScenarioInfo& info, uint64_t seed, const Machine& machine,
                                const std::vector<Column>& columns,
                                const std::vector<LeakTotal>& leaks, double log_length_s,
                                const std::optional<Exhaustion>& exhaustion) {
  const Labeller labeller(machine, leaks, log_length_s);
  Json labels = {{"schema_version", "1.0"},
                 {"scenario", info.name},
                 {"title", info.title},
                 {"software", info.software},
                 {"seed", seed},
                 {"machine", machine.spec().name},
                 {"log_hours", Rounded(log_length_s / kHour)}};
  labels["known_issue"] = info.known_issue.empty() ? Json(nullptr) : Json(info.known_issue);
  labels["leaks"] = Json::array();
  for (const LeakTotal& total : leaks) {
    labels["leaks"].push_back(LeakJson(labeller, total, machine.spec(), info));
  }
  labels["commit_limit"] = machine.sample().memory.commit_limit;
  labels["exhaustion"] = ExhaustionJson(machine, exhaustion);
  labels["innocent"] = info.innocent;
  labels["columns"] = Json::array();
  for (const Column& column : columns) {
    labels["columns"].push_back(ColumnJson(column, labeller.Of(column)));
  }
  return labels;
}

std::string Print(const nlohmann::ordered_json& labels) {
  Json head = labels;
  const Json columns = head["columns"];
  head.erase("columns");
  std::string text = head.dump(2);
  text.resize(text.size() - 2);  // the closing brace comes after the columns
  text += ",\n  \"columns\": [";
  for (size_t i = 0; i < columns.size(); ++i) {
    text += (i == 0 ? "\n    " : ",\n    ") + columns[i].dump();
  }
  return text + "\n  ]\n}\n";
}

}  // namespace perfleak::sim
