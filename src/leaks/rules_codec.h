// Rules as bytes and back: how the knowledge base travels from its TOML files, which are parsed and
// checked when perfleak is built, into the program. The bytes are no format to keep: the program
// reads only what was written by the same build, so they have no version, and wrong ones are our
// own mistake.
#ifndef PERFLEAK_LEAKS_RULES_CODEC_H_
#define PERFLEAK_LEAKS_RULES_CODEC_H_

#include <string>
#include <string_view>
#include <vector>

#include "leaks/rules_file.h"

namespace perfleak {

// Requires files without problems.
std::string EncodeRules(const std::vector<RulesFile>& files);

// Requires bytes of EncodeRules. Cost: about that of copying them.
std::vector<RulesFile> DecodeRules(std::string_view bytes);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_RULES_CODEC_H_
