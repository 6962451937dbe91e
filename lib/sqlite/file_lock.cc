#include "file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tickerhub::internal {
namespace {

constexpr mode_t kLockMode = 0600;

// Returns a descriptor, or -1.
int OpenLock(const std::string& path, bool* is_new) {
  int descriptor =
      open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kLockMode);
  *is_new = descriptor >= 0;
  if (descriptor < 0 && errno == EEXIST) {
    descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kLockMode);
  }
  return descriptor;
}

// False if somebody has removed the file since it was opened.
bool IsStillThere(const std::string& path, int descriptor) {
  struct stat mine {};
  struct stat now {};
  return fstat(descriptor, &mine) == 0 && stat(path.c_str(), &now) == 0 &&
         mine.st_dev == now.st_dev && mine.st_ino == now.st_ino;
}

}  // namespace

Status FileLock::Take(const std::string& file) {
  path_ = file + "-lock";
  for (;;) {
    descriptor_ = OpenLock(path_, &is_new_);
    if (descriptor_ < 0) {
      return {StatusCode::kPermissionDenied,
              "cannot open \"" + path_ +
                  "\": " + std::generic_category().message(errno)};
    }
    if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      const int error = errno;
      Free();
      if (error == EINTR) continue;
      if (error != EWOULDBLOCK) {
        return {StatusCode::kUnavailable,
                "cannot lock \"" + path_ +
                    "\": " + std::generic_category().message(error)};
      }
      return {StatusCode::kAlreadyExists,
              "\"" + file + "\" is in use by another process or log"};
    }
    if (IsStillThere(path_, descriptor_)) return {};
    Free();
  }
}

void FileLock::Undo() {
  if (is_new_ && descriptor_ >= 0) unlink(path_.c_str());
  Free();
}

void FileLock::Free() {
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = -1;
}

}  // namespace tickerhub::internal
