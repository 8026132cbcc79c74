#include "report/known_json.h"

#include "report/json_parts.h"

namespace perfleak {
namespace {

constexpr const char* kKnownSchemaVersion = "1.0";

// null for a text that the entry does not have.
Json Text(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

template <class E>
Json Word(E value) {
  const std::string_view word = WordOf(value);
  return word.empty() ? Json(nullptr) : Json(word);
}

Json AmountJson(const std::optional<Amount>& amount) {
  if (!amount) return nullptr;
  return {
      {"low", Number(amount->low)}, {"high", Number(amount->high)}, {"unit", WordOf(amount->unit)}};
}

Json ExplainsJson(const std::optional<Explains>& explains) {
  if (!explains) return nullptr;
  return {{"counters", explains->counters},
          {"first_hours", Number(explains->first_hours)},
          {"fills_memory", explains->fills_memory},
          {"same_counter", explains->same_counter}};
}

Json GuiltyJson(const Guilty& guilty) {
  return {{"modules", guilty.modules},
          {"kind", Word(guilty.kind)},
          {"vendor", Text(guilty.vendor)},
          {"attribution", Word(guilty.attribution)},
          {"differs_from_process", guilty.differs_from_process}};
}

Json FileJson(const FixedFile& file) {
  return {{"name", file.name},
          {"version", Text(file.version)},
          {"date", Text(file.date)},
          {"size", file.size ? Json(*file.size) : Json(nullptr)}};
}

Json FixJson(const IssueFix& fix) {
  return {{"type", Word(fix.type)},
          {"needs", Text(fix.needs)},
          {"fixed_in", fix.fixed_in},
          {"fixed_keys", fix.fixed_keys},
          {"files", Array(fix.files, FileJson)},
          {"note", Text(fix.note)}};
}

Json EventJson(const IssueEvent& event) { return {{"source", event.source}, {"id", event.id}}; }

Json ConfidenceJson(const IssueConfidence& confidence) {
  return {{"process", Word(confidence.process)},   {"guilty", Word(confidence.guilty)},
          {"resource", Word(confidence.resource)}, {"counter", Word(confidence.counter)},
          {"trigger", Word(confidence.trigger)},   {"symptom", Word(confidence.symptom)},
          {"rate", Word(confidence.rate)},         {"fix", Word(confidence.fix)},
          {"products", Word(confidence.products)}};
}

Json IssueJson(const KnownIssue& issue) {
  return {{"id", issue.id},
          {"type", Word(issue.type)},
          {"title", issue.title},
          {"family", issue.family},
          {"also_in", issue.also_in},
          {"products", issue.products},
          {"affects", issue.affects},
          {"processes", issue.processes},
          {"processes_inferred", issue.processes_inferred},
          {"any_host", issue.any_host},
          {"host_examples", issue.host_examples},
          {"guilty", GuiltyJson(issue.guilty)},
          {"resources", Array(issue.resources, Word<IssueResource>)},
          {"counters", issue.counters},
          {"counters_inferred", issue.counters_inferred},
          {"pool_tags", issue.pool_tags},
          {"trigger", Text(issue.trigger)},
          {"cause", Text(issue.cause)},
          {"rate", Text(issue.rate)},
          {"rate_per_hour", AmountJson(issue.rate_per_hour)},
          {"step", AmountJson(issue.step)},
          {"grows_with", Word(issue.grows_with)},
          {"explains", ExplainsJson(issue.explains)},
          {"symptom", Text(issue.symptom)},
          {"discriminator", Text(issue.discriminator)},
          {"events", Array(issue.events, EventJson)},
          {"fix", FixJson(issue.fix)},
          {"see_also", issue.see_also},
          {"relevance", Word(issue.relevance)},
          {"confidence", ConfidenceJson(issue.confidence)},
          {"last_modified", Text(issue.last_modified)},
          {"source", Word(issue.source)},
          {"reference", Text(issue.reference)},
          {"note", Text(issue.note)}};
}

}  // namespace

std::string RenderJson(const KnownReport& report) {
  return Dump({{"schema_version", kKnownSchemaVersion},
               {"tool", ToolJson(report.version)},
               {"words", report.words},
               {"total", report.total},
               {"found", report.issues.size()},
               {"issues", Array(report.issues, IssueJson)}});
}

}  // namespace perfleak
