// What Windows calls objects and counters in other languages.
//
// The names are those of languages/*.tsv, which say where each is from. make_localized_names turns
// them into one sorted table when perfleak is built, so that nothing is read or parsed at run time.
#ifndef PERFLEAK_MODEL_LOCALIZED_NAMES_H_
#define PERFLEAK_MODEL_LOCALIZED_NAMES_H_

#include <span>
#include <string_view>

#include "model/language.h"

namespace perfleak {

struct LocalizedName {
  std::string_view key;  // folded: the object's name, or English object, tab, the counter's name
  Language language;
  std::string_view object;   // in English
  std::string_view counter;  // in English; empty if the name is the object's
};

// All names, sorted by key. Names that are English as well (FoldName apart) are not among them.
std::span<const LocalizedName> LocalizedNames();

// The objects that `name` means, in any language. Cost: a binary search.
std::span<const LocalizedName> FindLocalizedObject(std::string_view name);

// The counters of the object, given in English, that `name` means in any language.
std::span<const LocalizedName> FindLocalizedCounter(std::string_view english_object,
                                                    std::string_view name);

}  // namespace perfleak

#endif  // PERFLEAK_MODEL_LOCALIZED_NAMES_H_
