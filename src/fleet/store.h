// The results store of `perfleak batch`: an SQLite database with the digests of the logs and with
// what was found, for people with questions of their own (docs/store.md has the tables and views).
//
// Every call that writes is one transaction: a program killed at any moment leaves what it finished
// before. Several programs may use one store at the same time; they wait for one another. All
// calls may come from any thread, but not from a process that was forked off: it opens its own.
#ifndef PERFLEAK_FLEET_STORE_H_
#define PERFLEAK_FLEET_STORE_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "fleet/log_digest.h"
#include "report/fleet_report.h"
#include "report/history_report.h"

namespace perfleak {

// What tells that a file on disk has not changed without reading it.
struct FileState {
  std::string path;  // absolute
  uint64_t bytes = 0;
  int64_t modified_ns = 0, changed_ns = 0;
  uint64_t inode = 0, device = 0;
};

// How long another program may hold the lock; each of our own calls takes well under a second.
constexpr std::chrono::milliseconds kStorePatience{60'000};

class Store {
 public:
  // Makes the database if there is none. "" is a temporary one on disk, gone with the Store.
  // Errors: not a database, one of another program or of a later version, cannot be written.
  static Result<std::unique_ptr<Store>> Open(const std::string& path,
                                             std::chrono::milliseconds patience = kStorePatience);
  // The same for reading only: an existing store, also on media that cannot be written. Errors: as
  // Open, and that there is none.
  static Result<std::unique_ptr<Store>> OpenToRead(
      const std::string& path, std::chrono::milliseconds patience = kStorePatience);
  ~Store();

  // ---- files: `hash` stands for the stored bytes of a file, however it is named ----

  Result<std::optional<std::string>> HashOf(const FileState& file) const;
  Status RememberFile(const FileState& file, const std::string& hash);

  // ---- digests: of the members of a file, under settings that decide what is in a digest ----

  struct DigestRef {
    int64_t id = 0;
    size_t member = 0;
    std::string member_name;  // without that of the file; empty if the file is the log
  };
  struct FileDigests {
    std::vector<DigestRef> digests;  // by member
    bool complete = false;           // there are no others
  };
  Result<FileDigests> DigestsOf(const std::string& hash, const std::string& settings) const;
  // Returns the id; that of the digest which is there already, if another program was faster.
  Result<int64_t> AddDigest(const std::string& hash, const std::string& settings, size_t member,
                            const std::string& member_name, const LogDigest& digest);
  // All members have been added; there may be none.
  Status CompleteFile(const std::string& hash, const std::string& settings);

  // Errors of the next three: the digest has been deleted. A summary does not read the digest.
  Result<DigestSummary> Summary(int64_t id) const;
  Result<LogDigest> Digest(int64_t id) const;
  Result<std::string> EncodedDigest(int64_t id) const;  // as digest_codec.h has it
  // Every digest in the store made under `settings`, or all if it is empty, by name.
  Result<std::vector<int64_t>> AllDigests(const std::string& settings = "") const;
  // Of the files as they were when they were seen last, each member once, as it was read last; by
  // name.
  Result<std::vector<int64_t>> CurrentDigests() const;

  // ---- results ----

  struct Run {
    std::string version, command, settings;
    double started_s = 0;
  };
  Result<int64_t> BeginRun(const Run& run);
  // Replaces what the store says of the machine; its weeks that this run did not see stay.
  Status PutMachine(int64_t run, const FleetMachine& machine);
  // What is summed up in the report, and which files could not be read. The machines in it are put
  // one by one before.
  Status FinishRun(int64_t run, double finished_s, const FleetReport& report);

  // Lines whose machine or component is `asked`, without case; * and ? are wildcards.
  Result<std::vector<HistoryLine>> History(const std::string& asked) const;
  // Machines and components that there is history of, for the message if nothing matches.
  Result<std::vector<std::string>> KnownNames() const;

 private:
  class Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace perfleak

#endif  // PERFLEAK_FLEET_STORE_H_
