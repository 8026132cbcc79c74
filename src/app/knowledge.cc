#include "app/knowledge.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "leaks/built_in_knowledge.h"
#include "leaks/rules_file.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;

// At most one byte more than a rules file may have: the loader says that it is too large.
Result<std::string> ReadRulesText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{path + ": cannot be opened: " + std::strerror(errno) + "."};
  std::string text(kMaxRulesBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return Error{path + ": reading failed."};
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

bool IsRulesFile(const fs::directory_entry& entry) {
  std::error_code ignored;
  return entry.is_regular_file(ignored) &&
         EqualsIgnoreCase(entry.path().extension().string(), ".toml");
}

// The file, or the rules files of the folder by name.
Result<std::vector<std::string>> RulesFiles(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  fs::directory_iterator entry(path, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (IsRulesFile(*entry)) files.push_back(entry->path().string());
  }
  if (error) return Error{path + ": cannot be listed: " + error.message() + "."};
  if (files.empty()) return Error{path + ": no file here ends in .toml."};
  std::sort(files.begin(), files.end());
  return files;
}

std::string AsLines(const std::vector<RulesProblem>& problems) {
  std::vector<std::string> lines;
  for (const RulesProblem& problem : problems) lines.push_back(ToString(problem));
  return Join(lines, "\n");
}

constexpr size_t kMostTagBytes = 4;

// Tags are bytes: those above ASCII are rare, and only blanks or a control character are a slip.
bool IsPoolTag(const std::string& text) {
  const bool prints = std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7F';
  });
  return prints && !Trim(text).empty() && text.size() <= kMostTagBytes;
}

// The source may hold a colon, the number does not.
std::optional<IssueEvent> ReadEvent(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  IssueEvent event{std::string(Trim(text.substr(0, colon))), 0};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, event.id);
  if (error != std::errc() || stop != end || event.source.empty()) return std::nullopt;
  return event;
}

}  // namespace

Result<size_t> AddRules(const std::string& path, KnowledgeBase* base) {
  const auto files = RulesFiles(path);
  if (!files) return files.error();
  const size_t before = base->issues().size();
  std::vector<RulesProblem> problems;
  for (const std::string& file : *files) {
    const auto text = ReadRulesText(file);
    if (!text) return text.error();
    auto found = base->Add(ParseRules(*text, file));
    std::move(found.begin(), found.end(), std::back_inserter(problems));
  }
  if (!problems.empty()) return Error{AsLines(problems)};
  return base->issues().size() - before;
}

Result<KnownFacts> ReadKnownFacts(const std::vector<std::string>& events,
                                  const std::vector<std::string>& pool_tags) {
  KnownFacts facts;
  for (const std::string& text : events) {
    const auto event = ReadEvent(text);
    if (!event) {
      return Error{"--event " + text + ": not an event. Write its source and number as Srv:2019."};
    }
    facts.events.push_back(*event);
  }
  for (const std::string& tag : pool_tags) {
    if (!IsPoolTag(tag)) {
      return Error{"--pool-tag " + tag +
                   ": not a pool tag. Write its one to four characters as poolmon shows them."};
    }
    facts.pool_tags.push_back(tag);
  }
  return facts;
}

Result<KnowledgeBase> LoadKnowledge(const std::vector<std::string>& rules) {
  KnowledgeBase base = BuiltInKnowledge();
  for (const std::string& path : rules) {
    if (const auto added = AddRules(path, &base); !added) return added.error();
  }
  return base;
}

}  // namespace perfleak
