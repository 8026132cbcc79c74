// What may come out of one file, all layers of archives within archives together: where the reading
// of an archive bomb ends.
#ifndef PERFLEAK_INPUT_READ_BUDGET_H_
#define PERFLEAK_INPUT_READ_BUDGET_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "input/byte_blocks.h"
#include "input/member_walker.h"

namespace perfleak {

class ReadBudget {
 public:
  // `file` outlives the budget; `name` for messages.
  ReadBudget(const MemberLimits& limits, const FileBlocks* file, std::string name)
      : limits_(limits), file_(file), name_(std::move(name)) {}

  // Error once more came out than the limits allow.
  Status TakeBytes(uint64_t bytes);
  Status TakeEntry();
  Status TakeEntryAgain();  // passed over on the way to where the walk has been

  // What ends the walk: a limit that was passed, or the file itself cannot be read.
  const std::optional<Error>& fatal() const { return fatal_; }
  void SetFatal(const Error& error) { fatal_ = error; }

 private:
  Status CheckEntries();

  MemberLimits limits_;
  const FileBlocks* file_;
  std::string name_;
  uint64_t bytes_ = 0;
  size_t entries_ = 0;
  size_t entries_again_ = 0;
  std::optional<Error> fatal_;
};

}  // namespace perfleak

#endif  // PERFLEAK_INPUT_READ_BUDGET_H_
