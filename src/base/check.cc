#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace perfleak {

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr,
               "perfleak: internal error: %s does not hold (%s:%d). This is a bug in perfleak; "
               "please report it with the log that caused it.\n",
               condition, file, line);
  std::abort();
}

}  // namespace perfleak
