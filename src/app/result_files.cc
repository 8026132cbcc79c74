#include "app/result_files.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/digest_log.h"
#include "app/report_sink.h"
#include "base/text.h"
#include "fleet/digest_codec.h"
#include "fleet/store.h"
#include "input/byte_source.h"
#include "input/content_hash.h"
#include "input/file_finder.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kLargestResult = uint64_t{1} << 30;
constexpr std::string_view kStoreMagic = "SQLite format 3";

Result<std::string> ReadWhole(const std::string& path, uint64_t most) {
  auto source = OpenByteSource(path);
  if (!source) return source.error();
  std::string bytes;
  constexpr size_t kBlock = size_t{1} << 20;
  while (bytes.size() < most) {
    const size_t at = bytes.size();
    bytes.resize(at + std::min<uint64_t>(kBlock, most - at));
    const auto got = ReadFully(source->get(), bytes.data() + at, bytes.size() - at);
    if (!got) return got.error();
    const bool ended = at + *got < bytes.size();
    bytes.resize(at + *got);
    if (ended) return bytes;
  }
  return bytes;
}

std::vector<FoundFile> FindResults(const std::vector<std::string>& paths) {
  return FindFiles(paths, {{"*" + std::string(kResultExtension)}, {}});
}

bool IsStore(const std::string& path) {
  const auto head = ReadWhole(path, kStoreMagic.size());
  return head && *head == kStoreMagic;
}

// Where a digest is: a file, or a row of a store.
struct Place {
  std::string file;
  std::shared_ptr<Store> store;
  int64_t id = 0;
};

class ResultFilesImpl : public ResultFiles {
 public:
  Status Read(const std::vector<std::string>& paths) {
    for (const FoundFile& file : FindResults(paths)) {
      if (!file.error.empty()) {
        AddFailed(Printable(file.path), file.error);
      } else if (IsStore(file.path)) {
        if (Status status = AddStore(file.path); !status) return status;
      } else {
        AddFile(file.path);
      }
    }
    if (!digests_.empty()) return {};
    return Error{Join(paths, ", ") +
                 ": no results in it. perfleak batch --emit DIR writes them; a store of perfleak "
                 "batch --store may be named too."};
  }

  const std::vector<DigestHandle>& digests() const override { return digests_; }

  Result<LogDigest> Load(const DigestHandle& handle) const override {
    if (handle.id == 0) return DigestOfFailed(handle);
    const Place& place = places_[static_cast<size_t>(handle.id) - 1];
    if (place.store != nullptr) return place.store->Digest(place.id);
    const auto bytes = ReadWhole(place.file, kLargestResult);
    if (!bytes) return bytes.error();
    return DecodeDigest(Printable(place.file), *bytes);
  }

 private:
  void AddFailed(const std::string& name, const std::string& message) {
    digests_.push_back(FailedHandle(name, message));
  }

  void Add(DigestSummary summary, Place place) {
    places_.push_back(std::move(place));
    const std::string name = summary.name;
    digests_.push_back({name, std::move(summary), static_cast<int64_t>(places_.size())});
  }

  void AddFile(const std::string& path) {
    const auto bytes = ReadWhole(path, kLargestResult);
    if (!bytes) return AddFailed(Printable(path), bytes.error().message);
    auto summary = DecodeSummary(Printable(path), *bytes);
    if (!summary) return AddFailed(Printable(path), summary.error().message);
    Add(std::move(*summary), {path, nullptr, 0});
  }

  Status AddStore(const std::string& path) {
    auto opened = Store::OpenToRead(path);
    if (!opened) return opened.error();
    const std::shared_ptr<Store> store = std::move(*opened);
    const auto ids = store->CurrentDigests();
    if (!ids) return ids.error();
    for (const int64_t id : *ids) {
      auto summary = store->Summary(id);
      if (!summary) return summary.error();
      Add(std::move(*summary), {"", store, id});
    }
    return {};
  }

  std::vector<DigestHandle> digests_;
  std::vector<Place> places_;  // by id, from 1
};

}  // namespace

Status PrepareResultFolder(const std::string& folder) {
  if (folder.empty()) return {};
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error && fs::is_directory(folder, error)) return {};
  return Error{Printable(folder) + ": cannot be made a folder for results: " +
               (error ? error.message() : "it is a file") + "."};
}

Status WriteResultFiles(const std::string& folder, const std::vector<DigestHandle>& digests,
                        const DigestLoader& load) {
  if (folder.empty()) return {};
  for (const DigestHandle& handle : digests) {
    const auto digest = load(handle);
    if (!digest) return digest.error();
    const std::string bytes = EncodeDigest(*digest);
    const std::string path =
        (fs::path(folder) / (HashOfBytes(bytes) + std::string(kResultExtension))).string();
    std::error_code ignored;
    if (fs::exists(path, ignored)) continue;
    auto file = ReportSink::Open(path, {});
    if (!file) return file.error();
    if (Status status = file->Write(bytes); !status) return status;
  }
  return {};
}

std::vector<std::string> ResultPaths(const std::vector<std::string>& paths) {
  std::vector<std::string> found;
  for (const FoundFile& file : FindResults(paths)) found.push_back(file.path);
  return found;
}

Result<std::unique_ptr<ResultFiles>> ResultFiles::Open(const std::vector<std::string>& paths) {
  auto results = std::make_unique<ResultFilesImpl>();
  if (Status status = results->Read(paths); !status) return status.error();
  return {std::unique_ptr<ResultFiles>(std::move(results))};
}

}  // namespace perfleak
