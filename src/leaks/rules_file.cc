#include "leaks/rules_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <utility>

#include "base/text.h"
#include "leaks/rules_table.h"

namespace perfleak {
namespace {

void ReadAmount(std::string_view key, RulesTable* issue, std::optional<Amount>* out) {
  auto table = issue->Table(key);
  if (!table) return;
  const auto low = table->Number("low");
  const auto high = table->Number("high");
  Amount amount;
  table->Word("unit", &amount.unit);
  if (!table->Has("unit")) {
    table->Wrong("unit",
                 table->Name("unit") + " is missing; it is one of: " + AllWords<AmountUnit>());
  }
  table->Finish();
  if (!low || !high) return;
  amount.low = *low;
  amount.high = *high;
  if (amount.low > amount.high) table->Wrong("low", table->Name("low") + " is above high");
  *out = amount;
}

void ReadGuilty(RulesTable* issue, Guilty* out) {
  auto table = issue->Table("guilty");
  if (!table) return;
  table->Texts("modules", &out->modules);
  table->Word("kind", &out->kind);
  table->Text("vendor", &out->vendor);
  table->Word("attribution", &out->attribution);
  table->Flag("differs_from_process", &out->differs_from_process);
  table->Finish();
}

FixedFile ReadFixedFile(RulesTable* table) {
  FixedFile file;
  table->RequiredText("name", &file.name);
  table->Text("version", &file.version);
  table->Day("date", &file.date);
  if (const auto size = table->OptionalNumber("size")) {
    const bool whole = *size < 1e15 && *size == std::floor(*size);
    if (whole) file.size = static_cast<uint64_t>(*size);
    if (!whole) table->Wrong("size", "fix.files.size must be a whole number of bytes");
  }
  table->Finish();
  return file;
}

void ReadFix(RulesTable* issue, IssueFix* out) {
  auto table = issue->Table("fix");
  if (!table) return;
  table->Word("type", &out->type);
  table->Text("needs", &out->needs);
  table->Texts("fixed_in", &out->fixed_in);
  table->Texts("fixed_keys", &out->fixed_keys);
  for (RulesTable& file : table->Tables("files")) out->files.push_back(ReadFixedFile(&file));
  table->Text("note", &out->note);
  table->Finish();
}

void ReadConfidence(RulesTable* issue, IssueConfidence* out) {
  auto table = issue->Table("confidence");
  if (!table) return;
  table->Word("process", &out->process);
  table->Word("guilty", &out->guilty);
  table->Word("resource", &out->resource);
  table->Word("counter", &out->counter);
  table->Word("trigger", &out->trigger);
  table->Word("symptom", &out->symptom);
  table->Word("rate", &out->rate);
  table->Word("fix", &out->fix);
  table->Word("products", &out->products);
  table->Finish();
}

// "Srv:2019": the source may hold colons, the number follows the last one.
std::optional<IssueEvent> ParseEvent(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return std::nullopt;
  IssueEvent event{text.substr(0, colon), 0};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, event.id);
  if (error != std::errc() || stop != end) return std::nullopt;
  return event;
}

void ReadEvents(RulesTable* issue, std::vector<IssueEvent>* out) {
  std::vector<std::string> texts;
  issue->Texts("events", &texts);
  for (const std::string& text : texts) {
    if (const auto event = ParseEvent(text)) {
      out->push_back(*event);
    } else {
      issue->Wrong("events",
                   "an event is \"Source:ID\", such as \"Srv:2019\", not " + QuotedValue(text));
    }
  }
}

bool IsImageName(const std::string& name) {
  return name.find_first_of("#\\/()\"") == name.npos && !EndsWithIgnoreCase(name, ".exe");
}

void ReadProcesses(RulesTable* issue, KnownIssue* out) {
  issue->Texts("processes", &out->processes);
  issue->Texts("processes_inferred", &out->processes_inferred);
  issue->Flag("any_host", &out->any_host);
  issue->Texts("host_examples", &out->host_examples);
  for (const std::string& name : out->processes) {
    out->process_keys.push_back(ToLower(name));
    if (!IsImageName(name)) {
      issue->Wrong("processes",
                   "a process is named as Performance Monitor does, without path, "
                   ".exe and #1: not " +
                       QuotedValue(name));
    }
  }
}

// Object(instance)\Counter without machine.
bool IsCounterPath(const std::string& text) {
  return text.find('\\') != text.npos && text.front() != '\\';
}

// What is inferred must be one of what is said.
void CheckSubset(RulesTable* issue, std::string_view key, const std::vector<std::string>& part,
                 std::string_view whole_key, const std::vector<std::string>& whole) {
  for (const std::string& item : part) {
    if (std::find(whole.begin(), whole.end(), item) != whole.end()) continue;
    issue->Wrong(key, std::string(key) + " names " + QuotedValue(item) + ", which is not in " +
                          std::string(whole_key));
  }
}

void CheckCounters(RulesTable* table, const std::vector<std::string>& counters) {
  for (const std::string& counter : counters) {
    if (IsCounterPath(counter)) continue;
    table->Wrong("counters", "a counter is 'Object(instance)\\Counter' without machine, not " +
                                 QuotedValue(counter));
  }
}

void CheckIssueCounters(RulesTable* issue, const KnownIssue& read) {
  if (read.counters == std::vector<std::string>{"*"}) return;  // whatever is measured
  CheckCounters(issue, read.counters);
}

void CheckExplains(RulesTable* issue, const KnownIssue& read) {
  if (!read.explains) return;
  if (!IsExplanation(read.type)) {
    issue->Wrong("explains",
                 "explains is for entries that are no leak: type by-design, cache-growth, "
                 "not-a-leak or counter-caveat");
  }
  if (read.explains->same_counter && read.counters.empty()) {
    issue->Wrong("explains", "explains.same_counter needs counters of the entry: which are wrong?");
  }
}

void CheckId(RulesTable* issue, const std::string& id) {
  const bool word = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
  });
  if (!word || id.size() > 64) {
    issue->Wrong("id",
                 "id is at most 64 letters, digits, '-', '_' and '.', not " + QuotedValue(id));
  }
}

void CheckIssue(RulesTable* issue, const KnownIssue& read) {
  CheckId(issue, read.id);
  CheckSubset(issue, "processes_inferred", read.processes_inferred, "processes", read.processes);
  CheckSubset(issue, "counters_inferred", read.counters_inferred, "counters", read.counters);
  CheckIssueCounters(issue, read);
  CheckExplains(issue, read);
}

void ReadFirstHours(RulesTable* explains, std::optional<double>* out) {
  const auto hours = explains->OptionalNumber("first_hours");
  if (!hours) return;
  if (*hours == 0 || *hours > kMaxFirstHours) {
    explains->Wrong("first_hours", "explains.first_hours must be above 0 and at most " +
                                       std::to_string(static_cast<int>(kMaxFirstHours)));
  }
  *out = *hours;
}

void ReadExplains(RulesTable* issue, std::optional<Explains>* out) {
  auto table = issue->Table("explains");
  if (!table) return;
  Explains explains;
  table->Texts("counters", &explains.counters);
  ReadFirstHours(&*table, &explains.first_hours);
  table->Flag("fills_memory", &explains.fills_memory);
  table->Flag("same_counter", &explains.same_counter);
  table->Finish();
  CheckCounters(&*table, explains.counters);
  if (table->empty()) {
    issue->Wrong("explains", "explains is empty; say what shows it or leave it out");
  }
  *out = std::move(explains);
}

KnownIssue ReadIssue(RulesTable* table, const std::string& family) {
  KnownIssue issue;
  issue.family = family;
  issue.where = table->Where();
  table->RequiredText("id", &issue.id);
  table->Word("type", &issue.type);
  table->RequiredText("title", &issue.title);
  table->Texts("also_in", &issue.also_in);
  table->Texts("products", &issue.products);
  table->Texts("affects", &issue.affects);
  ReadProcesses(table, &issue);
  ReadGuilty(table, &issue.guilty);
  table->Words("resources", &issue.resources);
  table->Texts("counters", &issue.counters);
  table->Texts("counters_inferred", &issue.counters_inferred);
  table->Texts("pool_tags", &issue.pool_tags);
  table->Text("trigger", &issue.trigger);
  table->Text("cause", &issue.cause);
  table->Text("rate", &issue.rate);
  ReadAmount("rate_per_hour", table, &issue.rate_per_hour);
  ReadAmount("step", table, &issue.step);
  table->Word("grows_with", &issue.grows_with);
  ReadExplains(table, &issue.explains);
  table->Text("symptom", &issue.symptom);
  table->Text("discriminator", &issue.discriminator);
  ReadEvents(table, &issue.events);
  ReadFix(table, &issue.fix);
  table->Texts("see_also", &issue.see_also);
  table->Word("relevance", &issue.relevance);
  ReadConfidence(table, &issue.confidence);
  table->Day("last_modified", &issue.last_modified);
  table->Word("source", &issue.source);
  table->Text("reference", &issue.reference);
  table->Text("note", &issue.note);
  table->Finish();
  CheckIssue(table, issue);
  return issue;
}

// A pattern that every process matches, or every one of some length.
bool IsAnyName(const std::string& name) {
  return !name.empty() && name.find_first_not_of("*?") == name.npos;
}

ProcessAlias ReadAlias(RulesTable* table) {
  ProcessAlias alias;
  alias.where = table->Where();
  table->RequiredText("process", &alias.process);
  table->Texts("same_as", &alias.same_as);
  table->Texts("same_as_for_remote_counters", &alias.same_as_for_remote_counters);
  table->Text("role", &alias.role);
  table->Texts("hosts", &alias.hosts);
  table->Text("note", &alias.note);
  table->Text("reference", &alias.reference);
  table->Finish();
  if (IsAnyName(alias.process)) {
    table->Wrong("process", "an alias is of one program; " + QuotedValue(alias.process) +
                                " is every process, so name the one that is meant");
  }
  return alias;
}

Fingerprint ReadFingerprint(RulesTable* table) {
  Fingerprint fingerprint;
  table->RequiredText("evidence", &fingerprint.evidence);
  table->RequiredText("suggests", &fingerprint.suggests);
  table->Text("reference", &fingerprint.reference);
  table->Finish();
  return fingerprint;
}

void ReadRoot(RulesTable* root, RulesProblems* problems, RulesFile* out) {
  std::string family;
  root->RequiredText("family", &family);
  // Keeps what `read` makes of each [[key]] without a problem.
  const auto read_all = [&](std::string_view key, const auto& read, auto* kept) {
    for (RulesTable& section : root->Sections(key)) {
      const size_t before = problems->seen();
      auto one = read(&section);
      if (problems->seen() == before) kept->push_back(std::move(one));
    }
  };
  std::map<std::string, size_t> lines;  // of ids, lower case
  read_all(
      "issue",
      [&](RulesTable* section) {
        KnownIssue issue = ReadIssue(section, family);
        const auto [first, is_new] = lines.emplace(ToLower(issue.id), issue.where.line);
        if (!is_new && !issue.id.empty()) {
          problems->Add(issue.where, "the id " + QuotedValue(issue.id) + " is already at line " +
                                         std::to_string(first->second) +
                                         "; give each issue its own");
        }
        return issue;
      },
      &out->issues);
  read_all("alias", ReadAlias, &out->aliases);
  read_all("fingerprint", ReadFingerprint, &out->fingerprints);
  root->Finish();
}

}  // namespace

std::string ToString(const RulesProblem& problem) {
  std::string text = problem.where.file + ":";
  if (problem.where.line > 0) {
    text += std::to_string(problem.where.line) + ":" + std::to_string(problem.where.column) + ":";
  }
  return text + " " + problem.message;
}

RulesFile ParseRules(std::string_view text, const std::string& name) {
  RulesFile file;
  file.name = name;
  RulesProblems problems(&file);
  if (auto root = RulesTable::Parse(text, &problems)) ReadRoot(&*root, &problems, &file);
  std::stable_sort(file.problems.begin(), file.problems.end(), [](const auto& a, const auto& b) {
    return std::pair(a.where.line, a.where.column) < std::pair(b.where.line, b.where.column);
  });
  return file;
}

}  // namespace perfleak
