// Small helpers on UTF-8 text: ASCII case folding, trimming, wildcards, width on a terminal.
#ifndef PERFLEAK_BASE_TEXT_H_
#define PERFLEAK_BASE_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace perfleak {

// ASCII letters to lower case; other bytes unchanged. Windows compares counter names without case.
std::string ToLower(std::string_view text);
bool EqualsIgnoreCase(std::string_view a, std::string_view b);
bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix);
bool EndsWithIgnoreCase(std::string_view text, std::string_view suffix);
bool ContainsIgnoreCase(std::string_view text, std::string_view part);

// Without blanks, tabs, CR and LF at either end.
std::string_view Trim(std::string_view text);

std::string Join(const std::vector<std::string>& parts, std::string_view separator);

// `pattern` with * (any run of characters) and ? (any one byte) against the whole of `text`, ASCII
// letters without case. Linear in practice: O(len(text) * number of stars) at worst.
bool WildcardMatch(std::string_view pattern, std::string_view text);

// Columns that UTF-8 `text` takes on a terminal: 1 a code point, 2 for East Asian wide ones, 0 for
// combining marks.
size_t DisplayWidth(std::string_view text);

// `text` shortened to at most `width` columns, the cut marked with an ellipsis. Never cuts inside a
// code point.
std::string Ellipsize(std::string_view text, size_t width);

// `text` broken at blanks into lines of at most `width` columns; a longer word stands alone.
std::vector<std::string> WrapWords(std::string_view text, size_t width);

// `text` with control characters, characters that nobody sees and bytes that are not UTF-8 shown as
// \xNN, so that a name from a log can neither drive the terminal that shows it nor pass for another.
std::string Printable(std::string_view text);

}  // namespace perfleak

#endif  // PERFLEAK_BASE_TEXT_H_
