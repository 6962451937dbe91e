#ifndef TICKERHUB_TESTS_SUPPORT_OWN_FOLDER_H_
#define TICKERHUB_TESTS_SUPPORT_OWN_FOLDER_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace tickerhub::testing {

/// A folder that no other test has, nor the same one in another process. It
/// goes with its files when this object ends.
class OwnFolder {
 public:
  OwnFolder() {
    std::string name =
        std::filesystem::temp_directory_path() / "tickerhub-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) {
      ADD_FAILURE() << name << " cannot be made";
    } else {
      path_ = name;
    }
  }
  ~OwnFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// The path of a file in it.
  std::string File(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_OWN_FOLDER_H_
