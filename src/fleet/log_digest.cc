#include "fleet/log_digest.h"

namespace perfleak {
namespace {

void ReplaceStart(const std::string& old, const std::string& name, std::string* text) {
  if (text->starts_with(old)) text->replace(0, old.size(), name);
}

}  // namespace

DigestSummary SummaryOf(const LogDigest& digest) {
  DigestSummary summary;
  summary.outcome = digest.outcome;
  summary.name = digest.name;
  summary.content = digest.content;
  summary.message = digest.message;
  summary.time_basis = digest.time_basis;
  summary.bias_minutes = digest.bias_minutes;
  summary.columns = digest.columns;
  for (const MachineDigest& machine : digest.machines) {
    summary.machines.push_back({machine.machine, machine.set.start_s, machine.set.end_s});
  }
  return summary;
}

void Rename(const std::string& name, LogDigest* digest) {
  for (Diagnostics::Entry& entry : digest->diagnostics) {
    for (std::string& place : entry.places) ReplaceStart(digest->name, name, &place);
  }
  ReplaceStart(digest->name, name, &digest->message);
  if (!digest->file.name.empty()) digest->file.name = name;
  digest->name = name;
}

void Rename(const std::string& name, DigestSummary* summary) {
  ReplaceStart(summary->name, name, &summary->message);
  summary->name = name;
}

}  // namespace perfleak
