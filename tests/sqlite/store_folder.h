#ifndef TICKERHUB_TESTS_SQLITE_STORE_FOLDER_H_
#define TICKERHUB_TESTS_SQLITE_STORE_FOLDER_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "tickerhub/sqlite/sqlite_notification_log.h"

namespace tickerhub {

/// A folder that goes with its files when the test ends.
class StoreFolder {
 public:
  StoreFolder() {
    std::string name = std::filesystem::temp_directory_path() / "store-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) ADD_FAILURE() << name;
    path_ = name;
  }
  ~StoreFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  StoreFolder(const StoreFolder&) = delete;
  StoreFolder& operator=(const StoreFolder&) = delete;

  std::string File(const std::string& name = "log.db") const {
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
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
