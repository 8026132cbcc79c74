// One sample of every counter: what the input stage produces and the series stage consumes.
#ifndef PERFLEAK_MODEL_ROW_H_
#define PERFLEAK_MODEL_ROW_H_

#include <span>

namespace perfleak {

struct Row {
  double t_s = 0;                  // seconds since 1970, see base/time.h
  std::span<const double> values;  // indexed by CounterId; NaN where missing or not wanted. Entries
                                   // past the end are missing: the table may have grown since.
                                   // Valid until the next Row is read.
};

}  // namespace perfleak

#endif  // PERFLEAK_MODEL_ROW_H_
