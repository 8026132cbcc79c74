#include "leaks/rules_table.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <utility>

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

struct RulesTable::Toml {
  using Items = std::vector<const toml::node*>;

  std::shared_ptr<const toml::table> table;
  std::vector<std::string> known;  // keys that were asked for

  const toml::node* Take(std::string_view key) {
    known.emplace_back(key);
    return table->get(key);
  }
  // What the list `key` of `own`, the table that this is of, holds.
  Items TakeItems(std::string_view key, const RulesTable& own) {
    const toml::node* node = Take(key);
    if (node == nullptr) return {};
    const toml::array* list = node->as_array();
    const std::string name = own.Name(key);
    if (list == nullptr) {
      own.Wrong(key, name + " must be a list: " + name + " = [\"...\", \"...\"]");
    } else if (list->size() > kMaxRulesListItems) {
      own.Wrong(key, name + " has " + std::to_string(list->size()) + " items; at most " +
                         std::to_string(kMaxRulesListItems) + " are allowed");
    } else {
      return ItemsOf(*list);
    }
    return {};
  }
  static Items ItemsOf(const toml::array& list) {
    Items items;
    for (const toml::node& item : list) items.push_back(&item);
    return items;
  }
  // Those of `items` that are tables; of each other one `message` is a problem.
  std::vector<RulesTable> TablesAmong(const Items& items, const std::string& path,
                                      const std::string& message, RulesProblems* problems) const;
  // A table within, which keeps the whole file alive.
  std::unique_ptr<Toml> Inner(const toml::table& inner) const {
    return std::make_unique<Toml>(Toml{std::shared_ptr<const toml::table>(table, &inner), {}});
  }
};

namespace {

RulesPosition PositionOf(const std::string& file, const toml::source_region& region) {
  return {file, region.begin.line, region.begin.column};
}

bool IsUtf16(std::string_view text) {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
}

// What must hold before toml++ may see the text.
bool WithinLimits(std::string_view text, RulesProblems* problems) {
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
  if (year < 0 || month < 0 || day < 0) return false;
  return std::chrono::year_month_day(std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)))
      .ok();
}

// `name` is the key's.
std::optional<std::string> TextOf(const toml::node& node, const std::string& name,
                                  RulesProblems* problems) {
  const auto wrong = [&](const std::string& message) {
    problems->Add(PositionOf(problems->file(), node.source()), name + message);
    return std::nullopt;
  };
  const auto* text = node.as_string();
  if (text == nullptr) return wrong(" must be text in quotes");
  if (text->get().size() > kMaxRulesTextBytes) {
    return wrong(" is longer than " + std::to_string(kMaxRulesTextBytes) + " bytes; shorten it");
  }
  std::string trimmed(Trim(text->get()));
  if (trimmed.empty()) return wrong(" is empty; write something or leave it out");
  return trimmed;
}

}  // namespace

std::vector<RulesTable> RulesTable::Toml::TablesAmong(const Items& items, const std::string& path,
                                                      const std::string& message,
                                                      RulesProblems* problems) const {
  std::vector<RulesTable> tables;
  for (const toml::node* item : items) {
    if (const toml::table* one = item->as_table()) {
      tables.push_back(RulesTable(Inner(*one), path, problems));
    } else {
      problems->Add(PositionOf(problems->file(), item->source()), message);
    }
  }
  return tables;
}

void RulesProblems::Add(RulesPosition where, std::string message) {
  ++seen_;
  if (file_->problems.size() < kMaxRulesProblems) {
    file_->problems.push_back({std::move(where), std::move(message)});
  }
}

std::string QuotedValue(std::string_view text) {
  return "\"" + Printable(Ellipsize(text, 60)) + "\"";
}

RulesTable::RulesTable(std::unique_ptr<Toml> toml, std::string path, RulesProblems* problems)
    : toml_(std::move(toml)), path_(std::move(path)), problems_(problems) {}
RulesTable::RulesTable(RulesTable&& other) noexcept = default;
RulesTable::~RulesTable() = default;

std::optional<RulesTable> RulesTable::Parse(std::string_view text, RulesProblems* problems) {
  if (!WithinLimits(text, problems)) return std::nullopt;
  toml::parse_result parsed = toml::parse(text, std::string_view(problems->file()));
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    problems->Add(PositionOf(problems->file(), error.source()),
                  "not TOML: " + Printable(error.description()));
    return std::nullopt;
  }
  auto table = std::make_shared<const toml::table>(std::move(parsed).table());
  return RulesTable(std::make_unique<Toml>(Toml{std::move(table), {}}), "", problems);
}

bool RulesTable::Has(std::string_view key) const { return toml_->table->get(key) != nullptr; }

bool RulesTable::empty() const { return toml_->table->empty(); }

RulesPosition RulesTable::Where() const {
  return PositionOf(problems_->file(), toml_->table->source());
}

void RulesTable::Wrong(std::string_view key, const std::string& message) const {
  const toml::node* node = toml_->table->get(key);
  problems_->Add(node ? PositionOf(problems_->file(), node->source()) : Where(), message);
}

std::optional<RulesTable::PlacedText> RulesTable::TakeText(std::string_view key) {
  const toml::node* node = toml_->Take(key);
  if (node == nullptr) return std::nullopt;
  auto text = TextOf(*node, Name(key), problems_);
  if (!text) return std::nullopt;
  return PlacedText{PositionOf(problems_->file(), node->source()), std::move(*text)};
}

std::vector<RulesTable::PlacedText> RulesTable::TakeTexts(std::string_view key) {
  std::vector<PlacedText> texts;
  for (const toml::node* item : toml_->TakeItems(key, *this)) {
    if (auto text = TextOf(*item, Name(key), problems_)) {
      texts.push_back({PositionOf(problems_->file(), item->source()), std::move(*text)});
    }
  }
  return texts;
}

void RulesTable::Text(std::string_view key, std::string* out) {
  if (auto text = TakeText(key)) *out = std::move(text->text);
}

void RulesTable::RequiredText(std::string_view key, std::string* out) {
  Text(key, out);
  if (!Has(key)) {
    Wrong(key, "the key " + Name(key) + " is missing; add " + Name(key) + " = \"...\"");
  }
}

void RulesTable::Texts(std::string_view key, std::vector<std::string>* out) {
  for (PlacedText& text : TakeTexts(key)) out->push_back(std::move(text.text));
}

void RulesTable::Day(std::string_view key, std::string* out) {
  Text(key, out);
  if (!out->empty() && !IsDay(*out)) {
    Wrong(key, Name(key) + " must be a day such as \"2005-07-08\", not " + QuotedValue(*out));
  }
}

void RulesTable::Flag(std::string_view key, bool* out) {
  const toml::node* node = toml_->Take(key);
  if (node == nullptr) return;
  if (const auto* flag = node->as_boolean()) {
    *out = flag->get();
  } else {
    Wrong(key, Name(key) + " must be true or false, without quotes");
  }
}

std::optional<double> RulesTable::Number(std::string_view key) {
  const toml::node* node = toml_->Take(key);
  const auto value = node ? node->value<double>() : std::nullopt;
  if (value && *value >= 0 && *value <= kMaxRulesNumber) return value;
  const bool large = value && std::isfinite(*value) && *value > kMaxRulesNumber;
  Wrong(key,
        Name(key) + (large ? " is above 1e15; is its unit right?" : " must be a number from 0 up"));
  return std::nullopt;
}

std::optional<double> RulesTable::OptionalNumber(std::string_view key) {
  if (Has(key)) return Number(key);
  toml_->Take(key);
  return std::nullopt;
}

std::optional<RulesTable> RulesTable::Table(std::string_view key) {
  const toml::node* node = toml_->Take(key);
  if (node == nullptr) return std::nullopt;
  const toml::table* table = node->as_table();
  if (table == nullptr) {
    Wrong(key, Name(key) + " must be a table: " + Name(key) + ".key = ...");
    return std::nullopt;
  }
  return RulesTable(toml_->Inner(*table), Name(key) + ".", problems_);
}

std::vector<RulesTable> RulesTable::Tables(std::string_view key) {
  return toml_->TablesAmong(toml_->TakeItems(key, *this), Name(key) + ".",
                            "each of " + Name(key) + " is a table: { key = \"...\", ... }",
                            problems_);
}

std::vector<RulesTable> RulesTable::Sections(std::string_view key) {
  const toml::node* node = toml_->Take(key);
  if (node == nullptr) return {};
  const toml::array* list = node->as_array();
  const std::string head = "[[" + std::string(key) + "]]";
  const std::string begins = "each " + std::string(key) + " begins with a line " + head;
  if (list == nullptr) {
    Wrong(key, begins);
  } else if (list->size() > kMaxRulesIssues) {
    Wrong(key, "more than " + std::to_string(kMaxRulesIssues) + " of " + head + "; split the file");
  } else {
    return toml_->TablesAmong(Toml::ItemsOf(*list), "", begins, problems_);
  }
  return {};
}

void RulesTable::Finish() const {
  const std::vector<std::string>& known = toml_->known;
  for (const auto& [key, node] : *toml_->table) {
    const std::string_view name = key.str();
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    problems_->Add(
        PositionOf(problems_->file(), key.source()),
        "unknown key " + QuotedValue(Name(name)) + "; the keys here are: " + Join(known, ", "));
  }
}

}  // namespace perfleak
