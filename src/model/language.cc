#include "model/language.h"

#include <vector>

#include "base/text.h"

namespace perfleak {

std::optional<Language> LanguageFromCode(std::string_view code) {
  for (const LanguageInfo& info : kLanguages) {
    if (EqualsIgnoreCase(info.code, code)) return info.language;
  }
  return std::nullopt;
}

std::string LanguageCodes() {
  std::vector<std::string> codes;
  for (const LanguageInfo& info : kLanguages) codes.emplace_back(info.code);
  return Join(codes, ", ");
}

}  // namespace perfleak
