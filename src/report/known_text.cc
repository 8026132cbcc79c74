#include "report/known_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/text.h"
#include "report/page.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr size_t kTypeWidth = 14;  // "counter-caveat"

// One issue a line; a long title goes on below itself, because a cut one says too little.
void PrintTitles(std::span<const KnownIssue> issues, Page* page) {
  size_t id_width = 0;
  for (const KnownIssue& issue : issues) id_width = std::max(id_width, issue.id.size());
  for (const KnownIssue& issue : issues) {
    const std::string prefix =
        fmt::format(" {:<{}}  {:<{}}  ", issue.id, id_width, WordOf(issue.type), kTypeWidth);
    page->Prose(Printable(prefix), issue.title);
  }
}

void PrintList(const KnownReport& report, Page* page) {
  for (size_t begin = 0; begin < report.issues.size();) {
    const std::string& family = report.issues[begin].family;
    size_t end = begin;
    while (end < report.issues.size() && report.issues[end].family == family) ++end;
    page->Heading(fmt::format("{} ({})", family, end - begin));
    PrintTitles(std::span(report.issues).subspan(begin, end - begin), page);
    page->Blank();
    begin = end;
  }
  page->Prose("", Counted(report.total, "known issue", "known issues") +
                      ". perfleak known ID shows one in full, perfleak known WORD... searches.");
}

void PrintFound(const KnownReport& report, Page* page) {
  const std::string words = Join(report.words, " ");
  if (report.issues.empty()) {
    page->Prose("", fmt::format("None of {} has all of: {}. Try fewer words, a process name or a "
                                "resource such as handles.",
                                Counted(report.total, "known issue", "known issues"), words));
    return;
  }
  PrintTitles(report.issues, page);
  page->Blank();
  page->Prose(
      "", fmt::format("{} of {}: {}. perfleak known ID shows one in full.", report.issues.size(),
                      Counted(report.total, "known issue", "known issues"), words));
}

void Field(const char* label, const std::string& text, Page* page) {
  if (text.empty()) return;
  page->Label(label);
  page->Field(text);
}

void Field(const char* label, const std::vector<std::string>& texts, Page* page) {
  Field(label, Join(texts, ", "), page);
}

// What is not stated in the article is marked as such.
std::string Marked(const std::vector<std::string>& all, const std::vector<std::string>& inferred) {
  std::vector<std::string> shown;
  for (const std::string& one : all) {
    const bool is_inferred = std::find(inferred.begin(), inferred.end(), one) != inferred.end();
    shown.push_back(one + (is_inferred ? " (inferred)" : ""));
  }
  return Join(shown, ", ");
}

std::string AmountText(const Amount& amount) {
  const std::string unit(WordOf(amount.unit));
  return amount.low == amount.high ? fmt::format("{:g} {}", amount.low, unit)
                                   : fmt::format("{:g} to {:g} {}", amount.low, amount.high, unit);
}

std::string ResourceText(const KnownIssue& issue) {
  std::vector<std::string> words;
  for (IssueResource resource : issue.resources) words.emplace_back(WordOf(resource));
  return Join(words, ", ");
}

std::string RateText(const KnownIssue& issue) {
  std::vector<std::string> parts = {issue.rate};
  if (issue.rate_per_hour) parts.push_back(AmountText(*issue.rate_per_hour) + " an hour");
  if (issue.step) parts.push_back("in steps of " + AmountText(*issue.step));
  return JoinFilled(parts, "; ");
}

std::string GrowsWithText(GrowsWith grows_with) {
  switch (grows_with) {
    case GrowsWith::kNotSaid:
      return "";
    case GrowsWith::kWork:
      return "work: stands still when idle";
    case GrowsWith::kTime:
      return "time: also when idle";
    case GrowsWith::kLogons:
      return "logons or sessions";
    case GrowsWith::kRestarts:
      return "starts or stops of a program or service";
    case GrowsWith::kMonitoring:
      return "performance queries or remote monitoring";
  }
  return "";
}

// What in a log shows that the growth is no leak; any one will do.
std::vector<std::string> ExplainsTexts(const Explains& explains) {
  std::vector<std::string> texts;
  for (const std::string& counter : explains.counters) {
    texts.push_back(counter + " grows by as much, or rises and falls with it");
  }
  if (explains.first_hours) {
    texts.push_back(
        fmt::format("only in the first {:g} hours of the process", *explains.first_hours));
  }
  if (explains.fills_memory) {
    texts.push_back(
        "grows until Available Bytes is at its floor, and is given back under pressure");
  }
  if (explains.same_counter) texts.push_back("the counters above are wrong, whatever they show");
  return texts;
}

void PrintExplains(const std::optional<Explains>& explains, Page* page) {
  if (!explains) return;
  page->Label("no leak where");
  for (const std::string& text : ExplainsTexts(*explains)) page->Field(text, "- ");
}

std::string GuiltyText(const KnownIssue& issue) {
  const Guilty& guilty = issue.guilty;
  std::vector<std::string> about = {
      guilty.vendor == "Microsoft" ? "" : guilty.vendor, std::string(WordOf(guilty.kind)),
      std::string(WordOf(guilty.attribution)),
      guilty.differs_from_process ? "not the process that grows" : ""};
  const std::string kind = JoinFilled(about, ", ");
  const std::string modules = Join(guilty.modules, ", ");
  if (modules.empty() || kind.empty()) return modules + kind;
  return modules + " (" + kind + ")";
}

std::string FileText(const FixedFile& file) {
  const std::string size = file.size ? Counted(*file.size, "byte", "bytes") : "";
  const std::string about = JoinFilled({file.date, size}, ", ");
  return JoinFilled({file.name, file.version, about.empty() ? "" : "(" + about + ")"}, " ");
}

void PrintFix(const IssueFix& fix, Page* page) {
  Field("fix",
        JoinFilled({std::string(WordOf(fix.type)), Join(fix.fixed_in, "; "), fix.note}, "; "),
        page);
  for (const FixedFile& file : fix.files) page->Field(FileText(file), "- ");
  Field("needs before", fix.needs, page);
  Field("fixed versions", fix.fixed_keys, page);
}

std::string ConfidenceText(const IssueConfidence& confidence) {
  std::vector<std::string> parts;
  const auto add = [&](const char* name, Confidence value) {
    if (value != Confidence::kStated) {
      parts.push_back(std::string(name) + " " + std::string(WordOf(value)));
    }
  };
  add("process", confidence.process);
  add("guilty", confidence.guilty);
  add("resource", confidence.resource);
  add("counter", confidence.counter);
  add("trigger", confidence.trigger);
  add("symptom", confidence.symptom);
  add("rate", confidence.rate);
  add("fix", confidence.fix);
  add("products", confidence.products);
  return Join(parts, ", ");
}

void PrintGrowth(const KnownIssue& issue, Page* page) {
  std::string hosts = Marked(issue.processes, issue.processes_inferred);
  if (issue.any_host) {
    hosts = JoinFilled({hosts, "whatever program hosts the component"}, "; ");
    if (!issue.host_examples.empty()) hosts += ", such as " + Join(issue.host_examples, ", ");
  }
  Field("grows in", hosts, page);
  Field("what grows", ResourceText(issue), page);
  for (const std::string& counter : issue.counters) {
    const bool first = &counter == &issue.counters.front();
    if (first) page->Label("counters");
    page->Field(Marked({counter}, issue.counters_inferred));
  }
  Field("pool tags", issue.pool_tags, page);
}

void PrintEvents(const KnownIssue& issue, Page* page) {
  std::vector<std::string> events;
  for (const IssueEvent& event : issue.events) {
    events.push_back(event.source + ":" + std::to_string(event.id));
  }
  Field("events", events, page);
}

void PrintIssue(const KnownIssue& issue, Page* page) {
  page->Heading(issue.id + ": " + issue.title);
  page->Blank();
  Field("type", std::string(WordOf(issue.type)), page);
  std::vector<std::string> families = {issue.family};
  families.insert(families.end(), issue.also_in.begin(), issue.also_in.end());
  Field("family", families, page);
  Field("products", Join(issue.products, "; "), page);
  Field("versions", issue.affects, page);
  PrintGrowth(issue, page);
  Field("at fault", GuiltyText(issue), page);
  Field("trigger", issue.trigger, page);
  Field("cause", issue.cause, page);
  Field("rate", RateText(issue), page);
  Field("grows with", GrowsWithText(issue.grows_with), page);
  PrintExplains(issue.explains, page);
  Field("symptom", issue.symptom, page);
  Field("told apart by", issue.discriminator, page);
  PrintEvents(issue, page);
  PrintFix(issue.fix, page);
  Field("see also", issue.see_also, page);
  Field("relevance", std::string(WordOf(issue.relevance)), page);
  Field("not stated", ConfidenceText(issue.confidence), page);
  Field("note", issue.note, page);
  Field("source",
        JoinFilled({issue.reference, std::string(WordOf(issue.source)),
                    issue.last_modified.empty() ? "" : "of " + issue.last_modified},
                   ", "),
        page);
}

}  // namespace

std::string RenderText(const KnownReport& report, const TextStyle& style) {
  Page page(style);
  if (report.in_full && !report.issues.empty()) {
    PrintIssue(report.issues.front(), &page);
  } else if (report.words.empty()) {
    PrintList(report, &page);
  } else {
    PrintFound(report, &page);
  }
  return page.Take();
}

}  // namespace perfleak
