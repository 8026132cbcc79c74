// SQLite with the manners of this program: values in and out, what went wrong as an Error with the
// path and what to do. The only file that includes sqlite3.h.
//
// A connection remembers the first thing that goes wrong. From then on nothing more is done and
// reading gives nothing, so that a sequence of statements is checked once, at its end:
//
//   SqlTransaction transaction(&sql, SqlTransaction::Use::kWrite);
//   SqlStatement insert(&sql, "INSERT INTO names(name) VALUES(?1)");
//   for (const std::string& name : names) insert.Run(name);
//   return transaction.Commit();
//
// Not for several threads at a time.
#ifndef PERFLEAK_FLEET_SQLITE_H_
#define PERFLEAK_FLEET_SQLITE_H_

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace perfleak {

// Bytes to bind, which must stay where they are until the statement has run.
struct SqlBlob {
  std::string_view bytes;
};

class SqlConnection {
 public:
  enum class Access {
    kWrite,     // makes the file if there is none
    kRead,      // writes nothing that a query would see; makes no file
    kImmutable  // of a file that nobody can change: needs no lock and no file beside it
  };

  // "" is a temporary database on disk that nobody else sees. Waits up to `patience` for others who
  // hold a lock. That a file is no database shows only in what is done next.
  static Result<std::unique_ptr<SqlConnection>> Open(const std::string& path, Access access,
                                                     std::chrono::milliseconds patience);
  ~SqlConnection();
  SqlConnection(const SqlConnection&) = delete;
  SqlConnection& operator=(const SqlConnection&) = delete;

  bool ok() const { return !failure_; }
  // The first error since the last call, which is forgotten.
  Status TakeStatus();

  // Makes a value that the program cannot have written an error like those of SQLite.
  void FailAsDamaged(const std::string& what);
  // The error of a file that is no database.
  void FailAsForeign();

  // Any number of statements that give no rows.
  void RunScript(const char* script);
  // The first column of the first row.
  int64_t Integer(const char* query);

  // Commits go to a log beside the database, so that readers and a writer do not wait for each
  // other; where that is not possible (network drives) to a rollback journal.
  void UseWriteAheadLog();

  bool read_only() const;
  int64_t last_insert_id() const;

 private:
  friend class SqlStatement;
  friend class SqlTransaction;

  struct Failure {
    int code = 0;
    int os_error = 0;
    std::string message;
  };

  SqlConnection(sqlite3* handle, std::string path, std::chrono::milliseconds patience);
  void Fail(int code);
  Error Explain(const Failure& failure) const;
  std::string TrySetJournal(const char* mode);

  sqlite3* handle_;
  std::string path_;
  std::chrono::milliseconds patience_;
  std::optional<Failure> failure_;
};

class SqlStatement {
 public:
  // `text` is one statement, a constant of the program; values go to its parameters.
  SqlStatement(SqlConnection* sql, const char* text);
  ~SqlStatement();
  SqlStatement(const SqlStatement&) = delete;
  SqlStatement& operator=(const SqlStatement&) = delete;

  // Values of ?1, ?2, ... Numbers that are not finite and empty optionals are NULL.
  template <class... Values>
  SqlStatement& Bind(const Values&... values) {
    int place = 0;
    (BindAt(++place, values), ...);
    return *this;
  }
  // The value of the parameter `name`: ":verdict".
  template <class Value>
  SqlStatement& Set(const char* name, const Value& value) {
    BindAt(PlaceOf(name), value);
    return *this;
  }

  // To the next row; false after the last one.
  bool Step();
  // All of it, ready to be run again.
  void Run();
  template <class... Values>
  void Run(const Values&... values) {
    Bind(values...);
    Run();
  }

  // Columns of the row, from 0. NULL is "", 0 or nothing.
  std::string Text(int column) const;
  int64_t Integer(int column) const;
  std::optional<double> Real(int column) const;

 private:
  void BindNull(int place);
  void BindAt(int place, int64_t value);
  void BindAt(int place, double value);
  void BindAt(int place, std::string_view value);
  void BindAt(int place, const SqlBlob& value);
  void BindAt(int place, const std::string& value) { BindAt(place, std::string_view(value)); }
  void BindAt(int place, const char* value) { BindAt(place, std::string_view(value)); }
  template <std::integral Number>
  void BindAt(int place, Number value) {
    BindAt(place, static_cast<int64_t>(value));
  }
  template <class Value>
  void BindAt(int place, const std::optional<Value>& value) {
    value ? BindAt(place, *value) : BindNull(place);
  }
  int PlaceOf(const char* name) const;
  void Check(int code);

  SqlConnection* sql_;
  sqlite3_stmt* handle_ = nullptr;
};

// What is written between here and Commit() is there as a whole or not at all; what is read is of
// one moment. One for writing locks out other writers from the start, so that it cannot fail
// half-way for their sake.
class SqlTransaction {
 public:
  enum class Use { kRead, kWrite };
  SqlTransaction(SqlConnection* sql, Use use);
  ~SqlTransaction();  // takes all back unless committed
  SqlTransaction(const SqlTransaction&) = delete;
  SqlTransaction& operator=(const SqlTransaction&) = delete;

  // Also the error of anything that was done in it.
  Status Commit();

 private:
  SqlConnection* sql_;
};

}  // namespace perfleak

#endif  // PERFLEAK_FLEET_SQLITE_H_
