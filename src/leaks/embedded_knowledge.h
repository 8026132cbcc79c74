// The files of src/leaks/knowledge as they were when the program was built.
#ifndef PERFLEAK_LEAKS_EMBEDDED_KNOWLEDGE_H_
#define PERFLEAK_LEAKS_EMBEDDED_KNOWLEDGE_H_

#include <string_view>

namespace perfleak {

// For DecodeRules; the files sorted by name. Made by make_knowledge.
std::string_view EmbeddedKnowledge();

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_EMBEDDED_KNOWLEDGE_H_
