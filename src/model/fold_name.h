// Names of counters in a form in which spellings of one name are equal.
#ifndef PERFLEAK_MODEL_FOLD_NAME_H_
#define PERFLEAK_MODEL_FOLD_NAME_H_

#include <string>
#include <string_view>

namespace perfleak {

// UTF-8 `name` in lower case and without the marks of Latin letters ("Größe" is "grosse", "Paměť"
// is "pamet", "ı" and "İ" are "i"), Cyrillic and Greek in lower case, full-width forms as ASCII,
// every kind of blank as one blank, typographic quotes and dashes as ASCII. Other characters and
// bytes that are not UTF-8 stay. FoldName(FoldName(x)) is FoldName(x).
std::string FoldName(std::string_view name);

}  // namespace perfleak

#endif  // PERFLEAK_MODEL_FOLD_NAME_H_
