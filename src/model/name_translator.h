// Counter paths of a Windows in another language, told in English.
//
// What language a machine speaks is decided from its paths: each different pair of object and
// counter that the dictionary (model/localized_names.h) knows in a language is a vote for it, an
// object alone half a vote, and most votes win. English names work beside those of any language. A
// name with two meanings in the language of its machine is not translated.
#ifndef PERFLEAK_MODEL_NAME_TRANSLATOR_H_
#define PERFLEAK_MODEL_NAME_TRANSLATOR_H_

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/counter_path.h"
#include "model/language.h"

namespace perfleak {

// Votes by Language.
using LanguageVotes = std::array<int, kLanguages.size()>;

class NameTranslator {
 public:
  enum class Outcome { kEnglish, kTranslated, kAmbiguous };

  // `stated`: what all machines speak, whatever their names look like.
  explicit NameTranslator(std::optional<Language> stated = std::nullopt) : stated_(stated) {}

  // Takes the paths of one header. A machine without votes in this header keeps the language it
  // had. Cost: a hash and a look-up per path; the dictionary is asked once per different name.
  void Learn(std::span<const CounterPath* const> paths);

  // The votes of `paths` without learning them, all machines together.
  LanguageVotes Count(std::span<const CounterPath* const> paths);

  // From now on `path`'s object, and its counter where `counter` is not empty, are those of English
  // Windows, on its machine.
  void Take(const CounterPath& path, std::string_view object, std::string_view counter);

  // Puts object and counter into English. kEnglish: left as it is, because it is English or not
  // known. kAmbiguous: the counter, or both, left as they are.
  Outcome Translate(CounterPath* path) const;

  // Languages other than English in which Translate has found names, as learned: sorted by their
  // place in kLanguages.
  std::vector<Language> languages() const;

 private:
  struct Meaning {
    Language language;
    std::string_view object;
    std::string_view counter;  // empty: the object is known, the counter is not
  };
  using Meanings = std::vector<Meaning>;

  using VotesByMachine = std::unordered_map<std::string, LanguageVotes>;

  static Meanings MeaningsOf(const CounterPath& path);
  const Meanings& Ask(const CounterPath& path);
  VotesByMachine CountByMachine(std::span<const CounterPath* const> paths);

  struct Taken {
    std::string object, counter;
  };

  std::optional<Language> stated_;
  std::unordered_map<std::string, Taken> taken_;        // by machine, object, counter
  std::unordered_map<std::string, Meanings> meanings_;  // by object, tab, counter
  // By machine in lower case: the languages that have most votes. More than one if they cannot be
  // told apart.
  std::unordered_map<std::string, std::vector<Language>> languages_;
};

}  // namespace perfleak

#endif  // PERFLEAK_MODEL_NAME_TRANSLATOR_H_
