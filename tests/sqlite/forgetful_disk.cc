#include "forgetful_disk.h"

#include <sqlite3.h>

#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "store_folder.h"

namespace tickerhub {
namespace {

// What the disk has of one file, and what is only on its way there.
struct DiskFile {
  std::string synced;
  std::vector<std::pair<std::size_t, std::string>> written;
};

struct Disk {
  std::mutex mutex;
  std::map<std::string, DiskFile> files;
  std::shared_ptr<const std::function<void()>> at_each_write;
  bool is_full = false;
};

Disk& TheDisk() {
  static auto* const disk = new Disk;
  return *disk;
}

// An open file: this, and behind it the file of SQLite's own vfs.
struct ForgetfulFile {
  sqlite3_file base;
  sqlite3_io_methods methods;
  const char* name;
};

sqlite3_vfs* OwnVfs() { return sqlite3_vfs_find("unix"); }

sqlite3_file* Own(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) +
                                         sizeof(ForgetfulFile));
}

const char* NameOf(sqlite3_file* file) {
  return reinterpret_cast<ForgetfulFile*>(file)->name;
}

int WriteTo(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  Disk& disk = TheDisk();
  std::shared_ptr<const std::function<void()>> call;
  {
    const std::lock_guard<std::mutex> lock(disk.mutex);
    call = disk.at_each_write;
  }
  if (call != nullptr && *call) (*call)();
  {
    const std::lock_guard<std::mutex> lock(disk.mutex);
    if (disk.is_full) return SQLITE_FULL;
    disk.files[NameOf(file)].written.emplace_back(
        static_cast<std::size_t>(at),
        std::string(static_cast<const char*>(bytes),
                    static_cast<std::size_t>(size)));
  }
  return Own(file)->pMethods->xWrite(Own(file), bytes, size, at);
}

int SyncFile(sqlite3_file* file, int flags) {
  const int code = Own(file)->pMethods->xSync(Own(file), flags);
  Disk& disk = TheDisk();
  const std::lock_guard<std::mutex> lock(disk.mutex);
  DiskFile& one = disk.files[NameOf(file)];
  for (const auto& [at, bytes] : one.written) {
    if (one.synced.size() < at + bytes.size()) {
      one.synced.resize(at + bytes.size());
    }
    one.synced.replace(at, bytes.size(), bytes);
  }
  one.written.clear();
  return code;
}

// The rest goes to SQLite's own file.
sqlite3_io_methods Methods() {
  sqlite3_io_methods methods{};
  methods.iVersion = 2;
  methods.xClose = [](sqlite3_file* f) {
    return Own(f)->pMethods->xClose(Own(f));
  };
  methods.xRead = [](sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
    return Own(f)->pMethods->xRead(Own(f), to, size, at);
  };
  methods.xWrite = WriteTo;
  methods.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
    return Own(f)->pMethods->xTruncate(Own(f), size);
  };
  methods.xSync = SyncFile;
  methods.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
    return Own(f)->pMethods->xFileSize(Own(f), size);
  };
  methods.xLock = [](sqlite3_file* f, int how) {
    return Own(f)->pMethods->xLock(Own(f), how);
  };
  methods.xUnlock = [](sqlite3_file* f, int how) {
    return Own(f)->pMethods->xUnlock(Own(f), how);
  };
  methods.xCheckReservedLock = [](sqlite3_file* f, int* out) {
    return Own(f)->pMethods->xCheckReservedLock(Own(f), out);
  };
  methods.xFileControl = [](sqlite3_file* f, int what, void* value) {
    return Own(f)->pMethods->xFileControl(Own(f), what, value);
  };
  methods.xSectorSize = [](sqlite3_file* f) {
    return Own(f)->pMethods->xSectorSize(Own(f));
  };
  methods.xDeviceCharacteristics = [](sqlite3_file* f) {
    return Own(f)->pMethods->xDeviceCharacteristics(Own(f));
  };
  methods.xShmMap = [](sqlite3_file* f, int page, int size, int extend,
                       void volatile** out) {
    return Own(f)->pMethods->xShmMap(Own(f), page, size, extend, out);
  };
  methods.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
    return Own(f)->pMethods->xShmLock(Own(f), offset, n, flags);
  };
  methods.xShmBarrier = [](sqlite3_file* f) {
    Own(f)->pMethods->xShmBarrier(Own(f));
  };
  methods.xShmUnmap = [](sqlite3_file* f, int remove) {
    return Own(f)->pMethods->xShmUnmap(Own(f), remove);
  };
  return methods;
}

int OpenFile(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file,
             int flags, int* out_flags) {
  auto* const mine = reinterpret_cast<ForgetfulFile*>(file);
  std::memset(mine, 0, sizeof *mine);
  const int code = OwnVfs()->xOpen(OwnVfs(), name, Own(file), flags, out_flags);
  if (code != SQLITE_OK) return code;
  mine->methods = Methods();
  mine->base.pMethods = &mine->methods;
  mine->name = name == nullptr ? "" : name;
  Disk& disk = TheDisk();
  const std::lock_guard<std::mutex> lock(disk.mutex);
  const auto [found, is_new] = disk.files.try_emplace(mine->name);
  if (is_new) found->second.synced = BytesOfFile(mine->name);
  return SQLITE_OK;
}

}  // namespace

void UseForgetfulDisk() {
  static sqlite3_vfs vfs;
  {
    const std::lock_guard<std::mutex> lock(TheDisk().mutex);
    TheDisk().files.clear();
    TheDisk().at_each_write = nullptr;
    TheDisk().is_full = false;
  }
  if (vfs.zName != nullptr) return;
  vfs = *OwnVfs();
  vfs.zName = kForgetfulDisk;
  vfs.szOsFile += static_cast<int>(sizeof(ForgetfulFile));
  vfs.pNext = nullptr;
  vfs.xOpen = OpenFile;
  sqlite3_vfs_register(&vfs, 0);
}

void CutPower(const std::string& file, const std::string& copy) {
  Disk& disk = TheDisk();
  const std::lock_guard<std::mutex> lock(disk.mutex);
  for (const char* rest : {"", "-wal"}) {
    WriteFile(copy + rest, disk.files[file + rest].synced);
  }
}

void AtEachWrite(std::function<void()> call) {
  const std::lock_guard<std::mutex> lock(TheDisk().mutex);
  TheDisk().at_each_write =
      std::make_shared<const std::function<void()>>(std::move(call));
}

void FillDisk(bool is_full) {
  const std::lock_guard<std::mutex> lock(TheDisk().mutex);
  TheDisk().is_full = is_full;
}

}  // namespace tickerhub
