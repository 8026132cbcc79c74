// The files on disk that a list of paths names: files as they are, folders with all files below.
#ifndef PERFLEAK_INPUT_FILE_FINDER_H_
#define PERFLEAK_INPUT_FILE_FINDER_H_

#include <cstdint>
#include <string>
#include <vector>

namespace perfleak {

// Which files below a folder or inside an archive are looked at, by name. Patterns are those of
// WildcardMatch. One without a slash is held against the last part of the name; one with slashes
// against all of it and what follows any of its slashes, so that "monday/*" takes
// "logs.zip/monday/server.csv". Either slash is one.
struct FileFilter {
  std::vector<std::string> only;  // one of them must match; empty: all files
  std::vector<std::string> skip;  // none of them may match

  // A log: "server.csv.gz" also if `only` has "*.csv".
  bool Takes(const std::string& name) const;
  // For folders and archives: `only` says nothing of what holds the logs.
  bool Skips(const std::string& name) const;
};

struct FoundFile {
  std::string path;
  bool named = false;  // by the user, not found in a folder: the filter does not apply to it
  uint64_t bytes = 0;
  size_t again = 0;   // how often it was reached under this or another name after the first time
  std::string error;  // why it cannot be read; empty if it may
};

// In the order of `paths`, below a folder sorted by name; a file reached twice is there once. Links
// are followed, loops of them are not. "-" is kept as it is. A path that does not exist and a
// folder that cannot be listed are entries with an error. Below a folder only regular files count,
// and archives (by their name) are there unless `filter` skips them.
std::vector<FoundFile> FindFiles(const std::vector<std::string>& paths, const FileFilter& filter);

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_FILE_FINDER_H_
