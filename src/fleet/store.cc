#include "fleet/store.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <utility>

#include "fleet/digest_codec.h"
#include "fleet/sqlite.h"
#include "fleet/store_results.h"
#include "fleet/store_schema.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// Pages of this size hold digests of megabytes well; of them at most so much is kept in memory.
constexpr const char* kSizes = "PRAGMA page_size = 8192; PRAGMA cache_size = -8192";

std::string_view ToString(LogOutcome outcome) {
  switch (outcome) {
    case LogOutcome::kRead:
      return "read";
    case LogOutcome::kNoLog:
      return "no-log";
    case LogOutcome::kFailed:
      return "failed";
  }
  return "failed";
}

LogOutcome OutcomeNamed(const std::string& text) {
  if (text == "read") return LogOutcome::kRead;
  return text == "no-log" ? LogOutcome::kNoLog : LogOutcome::kFailed;
}

// ---- opening ----

// Whether a file can be made there.
Status CheckFolder(const std::string& path) {
  std::error_code error;
  fs::path folder = fs::path(path).parent_path();
  if (folder.empty()) folder = ".";
  if (!fs::is_directory(folder, error)) {
    return Error{path + ": its folder does not exist; make it first."};
  }
  if (faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    return Error{path + ": cannot be made: " + std::strerror(errno) + "."};
  }
  return {};
}

// What SQLite would only call "unable to open".
Status CheckPlace(const std::string& path, bool must_exist) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) {
    return Error{path + ": is a folder; name a file in it for the results store."};
  }
  if (status.type() == fs::file_type::not_found) {
    if (must_exist) {
      return Error{path + ": there is no results store; perfleak batch --store " + path +
                   " makes one."};
    }
    return CheckFolder(path);
  }
  if (error) return Error{path + ": cannot be opened: " + error.message() + "."};
  if (!fs::is_regular_file(status)) return Error{path + ": is not a regular file."};
  return {};
}

bool HasBytes(const std::string& path) {
  std::error_code error;
  const auto bytes = fs::file_size(path, error);
  return !error && bytes > 0;
}

enum class Content { kNothing, kStore };

// One statement, so that it sees one moment while another program makes the tables.
Result<Content> Identify(const std::string& path, SqlConnection* sql) {
  int64_t application = 0, version = 0, objects = 0, pages = 0;
  const bool had_bytes = HasBytes(path);
  {
    SqlStatement select(sql,
                        "SELECT (SELECT application_id FROM pragma_application_id), "
                        "(SELECT user_version FROM pragma_user_version), "
                        "(SELECT count(*) FROM sqlite_master), "
                        "(SELECT page_count FROM pragma_page_count)");
    if (select.Step()) {
      application = select.Integer(0);
      version = select.Integer(1);
      objects = select.Integer(2);
      pages = select.Integer(3);
    }
  }
  // SQLite takes a file that begins with zeros for one without content. But the bytes that a killed
  // program left while it made the database are gone by now.
  if (had_bytes && pages == 0 && HasBytes(path)) sql->FailAsForeign();
  if (Status status = sql->TakeStatus(); !status) return status.error();
  if (application == 0 && version == 0 && objects == 0) return Content::kNothing;
  if (application != kStoreApplicationId) {
    return Error{path +
                 ": is a database of another program, not a results store of perfleak; name "
                 "another file."};
  }
  if (version != kStoreSchemaVersion) {
    return Error{path + ": was written by a later version of perfleak (schema " +
                 std::to_string(version) + ", this one knows " +
                 std::to_string(kStoreSchemaVersion) + "); use that version, or another file."};
  }
  return Content::kStore;
}

Status MakeTables(const std::string& path, SqlConnection* sql) {
  SqlTransaction transaction(sql, SqlTransaction::Use::kWrite);
  if (Status status = sql->TakeStatus(); !status) return status;
  const auto content = Identify(path, sql);  // another program may have been faster
  if (!content) return content.error();
  if (*content == Content::kNothing) sql->RunScript(StoreSchema());
  return transaction.Commit();
}

Result<std::unique_ptr<SqlConnection>> OpenForWriting(const std::string& path,
                                                      milliseconds patience) {
  auto opened = SqlConnection::Open(path, SqlConnection::Access::kWrite, patience);
  if (!opened) return opened;
  SqlConnection* sql = opened->get();
  sql->RunScript(kSizes);
  const auto content = Identify(path, sql);  // before anything is written
  if (!content) return content.error();
  if (sql->read_only()) {
    return Error{path +
                 ": the results store cannot be written; it needs the right to write to the "
                 "file and to its folder."};
  }
  sql->UseWriteAheadLog();
  if (Status status = sql->TakeStatus(); !status) return status.error();
  if (Status status = MakeTables(path, sql); !status) return status.error();
  return opened;
}

Result<std::unique_ptr<SqlConnection>> OpenForReading(const std::string& path,
                                                      milliseconds patience) {
  const auto open = [&](SqlConnection::Access access) -> Result<std::unique_ptr<SqlConnection>> {
    auto opened = SqlConnection::Open(path, access, patience);
    if (!opened) return opened;
    const auto content = Identify(path, opened->get());
    if (!content) return content.error();
    if (*content == Content::kNothing) {
      return Error{path + ": is empty; perfleak batch --store " + path + " fills it."};
    }
    return opened;
  };
  auto opened = open(SqlConnection::Access::kRead);
  const bool has_log = HasBytes(path + "-wal");  // commits that the database does not have yet
  if (opened || has_log) return opened;
  // On media that cannot be written SQLite has no place for the locks; nobody else writes either.
  auto immutable = open(SqlConnection::Access::kImmutable);
  return immutable ? std::move(immutable) : std::move(opened);
}

// ---- digests ----

int64_t DigestId(const std::string& hash, const std::string& settings, size_t member,
                 SqlConnection* sql) {
  SqlStatement select(sql,
                      "SELECT id FROM digests WHERE hash = ?1 AND settings = ?2 AND member = ?3");
  return select.Bind(hash, settings, member).Step() ? select.Integer(0) : 0;
}

void AddContent(const std::string& hash, SqlConnection* sql) {
  SqlStatement(sql, "INSERT INTO contents(hash) VALUES(?1) ON CONFLICT DO NOTHING").Run(hash);
}

int64_t InsertDigest(const std::string& hash, const std::string& settings, size_t member,
                     const std::string& member_name, const LogDigest& digest,
                     std::string_view bytes, SqlConnection* sql) {
  SqlStatement insert(sql, R"sql(
    INSERT INTO digests(hash, settings, member, member_name, name, outcome, message, content,
                        time_basis, bias_minutes, format, encoding, columns, rows_read, rows_used,
                        rows_dropped, size, digest)
    VALUES(:hash, :settings, :member, :member_name, :name, :outcome, :message, :content,
           :time_basis, :bias_minutes, :format, :encoding, :columns, :rows_read, :rows_used,
           :rows_dropped, :size, :digest))sql");
  insert.Set(":hash", hash)
      .Set(":settings", settings)
      .Set(":member", member)
      .Set(":member_name", member_name)
      .Set(":name", digest.name)
      .Set(":outcome", ToString(digest.outcome))
      .Set(":message", digest.message)
      .Set(":content", digest.content)
      .Set(":time_basis", BasisText(digest.time_basis))
      .Set(":bias_minutes", digest.bias_minutes)
      .Set(":format", digest.file.format)
      .Set(":encoding", digest.file.encoding)
      .Set(":columns", digest.columns)
      .Set(":rows_read", digest.rows_read)
      .Set(":rows_used", digest.rows_used)
      .Set(":rows_dropped", digest.rows_dropped)
      .Set(":size", bytes.size())
      .Set(":digest", SqlBlob{bytes})
      .Run();
  return sql->last_insert_id();
}

void InsertMachines(int64_t digest, const DigestSummary& summary, SqlConnection* sql) {
  SqlStatement insert(sql,
                      "INSERT INTO digest_machines(digest, place, machine, start, \"end\", "
                      "start_s, end_s) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  for (size_t i = 0; i < summary.machines.size(); ++i) {
    const DigestSummary::Machine& machine = summary.machines[i];
    insert.Run(digest, i + 1, machine.name, TimeText(machine.start_s, summary.time_basis),
               TimeText(machine.end_s, summary.time_basis), machine.start_s, machine.end_s);
  }
}

std::optional<DigestSummary> ReadSummary(int64_t id, SqlConnection* sql) {
  SqlStatement select(sql,
                      "SELECT outcome, name, content, message, time_basis, bias_minutes, columns "
                      "FROM digests WHERE id = ?1");
  if (!select.Bind(id).Step()) return std::nullopt;
  DigestSummary summary;
  summary.outcome = OutcomeNamed(select.Text(0));
  summary.name = select.Text(1);
  summary.content = select.Text(2);
  summary.message = select.Text(3);
  summary.time_basis = BasisNamed(select.Text(4));
  summary.bias_minutes = select.Real(5).value_or(0);
  summary.columns = static_cast<uint64_t>(select.Integer(6));
  SqlStatement machines(sql,
                        "SELECT machine, start_s, end_s FROM digest_machines WHERE digest = ?1 "
                        "ORDER BY place");
  machines.Bind(id);
  while (machines.Step()) {
    summary.machines.push_back(
        {machines.Text(0), machines.Real(1).value_or(0), machines.Real(2).value_or(0)});
  }
  return summary;
}

}  // namespace

class Store::Impl {
 public:
  Impl(std::string path, std::unique_ptr<SqlConnection> sql)
      : path_(std::move(path)), sql_(std::move(sql)) {}

  // What `read(sql)` reads, of one moment.
  template <class Function>
  auto Read(const Function& read) -> Result<decltype(read(std::declval<SqlConnection*>()))> {
    const std::lock_guard lock(mutex_);
    SqlTransaction transaction(sql_.get(), SqlTransaction::Use::kRead);
    auto value = read(sql_.get());
    if (Status status = transaction.Commit(); !status) return status.error();
    return value;
  }

  // Does all that `write(sql)` does, or nothing.
  template <class Function>
  Status Write(const Function& write) {
    const std::lock_guard lock(mutex_);
    SqlTransaction transaction(sql_.get(), SqlTransaction::Use::kWrite);
    write(sql_.get());
    return transaction.Commit();
  }

  Error Missing(int64_t id) const {
    return {path_ + ": digest " + std::to_string(id) +
            " is not in the results store any more; run the same command again."};
  }

 private:
  const std::string path_;
  std::mutex mutex_;
  const std::unique_ptr<SqlConnection> sql_;
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::Open(const std::string& path, milliseconds patience) {
  if (!path.empty()) {
    if (Status status = CheckPlace(path, false); !status) return status.error();
  }
  auto sql = OpenForWriting(path, patience);
  if (!sql) return sql.error();
  return std::unique_ptr<Store>(new Store(std::make_unique<Impl>(path, std::move(*sql))));
}

Result<std::unique_ptr<Store>> Store::OpenToRead(const std::string& path, milliseconds patience) {
  if (Status status = CheckPlace(path, true); !status) return status.error();
  auto sql = OpenForReading(path, patience);
  if (!sql) return sql.error();
  return std::unique_ptr<Store>(new Store(std::make_unique<Impl>(path, std::move(*sql))));
}

// ---- files ----

Result<std::optional<std::string>> Store::HashOf(const FileState& file) const {
  return impl_->Read([&](SqlConnection* sql) -> std::optional<std::string> {
    SqlStatement select(sql,
                        "SELECT hash FROM files WHERE path = ?1 AND bytes = ?2 AND "
                        "modified_ns = ?3 AND changed_ns = ?4 AND inode = ?5 AND device = ?6");
    select.Bind(file.path, file.bytes, file.modified_ns, file.changed_ns, file.inode, file.device);
    return select.Step() ? std::optional(select.Text(0)) : std::nullopt;
  });
}

Status Store::RememberFile(const FileState& file, const std::string& hash) {
  return impl_->Write([&](SqlConnection* sql) {
    SqlStatement(sql,
                 "INSERT INTO contents(hash, bytes) VALUES(?1, ?2) "
                 "ON CONFLICT DO UPDATE SET bytes = excluded.bytes")
        .Run(hash, file.bytes);
    SqlStatement(sql,
                 "REPLACE INTO files(path, bytes, modified_ns, changed_ns, inode, device, hash) "
                 "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        .Run(file.path, file.bytes, file.modified_ns, file.changed_ns, file.inode, file.device,
             hash);
  });
}

// ---- digests ----

Result<Store::FileDigests> Store::DigestsOf(const std::string& hash,
                                            const std::string& settings) const {
  return impl_->Read([&](SqlConnection* sql) {
    FileDigests found;
    SqlStatement select(sql,
                        "SELECT id, member, member_name FROM digests "
                        "WHERE hash = ?1 AND settings = ?2 ORDER BY member");
    select.Bind(hash, settings);
    while (select.Step()) {
      found.digests.push_back(
          {select.Integer(0), static_cast<size_t>(select.Integer(1)), select.Text(2)});
    }
    // Somebody may have deleted some since.
    SqlStatement completed(sql, "SELECT members FROM completed WHERE hash = ?1 AND settings = ?2");
    found.complete = completed.Bind(hash, settings).Step() &&
                     completed.Integer(0) == static_cast<int64_t>(found.digests.size());
    return found;
  });
}

Result<int64_t> Store::AddDigest(const std::string& hash, const std::string& settings,
                                 size_t member, const std::string& member_name,
                                 const LogDigest& digest) {
  const std::string bytes = EncodeDigest(digest);
  int64_t id = 0;
  const Status status = impl_->Write([&](SqlConnection* sql) {
    id = DigestId(hash, settings, member, sql);
    if (id != 0) return;
    AddContent(hash, sql);
    id = InsertDigest(hash, settings, member, member_name, digest, bytes, sql);
    InsertMachines(id, SummaryOf(digest), sql);
  });
  if (!status) return status.error();
  return id;
}

Status Store::CompleteFile(const std::string& hash, const std::string& settings) {
  return impl_->Write([&](SqlConnection* sql) {
    AddContent(hash, sql);
    SqlStatement(sql,
                 "REPLACE INTO completed(hash, settings, members) VALUES(?1, ?2, "
                 "(SELECT count(*) FROM digests WHERE hash = ?1 AND settings = ?2))")
        .Run(hash, settings);
  });
}

Result<DigestSummary> Store::Summary(int64_t id) const {
  auto summary = impl_->Read([&](SqlConnection* sql) { return ReadSummary(id, sql); });
  if (!summary) return summary.error();
  if (!*summary) return impl_->Missing(id);
  return std::move(**summary);
}

Result<LogDigest> Store::Digest(int64_t id) const {
  const auto bytes = EncodedDigest(id);
  if (!bytes) return bytes.error();
  return DecodeDigest("digest " + std::to_string(id) + " of the results store", *bytes);
}

Result<std::string> Store::EncodedDigest(int64_t id) const {
  auto bytes = impl_->Read([&](SqlConnection* sql) {
    SqlStatement select(sql, "SELECT digest FROM digests WHERE id = ?1");
    return select.Bind(id).Step() ? std::optional(select.Text(0)) : std::nullopt;
  });
  if (!bytes) return bytes.error();
  if (!*bytes) return impl_->Missing(id);
  return std::move(**bytes);
}

Result<std::vector<int64_t>> Store::AllDigests(const std::string& settings) const {
  return impl_->Read([&](SqlConnection* sql) {
    SqlStatement select(sql, "SELECT id FROM digests WHERE ?1 IN ('', settings) ORDER BY name, id");
    select.Bind(settings);
    std::vector<int64_t> ids;
    while (select.Step()) ids.push_back(select.Integer(0));
    return ids;
  });
}

Result<std::vector<int64_t>> Store::CurrentDigests() const {
  return impl_->Read([&](SqlConnection* sql) {
    SqlStatement select(sql, R"sql(
      SELECT id FROM digests
      WHERE id IN (SELECT max(id) FROM digests WHERE hash IN (SELECT hash FROM files)
                   GROUP BY hash, member)
      ORDER BY name, id)sql");
    std::vector<int64_t> ids;
    while (select.Step()) ids.push_back(select.Integer(0));
    return ids;
  });
}

// ---- results ----

Result<int64_t> Store::BeginRun(const Run& run) {
  int64_t id = 0;
  const Status status = impl_->Write([&](SqlConnection* sql) {
    SqlStatement(sql,
                 "INSERT INTO runs(version, command, settings, started, started_s) "
                 "VALUES(?1, ?2, ?3, ?4, ?5)")
        .Run(run.version, run.command, run.settings, TimeText(run.started_s, TimeBasis::kUtc),
             run.started_s);
    id = sql->last_insert_id();
  });
  if (!status) return status.error();
  return id;
}

Status Store::PutMachine(int64_t run, const FleetMachine& machine) {
  return impl_->Write([&](SqlConnection* sql) { WriteMachine(run, machine, sql); });
}

Status Store::FinishRun(int64_t run, double finished_s, const FleetReport& report) {
  return impl_->Write([&](SqlConnection* sql) {
    SqlStatement(sql,
                 "UPDATE runs SET finished = ?2, finished_s = ?3, read = ?4, duplicates = ?5, "
                 "no_logs = ?6, failed = ?7, machines = ?8, components = ?9, issues = ?10 "
                 "WHERE id = ?1")
        .Run(run, TimeText(finished_s, TimeBasis::kUtc), finished_s, report.read, report.duplicates,
             report.no_logs, report.failed, report.machines.size(), report.components.size(),
             report.issues.size());
    WriteUnreadFiles(run, report.files, sql);
  });
}

Result<std::vector<HistoryLine>> Store::History(const std::string& asked) const {
  return impl_->Read([&](SqlConnection* sql) { return ReadHistory(asked, sql); });
}

Result<std::vector<std::string>> Store::KnownNames() const {
  return impl_->Read([](SqlConnection* sql) { return ReadKnownNames(sql); });
}

}  // namespace perfleak
