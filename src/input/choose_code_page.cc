#include "input/choose_code_page.h"

#include <algorithm>
#include <string>
#include <vector>

#include "model/name_translator.h"

namespace perfleak {
namespace {

constexpr size_t kEnough = size_t{256} << 10;

void AddPath(std::string_view cell, std::vector<CounterPath>* paths) {
  if (auto path = ParseCounterPath(cell)) paths->push_back(std::move(*path));
}

// Counter paths in quotes, which is how Windows writes them; where there are none, cells that begin
// with a backslash.
std::vector<CounterPath> PathsIn(std::string_view text) {
  std::vector<CounterPath> paths;
  for (size_t at = text.find("\"\\"); at != std::string_view::npos; at = text.find("\"\\", at)) {
    const size_t end = text.find('"', ++at);
    if (end == std::string_view::npos) break;
    AddPath(text.substr(at, end - at), &paths);
    at = end;
  }
  if (!paths.empty()) return paths;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find_first_of(",;\t\r\n", at), text.size());
    if (text[at] == '\\') AddPath(text.substr(at, end - at), &paths);
    at = end + 1;
  }
  return paths;
}

// Of the language of this page that has most.
int MostVotes(const LanguageVotes& votes, CodePage page) {
  int most = 0;
  for (const LanguageInfo& info : kLanguages) {
    if (info.code_page != NumberOf(page)) continue;
    most = std::max(most, votes[static_cast<size_t>(info.language)]);
  }
  return most;
}

}  // namespace

std::optional<CodePage> ChooseCodePage(std::string_view bytes) {
  bytes = bytes.substr(0, kEnough);
  NameTranslator translator;
  std::optional<CodePage> best;
  int best_votes = 0;
  for (const CodePage page : kCodePages) {
    const CodePageDecoder decoder(page);
    if (decoder.page() != page) continue;
    std::string text;
    decoder.Append(bytes, true, &text);
    const std::vector<CounterPath> paths = PathsIn(text);
    std::vector<const CounterPath*> pointers;
    for (const CounterPath& path : paths) pointers.push_back(&path);
    const int votes = MostVotes(translator.Count(pointers), page);
    if (votes <= best_votes) continue;
    best = page;
    best_votes = votes;
  }
  return best;
}

}  // namespace perfleak
