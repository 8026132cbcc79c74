// One table of a rules file: takes its keys out, each as what it must be, and says what is wrong
// with them and where. The only door to toml++.
#ifndef PERFLEAK_LEAKS_RULES_TABLE_H_
#define PERFLEAK_LEAKS_RULES_TABLE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "leaks/known_issue.h"
#include "leaks/rules_file.h"

namespace perfleak {

// Collects problems up to the limit; what comes after it is only counted.
class RulesProblems {
 public:
  explicit RulesProblems(RulesFile* file) : file_(file) {}

  void Add(RulesPosition where, std::string message);
  size_t seen() const { return seen_; }
  const std::string& file() const { return file_->name; }

 private:
  RulesFile* file_;
  size_t seen_ = 0;
};

// A value as a message shows it.
std::string QuotedValue(std::string_view text);

class RulesTable {
 public:
  // The table that is the whole file; nullopt, with a problem, if it is no TOML or beyond the
  // limits. `problems` must outlive it and all tables in it.
  static std::optional<RulesTable> Parse(std::string_view text, RulesProblems* problems);
  RulesTable(RulesTable&& other) noexcept;
  ~RulesTable();

  bool Has(std::string_view key) const;
  bool empty() const;
  RulesPosition Where() const;
  // A key as messages name it: with the tables it is in ("fix.type").
  std::string Name(std::string_view key) const { return path_ + std::string(key); }
  // Adds a problem where the key stands, or where the table begins if it is missing.
  void Wrong(std::string_view key, const std::string& message) const;

  // Each of these leaves `out` as it is, or returns nothing, where the key is missing; where it is
  // not what it must be, there is a problem too.
  void Text(std::string_view key, std::string* out);
  void RequiredText(std::string_view key, std::string* out);  // a problem if it is missing
  void Texts(std::string_view key, std::vector<std::string>* out);
  void Day(std::string_view key, std::string* out);  // yyyy-mm-dd
  void Flag(std::string_view key, bool* out);
  template <class E>
  void Word(std::string_view key, E* out);  // of WordsOf<E>()
  template <class E>
  void Words(std::string_view key, std::vector<E>* out);
  // Required: not negative, at most kMaxRulesNumber.
  std::optional<double> Number(std::string_view key);
  std::optional<double> OptionalNumber(std::string_view key);
  std::optional<RulesTable> Table(std::string_view key);
  std::vector<RulesTable> Tables(std::string_view key);    // key = [{ ... }, { ... }]
  std::vector<RulesTable> Sections(std::string_view key);  // [[key]], each a world of its own

  // After all keys were asked for: every other one is a problem.
  void Finish() const;

 private:
  struct Toml;
  struct PlacedText {
    RulesPosition where;
    std::string text;
  };

  RulesTable(std::unique_ptr<Toml> toml, std::string path, RulesProblems* problems);

  std::optional<PlacedText> TakeText(std::string_view key);
  std::vector<PlacedText> TakeTexts(std::string_view key);
  template <class E>
  std::optional<E> WordOf(std::string_view key, const PlacedText& word) const;

  std::unique_ptr<Toml> toml_;
  std::string path_;
  RulesProblems* problems_;
};

template <class E>
std::string AllWords() {
  std::vector<std::string> words;
  for (const EnumWord<E>& entry : WordsOf<E>()) words.emplace_back(entry.word);
  return Join(words, ", ");
}

template <class E>
std::optional<E> RulesTable::WordOf(std::string_view key, const PlacedText& word) const {
  const auto value = FromWord<E>(word.text);
  if (!value) {
    problems_->Add(word.where, Name(key) + " cannot be " + QuotedValue(word.text) +
                                   "; it is one of: " + AllWords<E>());
  }
  return value;
}

template <class E>
void RulesTable::Word(std::string_view key, E* out) {
  if (const auto word = TakeText(key)) *out = WordOf<E>(key, *word).value_or(*out);
}

template <class E>
void RulesTable::Words(std::string_view key, std::vector<E>* out) {
  for (const PlacedText& word : TakeTexts(key)) {
    if (const auto value = WordOf<E>(key, word)) out->push_back(*value);
  }
}

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_RULES_TABLE_H_
