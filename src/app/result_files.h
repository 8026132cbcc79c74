// Digests as files of their own: what `perfleak batch --emit` writes and `perfleak merge` reads, on
// one computer or on many.
#ifndef PERFLEAK_APP_RESULT_FILES_H_
#define PERFLEAK_APP_RESULT_FILES_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "fleet/fold.h"
#include "fleet/machine_groups.h"

namespace perfleak {

inline constexpr std::string_view kResultExtension = ".perfleak";

// Makes the folder if there is none. "" is none, and fine. Errors: it cannot be made or written.
Status PrepareResultFolder(const std::string& folder);

// One file per digest, named by its content: the same digest is the same file, whoever writes it.
// A file is there whole or not at all. Nothing for "".
Status WriteResultFiles(const std::string& folder, const std::vector<DigestHandle>& digests,
                        const DigestLoader& load);

// The result files and stores that the paths name.
std::vector<std::string> ResultPaths(const std::vector<std::string>& paths);

// The results in files, folders of them and stores.
class ResultFiles {
 public:
  // A result file that cannot be read is a digest that says why. Errors: none of the paths has any.
  static Result<std::unique_ptr<ResultFiles>> Open(const std::vector<std::string>& paths);
  virtual ~ResultFiles() = default;

  virtual const std::vector<DigestHandle>& digests() const = 0;
  // From any thread.
  virtual Result<LogDigest> Load(const DigestHandle& handle) const = 0;
};

}  // namespace perfleak

#endif  // PERFLEAK_APP_RESULT_FILES_H_
