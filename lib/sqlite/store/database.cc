#include "store/database.h"

#include <cstddef>
#include <utility>

namespace tickerhub::internal {
namespace {

// How long a program that has locked the file (a backup, a VACUUM) may hold up
// this one.
constexpr int kBusyMilliseconds = 5'000;

constexpr int kPrimaryCode = 0xff;

std::string SentenceOf(sqlite3* connection, int code) {
  std::string sentence = sqlite3_errstr(code);
  if (connection == nullptr) return sentence;
  const std::string more = sqlite3_errmsg(connection);
  if (more != sentence) sentence += " (" + more + ")";
  return sentence;
}

[[noreturn]] void ThrowFault(sqlite3* connection, int code) {
  throw DatabaseFault(code & kPrimaryCode, SentenceOf(connection, code));
}

void CheckCode(sqlite3_stmt* statement, int code) {
  if (code != SQLITE_OK) ThrowFault(sqlite3_db_handle(statement), code);
}

const char* NotNull(std::string_view text) {
  return text.data() == nullptr ? "" : text.data();
}

}  // namespace

bool Rows::Next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  ThrowFault(sqlite3_db_handle(statement_), code);
}

std::string Rows::Text(int column) const {
  const void* const bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

Database::Database(const std::string& file, const std::string& vfs) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &connection,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                                   vfs.empty() ? nullptr : vfs.c_str());
  connection_.reset(connection);
  if (code != SQLITE_OK) ThrowFault(connection, code);
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_busy_timeout(connection, kBusyMilliseconds);
}

void Database::Execute(const char* sql) {
  const int code =
      sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) ThrowFault(connection_.get(), code);
}

sqlite3_stmt* Database::Prepared(const char* sql) {
  auto& statement = prepared_[sql];
  if (statement == nullptr) {
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v3(
        connection_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    if (code != SQLITE_OK) ThrowFault(connection_.get(), code);
    statement.reset(made);
  }
  return statement.get();
}

void Database::RollBack() {
  if (sqlite3_get_autocommit(connection_.get()) != 0) return;
  sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Database::CountWalPages(int* pages) {
  sqlite3_wal_hook(
      connection_.get(),
      [](void* out, sqlite3*, const char*, int count) {
        *static_cast<int*>(out) = count;
        return SQLITE_OK;
      },
      pages);
}

bool Database::HasMoved() {
  int has_moved = 0;
  const int code = sqlite3_file_control(connection_.get(), nullptr,
                                        SQLITE_FCNTL_HAS_MOVED, &has_moved);
  return code == SQLITE_OK && has_moved != 0;
}

void Database::Checkpoint() {
  const int code = sqlite3_wal_checkpoint_v2(
      connection_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  const bool is_in_use = (code & kPrimaryCode) == SQLITE_BUSY;
  if (code != SQLITE_OK && !is_in_use) ThrowFault(connection_.get(), code);
}

void Database::CheckpointAtEnd(bool may) {
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
                    may ? 0 : 1, nullptr);
}

void Database::BindTo(sqlite3_stmt* statement, int index, std::int64_t value,
                      Destructor /*lifetime*/) {
  CheckCode(statement, sqlite3_bind_int64(statement, index, value));
}

void Database::BindTo(sqlite3_stmt* statement, int index, std::string_view text,
                      Destructor lifetime) {
  CheckCode(statement,
            sqlite3_bind_text(statement, index, NotNull(text),
                              static_cast<int>(text.size()), lifetime));
}

void Database::BindTo(sqlite3_stmt* statement, int index, const BlobValue& blob,
                      Destructor lifetime) {
  CheckCode(statement,
            sqlite3_bind_blob(statement, index, NotNull(blob.bytes),
                              static_cast<int>(blob.bytes.size()), lifetime));
}

void Database::BindTo(sqlite3_stmt* statement, int index,
                      const std::optional<std::string_view>& text,
                      Destructor lifetime) {
  if (text) BindTo(statement, index, *text, lifetime);
}

void Database::BindTo(sqlite3_stmt* statement, int index,
                      const std::optional<std::int64_t>& value,
                      Destructor lifetime) {
  if (value) BindTo(statement, index, *value, lifetime);
}

}  // namespace tickerhub::internal
