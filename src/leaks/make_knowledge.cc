// make_knowledge OUTPUT.cc a.toml b.toml ...
//
// Writes the bytes behind EmbeddedKnowledge(). What is wrong with the files is said as of a user's
// rules, and is an error: a mistake in the knowledge base breaks the build, not the program.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leaks/knowledge_base.h"
#include "leaks/rules_codec.h"
#include "leaks/rules_file.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;

RulesFile ReadRules(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  RulesFile file = ParseRules(text, path.filename().string());
  file.built_in = true;
  return file;
}

// Says what is wrong with the files, alone and beside one another.
bool AreValid(const std::vector<RulesFile>& files, const fs::path& folder) {
  KnowledgeBase base;
  bool valid = true;
  for (const RulesFile& file : files) {
    for (const RulesProblem& problem : base.Add(file)) {
      std::fprintf(stderr, "%s\n", (folder / ToString(problem)).c_str());
      valid = false;
    }
  }
  return valid;
}

// As lines of a string literal. Octal escapes end after three digits, whatever follows.
void WriteLiteral(std::string_view bytes, std::ostream& out) {
  constexpr size_t kBytesPerLine = 64;
  for (size_t begin = 0; begin < bytes.size(); begin += kBytesPerLine) {
    out << "\n    \"";
    for (const char c : bytes.substr(begin, kBytesPerLine)) {
      if (c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '?') {
        out << c;
        continue;
      }
      const auto byte = static_cast<unsigned char>(c);
      out << '\\' << byte / 64 << byte / 8 % 8 << byte % 8;
    }
    out << '"';
  }
}

void WriteCode(std::string_view bytes, std::ostream& out) {
  out << "#include \"leaks/embedded_knowledge.h\"\n\nnamespace perfleak {\nnamespace {\n\n"
      << "constexpr char kBytes[] =";
  WriteLiteral(bytes, out);
  out << ";\n\n}  // namespace\n\n"
      << "std::string_view EmbeddedKnowledge() { return {kBytes, sizeof kBytes - 1}; }\n\n"
      << "}  // namespace perfleak\n";
}

int MakeKnowledge(const fs::path& output, std::vector<fs::path> inputs) {
  std::sort(inputs.begin(), inputs.end());
  std::vector<RulesFile> files;
  for (const fs::path& path : inputs) files.push_back(ReadRules(path));
  if (!AreValid(files, inputs.front().parent_path())) return 1;
  std::ofstream out(output, std::ios::binary);
  WriteCode(EncodeRules(files), out);
  out.close();
  return out.good() ? 0 : 1;
}

}  // namespace
}  // namespace perfleak

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("make_knowledge OUTPUT.cc a.toml b.toml ...\n", stderr);
    return 1;
  }
  return perfleak::MakeKnowledge(argv[1], {argv + 2, argv + argc});
}
