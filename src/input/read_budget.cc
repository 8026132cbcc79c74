#include "input/read_budget.h"

namespace perfleak {

Status ReadBudget::TakeBytes(uint64_t bytes) {
  bytes_ += bytes;
  if (fatal_) return *fatal_;
  if (bytes_ <= limits_.free_bytes) return {};
  const double stored = static_cast<double>(file_->size().value_or(file_->offset()));
  const double beyond = static_cast<double>(bytes_ - limits_.free_bytes);
  if (beyond <= limits_.most_expansion * stored) return {};
  fatal_ = Error{name_ + ": more than " + std::to_string(bytes_) +
                 " bytes come out of it, which is the limit for a file of its size; if it is no "
                 "archive bomb, unpack it and analyze the logs in it"};
  return *fatal_;
}

Status ReadBudget::TakeEntry() {
  ++entries_;
  return CheckEntries();
}

Status ReadBudget::TakeEntryAgain() {
  ++entries_again_;
  return CheckEntries();
}

Status ReadBudget::CheckEntries() {
  constexpr size_t kAgain = 10;
  if (fatal_) return *fatal_;
  if (entries_ <= limits_.most_members && entries_again_ / kAgain <= limits_.most_members) {
    return {};
  }
  fatal_ = Error{name_ + ": holds more than " + std::to_string(limits_.most_members) +
                 " files, which is the limit; unpack it and analyze the logs in it"};
  return *fatal_;
}

}  // namespace perfleak
