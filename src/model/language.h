// The languages in which Windows names its counters and perfleak knows them.
#ifndef PERFLEAK_MODEL_LANGUAGE_H_
#define PERFLEAK_MODEL_LANGUAGE_H_

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace perfleak {

// docs/languages.md says how much of each is known.
enum class Language {
  kEnglish,
  kGerman,
  kFrench,
  kSpanish,
  kPortugueseBrazil,
  kPortuguesePortugal,
  kItalian,
  kDutch,
  kRussian,
  kPolish,
  kCzech,
  kSwedish,
  kTurkish,
  kHungarian,
  kJapanese,
  kChineseSimplified,
  kChineseTraditional,
  kKorean
};

struct LanguageInfo {
  Language language;
  std::string_view code;  // of --language and reports: "pt-br"
  std::string_view name;  // in English: "Portuguese (Brazil)"
  int code_page;          // in which Windows of this language writes ANSI text: 1252
};

inline constexpr std::array<LanguageInfo, 18> kLanguages = {{
    {Language::kEnglish, "en", "English", 1252},
    {Language::kGerman, "de", "German", 1252},
    {Language::kFrench, "fr", "French", 1252},
    {Language::kSpanish, "es", "Spanish", 1252},
    {Language::kPortugueseBrazil, "pt-br", "Portuguese (Brazil)", 1252},
    {Language::kPortuguesePortugal, "pt-pt", "Portuguese (Portugal)", 1252},
    {Language::kItalian, "it", "Italian", 1252},
    {Language::kDutch, "nl", "Dutch", 1252},
    {Language::kRussian, "ru", "Russian", 1251},
    {Language::kPolish, "pl", "Polish", 1250},
    {Language::kCzech, "cs", "Czech", 1250},
    {Language::kSwedish, "sv", "Swedish", 1252},
    {Language::kTurkish, "tr", "Turkish", 1254},
    {Language::kHungarian, "hu", "Hungarian", 1250},
    {Language::kJapanese, "ja", "Japanese", 932},
    {Language::kChineseSimplified, "zh-cn", "Chinese (simplified)", 936},
    {Language::kChineseTraditional, "zh-tw", "Chinese (traditional)", 950},
    {Language::kKorean, "ko", "Korean", 949},
}};

constexpr const LanguageInfo& InfoOf(Language language) {
  return kLanguages[static_cast<size_t>(language)];
}

// By code, without case; nullopt for a code that is none of the above.
std::optional<Language> LanguageFromCode(std::string_view code);

// "en, de, fr, ...", all of them.
std::string LanguageCodes();

}  // namespace perfleak

#endif  // PERFLEAK_MODEL_LANGUAGE_H_
