// perfleak known: list, search and show the knowledge base, and check a user's rules.
#ifndef PERFLEAK_APP_KNOWN_H_
#define PERFLEAK_APP_KNOWN_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "report/known_report.h"

namespace perfleak {

struct KnownOptions {
  std::vector<std::string> words;  // nothing: list; an id: that entry; else search
  std::vector<std::string> rules;  // files and folders of the user's own
  std::string check;               // a rules file or a folder of them, instead
};

// Errors: rules that cannot be read or are wrong.
Result<KnownReport> Known(const KnownOptions& options);

// "12 issues, no problem found." Errors: what cannot be read, and all problems, one a line.
Result<std::string> CheckRules(const std::string& path);

}  // namespace perfleak

#endif  // PERFLEAK_APP_KNOWN_H_
