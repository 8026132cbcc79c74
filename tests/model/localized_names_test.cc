#include "model/localized_names.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "model/fold_name.h"
#include "support/local_names.h"

using namespace perfleak;

namespace {

const std::filesystem::path kFolder = PERFLEAK_LANGUAGES_DIR;

using Meanings = std::set<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("the table is sorted and holds every name of every file") {
  const auto names = LocalizedNames();
  CHECK(std::is_sorted(names.begin(), names.end(),
                       [](const auto& a, const auto& b) { return a.key < b.key; }));
  for (const LanguageInfo& info : kLanguages) {
    for (const auto& [english, name] : ReadLocalNames(kFolder, info.code)) {
      const auto& [object, counter] = english;
      const bool same = FoldName(name) == FoldName(counter.empty() ? object : counter);
      const auto found =
          counter.empty() ? FindLocalizedObject(name) : FindLocalizedCounter(object, name);
      CAPTURE(name);
      CHECK(same != std::any_of(found.begin(), found.end(), [&](const LocalizedName& one) {
              return one.language == info.language && one.object == object &&
                     one.counter == counter;
            }));
    }
  }
}

// French: PAL has the same name for the size and for its peak. Who reads a log cannot tell which it
// is.
TEST_CASE("only two names have two meanings in an object of their language") {
  std::map<std::pair<std::string, Language>, Meanings> meanings;
  for (const LocalizedName& name : LocalizedNames()) {
    meanings[{std::string(name.key), name.language}].emplace(name.object, name.counter);
  }
  std::vector<std::string> ambiguous;
  for (const auto& [key, its_meanings] : meanings) {
    if (its_meanings.size() > 1) ambiguous.push_back(key.first);
  }
  CHECK(ambiguous == std::vector<std::string>{"process\tfichier d'echange (octets)",
                                              "process\ttaille virtuelle (octets)"});
}

TEST_CASE("no name in another language is the English name of something else") {
  std::map<std::string, std::set<std::string>> english;  // by object in English, folded
  for (const LocalizedName& name : LocalizedNames()) {
    english[""].insert(FoldName(name.object));
    english[FoldName(name.object)].insert(FoldName(name.counter));
  }
  for (const LocalizedName& name : LocalizedNames()) {
    const std::string key(name.key);
    CAPTURE(key);
    const std::string object = name.counter.empty() ? "" : FoldName(name.object);
    const std::string own = name.counter.empty() ? key : key.substr(key.find('\t') + 1);
    CHECK(english[object].count(own) == 0);
  }
}

TEST_CASE("languages are found by their codes, without case") {
  CHECK(LanguageFromCode("PT-br") == Language::kPortugueseBrazil);
  CHECK_FALSE(LanguageFromCode("pt"));
  CHECK_FALSE(LanguageFromCode(""));
  for (const LanguageInfo& info : kLanguages) {
    CHECK(LanguageFromCode(info.code) == info.language);
    CHECK(&InfoOf(info.language) == &info);
  }
  CHECK(LanguageCodes().starts_with("en, de, fr, es, pt-br"));
}
