// One function per object, its keys in the order in which they are documented in docs/json.md.

#include "report/suspect_json.h"

#include <optional>

#include "report/words.h"

namespace perfleak {
namespace {

// One product on a machine; its versions as in version keys.
Json FactJson(const ProductFact& fact) {
  return {{"product", fact.product},
          {"versions", fact.versions},
          {"service_pack", fact.pack ? Json(*fact.pack) : Json(nullptr)},
          {"certainty", ToString(fact.certainty)},
          {"from", fact.from}};
}

Json WindowsJson(const ProductFact& windows) {
  Json json = FactJson(windows);
  json.erase("product");
  json["terminal_server"] = windows.wts;
  return json;
}

Json BitsJson(Bits bits) {
  return bits == Bits::k32 ? Json(32) : bits == Bits::k64 ? Json(64) : Json(nullptr);
}

Json GrowthJson(const Growth& growth, TimeBasis basis) {
  return {{"path", growth.path},
          {"slope_per_hour", PerHourNumber(growth.slope.per_s)},
          {"slope_low", PerHourNumber(growth.slope.low_per_s)},
          {"slope_high", PerHourNumber(growth.slope.high_per_s)},
          {"unit", ToString(growth.unit)},
          {"lives", growth.lives},
          {"grown", Number(growth.grown)},
          {"since", Time(growth.since_s, basis)},
          {"share_of_system", Number(growth.share_of_system)}};
}

Json AlsoGrowingJson(const Growth& growth) {
  return {{"path", growth.path},
          {"slope_per_hour", PerHourNumber(growth.slope.per_s)},
          {"unit", ToString(growth.unit)}};
}

Json EvidenceJson(const Evidence& evidence) {
  return {{"for", evidence.supports},
          {"what", evidence.what},
          {"value", Number(evidence.value)},
          {"expected", evidence.expected},
          {"source", evidence.source}};
}

Json ResponsibleJson(const std::optional<Responsible>& responsible) {
  if (!responsible) return nullptr;
  return {{"component", NameOrUnnamed(responsible->component)},
          {"why", responsible->why},
          {"grade", responsible->grade}};
}

Json KnownIssueJson(const IssueMatch& issue) {
  return {{"id", issue.id},
          {"grade", issue.grade},
          {"title", issue.title},
          {"type", issue.type},
          {"guilty", issue.guilty},
          {"fix", issue.fix},
          {"applies_if", issue.applies_if},
          {"check", issue.check},
          {"discriminator", issue.discriminator},
          {"matched", issue.matched},
          {"contradicted", issue.contradicted},
          {"not_logged", issue.not_logged},
          {"tie_group", issue.tie_group}};
}

}  // namespace

Json SystemJson(const Platform& platform) {
  return {{"machine", platform.machine},
          {"windows", WindowsJson(platform.windows)},
          {"bits", BitsJson(platform.bits)},
          {"bits_from", platform.bits_from},
          {"ram_bytes", Number(platform.ram)},
          {"ram_from", platform.ram_from},
          {"products", Array(platform.products, FactJson)}};
}

Json ExhaustionJson(const std::optional<Exhaustion>& exhaustion, TimeBasis basis) {
  if (!exhaustion) return nullptr;
  return {{"limit", exhaustion->limit},
          {"limit_value", Number(exhaustion->limit_value)},
          {"p10", Time(exhaustion->p10_s, basis)},
          {"p50", Time(exhaustion->p50_s, basis)},
          {"p90", Time(exhaustion->p90_s, basis)}};
}

Json SuspectJson(const Suspect& suspect, TimeBasis basis) {
  return {{"rank", suspect.rank},
          {"verdict", ToString(suspect.verdict)},
          {"kind", ToString(suspect.kind)},
          {"score", Number(suspect.score)},
          {"machine", suspect.machine},
          {"component", NameOrUnnamed(suspect.component)},
          {"pids", suspect.pids},
          {"growth_in", GrowthJson(suspect.growth_in, basis)},
          {"also_growing", Array(suspect.also_growing, AlsoGrowingJson)},
          {"explanation", suspect.explanation},
          {"evidence", Array(suspect.evidence, EvidenceJson)},
          {"exhaustion", ExhaustionJson(suspect.exhaustion, basis)},
          {"likely_responsible", ResponsibleJson(suspect.likely_responsible)},
          {"known_issues", Array(suspect.known_issues, KnownIssueJson)},
          {"known_issues_more", suspect.known_issues_more},
          {"known_issues_excluded", suspect.known_issues_excluded},
          {"deciding_fact", suspect.deciding_fact},
          {"next_steps", suspect.next_steps}};
}

}  // namespace perfleak
