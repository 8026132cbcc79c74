// Every file of the fuzzing corpus, whole, cut at many places and with random bytes changed:
// whatever comes in, the reader ends, its counts add up and time goes forward.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "input/read_log.h"

using namespace perfleak;
using namespace perfleak::testing;

namespace {

struct CorpusFile {
  std::string name;
  std::string bytes;
};

std::vector<CorpusFile> Corpus() {
  std::vector<CorpusFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(PERFLEAK_CORPUS_DIR)) {
    std::ifstream in(entry.path(), std::ios::binary);
    files.push_back({entry.path().filename().string(),
                     {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}});
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

// What must hold of every input; the empty string, or what does not.
std::string Broken(const std::string& bytes) {
  const WholeLog log = ReadText(bytes);
  if (log.info.rows_read != log.info.rows_used + log.info.rows_dropped) return "rows do not add up";
  if (log.info.rows_used != log.rows.size()) return "used rows are not the rows given";
  for (size_t i = 1; i < log.rows.size(); ++i) {
    if (!(log.rows[i].t_s > log.rows[i - 1].t_s)) return "time does not go forward";
    if (log.rows[i].line <= log.rows[i - 1].line) return "lines do not go forward";
  }
  if (!log.error.empty() && log.error.find("log.csv") != 0) return "an error without the file";
  return "";
}

}  // namespace

TEST_CASE("the corpus is there and every file of it that is a log gives rows") {
  const auto corpus = Corpus();
  REQUIRE(corpus.size() >= 25);
  for (const CorpusFile& file : corpus) {
    const WholeLog log = ReadText(file.bytes);
    CHECK_MESSAGE(log.rows.empty() == file.name.starts_with("none-"), file.name);
  }
}

TEST_CASE("every corpus file cut anywhere is read without trouble") {
  for (const CorpusFile& file : Corpus()) {
    const size_t step = std::max<size_t>(file.bytes.size() / 100, 1);
    for (size_t size = 0; size <= file.bytes.size(); size += step) {
      const std::string broken = Broken(file.bytes.substr(0, size));
      CHECK_MESSAGE(broken.empty(), file.name << " cut to " << size << ": " << broken);
    }
  }
}

TEST_CASE("every corpus file with bytes changed is read without trouble") {
  std::mt19937 random(20260101);
  for (const CorpusFile& file : Corpus()) {
    if (file.bytes.empty()) continue;
    for (int round = 0; round < 50; ++round) {
      std::string bytes = file.bytes;
      for (auto flips = 1 + random() % 8; flips > 0; --flips) {
        bytes[random() % bytes.size()] =
            random() % 2 == 0 ? "\",\r\n\0\\( "[random() % 8] : static_cast<char>(random() % 256);
      }
      const std::string broken = Broken(bytes);
      CHECK_MESSAGE(broken.empty(), file.name << " round " << round << ": " << broken);
    }
  }
}
