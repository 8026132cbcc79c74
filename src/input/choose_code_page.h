// In which ANSI code page a log was written, told from the names of its counters.
#ifndef PERFLEAK_INPUT_CHOOSE_CODE_PAGE_H_
#define PERFLEAK_INPUT_CHOOSE_CODE_PAGE_H_

#include <optional>
#include <string_view>

#include "input/code_page.h"

namespace perfleak {

// The page in which `bytes`, a piece of a log with its header or some of it, has most names that
// Windows writes in a language of that page. nullopt if it has none in any.
std::optional<CodePage> ChooseCodePage(std::string_view bytes);

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_CHOOSE_CODE_PAGE_H_
