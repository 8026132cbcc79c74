// Whether a known issue is about the versions that run on a machine.
#ifndef PERFLEAK_LEAKS_VERSION_FIT_H_
#define PERFLEAK_LEAKS_VERSION_FIT_H_

#include <string>

#include "leaks/known_issue.h"
#include "leaks/platform.h"

namespace perfleak {

// From worst to best.
enum class VersionFit {
  kExcluded,  // another version for certain, or a version in which it is corrected
  kUnlikely,  // another version, as far as the log tells
  kAbsent,    // the product was not seen among the processes that were logged
  kUntold,    // the issue names no version, or nothing is known of its product
  kProduct,   // the product is there, its version is not known
  kPossible,  // one of several versions that it may be
  kVersion,   // the version, not the service pack
  kExact      // the service pack too, or the issue is about any of them
};

struct VersionEvidence {
  VersionFit fit = VersionFit::kUntold;
  std::string product;  // of the version that decided; empty for kUntold
  size_t affected = 0;  // versions of the product that the issue is about
  std::string what;     // "Exchange Server 5.0 or 5.5 (process dsamain)"
};

// Products of an issue stand for one another; Windows decides only where no other product does.
VersionEvidence FitVersions(const KnownIssue& issue, const Platform& platform,
                            bool processes_logged);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_VERSION_FIT_H_
