// What `perfleak known` tells: entries of the knowledge base.
#ifndef PERFLEAK_REPORT_KNOWN_REPORT_H_
#define PERFLEAK_REPORT_KNOWN_REPORT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "leaks/known_issue.h"

namespace perfleak {

struct KnownReport {
  std::string version;
  std::vector<std::string> words;  // of the search; none lists all
  size_t total = 0;                // issues in the knowledge base
  bool in_full = false;            // one entry was asked for by its id
  std::vector<KnownIssue> issues;  // best first; without words by family
};

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_KNOWN_REPORT_H_
