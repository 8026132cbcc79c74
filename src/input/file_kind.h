// Names what a file is when it is no text log at all, and what to do about it.
#ifndef PERFLEAK_INPUT_FILE_KIND_H_
#define PERFLEAK_INPUT_FILE_KIND_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace perfleak {

// `head`: the first bytes as stored, 4 KiB are plenty. nullopt if they may be text.
// A binary log (.blg) gets the relog command that exports it, on a line of its own.
std::optional<Error> RecognizeForeignFile(const std::string& name, std::string_view head);

// The message for text in which no header of a log was found.
// `text`: the first bytes as UTF-8.
Error NotALog(const std::string& name, std::string_view text);

// `relog FILE -f CSV -o FILE.csv`, quoted where the name needs it.
std::string RelogCommand(const std::string& name);

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_FILE_KIND_H_
