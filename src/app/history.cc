#include "app/history.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "base/text.h"
#include "fleet/store.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr size_t kNamesShown = 5;

// How many letters must be put in, taken out or exchanged (Levenshtein), without case.
size_t Distance(const std::string& a, const std::string& b) {
  const std::string from = ToLower(a), to = ToLower(b);
  std::vector<size_t> row(to.size() + 1);  // distances of the head of `from` to all heads of `to`
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < from.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 0; j < to.size(); ++j) {
      const size_t exchanged = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({exchanged, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

// Those that may have been meant.
std::vector<std::string> NearNames(const std::string& asked,
                                   const std::vector<std::string>& names) {
  const size_t wrong_letters = asked.size() < 4 ? 1 : 2;
  std::vector<std::string> near;
  for (const std::string& name : names) {
    if (ContainsIgnoreCase(name, asked) || Distance(asked, name) <= wrong_letters) {
      near.push_back(name);
    }
  }
  return near;
}

Error NothingFound(const HistoryOptions& options, const std::vector<std::string>& names) {
  const std::string what = options.store + ": has no history of " + options.asked + "; ";
  if (names.empty()) return {what + "nothing leaked on any machine in it."};
  const auto near = NearNames(options.asked, names);
  if (!near.empty()) return {what + "did you mean " + NameList(near, kNamesShown) + "?"};
  return {what + "it has " + NameList(names, kNamesShown) + "; name one, or a part of it with *."};
}

}  // namespace

Result<HistoryReport> History(const HistoryOptions& options) {
  const auto store = Store::OpenToRead(options.store);
  if (!store) return store.error();
  auto lines = (*store)->History(options.asked);
  if (!lines) return lines.error();
  if (lines->empty()) {
    const auto names = (*store)->KnownNames();
    return names ? NothingFound(options, *names) : names.error();
  }
  HistoryReport report;
  report.version = PERFLEAK_VERSION;
  report.store = options.store;
  report.asked = options.asked;
  report.lines = std::move(*lines);
  return report;
}

}  // namespace perfleak
