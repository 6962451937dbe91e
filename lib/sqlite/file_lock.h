#ifndef TICKERHUB_LIB_SQLITE_FILE_LOCK_H_
#define TICKERHUB_LIB_SQLITE_FILE_LOCK_H_

#include <string>

#include "tickerhub/status.h"

namespace tickerhub::internal {

/// Says that a file is in use, as long as it lives: a flock() on FILE-lock. Not
/// on the file itself, because closing any descriptor of that would take away
/// SQLite's own locks.
class FileLock {
 public:
  FileLock() = default;
  ~FileLock() { Free(); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  /// Fails if another FileLock has it, in this process or another one.
  Status Take(const std::string& file);
  /// Also removes FILE-lock, if Take() has made it.
  void Undo();

 private:
  void Free();

  std::string path_;
  int descriptor_ = -1;
  bool is_new_ = false;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_SQLITE_FILE_LOCK_H_
