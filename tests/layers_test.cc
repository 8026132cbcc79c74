// The layers of src include one another in one direction only; src/LAYERS says which.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace perfleak {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = PERFLEAK_SOURCE_DIR;

std::map<std::string, std::set<std::string>> ReadLayers() {
  std::map<std::string, std::set<std::string>> layers;
  std::ifstream file(kSource / "src" / "LAYERS");
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find(':');
    if (line.starts_with("#") || colon == std::string::npos) continue;
    const std::string layer = line.substr(0, colon);
    layers[layer] = {layer};
    std::istringstream names(line.substr(colon + 1));
    for (std::string name; names >> name;) layers[layer].insert(name);
  }
  return layers;
}

std::vector<fs::path> SourcesBelow(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension();
    if (extension == ".h" || extension == ".cc") files.push_back(entry.path());
  }
  return files;
}

// The text between the quotes or brackets of each #include.
std::vector<std::string> IncludesOf(const fs::path& file) {
  std::vector<std::string> includes;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with("#include ")) continue;
    const size_t end = line.find_first_of("\">", 10);
    includes.push_back(line.substr(10, end - 10));
  }
  return includes;
}

TEST_CASE("every include goes to a layer that src/LAYERS allows") {
  const auto layers = ReadLayers();
  REQUIRE(layers.size() >= 8);
  for (const auto& entry : fs::directory_iterator(kSource / "src")) {
    if (!entry.is_directory()) continue;
    const std::string layer = entry.path().filename();
    CAPTURE(layer);
    REQUIRE(layers.contains(layer));
    for (const fs::path& file : SourcesBelow(entry.path())) {
      for (const std::string& include : IncludesOf(file)) {
        const std::string target = include.substr(0, include.find('/'));
        if (!layers.contains(target)) continue;  // a library's
        CAPTURE(file.string());
        CAPTURE(include);
        CHECK(layers.at(layer).contains(target));
      }
    }
  }
}

// `doors`: beginnings of names, separated by blanks.
bool IsBehind(const std::string& doors, const std::string& name) {
  std::istringstream words(doors);
  for (std::string door; words >> door;) {
    if (name.starts_with(door)) return true;
  }
  return false;
}

TEST_CASE("each library has one door") {
  // zstd has two: what is unpacked comes from users, the digests are ours.
  const std::map<std::string, std::string> door_of = {
      {"libfccp/", "src/input/"},
      {"Eigen/", "src/trend/"},
      {"boost/math/", "src/trend/"},
      {"CLI/", "src/app/command_line.cc"},
      {"nlohmann/", "src/report/"},
      {"toml++/", "src/leaks/rules_table.cc"},
      {"archive", "src/input/archive.cc"},
      {"sqlite3.h", "src/fleet/sqlite.cc"},
      {"isa-l/", "src/input/gzip_decoder.cc"},
      {"iconv.h", "src/input/code_page.cc"},
      {"zstd.h", "src/fleet/digest_codec.cc src/input/zstd_decoder.cc"},
      {"xxhash.h", "src/input/"}};
  for (const fs::path& file : SourcesBelow(kSource / "src")) {
    const std::string name = fs::relative(file, kSource).generic_string();
    for (const std::string& include : IncludesOf(file)) {
      for (const auto& [library, door] : door_of) {
        CAPTURE(name);
        CAPTURE(include);
        if (include.starts_with(library)) CHECK(IsBehind(door, name));
      }
    }
  }
}

}  // namespace
}  // namespace perfleak
