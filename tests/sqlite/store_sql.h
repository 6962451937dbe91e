#ifndef TICKERHUB_TESTS_SQLITE_STORE_SQL_H_
#define TICKERHUB_TESTS_SQLITE_STORE_SQL_H_

// What the file says to SQLite itself, beside the log.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

namespace tickerhub {

/// Opens `file`, makes it if it is not there, and runs `sql`. Returns the rows:
/// values with "|" between, each row with a line feed behind.
inline std::string RowsIn(const std::string& file, const std::string& sql) {
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
  std::string rows;
  char* message = nullptr;
  const auto add = [](void* out, int count, char** values, char** /*names*/) {
    auto& text = *static_cast<std::string*>(out);
    for (int i = 0; i < count; ++i) {
      if (i > 0) text += '|';
      text += values[i] == nullptr ? "NULL" : values[i];
    }
    text += '\n';
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), add, &rows, &message),
            SQLITE_OK)
      << message;
  sqlite3_free(message);
  sqlite3_close(database);
  return rows;
}

/// The only value of the only row.
inline std::string AskIn(const std::string& file, const std::string& sql) {
  const std::string rows = RowsIn(file, sql);
  return rows.substr(0, rows.find('\n'));
}

}  // namespace tickerhub

#endif  // TICKERHUB_TESTS_SQLITE_STORE_SQL_H_
