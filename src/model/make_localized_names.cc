// make_localized_names OUTPUT.cc de.tsv fr.tsv ...
//
// Writes the table behind LocalizedNames(). A line of an input is English object, tab, English
// counter or nothing, tab, name; the file's name is the code of the language; # begins a comment.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "model/fold_name.h"
#include "model/language.h"

namespace perfleak {
namespace {

struct Row {
  std::string key;
  size_t language = 0;
  std::string object;
  std::string counter;

  friend bool operator<(const Row& a, const Row& b) {
    return std::tie(a.key, a.language, a.object, a.counter) <
           std::tie(b.key, b.language, b.object, b.counter);
  }
};

std::string KeyOf(const std::string& object, const std::string& counter, const std::string& name) {
  return counter.empty() ? FoldName(name) : FoldName(object) + '\t' + FoldName(name);
}

// False if a line cannot be understood.
bool ReadLanguage(const std::filesystem::path& path, std::set<Row>* rows) {
  const auto language = LanguageFromCode(path.stem().string());
  std::ifstream file(path);
  if (!language || !file) return false;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    const size_t first = line.find('\t');
    const size_t second = line.find('\t', first + 1);
    if (first == std::string::npos || second == std::string::npos) return false;
    const std::string object = line.substr(0, first);
    const std::string counter = line.substr(first + 1, second - first - 1);
    const std::string key = KeyOf(object, counter, line.substr(second + 1));
    const std::string english = KeyOf(object, counter, counter.empty() ? object : counter);
    if (key != english) rows->insert({key, static_cast<size_t>(*language), object, counter});
  }
  return true;
}

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '\t') {
      quoted += "\\t";
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

void WriteTable(const std::set<Row>& rows, std::ostream& out) {
  out << "#include \"model/localized_names.h\"\n\nnamespace perfleak {\nnamespace {\n\n"
      << "constexpr LocalizedName kNames[] = {\n";
  for (const Row& row : rows) {
    out << "    {" << Quoted(row.key) << ", Language{" << row.language << "}, "
        << Quoted(row.object) << ", " << Quoted(row.counter) << "},\n";
  }
  out << "};\n\n}  // namespace\n\n"
      << "std::span<const LocalizedName> LocalizedNames() { return kNames; }\n\n"
      << "}  // namespace perfleak\n";
}

}  // namespace
}  // namespace perfleak

int main(int argc, char** argv) {
  std::set<perfleak::Row> rows;
  for (int i = 2; i < argc; ++i) {
    if (!perfleak::ReadLanguage(argv[i], &rows)) {
      std::cerr << argv[i] << ": not a file of names\n";
      return 1;
    }
  }
  if (rows.empty()) return 1;
  std::ofstream out(argv[1]);
  perfleak::WriteTable(rows, out);
  return out.good() ? 0 : 1;
}
