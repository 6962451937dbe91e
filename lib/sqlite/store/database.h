#ifndef TICKERHUB_LIB_SQLITE_STORE_DATABASE_H_
#define TICKERHUB_LIB_SQLITE_STORE_DATABASE_H_

// One connection to an SQLite file, for one thread.

#include <sqlite3.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace tickerhub::internal {

/// Thrown by everything here that fails. It never leaves this component.
class DatabaseFault : public std::exception {
 public:
  DatabaseFault(int code, std::string sentence)
      : code_(code), sentence_(std::move(sentence)) {}
  int code() const { return code_; }  ///< SQLite's primary result code
  const char* what() const noexcept override { return sentence_.c_str(); }

 private:
  int code_;
  std::string sentence_;
};

/// A value for a parameter that is bytes, not text.
struct BlobValue {
  std::string_view bytes;
};

/// Ids are 64 bits without a sign; SQLite has a sign. Ids of a log are never
/// that large, but what clients ask for may be.
inline std::int64_t ToColumn(std::uint64_t id) {
  return static_cast<std::int64_t>(id);
}
inline std::int64_t BoundedId(std::uint64_t id) {
  constexpr std::uint64_t kMost = INT64_MAX;
  return static_cast<std::int64_t>(id < kMost ? id : kMost);
}

/// The rows of a question that is under way. Its statement is free again when
/// this goes.
class Rows {
 public:
  explicit Rows(sqlite3_stmt* statement) : statement_(statement) {}
  ~Rows() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Rows(Rows&& other) noexcept
      : statement_(std::exchange(other.statement_, nullptr)) {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  /// Goes to the first or the next row. Returns false if there is none.
  bool Next();
  std::int64_t Integer(int column) const {
    return sqlite3_column_int64(statement_, column);
  }
  std::uint64_t Id(int column) const {
    return static_cast<std::uint64_t>(Integer(column));
  }
  bool IsNull(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  /// Text or bytes. Empty if it is null.
  std::string Text(int column) const;

 private:
  sqlite3_stmt* statement_;
};

class Database {
 public:
  /// Opens a file that is there. `vfs`: empty for SQLite's own.
  Database(const std::string& file, const std::string& vfs);

  /// Runs statements without parameters, one after the other.
  void Execute(const char* sql);

  /// Runs one statement, which must have static storage: it is prepared once.
  template <typename... Values>
  void Run(const char* sql, const Values&... values) {
    sqlite3_stmt* const statement = Prepared(sql);
    int index = 0;
    (BindTo(statement, ++index, values, SQLITE_STATIC), ...);
    Rows rows(statement);
    rows.Next();
  }

  /// Asks; `sql` as above. There may be one answer under way for each `sql`.
  template <typename... Values>
  Rows Ask(const char* sql, const Values&... values) {
    sqlite3_stmt* const statement = Prepared(sql);
    int index = 0;
    (BindTo(statement, ++index, values, SQLITE_TRANSIENT), ...);
    return Rows(statement);
  }

  /// The first column of the only row; `none` without a row.
  template <typename... Values>
  std::int64_t AskNumber(std::int64_t none, const char* sql,
                         const Values&... values) {
    Rows rows = Ask(sql, values...);
    return rows.Next() ? rows.Integer(0) : none;
  }

  /// Rows that the last statement has changed.
  int changes() const { return sqlite3_changes(connection_.get()); }
  /// Undoes the transaction under way, if there is one. Never fails.
  void RollBack();

  /// From now on commits of this connection make no checkpoint, and say in
  /// `*pages` how many pages FILE-wal has. `pages` must outlive this.
  void CountWalPages(int* pages);
  /// Whether the file has another name now, or none. What is written to it then
  /// is gone when the last connection goes.
  bool HasMoved();
  /// Takes into the file what FILE-wal has, as far as nobody is in the way.
  void Checkpoint();
  /// Whether the last connection makes a checkpoint when it goes. Without one,
  /// a file that is looked at stays as it is.
  void CheckpointAtEnd(bool may);

 private:
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close(connection); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const {
      sqlite3_finalize(statement);
    }
  };
  using Destructor = sqlite3_destructor_type;

  sqlite3_stmt* Prepared(const char* sql);
  static void BindTo(sqlite3_stmt* statement, int index, std::int64_t value,
                     Destructor lifetime);
  static void BindTo(sqlite3_stmt* statement, int index, std::uint64_t id,
                     Destructor lifetime) {
    BindTo(statement, index, ToColumn(id), lifetime);
  }
  static void BindTo(sqlite3_stmt* statement, int index, std::string_view text,
                     Destructor lifetime);
  static void BindTo(sqlite3_stmt* statement, int index,
                     const std::string& text, Destructor lifetime) {
    BindTo(statement, index, std::string_view(text), lifetime);
  }
  static void BindTo(sqlite3_stmt* statement, int index, const BlobValue& blob,
                     Destructor lifetime);
  static void BindTo(sqlite3_stmt* statement, int index,
                     const std::optional<std::string_view>& text,
                     Destructor lifetime);
  static void BindTo(sqlite3_stmt* statement, int index,
                     const std::optional<std::int64_t>& value,
                     Destructor lifetime);

  std::unique_ptr<sqlite3, Close> connection_;
  std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, Finalize>>
      prepared_;
};

/// Undoes at its end what was not committed.
class Transaction {
 public:
  enum class Kind : std::uint8_t { kWriting, kReading };

  Transaction(Database& database, Kind kind) : database_(database) {
    database_.Run(kind == Kind::kWriting ? kBegin : kBeginReading);
  }
  ~Transaction() {
    if (!is_committed_) database_.RollBack();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void Commit() {
    database_.Run(kCommit);
    is_committed_ = true;
  }

 private:
  static constexpr char kBegin[] = "BEGIN IMMEDIATE";
  static constexpr char kBeginReading[] = "BEGIN";
  static constexpr char kCommit[] = "COMMIT";

  Database& database_;
  bool is_committed_ = false;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_SQLITE_STORE_DATABASE_H_
