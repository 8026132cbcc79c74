#include "base/diagnostics.h"

namespace perfleak {

std::string ToString(const Position& position) {
  std::string text(position.file);
  if (position.line != 0) text += ":" + std::to_string(position.line);
  if (position.line != 0 && position.column != 0) text += ":" + std::to_string(position.column);
  return text;
}

void Diagnostics::Add(std::string_view code, std::string_view message, const Position& where,
                      uint64_t count) {
  auto found = entries_.find(code);
  if (found == entries_.end()) {
    Entry entry{std::string(code), std::string(message), 0, {}};
    found = entries_.emplace(std::string(code), std::move(entry)).first;
  }
  Entry& entry = found->second;
  entry.count += count;
  if (entry.places.size() < kPlacesKept) entry.places.push_back(ToString(where));
}

void Diagnostics::Add(const Entry& entry) {
  const auto [found, is_new] = entries_.try_emplace(entry.code, entry);
  if (is_new) return;
  Entry& mine = found->second;
  mine.count += entry.count;
  for (const std::string& place : entry.places) {
    if (mine.places.size() < kPlacesKept) mine.places.push_back(place);
  }
}

uint64_t Diagnostics::Count(std::string_view code) const {
  const auto found = entries_.find(code);
  return found == entries_.end() ? 0 : found->second.count;
}

std::vector<Diagnostics::Entry> Diagnostics::Entries() const {
  std::vector<Entry> result;
  result.reserve(entries_.size());
  for (const auto& [code, entry] : entries_) result.push_back(entry);
  return result;
}

}  // namespace perfleak
