#include "leaks/rules_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <utility>

#include "base/text.h"

// Depth of what a hostile file can build: nested values times dots of one line, both bounded, keep
// toml++ and its destructors far from the end of the stack.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_MAX_NESTED_VALUES 16
#define TOML_ENABLE_FORMATTERS 0
// A header such as [[[a]]] breaks an assertion of toml++ (3.4) right before the check that reports
// it. With NDEBUG the optimizer may even take the assertion for granted and drop that check, so
// neither form stays.
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/impl/preprocessor.h>
#undef TOML_ASSERT_ASSUME
#define TOML_ASSERT_ASSUME(expr) static_assert(true)
#include <toml++/toml.h>

namespace perfleak {
namespace {

RulesPosition PositionOf(const std::string& file, const toml::source_region& region) {
  return {file, region.begin.line, region.begin.column};
}

// Collects problems up to the limit; what comes after it is only counted out.
class Problems {
 public:
  explicit Problems(RulesFile* file) : file_(file) {}

  void Add(RulesPosition where, std::string message) {
    ++seen_;
    if (file_->problems.size() < kMaxRulesProblems) {
      file_->problems.push_back({std::move(where), std::move(message)});
    }
  }
  void Add(const toml::source_region& region, std::string message) {
    Add(PositionOf(file_->name, region), std::move(message));
  }
  size_t seen() const { return seen_; }
  const std::string& file() const { return file_->name; }

 private:
  RulesFile* file_;
  size_t seen_ = 0;
};

std::string Quoted(std::string_view text) { return "\"" + Printable(Ellipsize(text, 60)) + "\""; }

template <class E>
std::string AllWords() {
  std::vector<std::string> words;
  for (const EnumWord<E>& entry : WordsOf<E>()) words.emplace_back(entry.word);
  return Join(words, ", ");
}

// yyyy-mm-dd of a day that exists.
bool IsDay(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto digits = [&](size_t at, size_t count) {
    int value = -1;
    const char* begin = text.data() + at;
    const auto [stop, error] = std::from_chars(begin, begin + count, value);
    return error == std::errc() && stop == begin + count ? value : -1;
  };
  const int year = digits(0, 4), month = digits(5, 2), day = digits(8, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1) return false;
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

// Takes keys out of one table, says what is wrong with them, and at the end which keys nobody asked
// for. `path` ("fix.") names the table in messages.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string path, Problems* problems)
      : table_(table), path_(std::move(path)), problems_(problems) {}

  const toml::table& table() const { return table_; }
  const toml::node* Take(std::string_view key) {
    known_.emplace_back(key);
    return table_.get(key);
  }

  // Where a key stands, or the table if it is missing.
  RulesPosition Where(std::string_view key) const {
    const toml::node* node = table_.get(key);
    return PositionOf(problems_->file(), node ? node->source() : table_.source());
  }
  void Wrong(std::string_view key, const std::string& message) {
    problems_->Add(Where(key), message);
  }
  std::string Name(std::string_view key) const { return path_ + std::string(key); }

  void Text(std::string_view key, std::string* out) {
    if (const toml::node* node = Take(key)) ReadText(key, *node, out);
  }
  void RequiredText(std::string_view key, std::string* out) {
    Text(key, out);
    if (table_.get(key) == nullptr) {
      Wrong(key, "the key " + Name(key) + " is missing; add " + Name(key) + " = \"...\"");
    }
  }
  void Texts(std::string_view key, std::vector<std::string>* out) {
    const toml::node* node = Take(key);
    if (node == nullptr) return;
    const toml::array* list = List(key, *node);
    if (list == nullptr) return;
    for (const toml::node& item : *list) {
      std::string text;
      if (ReadText(key, item, &text)) out->push_back(std::move(text));
    }
  }
  template <class E>
  void Word(std::string_view key, E* out) {
    if (const toml::node* node = Take(key)) ReadWord(key, *node, out);
  }
  template <class E>
  void Words(std::string_view key, std::vector<E>* out) {
    const toml::node* node = Take(key);
    const toml::array* list = node ? List(key, *node) : nullptr;
    if (list == nullptr) return;
    for (const toml::node& item : *list) {
      E value{};
      if (ReadWord(key, item, &value)) out->push_back(value);
    }
  }
  void Flag(std::string_view key, bool* out) {
    const toml::node* node = Take(key);
    if (node == nullptr) return;
    if (const auto* flag = node->as_boolean()) {
      *out = flag->get();
    } else {
      Wrong(key, Name(key) + " must be true or false, without quotes");
    }
  }
  void Day(std::string_view key, std::string* out) {
    Text(key, out);
    if (!out->empty() && !IsDay(*out)) {
      Wrong(key, Name(key) + " must be a day such as \"2005-07-08\", not " + Quoted(*out));
    }
  }
  // A number that is not negative nor beyond all measure, or nullopt with a problem.
  std::optional<double> Number(std::string_view key) {
    const toml::node* node = Take(key);
    const auto value = node ? node->value<double>() : std::nullopt;
    if (value && *value >= 0 && *value <= kMaxRulesNumber) return value;
    const bool large = value && std::isfinite(*value) && *value > kMaxRulesNumber;
    Wrong(key, Name(key) +
                   (large ? " is above 1e15; is its unit right?" : " must be a number from 0 up"));
    return std::nullopt;
  }
  const toml::table* Table(std::string_view key) {
    const toml::node* node = Take(key);
    if (node == nullptr) return nullptr;
    if (!node->is_table()) Wrong(key, Name(key) + " must be a table: " + Name(key) + ".key = ...");
    return node->as_table();
  }
  const toml::array* List(std::string_view key, const toml::node& node) {
    const toml::array* list = node.as_array();
    if (list == nullptr) {
      Wrong(key, Name(key) + " must be a list: " + Name(key) + " = [\"...\", \"...\"]");
    } else if (list->size() > kMaxRulesListItems) {
      Wrong(key, Name(key) + " has " + std::to_string(list->size()) + " items; at most " +
                     std::to_string(kMaxRulesListItems) + " are allowed");
      return nullptr;
    }
    return list;
  }

  // After all keys were asked for.
  void Finish() {
    for (const auto& [key, node] : table_) {
      const std::string_view name = key.str();
      if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
      problems_->Add(key.source(), "unknown key " + Quoted(Name(name)) +
                                       "; the keys here are: " + Join(known_, ", "));
    }
  }

 private:
  bool ReadText(std::string_view key, const toml::node& node, std::string* out) {
    const auto* text = node.as_string();
    if (text == nullptr) {
      problems_->Add(node.source(), Name(key) + " must be text in quotes");
      return false;
    }
    if (Trim(text->get()).empty()) {
      problems_->Add(node.source(), Name(key) + " is empty; write something or leave it out");
      return false;
    }
    if (text->get().size() > kMaxRulesTextBytes) {
      problems_->Add(node.source(), Name(key) + " is longer than " +
                                        std::to_string(kMaxRulesTextBytes) + " bytes; shorten it");
      return false;
    }
    *out = Trim(text->get());
    return true;
  }
  template <class E>
  bool ReadWord(std::string_view key, const toml::node& node, E* out) {
    std::string word;
    if (!ReadText(key, node, &word)) return false;
    const auto value = FromWord<E>(word);
    if (!value) {
      problems_->Add(node.source(),
                     Name(key) + " cannot be " + Quoted(word) + "; it is one of: " + AllWords<E>());
      return false;
    }
    *out = *value;
    return true;
  }

  const toml::table& table_;
  std::string path_;
  Problems* problems_;
  std::vector<std::string> known_;
};

void ReadAmount(std::string_view key, TableReader* parent, Problems* problems,
                std::optional<Amount>* out) {
  const toml::table* table = parent->Table(key);
  if (table == nullptr) return;
  TableReader reader(*table, parent->Name(key) + ".", problems);
  const auto low = reader.Number("low");
  const auto high = reader.Number("high");
  Amount amount;
  reader.Word("unit", &amount.unit);
  if (table->get("unit") == nullptr) {
    reader.Wrong("unit",
                 reader.Name("unit") + " is missing; it is one of: " + AllWords<AmountUnit>());
  }
  reader.Finish();
  if (!low || !high) return;
  amount.low = *low;
  amount.high = *high;
  if (amount.low > amount.high) reader.Wrong("low", reader.Name("low") + " is above high");
  *out = amount;
}

void ReadGuilty(TableReader* issue, Problems* problems, Guilty* out) {
  const toml::table* table = issue->Table("guilty");
  if (table == nullptr) return;
  TableReader reader(*table, "guilty.", problems);
  reader.Texts("modules", &out->modules);
  reader.Word("kind", &out->kind);
  reader.Text("vendor", &out->vendor);
  reader.Word("attribution", &out->attribution);
  reader.Flag("differs_from_process", &out->differs_from_process);
  reader.Finish();
}

FixedFile ReadFixedFile(const toml::table& table, Problems* problems) {
  TableReader reader(table, "fix.files.", problems);
  FixedFile file;
  reader.RequiredText("name", &file.name);
  reader.Text("version", &file.version);
  reader.Day("date", &file.date);
  if (table.get("size") != nullptr) {
    const auto size = reader.Number("size");
    const bool whole = size && *size < 1e15 && *size == std::floor(*size);
    if (whole) file.size = static_cast<uint64_t>(*size);
    if (size && !whole) reader.Wrong("size", "fix.files.size must be a whole number of bytes");
  } else {
    reader.Take("size");
  }
  reader.Finish();
  return file;
}

void ReadFixedFiles(TableReader* fix, Problems* problems, std::vector<FixedFile>* out) {
  const toml::node* node = fix->Take("files");
  const toml::array* list = node ? fix->List("files", *node) : nullptr;
  if (list == nullptr) return;
  for (const toml::node& item : *list) {
    if (const toml::table* table = item.as_table()) {
      out->push_back(ReadFixedFile(*table, problems));
    } else {
      problems->Add(item.source(), "a file of fix.files is a table: { name = \"...\", ... }");
    }
  }
}

void ReadFix(TableReader* issue, Problems* problems, IssueFix* out) {
  const toml::table* table = issue->Table("fix");
  if (table == nullptr) return;
  TableReader reader(*table, "fix.", problems);
  reader.Word("type", &out->type);
  reader.Text("needs", &out->needs);
  reader.Texts("fixed_in", &out->fixed_in);
  reader.Texts("fixed_keys", &out->fixed_keys);
  ReadFixedFiles(&reader, problems, &out->files);
  reader.Text("note", &out->note);
  reader.Finish();
}

void ReadConfidence(TableReader* issue, Problems* problems, IssueConfidence* out) {
  const toml::table* table = issue->Table("confidence");
  if (table == nullptr) return;
  TableReader reader(*table, "confidence.", problems);
  reader.Word("process", &out->process);
  reader.Word("guilty", &out->guilty);
  reader.Word("resource", &out->resource);
  reader.Word("counter", &out->counter);
  reader.Word("trigger", &out->trigger);
  reader.Word("symptom", &out->symptom);
  reader.Word("rate", &out->rate);
  reader.Word("fix", &out->fix);
  reader.Word("products", &out->products);
  reader.Finish();
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

void ReadEvents(TableReader* issue, std::vector<IssueEvent>* out) {
  std::vector<std::string> texts;
  issue->Texts("events", &texts);
  for (const std::string& text : texts) {
    if (const auto event = ParseEvent(text)) {
      out->push_back(*event);
    } else {
      issue->Wrong("events",
                   "an event is \"Source:ID\", such as \"Srv:2019\", not " + Quoted(text));
    }
  }
}

bool IsImageName(const std::string& name) {
  return name.find_first_of("#\\/()\"") == name.npos && !EndsWithIgnoreCase(name, ".exe");
}

void ReadProcesses(TableReader* issue, KnownIssue* out) {
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
                       Quoted(name));
    }
  }
}

// Object(instance)\Counter without machine.
bool IsCounterPath(const std::string& text) {
  return text.find('\\') != text.npos && text.front() != '\\';
}

// What is inferred must be one of what is said.
void CheckSubset(TableReader* issue, std::string_view key, const std::vector<std::string>& part,
                 std::string_view whole_key, const std::vector<std::string>& whole) {
  for (const std::string& item : part) {
    if (std::find(whole.begin(), whole.end(), item) != whole.end()) continue;
    issue->Wrong(key, std::string(key) + " names " + Quoted(item) + ", which is not in " +
                          std::string(whole_key));
  }
}

void CheckCounters(TableReader* table, const std::vector<std::string>& counters) {
  for (const std::string& counter : counters) {
    if (IsCounterPath(counter)) continue;
    table->Wrong("counters", "a counter is 'Object(instance)\\Counter' without machine, not " +
                                 Quoted(counter));
  }
}

void CheckIssueCounters(TableReader* issue, const KnownIssue& read) {
  if (read.counters == std::vector<std::string>{"*"}) return;  // whatever is measured
  CheckCounters(issue, read.counters);
}

void CheckExplains(TableReader* issue, const KnownIssue& read) {
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

void CheckId(TableReader* issue, const std::string& id) {
  const bool word = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
  });
  if (!word || id.size() > 64) {
    issue->Wrong("id", "id is at most 64 letters, digits, '-', '_' and '.', not " + Quoted(id));
  }
}

void CheckIssue(TableReader* issue, const KnownIssue& read) {
  CheckId(issue, read.id);
  CheckSubset(issue, "processes_inferred", read.processes_inferred, "processes", read.processes);
  CheckSubset(issue, "counters_inferred", read.counters_inferred, "counters", read.counters);
  CheckIssueCounters(issue, read);
  CheckExplains(issue, read);
}

void ReadFirstHours(TableReader* explains, std::optional<double>* out) {
  if (explains->table().get("first_hours") == nullptr) {
    explains->Take("first_hours");
    return;
  }
  const auto hours = explains->Number("first_hours");
  if (!hours) return;
  if (*hours == 0 || *hours > kMaxFirstHours) {
    explains->Wrong("first_hours", "explains.first_hours must be above 0 and at most " +
                                       std::to_string(static_cast<int>(kMaxFirstHours)));
  }
  *out = *hours;
}

void ReadExplains(TableReader* issue, Problems* problems, std::optional<Explains>* out) {
  const toml::table* table = issue->Table("explains");
  if (table == nullptr) return;
  TableReader reader(*table, "explains.", problems);
  Explains explains;
  reader.Texts("counters", &explains.counters);
  ReadFirstHours(&reader, &explains.first_hours);
  reader.Flag("fills_memory", &explains.fills_memory);
  reader.Flag("same_counter", &explains.same_counter);
  reader.Finish();
  CheckCounters(&reader, explains.counters);
  if (table->empty()) {
    issue->Wrong("explains", "explains is empty; say what shows it or leave it out");
  }
  *out = std::move(explains);
}

KnownIssue ReadIssue(const toml::table& table, const std::string& family, Problems* problems) {
  TableReader reader(table, "", problems);
  KnownIssue issue;
  issue.family = family;
  issue.where = PositionOf(problems->file(), table.source());
  reader.RequiredText("id", &issue.id);
  reader.Word("type", &issue.type);
  reader.RequiredText("title", &issue.title);
  reader.Texts("also_in", &issue.also_in);
  reader.Texts("products", &issue.products);
  reader.Texts("affects", &issue.affects);
  ReadProcesses(&reader, &issue);
  ReadGuilty(&reader, problems, &issue.guilty);
  reader.Words("resources", &issue.resources);
  reader.Texts("counters", &issue.counters);
  reader.Texts("counters_inferred", &issue.counters_inferred);
  reader.Texts("pool_tags", &issue.pool_tags);
  reader.Text("trigger", &issue.trigger);
  reader.Text("cause", &issue.cause);
  reader.Text("rate", &issue.rate);
  ReadAmount("rate_per_hour", &reader, problems, &issue.rate_per_hour);
  ReadAmount("step", &reader, problems, &issue.step);
  reader.Word("grows_with", &issue.grows_with);
  ReadExplains(&reader, problems, &issue.explains);
  reader.Text("symptom", &issue.symptom);
  reader.Text("discriminator", &issue.discriminator);
  ReadEvents(&reader, &issue.events);
  ReadFix(&reader, problems, &issue.fix);
  reader.Texts("see_also", &issue.see_also);
  reader.Word("relevance", &issue.relevance);
  ReadConfidence(&reader, problems, &issue.confidence);
  reader.Day("last_modified", &issue.last_modified);
  reader.Word("source", &issue.source);
  reader.Text("reference", &issue.reference);
  reader.Text("note", &issue.note);
  reader.Finish();
  CheckIssue(&reader, issue);
  return issue;
}

// A pattern that every process matches, or every one of some length.
bool IsAnyName(const std::string& name) {
  return !name.empty() && name.find_first_not_of("*?") == name.npos;
}

ProcessAlias ReadAlias(const toml::table& table, Problems* problems) {
  TableReader reader(table, "", problems);
  ProcessAlias alias;
  alias.where = PositionOf(problems->file(), table.source());
  reader.RequiredText("process", &alias.process);
  reader.Texts("same_as", &alias.same_as);
  reader.Texts("same_as_for_remote_counters", &alias.same_as_for_remote_counters);
  reader.Text("role", &alias.role);
  reader.Texts("hosts", &alias.hosts);
  reader.Text("note", &alias.note);
  reader.Text("reference", &alias.reference);
  reader.Finish();
  if (IsAnyName(alias.process)) {
    reader.Wrong("process", "an alias is of one program; " + Quoted(alias.process) +
                                " is every process, so name the one that is meant");
  }
  return alias;
}

Fingerprint ReadFingerprint(const toml::table& table, Problems* problems) {
  TableReader reader(table, "", problems);
  Fingerprint fingerprint;
  reader.RequiredText("evidence", &fingerprint.evidence);
  reader.RequiredText("suggests", &fingerprint.suggests);
  reader.Text("reference", &fingerprint.reference);
  reader.Finish();
  return fingerprint;
}

// Calls `read` with each table of the list `key` ([[key]] in the file).
template <class Read>
void ForEachTable(std::string_view key, TableReader* root, Problems* problems, const Read& read) {
  const toml::node* node = root->Take(key);
  if (node == nullptr) return;
  const toml::array* list = node->as_array();
  const std::string head = "[[" + std::string(key) + "]]";
  if (list == nullptr) {
    return root->Wrong(key, "each " + std::string(key) + " begins with a line " + head);
  }
  if (list->size() > kMaxRulesIssues) {
    return root->Wrong(
        key, "more than " + std::to_string(kMaxRulesIssues) + " of " + head + "; split the file");
  }
  for (const toml::node& item : *list) {
    if (const toml::table* table = item.as_table()) {
      read(*table);
    } else {
      problems->Add(item.source(), "each " + std::string(key) + " begins with a line " + head);
    }
  }
}

void ReadRoot(const toml::table& table, Problems* problems, RulesFile* out) {
  TableReader root(table, "", problems);
  std::string family;
  root.RequiredText("family", &family);
  std::map<std::string, size_t> lines;  // of ids, lower case
  ForEachTable("issue", &root, problems, [&](const toml::table& one) {
    const size_t before = problems->seen();
    KnownIssue issue = ReadIssue(one, family, problems);
    const auto [first, is_new] = lines.emplace(ToLower(issue.id), issue.where.line);
    if (!is_new && !issue.id.empty()) {
      problems->Add(issue.where, "the id " + Quoted(issue.id) + " is already at line " +
                                     std::to_string(first->second) + "; give each issue its own");
    }
    if (problems->seen() == before) out->issues.push_back(std::move(issue));
  });
  ForEachTable("alias", &root, problems, [&](const toml::table& one) {
    const size_t before = problems->seen();
    ProcessAlias alias = ReadAlias(one, problems);
    if (problems->seen() == before) out->aliases.push_back(std::move(alias));
  });
  ForEachTable("fingerprint", &root, problems, [&](const toml::table& one) {
    const size_t before = problems->seen();
    Fingerprint fingerprint = ReadFingerprint(one, problems);
    if (problems->seen() == before) out->fingerprints.push_back(std::move(fingerprint));
  });
  root.Finish();
}

bool IsUtf16(std::string_view text) {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
}

// What must hold before toml++ may see the text.
bool WithinLimits(std::string_view text, Problems* problems) {
  if (IsUtf16(text)) {
    problems->Add({problems->file(), 1, 1}, "the file is UTF-16; save it as UTF-8");
    return false;
  }
  if (text.size() > kMaxRulesBytes) {
    problems->Add({problems->file(), 0, 0}, "larger than " + std::to_string(kMaxRulesBytes >> 20) +
                                                " MB; a rules file is text of a few hundred KB");
    return false;
  }
  size_t line = 1, begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view one = text.substr(begin, end - begin);
    const auto dots = static_cast<size_t>(std::count(one.begin(), one.end(), '.'));
    if (one.size() > kMaxRulesLineBytes || dots > kMaxRulesLineDots) {
      problems->Add({problems->file(), line, 1},
                    "the line is longer than " + std::to_string(kMaxRulesLineBytes) +
                        " bytes or has more than " + std::to_string(kMaxRulesLineDots) +
                        " dots; break it");
      return false;
    }
    begin = end + 1;
    ++line;
  }
  return true;
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
  Problems problems(&file);
  if (!WithinLimits(text, &problems)) return file;
  const toml::parse_result parsed = toml::parse(text, std::string_view(name));
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    problems.Add(error.source(), "not TOML: " + Printable(error.description()));
    return file;
  }
  ReadRoot(parsed.table(), &problems, &file);
  std::stable_sort(file.problems.begin(), file.problems.end(), [](const auto& a, const auto& b) {
    return std::pair(a.where.line, a.where.column) < std::pair(b.where.line, b.where.column);
  });
  return file;
}

}  // namespace perfleak
