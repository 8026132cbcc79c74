// The files on disk that a list of paths names: files as they are, folders with all files below.
#ifndef PERFLEAK_INPUT_FILE_FINDER_H_
#define PERFLEAK_INPUT_FILE_FINDER_H_

#include <cstdint>
#include <string>
#include <vector>

namespace perfleak {

// Which files below a folder or inside an archive are looked at, by name. Patterns are those of
// WildcardMatch; one without a slash is held against the last part of the name, one with a slash
// against the whole of it.
struct FileFilter {
  std::vector<std::string> only;  // one of them must match; empty: all files
  std::vector<std::string> skip;  // none of them may match

  bool Takes(const std::string& name) const;
};

struct FoundFile {
  std::string path;
  bool named = false;  // by the user, not found in a folder: the filter does not apply to it
  uint64_t bytes = 0;
  std::string error;  // why it cannot be read; empty if it may
};

// In the order of `paths`, below a folder sorted by name; a file reached twice is there once. Links
// are followed, loops of them are not. "-" is kept as it is. A path that does not exist and a
// folder that cannot be listed are entries with an error.
std::vector<FoundFile> FindFiles(const std::vector<std::string>& paths, const FileFilter& filter);

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_FILE_FINDER_H_
