#ifndef TICKERHUB_TESTS_SQLITE_STORE_FOLDER_H_
#define TICKERHUB_TESTS_SQLITE_STORE_FOLDER_H_

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "support/own_folder.h"
#include "tickerhub/sqlite/sqlite_notification_log.h"

namespace tickerhub {

/// The folder of a store.
class StoreFolder : public testing::OwnFolder {
 public:
  std::string File(const std::string& name = "log.db") const {
    return OwnFolder::File(name);
  }
};

inline std::string BytesOfFile(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void WriteFile(const std::string& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

inline std::unique_ptr<SqliteNotificationLog> OpenStore(
    SqliteNotificationLog::Options options) {
  auto opened = SqliteNotificationLog::Open(std::move(options));
  EXPECT_TRUE(opened.status.ok()) << opened.status.message();
  if (opened.log == nullptr) throw std::runtime_error("there is no log");
  return std::move(opened.log);
}

inline std::unique_ptr<SqliteNotificationLog> OpenStore(
    const std::string& file) {
  SqliteNotificationLog::Options options;
  options.file = file;
  return OpenStore(std::move(options));
}

}  // namespace tickerhub

#endif  // TICKERHUB_TESTS_SQLITE_STORE_FOLDER_H_
