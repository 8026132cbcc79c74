#include "app/batch.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "app/digest_log.h"
#include "app/result_files.h"
#include "app/time_range.h"
#include "base/text.h"
#include "fleet/digest_codec.h"
#include "fleet/store.h"
#include "input/content_hash.h"
#include "input/member_walker.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;

// The digest of what ended the walk through a file, behind all its members.
constexpr size_t kEndOfWalk = size_t{1} << 62;

std::optional<FileState> StateOf(const std::string& path) {
  struct stat status;
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  if (error || stat(path.c_str(), &status) != 0) return std::nullopt;
  const auto ns = [](const timespec& t) {
    return static_cast<int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
  };
  FileState state;
  state.path = absolute.string();
  state.bytes = static_cast<uint64_t>(status.st_size);
  state.modified_ns = ns(status.st_mtim);
  state.changed_ns = ns(status.st_ctim);
  state.inode = status.st_ino;
  state.device = status.st_dev;
  return state;
}

bool IsSameFile(const std::optional<FileState>& a, const std::optional<FileState>& b) {
  return a && b && a->inode == b->inode && a->device == b->device;
}

double Now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// What decides what is in a digest. The counters that are read depend on the user's rules.
Result<std::string> SettingsOf(const BatchOptions& options) {
  std::string text =
      "perfleak " PERFLEAK_VERSION " digests=" + std::to_string(kDigestVersion) +
      " since=" + options.since + " until=" + options.until +
      " only=" + Join(options.filter.only, ",") + " skip=" + Join(options.filter.skip, ",") +
      " language=" + (options.language ? std::string(InfoOf(*options.language).code) : "");
  for (const FoundFile& rules : FindFiles(options.settings.rules, {})) {
    const auto hash = HashOfFile(rules.path);
    if (!hash) return hash.error();
    text += " rules=" + *hash;
  }
  return text;
}

// Digests files into a store, several at a time.
class Digesting {
 public:
  Digesting(const BatchOptions& options, const DigestOptions& how, std::string settings,
            Store* store, BatchListener* listener)
      : options_(options),
        how_(how),
        settings_(std::move(settings)),
        store_(store),
        listener_(listener) {}

  Result<std::vector<DigestHandle>> Run(const std::vector<FoundFile>& files) {
    std::vector<std::vector<DigestHandle>> digests(files.size());
    RunJobs(files.size(), options_.settings.jobs, [&](size_t i) {
      if (Failed()) return;
      bool known = false;
      const Status done = TakeFile(files[i], &digests[i], &known);
      const std::lock_guard lock(mutex_);
      if (!done && status_) status_ = done;
      if (listener_ != nullptr && done) {
        listener_->FileDone(Printable(files[i].path), files[i].bytes, digests[i], known);
      }
    });
    if (!status_) return status_.error();
    std::vector<DigestHandle> all;
    for (auto& of_file : digests) {
      std::move(of_file.begin(), of_file.end(), std::back_inserter(all));
    }
    return all;
  }

 private:
  bool Failed() {
    const std::lock_guard lock(mutex_);
    return !status_.ok();
  }

  // Errors are those of the store; what is wrong with the file is a digest.
  Status TakeFile(const FoundFile& file, std::vector<DigestHandle>* digests, bool* known) {
    const std::string name = Printable(file.path);
    if (!file.error.empty()) return Fail(name, file.error, digests);
    Result<std::string> hash = IdentityOf(file);
    if (!hash) return Fail(name, hash.error().message, digests);
    const auto stored = store_->DigestsOf(*hash, settings_);
    if (!stored) return stored.error();
    *known = stored->complete;
    if (stored->complete) {
      for (const Store::DigestRef& ref : stored->digests) {
        if (Status status = TakeStored(name, ref, digests); !status) return status;
      }
      return {};
    }
    return Walk(file, *hash, stored->digests, digests);
  }

  static Status Fail(const std::string& name, const std::string& message,
                     std::vector<DigestHandle>* digests) {
    digests->push_back(FailedHandle(name, message));
    return {};
  }

  // Without a store that stays nobody asks for the content of a file a second time.
  Result<std::string> IdentityOf(const FoundFile& file) {
    if (options_.store.empty()) return "path " + file.path;
    const std::optional<FileState> state = StateOf(file.path);
    if (!state) return HashOfFile(file.path);
    const auto known = store_->HashOf(*state);
    if (!known) return known.error();
    if (*known) return **known;
    auto hash = HashOfFile(file.path);
    if (!hash) return hash;
    if (const Status status = store_->RememberFile(*state, *hash); !status) return status.error();
    return hash;
  }

  Status TakeStored(const std::string& file, const Store::DigestRef& ref,
                    std::vector<DigestHandle>* digests) {
    auto summary = store_->Summary(ref.id);
    if (!summary) return summary.error();
    const std::string name = ref.member_name.empty() ? file : file + "/" + ref.member_name;
    Rename(name, &*summary);
    digests->push_back({name, std::move(*summary), ref.id});
    return {};
  }

  Status Walk(const FoundFile& file, const std::string& hash,
              const std::vector<Store::DigestRef>& stored, std::vector<DigestHandle>* digests) {
    const std::string name = Printable(file.path);
    std::map<size_t, const Store::DigestRef*> by_member;
    for (const Store::DigestRef& ref : stored) by_member[ref.member] = &ref;
    auto walker = MemberWalker::Open(file.path, options_.filter);
    if (!walker) return Fail(name, walker.error().message, digests);
    for (;;) {
      auto member = (*walker)->Next();
      if (!member) {
        const LogDigest failed = NotDigested(name, LogOutcome::kFailed, member.error().message);
        if (Status status = Add(hash, kEndOfWalk, name, failed, digests); !status) return status;
        break;
      }
      if (!*member) break;
      const auto found = by_member.find((*member)->number);
      const Status status = found != by_member.end()
                                ? TakeStored(name, *found->second, digests)
                                : TakeMember(hash, name, **member, walker->get(), digests);
      if (!status) return status;
    }
    return store_->CompleteFile(hash, settings_);
  }

  Status TakeMember(const std::string& hash, const std::string& file,
                    const MemberWalker::Member& member, MemberWalker* walker,
                    std::vector<DigestHandle>* digests) {
    const LogDigest digest =
        member.error ? NotDigested(member.name, LogOutcome::kFailed, member.error->message)
                     : DigestLog(walker->Bytes(), member.name, how_);
    return Add(hash, member.number, file, digest, digests);
  }

  Status Add(const std::string& hash, size_t member, const std::string& file,
             const LogDigest& digest, std::vector<DigestHandle>* digests) {
    const bool inside = digest.name.size() > file.size() + 1 && digest.name.starts_with(file);
    const std::string member_name = inside ? digest.name.substr(file.size() + 1) : "";
    const auto id = store_->AddDigest(hash, settings_, member, member_name, digest);
    if (!id) return id.error();
    digests->push_back({digest.name, SummaryOf(digest), *id});
    return {};
  }

  const BatchOptions& options_;
  const DigestOptions& how_;
  const std::string settings_;
  Store* store_;
  BatchListener* listener_;
  std::mutex mutex_;
  Status status_;
};

uint64_t BytesOf(const std::vector<FoundFile>& files) {
  uint64_t bytes = 0;
  for (const FoundFile& file : files) bytes += file.bytes;
  return bytes;
}

// Big files first, so that the last ones to be done are small.
std::vector<FoundFile> FilesOf(const BatchOptions& options) {
  std::vector<FoundFile> files = FindFiles(options.paths, options.filter);
  std::stable_sort(files.begin(), files.end(),
                   [](const FoundFile& a, const FoundFile& b) { return a.bytes > b.bytes; });
  return files;
}

// What batch writes itself is no log.
void LeaveOutOwn(const std::string& store, std::vector<FoundFile>* files) {
  std::erase_if(*files, [](const FoundFile& file) {
    return !file.named && EndsWithIgnoreCase(file.path, kResultExtension);
  });
  if (store.empty()) return;
  std::erase_if(*files, [&](const FoundFile& file) {
    std::error_code error;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
      if (fs::equivalent(file.path, store + suffix, error)) return true;
    }
    return false;
  });
}

Result<LogDigest> Load(const DigestHandle& handle, const Store& store) {
  if (handle.id == 0) return DigestOfFailed(handle);
  auto digest = store.Digest(handle.id);
  if (digest) Rename(handle.name, &*digest);
  return digest;
}

Error StoreWentAway(const std::string& store) {
  return {Printable(store) +
          ": the store was removed or replaced while perfleak worked, and with it what was found; "
          "run the same command again."};
}

}  // namespace

Result<FleetReport> Batch(const BatchOptions& options, BatchListener* listener) {
  auto judge = FleetJudge::Make(options.settings);
  if (!judge) return judge.error();
  DigestOptions how;
  how.wanted = judge->wanted();
  how.memory = judge->memory();
  how.range.read.threads = 1;
  how.range.read.language = options.language;
  if (auto ok = ReadTimeRange(options.since, options.until, &how.range); !ok) return ok.error();
  const auto settings = SettingsOf(options);
  if (!settings) return settings.error();
  auto store = Store::Open(options.store);
  if (!store) return store.error();
  const auto store_file = StateOf(options.store);
  if (auto ok = PrepareResultFolder(options.emit); !ok) return ok.error();
  const auto run =
      (*store)->BeginRun({PERFLEAK_VERSION, Join(options.paths, " "), *settings, Now()});
  if (!run) return run.error();

  std::vector<FoundFile> files = FilesOf(options);
  LeaveOutOwn(options.store, &files);
  if (listener != nullptr) listener->Found(files.size(), BytesOf(files));
  if (options.settings.jobs > 1 && files.size() == 1) how.range.read.threads = 2;
  const auto digests = Digesting(options, how, *settings, store->get(), listener).Run(files);
  if (!digests) return digests.error();

  const DigestLoader load = [&](const DigestHandle& handle) { return Load(handle, **store); };
  if (auto ok = WriteResultFiles(options.emit, *digests, load); !ok) return ok.error();
  if (listener != nullptr) listener->Judging(digests->size());
  auto report = judge->Judge(*digests, load, [&](const FleetMachine& machine) {
    return (*store)->PutMachine(*run, machine);
  });
  if (!report) return report;
  if (auto ok = (*store)->FinishRun(*run, Now(), *report); !ok) return ok.error();
  if (!options.store.empty() && !IsSameFile(store_file, StateOf(options.store))) {
    return StoreWentAway(options.store);
  }
  return report;
}

}  // namespace perfleak
