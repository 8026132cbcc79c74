#include "input/reopened_blocks.h"

#include <utility>

#include "base/text.h"
#include "input/archive.h"
#include "input/compressed_blocks.h"

namespace perfleak {
namespace {

constexpr size_t kMostCompressions = 1000;  // the walk has come here, so they are few

}  // namespace

// The file, an archive in it at an entry, an archive in that, and so on.
class ReopenedBlocks::Chain {
 public:
  ~Chain() {
    while (!archives_.empty()) archives_.pop_back();  // each reads from the one before
  }

  static Result<std::unique_ptr<Chain>> Open(const std::string& path,
                                             const std::vector<EntryPlace>& places,
                                             ReadBudget* budget) {
    auto file = FileBlocks::Open(path);
    if (!file) return file.error();
    auto chain = std::make_unique<Chain>();
    chain->bytes_ = std::move(*file);
    for (const EntryPlace& place : places) {
      if (const Status added = chain->Add(path, place, budget); !added) return added.error();
    }
    chain->Unwrap(Printable(path), budget);
    return {std::move(chain)};
  }

  Result<std::string_view> Next() { return bytes_->Next(); }

 private:
  void Unwrap(const std::string& name, ReadBudget* budget) {
    bytes_ = perfleak::Unwrap(std::move(bytes_), kMostCompressions, name, budget).bytes;
  }

  Status Add(const std::string& path, const EntryPlace& place, ReadBudget* budget) {
    const std::string name = Printable(path);
    Unwrap(name, budget);
    if (place.container == Container::kSevenZip && !bytes_->can_seek()) {
      bytes_ = std::make_unique<ReopenedBlocks>(path, places_, budget);
    }
    places_.push_back(place);
    archives_.push_back(
        std::make_unique<Archive>(place.container, std::move(bytes_), name, budget));
    Archive* const archive = archives_.back().get();
    for (size_t i = 0; i < place.entries; ++i) {
      if (const Status taken = budget->TakeEntryAgain(); !taken) return taken;
      const auto entry = archive->NextEntry();
      if (!entry) return entry.error();
      if (!*entry) return Error{name + ": has changed while it was read; try again"};
    }
    bytes_ = std::make_unique<EntryBlocks>(archive, name);
    return {};
  }

  std::vector<EntryPlace> places_;
  std::vector<std::unique_ptr<Archive>> archives_;
  std::unique_ptr<ByteBlocks> bytes_;  // of the last one's entry
};

ReopenedBlocks::ReopenedBlocks(std::string path, std::vector<EntryPlace> places, ReadBudget* budget)
    : path_(std::move(path)), places_(std::move(places)), budget_(budget) {}

ReopenedBlocks::~ReopenedBlocks() = default;

Result<std::string_view> ReopenedBlocks::Next() {
  const uint64_t at = offset_ - block_.size();
  if (chain_ == nullptr || wanted_ < at) {
    auto chain = Chain::Open(path_, places_, budget_);
    if (!chain) return chain.error();
    chain_ = std::move(*chain);
    offset_ = 0;
    block_ = {};
  }
  while (offset_ <= wanted_) {
    const Result<std::string_view> block = chain_->Next();
    if (!block || block->empty()) return block;
    block_ = *block;
    offset_ += block_.size();
  }
  block_ = block_.substr(block_.size() - (offset_ - wanted_));
  wanted_ = offset_;
  return std::exchange(block_, {});
}

Result<uint64_t> ReopenedBlocks::Size() {
  const uint64_t wanted = std::exchange(wanted_, ~uint64_t{0} >> 1);
  const Result<std::string_view> end = Next();
  wanted_ = wanted;
  if (!end) return end.error();
  return offset_;
}

Status ReopenedBlocks::Seek(uint64_t offset) {
  wanted_ = offset;
  return {};
}

}  // namespace perfleak
