#include "model/name_translator.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "model/localized_names.h"

namespace perfleak {
namespace {

constexpr int kVotesOfPair = 2;
constexpr int kVotesOfObject = 1;

std::string KeyOf(const CounterPath& path) { return path.object + '\t' + path.counter; }

std::string FullKeyOf(const CounterPath& path) {
  return ToLower(path.machine) + '\t' + KeyOf(path);
}

size_t IndexOf(Language language) { return static_cast<size_t>(language); }

// Those with the most votes, none if there are no votes.
std::vector<Language> Winners(const LanguageVotes& votes) {
  const int most = *std::max_element(votes.begin(), votes.end());
  std::vector<Language> winners;
  for (const LanguageInfo& info : kLanguages) {
    if (most > 0 && votes[IndexOf(info.language)] == most) winners.push_back(info.language);
  }
  return winners;
}

// Objects have parents in English only, as far as ParseCounterPath knows.
void TakeApartAgain(CounterPath* path) {
  if (!path->has_instance) return;
  if (std::optional<CounterPath> again = ParseCounterPath(ToString(*path))) *path = *again;
}

}  // namespace

NameTranslator::Meanings NameTranslator::MeaningsOf(const CounterPath& path) {
  Meanings meanings;
  for (const LocalizedName& name : FindLocalizedCounter(path.object, path.counter)) {
    meanings.push_back({name.language, name.object, name.counter});
  }
  for (const LocalizedName& object : FindLocalizedObject(path.object)) {
    bool counter_known = false;
    for (const LocalizedName& name : FindLocalizedCounter(object.object, path.counter)) {
      if (name.language != object.language) continue;
      counter_known = true;
      meanings.push_back({name.language, name.object, name.counter});
    }
    if (!counter_known) meanings.push_back({object.language, object.object, {}});
  }
  return meanings;
}

const NameTranslator::Meanings& NameTranslator::Ask(const CounterPath& path) {
  const auto [found, is_new] = meanings_.try_emplace(KeyOf(path));
  if (is_new) found->second = MeaningsOf(path);
  return found->second;
}

NameTranslator::VotesByMachine NameTranslator::CountByMachine(
    std::span<const CounterPath* const> paths) {
  VotesByMachine votes_of_machine;
  std::set<std::pair<std::string, const Meanings*>> counted;
  for (const CounterPath* path : paths) {
    const Meanings& meanings = Ask(*path);
    if (meanings.empty()) continue;
    const std::string machine = ToLower(path->machine);
    if (!counted.emplace(machine, &meanings).second) continue;
    LanguageVotes& votes = votes_of_machine[machine];
    for (const Meaning& meaning : meanings) {
      votes[IndexOf(meaning.language)] += meaning.counter.empty() ? kVotesOfObject : kVotesOfPair;
    }
  }
  return votes_of_machine;
}

void NameTranslator::Learn(std::span<const CounterPath* const> paths) {
  for (const auto& [machine, votes] : CountByMachine(paths)) {
    if (!stated_) {
      languages_[machine] = Winners(votes);
    } else if (votes[IndexOf(*stated_)] > 0) {
      languages_[machine] = {*stated_};
    }
  }
}

LanguageVotes NameTranslator::Count(std::span<const CounterPath* const> paths) {
  LanguageVotes sum{};
  for (const auto& [machine, votes] : CountByMachine(paths)) {
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += votes[i];
  }
  return sum;
}

void NameTranslator::Take(const CounterPath& path, std::string_view object,
                          std::string_view counter) {
  taken_[FullKeyOf(path)] = {std::string(object),
                             counter.empty() ? path.counter : std::string(counter)};
}

NameTranslator::Outcome NameTranslator::Translate(CounterPath* path) const {
  if (!taken_.empty()) {
    const auto taken = taken_.find(FullKeyOf(*path));
    if (taken != taken_.end()) {
      path->object = taken->second.object;
      path->counter = taken->second.counter;
      return Outcome::kTranslated;
    }
  }
  if (languages_.empty()) return Outcome::kEnglish;
  const auto found = meanings_.find(KeyOf(*path));
  if (found == meanings_.end() || found->second.empty()) return Outcome::kEnglish;
  const auto spoken = languages_.find(ToLower(path->machine));
  if (spoken == languages_.end()) return Outcome::kEnglish;
  const std::vector<Language>& languages = spoken->second;
  Outcome outcome = Outcome::kEnglish;
  Meaning chosen{};
  for (const Meaning& meaning : found->second) {
    if (std::find(languages.begin(), languages.end(), meaning.language) == languages.end()) {
      continue;
    }
    if (outcome == Outcome::kEnglish) {
      outcome = Outcome::kTranslated;
      chosen = meaning;
    } else if (chosen.object != meaning.object) {
      return Outcome::kAmbiguous;
    } else if (chosen.counter != meaning.counter) {
      outcome = Outcome::kAmbiguous;
    }
  }
  if (outcome == Outcome::kEnglish) return outcome;
  path->object = chosen.object;
  if (outcome == Outcome::kTranslated && !chosen.counter.empty()) path->counter = chosen.counter;
  TakeApartAgain(path);
  return outcome;
}

std::vector<Language> NameTranslator::languages() const {
  std::set<Language> met;
  for (const auto& [machine, languages] : languages_) {
    if (!languages.empty()) met.insert(languages.front());
  }
  return {met.begin(), met.end()};
}

}  // namespace perfleak
