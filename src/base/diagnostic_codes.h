// The kinds of trouble that Diagnostics count, and what to do about each. docs/formats.md shows the
// same table with what each code means; a test keeps the two equal.
#ifndef PERFLEAK_BASE_DIAGNOSTIC_CODES_H_
#define PERFLEAK_BASE_DIAGNOSTIC_CODES_H_

#include <span>
#include <string_view>

namespace perfleak {

struct DiagnosticCode {
  std::string_view code;
  std::string_view next_step;
};

// Every code there is, sorted.
std::span<const DiagnosticCode> DiagnosticCodes();

// What whoever sees the code in a report should do, in lower case and without a full stop: "none"
// and the like where nothing is to be done. Empty for a code that does not exist.
std::string_view NextStepFor(std::string_view code);

}  // namespace perfleak

#endif  // PERFLEAK_BASE_DIAGNOSTIC_CODES_H_
