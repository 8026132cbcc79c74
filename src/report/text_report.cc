// The order is the reader's: what was looked at, the verdict in one sentence, the table, the
// paragraphs, what rises but is no leak, and last what the data could not tell.

#include "report/text_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "report/input_text.h"
#include "report/page.h"
#include "report/platform_text.h"
#include "report/suspect_text.h"
#include "report/table.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr size_t kExplainedShown = 5;   // when folded
constexpr size_t kFullParagraphs = 10;  // suspects after these are told in brief

void PrintHeading(const Report& report, Page* page) {
  const InputSummary& input = report.input;
  page->Heading(JoinFilled({"perfleak", report.version}, " "));
  if (!input.files.empty()) page->Prose("Log:      ", FilesLine(input.files));
  PrintNames("Names:    ", input.files, page);
  if (!input.machines.empty()) page->Prose("Machine:  ", NameList(input.machines));
  PrintPlatforms(report.leaks.platforms, page);
  page->Prose("Time:     ", TimeLine(input));
  page->Prose("Data:     ", RowsLine(input));
}

std::string VerdictSentence(const Report& report) {
  const LeakReport& leaks = report.leaks;
  if (leaks.judged == 0 && leaks.suspects.empty()) {
    return "No verdict: no counter held enough data to be judged.";
  }
  const auto is_leak = [](const Suspect& s) { return s.verdict == Verdict::kLeak; };
  const auto n_leaks =
      static_cast<uint64_t>(std::count_if(leaks.suspects.begin(), leaks.suspects.end(), is_leak));
  const uint64_t n_watch = leaks.suspects.size() - n_leaks;
  const std::string judged =
      fmt::format("among {} judged", Counted(leaks.judged, "counter", "counters"));
  if (leaks.suspects.empty()) return fmt::format("No leak found {}.", judged);
  return fmt::format("{}{} {}.", n_leaks == 0 ? "No leak" : Counted(n_leaks, "leak", "leaks"),
                     n_watch == 0 ? "" : fmt::format(", {} to watch,", Thousands(n_watch)), judged);
}

// How far the verdict can be trusted: what rises without being called, and what limits the data
// sets.
std::string CertaintySentence(const Report& report) {
  const InputSummary& input = report.input;
  std::vector<std::string> sentences;
  if (report.leaks.suspects.empty() && !report.leaks.explained.empty()) {
    sentences.push_back(
        fmt::format("{} for a reason given below.",
                    Counted(report.leaks.explained.size(), "counter rises", "counters rise")));
  }
  const double span_s = input.end_s - input.start_s;
  if (span_s > 0 && span_s < kSecondsPerDay) {
    sentences.push_back(fmt::format(
        "The log covers {}: in less than a day, growth and the course of the day look alike.",
        FormatDuration(span_s)));
  }
  if (!report.quality.empty()) {
    sentences.push_back(fmt::format("See {} on the data at the end.",
                                    Counted(report.quality.size(), "note", "notes")));
  }
  return Join(sentences, " ");
}

void PrintVerdict(const Report& report, size_t shown, Page* page) {
  const size_t of = report.leaks.suspects.size();
  page->Blank();
  page->Heading(VerdictSentence(report));
  page->Prose("", CertaintySentence(report));
  if (shown < of) {
    page->Prose("", shown == 1 ? fmt::format("The first of {} suspects is shown.", of)
                               : fmt::format("The first {} of {} suspects are shown.", shown, of));
  }
}

void PrintSuspects(std::span<const Suspect> suspects, const InputSummary& input, Page* page) {
  if (suspects.empty()) return;
  page->Blank();
  PrintSuspectTable(suspects, input, page);
  for (size_t i = 0; i < suspects.size(); ++i) {
    const bool brief = i >= kFullParagraphs && !page->style().show_all;
    page->Blank();
    if (brief && i == kFullParagraphs) {
      page->Prose("", "The rest in brief; --all shows the evidence for each.");
      page->Blank();
    }
    PrintSuspect(suspects[i], input, brief, page);
  }
}

// Most frequent reason first.
std::vector<std::pair<Reason, uint64_t>> CountReasons(const std::vector<Explained>& explained) {
  std::map<Reason, uint64_t> counts;
  for (const Explained& e : explained) ++counts[e.reason];
  std::vector<std::pair<Reason, uint64_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return sorted;
}

void PrintReasonCounts(const std::vector<Explained>& explained, Page* page) {
  for (const auto& [reason, count] : CountReasons(explained)) {
    page->Prose(fmt::format("{:>5}  {:<12} ", Thousands(count), ToString(reason)),
                DescribeReason(reason));
  }
}

// One line each: grown, why, where. The path is shortened to the page.
void PrintLargestExplained(const std::vector<Explained>& explained, Page* page) {
  page->Prose(" ", "The largest for their level; --all shows each:");
  Table table({{.title = "Grown", .right = true},
               {.title = "Per hour", .right = true, .drop = 1},
               {.title = "Reason"},
               {.title = "Counter", .min_width = 24}});
  for (size_t i = 0; i < std::min(explained.size(), kExplainedShown); ++i) {
    const Explained& e = explained[i];
    table.Add({{Quantity(e.grown, e.unit)},
               {PerHour(e.slope.per_s, e.unit)},
               {std::string(ToString(e.reason))},
               {e.path}});
  }
  table.Print(1, page);
}

void PrintEachExplained(const std::vector<Explained>& explained, Page* page) {
  for (const Explained& e : explained) {
    page->Blank();
    page->Verbatim(1, e.path);
    page->Prose("   ", fmt::format("{}: {}, {} in all. {}", ToString(e.reason),
                                   PerHour(e.slope.per_s, e.unit), Quantity(e.grown, e.unit),
                                   Sentence(e.explanation)));
  }
}

void PrintExplained(const std::vector<Explained>& explained, Page* page) {
  if (explained.empty()) return;
  page->Blank();
  page->Heading(
      fmt::format("Rising, but no leak: {}", Counted(explained.size(), "counter", "counters")));
  PrintReasonCounts(explained, page);
  if (page->style().show_all) {
    PrintEachExplained(explained, page);
  } else {
    page->Blank();
    PrintLargestExplained(explained, page);
  }
}

std::string PidCell(const TrendLine& trend) {
  if (trend.pid) return std::to_string(*trend.pid);
  return trend.combined ? fmt::format("{} lives", trend.lives) : "";
}

// The path comes last and whole, for grep.
void PrintTrends(const std::vector<TrendLine>& trends, Page* page) {
  if (trends.empty()) return;
  page->Blank();
  page->Heading(fmt::format("All judged: {}", Counted(trends.size(), "trend", "trends")));
  Table table({{.title = "Verdict"},
               {.title = "Score", .right = true},
               {.title = "Per hour", .right = true},
               {.title = "Samples", .right = true, .drop = 2},
               {.title = "PID", .right = true, .drop = 1},
               {.title = "Weakest gate"},
               {.title = "Counter", .whole = true}});
  for (const TrendLine& trend : trends) {
    table.Add({{std::string(ToString(trend.verdict))},
               {std::isfinite(trend.score) ? fmt::format("{:.2f}", trend.score) : "-"},
               {PerHour(trend.slope.per_s, trend.unit)},
               {Thousands(trend.n)},
               {PidCell(trend)},
               {std::string(ToString(trend.gate))},
               {trend.paths.empty() ? "" : trend.paths.back()}});
  }
  table.Print(1, page);
}

}  // namespace

std::string RenderText(const Report& report, const TextStyle& style) {
  Page page(style);
  std::span<const Suspect> suspects(report.leaks.suspects);
  if (style.top > 0)
    suspects = suspects.first(std::min(suspects.size(), static_cast<size_t>(style.top)));

  PrintHeading(report, &page);
  PrintVerdict(report, suspects.size(), &page);
  PrintSuspects(suspects, report.input, &page);
  PrintExplained(report.leaks.explained, &page);
  if (style.show_all) PrintTrends(report.leaks.trends, &page);
  PrintQuality(report.quality, &page);
  PrintDiagnostics(report.diagnostics, &page);
  return page.Take();
}

}  // namespace perfleak
