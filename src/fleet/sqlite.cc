#include "fleet/sqlite.h"

#include <sqlite3.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/units.h"

namespace perfleak {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// SQLite reads "file:..." and ":memory:" as more than names; an absolute path is only ever a path.
std::string Absolute(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  return error ? path : absolute.string();
}

// As a URI that says that nobody writes.
std::string ImmutableUri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : Absolute(path)) {
    if (c == '%' || c == '?' || c == '#') {
      uri += c == '%' ? "%25" : c == '?' ? "%3f" : "%23";
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

// The log needs memory that all programs on the database share: not so across a network, nor where
// the kernel does not tell what a file system is (FUSE, 9P). Numbers: statfs(2) and linux/magic.h.
bool OnNetwork(const std::string& path) {
  constexpr std::array<uint32_t, 10> kRemote = {0x00006969,   // NFS
                                                0x0000517B,   // SMB
                                                0xFF534D42,   // CIFS
                                                0xFE534D42,   // SMB2
                                                0x65735546,   // FUSE
                                                0x01021997,   // 9P
                                                0x00C36400,   // Ceph
                                                0x5346414F,   // AFS
                                                0x0BD00BD0,   // Lustre
                                                0x01161970};  // GFS2
  struct statfs what {};
  const std::string folder = fs::path(Absolute(path)).parent_path().string();
  if (statfs(folder.c_str(), &what) != 0) return false;
  return std::find(kRemote.begin(), kRemote.end(), static_cast<uint32_t>(what.f_type)) !=
         kRemote.end();
}

int PrimaryCode(int code) { return code & 0xFF; }

std::string OsReason(int os_error, const std::string& otherwise) {
  return os_error == 0 ? otherwise : std::strerror(os_error);
}

}  // namespace

// ---- connection ----

Result<std::unique_ptr<SqlConnection>> SqlConnection::Open(const std::string& path, Access access,
                                                           milliseconds patience) {
  // A connection for reading may have to mend what a killed writer left: it is opened for both and
  // forbidden to write below. SQLite itself takes a file that cannot be written as one to read.
  const int flags = access == Access::kImmutable ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
                    : access == Access::kRead    ? SQLITE_OPEN_READWRITE
                                                 : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const std::string name = path.empty()                   ? path
                           : access == Access::kImmutable ? ImmutableUri(path)
                                                          : Absolute(path);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle,
                                   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<SqlConnection> sql(new SqlConnection(handle, path, patience));
  if (code != SQLITE_OK) {
    sql->Fail(code);
    return sql->TakeStatus().error();
  }
  sqlite3_busy_timeout(handle, static_cast<int>(patience.count()));
  // A store may come from elsewhere: what its schema says is not to be trusted.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sql->RunScript("PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON");
  if (access != Access::kWrite) sql->RunScript("PRAGMA query_only = ON");
  if (Status status = sql->TakeStatus(); !status) return status.error();
  return sql;
}

SqlConnection::SqlConnection(sqlite3* handle, std::string path, milliseconds patience)
    : handle_(handle), path_(std::move(path)), patience_(patience) {}

SqlConnection::~SqlConnection() { sqlite3_close_v2(handle_); }

Status SqlConnection::TakeStatus() {
  const auto failure = std::exchange(failure_, std::nullopt);
  return failure ? Status(Explain(*failure)) : Status();
}

void SqlConnection::Fail(int code) {
  if (failure_) return;
  failure_ = Failure{code, 0, "not enough memory"};
  if (handle_ == nullptr) return;
  failure_->message = sqlite3_errmsg(handle_);
  const int primary = PrimaryCode(code);
  if (primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) {
    failure_->os_error = sqlite3_system_errno(handle_);
  }
}

Error SqlConnection::Explain(const Failure& failure) const {
  const std::string where = (path_.empty() ? "the temporary results store" : path_) + ": ";
  switch (PrimaryCode(failure.code)) {
    case SQLITE_NOTADB:
      return {where +
              "not a results store: it is no SQLite database; name another file, a new one "
              "is made if there is none."};
    case SQLITE_CORRUPT:
      return {where + "the results store is damaged (" + failure.message +
              "); move it away and run again, or save what can be read with: sqlite3 OLD .recover "
              "| sqlite3 NEW"};
    case SQLITE_FULL:
      return {where +
              "the disk is full; make room and run the same command again, what was "
              "finished is kept."};
    case SQLITE_READONLY:
      return {where +
              "the results store cannot be written; it needs the right to write to the "
              "file and to its folder."};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {where + "another program has kept the results store locked for " +
              FormatDuration(static_cast<double>(patience_.count()) / 1000) +
              "; end it and run the same command again, what was finished is kept."};
    case SQLITE_TOOBIG:
      return {where +
              "what is to be stored is larger than the 1 GB that SQLite takes; leave this "
              "log out."};
    case SQLITE_CANTOPEN:
      return {where + "the results store cannot be opened: " +
              OsReason(failure.os_error, failure.message) + "."};
    case SQLITE_IOERR:
      return {where + "the results store cannot be read or written: " +
              OsReason(failure.os_error, failure.message) + "; what was finished before is kept."};
    default:
      return {where + "the results store cannot be used: " + failure.message + "."};
  }
}

void SqlConnection::FailAsDamaged(const std::string& what) {
  if (!failure_) failure_ = Failure{SQLITE_CORRUPT, 0, what};
}

void SqlConnection::FailAsForeign() {
  if (!failure_) failure_ = Failure{SQLITE_NOTADB, 0, ""};
}

void SqlConnection::RunScript(const char* script) {
  if (!ok()) return;
  const int code = sqlite3_exec(handle_, script, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) Fail(code);
}

int64_t SqlConnection::Integer(const char* query) {
  SqlStatement statement(this, query);
  return statement.Step() ? statement.Integer(0) : 0;
}

std::string SqlConnection::TrySetJournal(const char* pragma) {
  const auto deadline = std::chrono::steady_clock::now() + patience_;
  for (;;) {
    std::string mode;
    {
      SqlStatement statement(this, pragma);
      if (statement.Step()) mode = statement.Text(0);
    }
    // Not every way to meet another program here waits for it as other statements do.
    const bool busy = failure_ && PrimaryCode(failure_->code) == SQLITE_BUSY;
    if (!busy || std::chrono::steady_clock::now() > deadline) return mode;
    failure_.reset();
    std::this_thread::sleep_for(milliseconds(5));
  }
}

void SqlConnection::UseWriteAheadLog() {
  if (!ok()) return;
  if (path_.empty()) {  // gone with the program, whatever happens
    RunScript("PRAGMA synchronous = OFF");
    return;
  }
  const bool remote = OnNetwork(path_);
  const std::string mode = remote ? "" : TrySetJournal("PRAGMA journal_mode = WAL");
  if (mode == "wal") {
    // A commit is safe from a killed program as soon as it is written; after a power failure the
    // last ones may be missing, but the database is whole.
    RunScript("PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864");
    return;
  }
  failure_.reset();
  TrySetJournal("PRAGMA journal_mode = DELETE");
  RunScript("PRAGMA synchronous = FULL");
}

bool SqlConnection::read_only() const { return sqlite3_db_readonly(handle_, "main") == 1; }

int64_t SqlConnection::last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }

// ---- statement ----

SqlStatement::SqlStatement(SqlConnection* sql, const char* text) : sql_(sql) {
  if (sql_->ok()) Check(sqlite3_prepare_v2(sql_->handle_, text, -1, &handle_, nullptr));
}

SqlStatement::~SqlStatement() { sqlite3_finalize(handle_); }

void SqlStatement::Check(int code) {
  if (code != SQLITE_OK) sql_->Fail(code);
}

int SqlStatement::PlaceOf(const char* name) const {
  if (handle_ == nullptr) return 0;
  const int place = sqlite3_bind_parameter_index(handle_, name);
  PERFLEAK_CHECK(place > 0);
  return place;
}

void SqlStatement::BindNull(int place) {
  if (handle_ != nullptr) Check(sqlite3_bind_null(handle_, place));
}

void SqlStatement::BindAt(int place, int64_t value) {
  if (handle_ != nullptr) Check(sqlite3_bind_int64(handle_, place, value));
}

void SqlStatement::BindAt(int place, double value) {
  if (handle_ == nullptr) return;
  Check(std::isfinite(value) ? sqlite3_bind_double(handle_, place, value)
                             : sqlite3_bind_null(handle_, place));
}

void SqlStatement::BindAt(int place, std::string_view value) {
  if (handle_ == nullptr) return;
  const char* text = value.empty() ? "" : value.data();  // a null pointer would be NULL
  Check(sqlite3_bind_text64(handle_, place, text, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void SqlStatement::BindAt(int place, const SqlBlob& value) {
  if (handle_ == nullptr) return;
  const char* bytes = value.bytes.empty() ? "" : value.bytes.data();
  Check(sqlite3_bind_blob64(handle_, place, bytes, value.bytes.size(), SQLITE_STATIC));
}

bool SqlStatement::Step() {
  if (handle_ == nullptr || !sql_->ok()) return false;
  const int code = sqlite3_step(handle_);
  if (code != SQLITE_ROW && code != SQLITE_DONE) sql_->Fail(code);
  return code == SQLITE_ROW;
}

void SqlStatement::Run() {
  while (Step()) {
  }
  if (handle_ != nullptr) sqlite3_reset(handle_);  // repeats the error of the last step
}

std::string SqlStatement::Text(int column) const {
  const void* bytes = sqlite3_column_blob(handle_, column);
  const auto size = static_cast<size_t>(sqlite3_column_bytes(handle_, column));
  return bytes == nullptr ? "" : std::string(static_cast<const char*>(bytes), size);
}

int64_t SqlStatement::Integer(int column) const { return sqlite3_column_int64(handle_, column); }

std::optional<double> SqlStatement::Real(int column) const {
  if (sqlite3_column_type(handle_, column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_double(handle_, column);
}

// ---- transaction ----

SqlTransaction::SqlTransaction(SqlConnection* sql, Use use) : sql_(sql) {
  sql_->RunScript(use == Use::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
}

SqlTransaction::~SqlTransaction() {
  // SQLite has taken it back already after some errors.
  if (sqlite3_get_autocommit(sql_->handle_) != 0) return;
  sqlite3_exec(sql_->handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

Status SqlTransaction::Commit() {
  sql_->RunScript("COMMIT");
  return sql_->TakeStatus();
}

}  // namespace perfleak
