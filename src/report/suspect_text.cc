// Growth and guilt are two lines: "growth is in" is measured, "likely responsible" is inferred and
// says from what. The table is for finding the one paragraph to read.

#include "report/suspect_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "report/sparkline.h"
#include "report/table.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr size_t kTableIndent = 1;
constexpr size_t kBodyIndent = 3;
constexpr size_t kTableSparkline = 20;
constexpr size_t kComponentWidth = 14;  // "unowned commit"
constexpr size_t kMaxSparkline = 64;
constexpr size_t kAlsoGrowingShown = 4;
constexpr size_t kPidsShown = 6;
constexpr size_t kIssuesInFull = 2;
constexpr size_t kIssuesNamed = 5;
constexpr size_t kOthersShown = 8;
constexpr size_t kTiesShown = 5;

std::string Arrow(const TextStyle& style) { return style.unicode ? " → " : " -> "; }

std::string Signed(double value, Unit unit) {
  return (value > 0 ? "+" : "") + Quantity(value, unit);
}

std::string WhenReached(const Exhaustion& exhaustion) {
  if (!IsDate(exhaustion.p50_s)) return "perhaps never";
  const std::string left = TimeTo(exhaustion);
  return left == "now" ? left : Glue("in " + left);
}

std::string LimitCell(const Suspect& suspect) {
  return suspect.exhaustion ? TimeTo(*suspect.exhaustion) : "";
}

// First and last value that the sparkline shows: "620 MB → 2.58 GB".
std::string FromTo(const Growth& growth, const TextStyle& style) {
  const auto finite = [](double value) { return std::isfinite(value); };
  const auto& values = growth.sparkline;
  const auto first = std::find_if(values.begin(), values.end(), finite);
  if (first == values.end()) return "";
  const auto last = std::find_if(values.rbegin(), values.rend(), finite);
  return Quantity(*first, growth.unit) + Arrow(style) + Quantity(*last, growth.unit);
}

std::string PidList(const std::vector<int64_t>& pids) {
  if (pids.empty()) return "";
  std::vector<std::string> shown;
  for (size_t i = 0; i < pids.size() && i < kPidsShown; ++i) {
    shown.push_back(std::to_string(pids[i]));
  }
  if (pids.size() > kPidsShown) {
    shown.push_back(fmt::format("and {} more", pids.size() - kPidsShown));
  }
  return (pids.size() == 1 ? "PID " : "PIDs ") + Join(shown, ", ");
}

void PrintHeadline(const Suspect& suspect, const InputSummary& input, Page* page) {
  const std::string place =
      input.machines.size() > 1 ? " on " + NameOrUnnamed(suspect.machine) : "";
  const Growth& growth = suspect.growth_in;
  const bool rate_known = std::isfinite(growth.slope.per_s);
  const std::string what =
      fmt::format("{}{}: {}", NameOrUnnamed(suspect.component), place, DescribeKind(suspect.kind));
  const std::string rest =
      JoinFilled({what, rate_known ? Glue(PerHour(growth.slope.per_s, growth.unit)) : ""}, ", ");
  page->Headline(fmt::format("{}.", suspect.rank), VerdictWord(suspect.verdict),
                 InkOf(suspect.verdict), rest);
}

void PrintSparkline(const Growth& growth, Page* page) {
  const std::string values = FromTo(growth, page->style());
  const size_t room = page->width() - kBodyIndent - 2 - DisplayWidth(values);
  const std::string line =
      Sparkline(growth.sparkline, std::min(room, kMaxSparkline), page->style().unicode);
  if (!line.empty()) page->Verbatim(kBodyIndent, line + "  " + values);
}

std::string RateLine(const Growth& growth) {
  if (!std::isfinite(growth.slope.per_s)) return "rate not known";
  const std::string interval = IntervalPerHour(growth.slope, growth.unit);
  return JoinFilled({PerHour(growth.slope.per_s, growth.unit) +
                         (interval.empty() ? "" : " (80 % interval " + interval + ")"),
                     PerDay(growth.slope.per_s, growth.unit)},
                    ", ");
}

// "+1.97 GB since 2026-03-01 04:05", without what is not known.
std::string GrownSince(const Growth& growth) {
  return Glue(JoinFilled({std::isfinite(growth.grown) ? Signed(growth.grown, growth.unit) : "",
                          IsDate(growth.since_s) ? "since " + Moment(growth.since_s) : ""},
                         " "));
}

std::string ShareText(const std::optional<double>& share) {
  if (!share || !std::isfinite(*share)) return "";
  return Glue(fmt::format("{:.0f} %", 100 * *share)) + " of the growth of the machine's total";
}

std::string SinceLine(const Suspect& suspect) {
  const Growth& growth = suspect.growth_in;
  return JoinFilled(
      {GrownSince(growth), growth.lives > 1 ? Glue(fmt::format("{} lives", growth.lives)) : "",
       PidList(suspect.pids), ShareText(growth.share_of_system)},
      "; ");
}

void PrintGrowth(const Suspect& suspect, Page* page) {
  page->Label("growth is in");
  page->FieldPath(suspect.growth_in.path);
  page->Field(RateLine(suspect.growth_in));
  page->Field(SinceLine(suspect));
}

void PrintResponsible(const Suspect& suspect, Page* page) {
  page->Label("likely responsible");
  if (!suspect.likely_responsible) {
    page->Field("not told by this log");
    return;
  }
  const Responsible& who = *suspect.likely_responsible;
  page->Field(JoinFilled(
      {NameOrUnnamed(who.component) + (who.grade.empty() ? "" : " (" + who.grade + ")"), who.why},
      ": "));
}

// "50 % by 2026-03-13 05:05"
std::string ProbableBy(int percent, double t_s) {
  return Glue(IsDate(t_s) ? fmt::format("{} % by {}", percent, Moment(t_s))
                          : fmt::format("no date for {} %", percent));
}

void PrintExhaustion(const Suspect& suspect, Page* page) {
  if (!suspect.exhaustion) return;
  const Exhaustion& end = *suspect.exhaustion;
  page->Label("reaches limit");
  const std::string limit =
      fmt::format("{}, {}", end.limit, Glue(Quantity(end.limit_value, end.unit)));
  if (!IsDate(end.p10_s) && !IsDate(end.p50_s)) {
    page->Field(limit + ": not foreseeable");
    return;
  }
  page->Field(limit + ": " + WhenReached(end));
  page->Field(fmt::format("{}, {}, {}", ProbableBy(10, end.p10_s), ProbableBy(50, end.p50_s),
                          ProbableBy(90, end.p90_s)));
}

// "The floor rises with it. (0.98, expected at least 0.33; source)"
std::string EvidenceText(const Evidence& evidence) {
  const bool known = evidence.value && std::isfinite(*evidence.value);
  const std::string numbers =
      JoinFilled({known ? FormatQuantity(*evidence.value, Unit::kCount) : "",
                  evidence.expected.empty() ? "" : "expected " + evidence.expected},
                 ", ");
  const std::string basis = JoinFilled({numbers, evidence.source}, "; ");
  return JoinFilled({evidence.what, basis.empty() ? "" : "(" + basis + ")"}, " ");
}

// The gates that pass in one line: a reader wants to know how many, and which was the closest call.
void PrintPassedGates(const Suspect& suspect, Page* page) {
  const Evidence* weakest = nullptr;
  size_t passed = 0;
  for (const Evidence& evidence : suspect.evidence) {
    if (!evidence.is_gate || !evidence.supports) continue;
    weakest = &evidence;
    ++passed;
  }
  if (weakest == nullptr) return;
  page->Field(fmt::format("{} of {} checks against false alarms pass; the closest: {}", passed,
                          kGateCount, EvidenceText(*weakest)),
              "+ ");
}

// What supports the verdict first.
void PrintEvidence(const Suspect& suspect, Page* page) {
  page->Label("evidence");
  const bool fold_gates = !page->style().show_all;
  for (const bool supports : {true, false}) {
    for (const Evidence& evidence : suspect.evidence) {
      const bool folded = fold_gates && evidence.is_gate && supports;
      if (evidence.supports == supports && !folded) {
        page->Field(EvidenceText(evidence), supports ? "+ " : "- ");
      }
    }
    if (supports && fold_gates) PrintPassedGates(suspect, page);
  }
}

void PrintAlsoGrowing(const Suspect& suspect, Page* page) {
  page->Label("also growing");
  const size_t shown = page->style().show_all ? suspect.also_growing.size() : kAlsoGrowingShown;
  for (size_t i = 0; i < suspect.also_growing.size() && i < shown; ++i) {
    const Growth& growth = suspect.also_growing[i];
    page->FieldPath(
        fmt::format("{:<11} {}", PerHour(growth.slope.per_s, growth.unit), growth.path));
  }
  if (suspect.also_growing.size() > shown) {
    page->Field(fmt::format("and {} more", suspect.also_growing.size() - shown));
  }
}

void PrintIssueDetail(std::string_view name, std::string_view text, Page* page) {
  if (!text.empty()) page->Field(fmt::format("{}: {}", name, text), "  ", 2);
}

// Issues of one suspect that this log cannot tell apart from `issue`.
std::string TiedWith(const IssueMatch& issue, const std::vector<IssueMatch>& all) {
  std::vector<std::string> ids;
  for (const IssueMatch& other : all) {
    if (issue.tie_group == 0 || other.tie_group != issue.tie_group || &other == &issue) continue;
    ids.push_back(other.id.empty() ? "a defect not in this catalogue" : other.id);
  }
  return NameList(ids, kTiesShown);
}

// "Q176708 (compatible): Store grows because of a leak in the MTA"
void PrintIssueHead(const IssueMatch& issue, Page* page) {
  page->Field(issue.id.empty() ? fmt::format("{} ({})", issue.title, issue.grade)
                               : fmt::format("{} ({}): {}", issue.id, issue.grade, issue.title));
}

void PrintIssueDetails(const IssueMatch& issue, const Suspect& suspect, Page* page) {
  PrintIssueDetail("fix", issue.fix, page);
  PrintIssueDetail("applies if", issue.applies_if, page);
  PrintIssueDetail("matched", Join(issue.matched, "; "), page);
  PrintIssueDetail("contradicted", Join(issue.contradicted, "; "), page);
  PrintIssueDetail("not logged", Join(issue.not_logged, "; "), page);
  PrintIssueDetail("in a log", issue.discriminator, page);
  PrintIssueDetail("check", issue.check, page);
  PrintIssueDetail("not told apart from", TiedWith(issue, suspect.known_issues), page);
}

// "and 14 more: Q173343, Q176520 and others"
void PrintOtherIssues(std::vector<std::string> ids, size_t not_listed, bool brief, Page* page) {
  const size_t more = ids.size() + not_listed;
  if (more == 0) return;
  if (ids.size() > kOthersShown) ids.resize(kOthersShown);
  const std::string names = brief || ids.empty() ? "" : ": " + Join(ids, ", ");
  const bool all_named = names.empty() || ids.size() == more;
  page->Field(fmt::format("and {} more{}{}", more, names, all_named ? "" : " and others"));
}

// The best in full, the next by name, of the rest how many there are: a list to look up. That it
// may be none of them is always said.
void PrintKnownIssues(const Suspect& suspect, bool brief, Page* page) {
  if (suspect.known_issues.empty()) return;
  const bool all = page->style().show_all;
  page->Label("known issues");
  if (!brief && !suspect.deciding_fact.empty()) page->Field(Sentence(suspect.deciding_fact));
  const size_t in_full = brief ? 0 : all ? suspect.known_issues.size() : kIssuesInFull;
  const size_t named = brief ? 1 : all ? suspect.known_issues.size() : kIssuesNamed;
  size_t shown = 0;
  std::vector<std::string> others;
  for (const IssueMatch& issue : suspect.known_issues) {
    if (issue.id.empty()) {
      PrintIssueHead(issue, page);
    } else if (shown == named) {
      others.push_back(issue.id);
    } else {
      PrintIssueHead(issue, page);
      if (shown < in_full) PrintIssueDetails(issue, suspect, page);
      if (brief) PrintIssueDetail("fix", issue.fix, page);
      ++shown;
    }
  }
  PrintOtherIssues(std::move(others), suspect.known_issues_more, brief, page);
}

void PrintNextSteps(const Suspect& suspect, Page* page) {
  page->Label(suspect.next_steps.size() == 1 ? "next step" : "next steps");
  for (size_t i = 0; i < suspect.next_steps.size(); ++i) {
    page->Field(suspect.next_steps[i],
                suspect.next_steps.size() == 1 ? "" : fmt::format("{}. ", i + 1));
  }
}

}  // namespace

Ink InkOf(Verdict verdict) { return verdict == Verdict::kLeak ? Ink::kLeak : Ink::kWatch; }

std::string_view VerdictWord(Verdict verdict) {
  return verdict == Verdict::kLeak ? "LEAK" : "watch";
}

std::string TimeTo(const Exhaustion& exhaustion) {
  if (!IsDate(exhaustion.p50_s)) return "";
  const double left_s = exhaustion.p50_s - exhaustion.as_of_s;
  return left_s <= 0 ? "now" : FormatDuration(left_s);
}

void PrintSuspectTable(std::span<const Suspect> suspects, const InputSummary& input, Page* page) {
  Table table({{.title = "#", .right = true},
               {.title = "Verdict"},
               {.title = "Machine", .drop = 1, .min_width = 9},
               {.title = "Component", .min_width = kComponentWidth},
               {.title = "Kind", .drop = 2},
               {.title = "Per hour", .right = true},
               {.title = "80 % interval", .right = true, .drop = 7},
               {.title = "Per day", .right = true, .drop = 4},
               {.title = "Grown", .right = true, .drop = 3},
               {.title = "Since", .drop = 6},
               {.title = "Limit in", .right = true},
               {.title = "Limit", .drop = 9, .min_width = 12},
               {.title = "Shape", .drop = 8}});
  for (const Suspect& suspect : suspects) {
    const Growth& growth = suspect.growth_in;
    table.Add({{std::to_string(suspect.rank)},
               {std::string(VerdictWord(suspect.verdict)), InkOf(suspect.verdict)},
               {input.machines.size() > 1 ? NameOrUnnamed(suspect.machine) : ""},
               {NameOrUnnamed(suspect.component)},
               {std::string(ToString(suspect.kind))},
               {PerHour(growth.slope.per_s, growth.unit)},
               {IntervalPerHour(growth.slope, growth.unit)},
               {PerDay(growth.slope.per_s, growth.unit)},
               {Quantity(growth.grown, growth.unit)},
               {Moment(growth.since_s)},
               {LimitCell(suspect)},
               {suspect.exhaustion ? suspect.exhaustion->limit : ""},
               {Sparkline(growth.sparkline, kTableSparkline, page->style().unicode)}});
  }
  table.Print(kTableIndent, page);
}

void PrintSuspect(const Suspect& suspect, const InputSummary& input, bool brief, Page* page) {
  PrintHeadline(suspect, input, page);
  PrintSparkline(suspect.growth_in, page);
  page->Prose(std::string(kBodyIndent, ' '), suspect.explanation);
  if (!brief) page->Blank();
  PrintGrowth(suspect, page);
  PrintResponsible(suspect, page);
  PrintExhaustion(suspect, page);
  if (!brief) PrintEvidence(suspect, page);
  if (!brief) PrintAlsoGrowing(suspect, page);
  PrintKnownIssues(suspect, brief, page);
  PrintNextSteps(suspect, page);
}

}  // namespace perfleak
