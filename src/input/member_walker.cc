// The layers of a file are a stack of archives, each in the entry that the one below is at. What is
// compressed around any of them is a matter of how its bytes are read. A member is what is in the
// topmost entry and is no archive.
#include "input/member_walker.h"

#include <algorithm>
#include <atomic>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "input/archive.h"
#include "input/byte_blocks.h"
#include "input/compressed_blocks.h"
#include "input/container_kind.h"
#include "input/read_budget.h"
#include "input/reopened_blocks.h"

namespace perfleak {
namespace {

using Member = MemberWalker::Member;

// A regular file as it is, read as fast as files are, with the position told.
class PlainSource : public ByteSource {
 public:
  PlainSource(std::unique_ptr<ByteSource> source, std::atomic<uint64_t>* read)
      : source_(std::move(source)), read_(read) {}

  Result<size_t> Read(char* buffer, size_t size) override {
    Result<size_t> got = source_->Read(buffer, size);
    if (got) *read_ += *got;
    return got;
  }
  const std::string& name() const override { return source_->name(); }
  const RandomAccess* random_access() const override { return source_->random_access(); }
  void Skip(std::string_view bytes) override {
    *read_ += bytes.size();
    source_->Skip(bytes);
  }

 private:
  std::unique_ptr<ByteSource> source_;
  std::atomic<uint64_t>* read_;
};

// What comes out of the layers.
class BlocksSource : public ByteSource {
 public:
  BlocksSource(std::string name, std::unique_ptr<ByteBlocks> blocks, bool is_unpacked,
               const ReadBudget* budget)
      : name_(std::move(name)),
        blocks_(std::move(blocks)),
        is_unpacked_(is_unpacked),
        budget_(budget) {}

  Result<size_t> Read(char* buffer, size_t size) override {
    if (ended_) return size_t{0};
    const Result<size_t> got = blocks_->Read(buffer, size);
    if (!got) return Fail(got.error());
    ended_ = *got == 0;
    return got;
  }

  const std::string& name() const override { return name_; }
  std::optional<Error> damage() const override { return damage_; }
  bool is_unpacked() const override { return is_unpacked_; }

 private:
  Result<size_t> Fail(const Error& error) {
    ended_ = true;
    if (!is_unpacked_ || budget_->fatal()) return error;
    damage_ = error;
    return size_t{0};
  }

  std::string name_;
  std::unique_ptr<ByteBlocks> blocks_;
  bool is_unpacked_;
  const ReadBudget* budget_;
  bool ended_ = false;
  std::optional<Error> damage_;
};

// An error of the file itself ends the walk, whatever layer meets it.
class BottomBlocks : public ByteBlocks {
 public:
  BottomBlocks(FileBlocks* file, ReadBudget* budget) : file_(file), budget_(budget) {}

  Result<std::string_view> Next() override { return Checked(file_->Next()); }
  Result<size_t> Read(char* buffer, size_t size) override {
    return Checked(file_->Read(buffer, size));
  }
  bool can_seek() const override { return file_->can_seek(); }
  Result<uint64_t> Size() override { return file_->Size(); }
  Status Seek(uint64_t offset) override { return file_->Seek(offset); }

 private:
  template <typename T>
  Result<T> Checked(Result<T> got) {
    if (!got) budget_->SetFatal(got.error());
    return got;
  }

  FileBlocks* file_;
  ReadBudget* budget_;
};

Error TooDeep(const std::string& name, size_t deepest) {
  return {name + ": lies behind more than " + std::to_string(deepest) +
          " archives and compressions, which is the limit; unpack the outer ones and analyze the "
          "logs in them"};
}

Error NeedsFile(const std::string& name) {
  return {name +
          ": a 7-Zip archive has its list of files at the end; save it to a file and name that"};
}

class Walker : public MemberWalker {
 public:
  Walker(std::string path, std::unique_ptr<FileBlocks> file, FileFilter filter,
         const MemberLimits& limits)
      : path_(std::move(path)),
        name_(path_ == "-" ? "<stdin>" : path_),
        file_(std::move(file)),
        filter_(std::move(filter)),
        limits_(limits),
        budget_(limits, file_.get(), Printable(name_)) {}
  ~Walker() override { PopTo(0); }
  Walker(const Walker&) = delete;
  Walker& operator=(const Walker&) = delete;

  void Begin();
  Result<std::optional<Member>> Next() override { return SkipTo(0); }
  Result<std::optional<Member>> SkipTo(size_t number) override;
  std::unique_ptr<ByteSource> Bytes() override;
  uint64_t bytes_read() const override {
    return std::max<uint64_t>(file_->offset(), plain_offset_);
  }
  bool is_archive() const override { return is_archive_; }

 private:
  struct Layer {
    std::unique_ptr<Archive> archive;
    EntryPlace place;  // of the entry it is at
    std::string name;  // as the filter takes it
    size_t depth;      // archives and compressions from the file on, this one included
  };

  void Enter(std::unique_ptr<ByteBlocks> bytes, const std::string& name);
  void AddLayer(Container container, std::unique_ptr<ByteBlocks> bytes, const std::string& name,
                size_t depth);
  void Meet(const std::string& name, std::optional<Error> error);
  Status Advance();
  Status LeaveBroken(const Error& error);
  void TakeEntry(const Archive::Entry& entry);
  std::vector<EntryPlace> Places() const;
  void PopTo(size_t layers);

  const std::string path_;
  const std::string name_;
  const std::unique_ptr<FileBlocks> file_;
  const FileFilter filter_;
  const MemberLimits limits_;
  ReadBudget budget_;

  bool is_archive_ = false;
  std::vector<Layer> layers_;
  size_t next_number_ = 0;
  std::optional<Member> met_;           // and not given out
  bool is_unpacked_ = false;            // the member met last came out of something
  std::string shown_;                   // name of the member met last
  std::unique_ptr<ByteBlocks> blocks_;  // its bytes, until they are asked for
  std::atomic<uint64_t> plain_offset_ = 0;
  bool ended_ = false;
};

// Everything that is compressed is opened until a log or an archive is met.
void Walker::Begin() {
  Enter(std::make_unique<BottomBlocks>(file_.get(), &budget_), name_);
  is_archive_ = !met_;
}

void Walker::Enter(std::unique_ptr<ByteBlocks> bytes, const std::string& name) {
  const std::string shown = Printable(name);
  const size_t depth = layers_.empty() ? 0 : layers_.back().depth;
  Unwrapped unwrapped = Unwrap(std::move(bytes), limits_.deepest - depth, shown, &budget_);
  const Container container = unwrapped.container;
  const size_t inner = depth + unwrapped.compressions;
  if (container == Container::kNone) {
    is_unpacked_ = inner > 0;
    const bool nothing_came = is_unpacked_ && unwrapped.bytes->head().empty();
    Meet(name, nothing_came ? unwrapped.bytes->error() : std::nullopt);
    blocks_ = std::move(unwrapped.bytes);
  } else if (inner >= limits_.deepest) {
    Meet(name, TooDeep(shown, limits_.deepest));
  } else if (container != Container::kSevenZip || unwrapped.bytes->can_seek()) {
    AddLayer(container, std::move(unwrapped.bytes), name, inner + 1);
  } else if (file_->size()) {
    AddLayer(container, std::make_unique<ReopenedBlocks>(path_, Places(), &budget_), name,
             inner + 1);
  } else {
    Meet(name, NeedsFile(shown));
  }
}

void Walker::AddLayer(Container container, std::unique_ptr<ByteBlocks> bytes,
                      const std::string& name, size_t depth) {
  layers_.push_back(
      {std::make_unique<Archive>(container, std::move(bytes), Printable(name), &budget_),
       {container, 0},
       name,
       depth});
}

// The filter has no say on a file that is no archive: its name is the user's own.
void Walker::Meet(const std::string& name, std::optional<Error> error) {
  const size_t number = next_number_++;
  if (!layers_.empty() && !filter_.Takes(name)) return;
  shown_ = Printable(name);
  met_ = Member{number, shown_, std::move(error)};
}

std::vector<EntryPlace> Walker::Places() const {
  std::vector<EntryPlace> places;
  for (const Layer& layer : layers_) places.push_back(layer.place);
  return places;
}

void Walker::PopTo(size_t layers) {
  while (layers_.size() > layers) layers_.pop_back();  // each reads from the one before
}

Result<std::optional<Member>> Walker::SkipTo(size_t number) {
  for (;;) {
    if (budget_.fatal()) return *budget_.fatal();
    const std::optional<Member> met = std::exchange(met_, std::nullopt);
    if (met && met->number >= number) return {met};
    if (ended_) return {std::optional<Member>()};
    const Status advanced = Advance();
    ended_ = ended_ || !advanced;
    if (!advanced) return advanced.error();
  }
}

// To the next entry of the innermost archive that has one.
Status Walker::Advance() {
  blocks_.reset();
  if (layers_.empty()) {
    ended_ = true;
    return {};
  }
  if (const Status taken = budget_.TakeEntry(); !taken) return taken;
  Layer& layer = layers_.back();
  const auto entry = layer.archive->NextEntry();
  if (!entry) return LeaveBroken(entry.error());
  if (!*entry) {
    layers_.pop_back();
    return {};
  }
  ++layer.place.entries;
  TakeEntry(**entry);
  return {};
}

// The walk goes on in the archive that holds the broken one.
Status Walker::LeaveBroken(const Error& error) {
  if (budget_.fatal()) return *budget_.fatal();
  const std::string name = layers_.back().name;
  layers_.pop_back();
  if (layers_.empty()) return error;
  Meet(name, error);
  return {};
}

void Walker::TakeEntry(const Archive::Entry& entry) {
  if (!entry.is_file) return;
  const std::string name = layers_.back().name + "/" + entry.name;
  if (filter_.Skips(name)) {
    ++next_number_;
  } else if (entry.is_encrypted) {
    Meet(name, IsEncrypted(Printable(name)));
  } else {
    Enter(std::make_unique<EntryBlocks>(layers_.back().archive.get(), Printable(name)), name);
  }
}

std::unique_ptr<ByteSource> Walker::Bytes() {
  PERFLEAK_CHECK(blocks_ != nullptr);
  if (!is_unpacked_ && file_->size()) {
    auto source = OpenByteSource(path_);
    if (source) return std::make_unique<PlainSource>(std::move(*source), &plain_offset_);
  }
  return std::make_unique<BlocksSource>(shown_, std::move(blocks_), is_unpacked_, &budget_);
}

}  // namespace

Result<std::unique_ptr<MemberWalker>> MemberWalker::Open(const std::string& path,
                                                         const FileFilter& filter,
                                                         const MemberLimits& limits) {
  auto file = FileBlocks::Open(path);
  if (!file) return file.error();
  auto walker = std::make_unique<Walker>(path, std::move(*file), filter, limits);
  walker->Begin();
  return {std::unique_ptr<MemberWalker>(std::move(walker))};
}

}  // namespace perfleak
