// The files of src/leaks/knowledge as they were when the program was built.
#ifndef PERFLEAK_LEAKS_EMBEDDED_KNOWLEDGE_H_
#define PERFLEAK_LEAKS_EMBEDDED_KNOWLEDGE_H_

#include <span>
#include <string_view>

namespace perfleak {

struct EmbeddedFile {
  std::string_view name;  // "exchange.toml"
  std::string_view text;
};

// Sorted by name. Made by cmake/EmbedText.cmake.
std::span<const EmbeddedFile> EmbeddedKnowledge();

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_EMBEDDED_KNOWLEDGE_H_
