#include "input/file_finder.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "input/byte_source.h"
#include "input/container_kind.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;

// Windows programs write either slash.
std::string WithSlashes(std::string_view text) {
  std::string result(text);
  std::replace(result.begin(), result.end(), '\\', '/');
  return result;
}

// Against the last part of the name, or the last parts if the pattern has a slash.
bool Matches(const std::string& pattern, const std::string& name) {
  if (pattern.find('/') == std::string::npos) {
    return WildcardMatch(pattern, std::string_view(name).substr(name.rfind('/') + 1));
  }
  for (size_t at = 0;; ++at) {
    if (WildcardMatch(pattern, std::string_view(name).substr(at))) return true;
    at = name.find('/', at);
    if (at == std::string::npos) return false;
  }
}

bool MatchesAny(const std::vector<std::string>& patterns, const std::string& name) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return Matches(WithSlashes(pattern), name);
  });
}

// "Permission denied" and the like as a file that cannot be opened has it.
std::string ErrorOf(const fs::path& path, const std::error_code& error) {
  return CannotBeOpened(path.native(), error.value()).message;
}

class Finder {
 public:
  explicit Finder(const FileFilter& filter) : filter_(filter) {}

  void Find(const std::string& path) {
    std::error_code error;
    const fs::file_status status = path == "-" ? fs::file_status() : fs::status(path, error);
    if (path == "-") {
      Add({path, true, 0, 0, ""}, path);
    } else if (error) {
      found_.push_back({path, true, 0, 0, ErrorOf(path, error)});
    } else if (fs::is_directory(status)) {
      FindBelow(path);
    } else {
      AddFile(path, true);
    }
  }

  std::vector<FoundFile> Take() { return std::move(found_); }

 private:
  void FindBelow(const fs::path& folder) {
    std::error_code error;
    const fs::path canonical = fs::canonical(folder, error);
    if (!error && !folders_.insert(canonical.native()).second) return;
    std::vector<fs::path> names;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      names.push_back(folder == "." ? entry->path().filename() : entry->path());
    }
    if (error) found_.push_back({folder.native(), false, 0, 0, ErrorOf(folder, error)});
    std::sort(names.begin(), names.end());
    for (const fs::path& name : names) Visit(name);
  }

  // What is in a folder. Pipes and devices are not logs, and opening them may wait forever.
  void Visit(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
      if (!filter_.Skips(path.native())) FindBelow(path);
    } else if (fs::is_regular_file(status)) {
      const bool taken = IsArchiveName(path.native()) ? !filter_.Skips(path.native())
                                                      : filter_.Takes(path.native());
      if (taken) AddFile(path, false);
    }
  }

  void AddFile(const fs::path& path, bool named) {
    std::error_code error;
    const fs::path canonical = fs::canonical(path, error);
    const uintmax_t bytes = fs::file_size(path, error);
    Add({path.native(), named, error ? 0 : bytes, 0, ""},
        canonical.empty() ? path.native() : canonical.native());
  }

  void Add(FoundFile file, const std::string& identity) {
    const auto [entry, added] = files_.try_emplace(identity, found_.size());
    if (added) {
      found_.push_back(std::move(file));
    } else {
      ++found_[entry->second].again;
      found_[entry->second].named |= file.named;
    }
  }

  const FileFilter& filter_;
  std::vector<FoundFile> found_;
  std::map<std::string, size_t> files_;  // by their canonical path: place in found_
  std::set<std::string> folders_;
};

}  // namespace

bool FileFilter::Skips(const std::string& name) const {
  return MatchesAny(skip, WithSlashes(name));
}

bool FileFilter::Takes(const std::string& name) const {
  if (Skips(name)) return false;
  const std::string whole = WithSlashes(name);
  return only.empty() || MatchesAny(only, whole) ||
         MatchesAny(only, std::string(WithoutCompressionSuffix(whole)));
}

std::vector<FoundFile> FindFiles(const std::vector<std::string>& paths, const FileFilter& filter) {
  Finder finder(filter);
  for (const std::string& path : paths) finder.Find(path);
  return finder.Take();
}

}  // namespace perfleak
