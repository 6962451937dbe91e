#ifndef TICKERHUB_LIB_SQLITE_STORE_FILE_H_
#define TICKERHUB_LIB_SQLITE_STORE_FILE_H_

#include <memory>
#include <string>
#include <vector>

#include "file_lock.h"
#include "store/database.h"
#include "store/writer.h"
#include "tickerhub/sqlite/sqlite_notification_log.h"
#include "tickerhub/status.h"

namespace tickerhub::internal {

/// The file, as long as the log is open.
struct StoreFile {
  FileLock lock;      // the last one to go
  int wal_pages = 0;  // after the last commit of `to_write`
  std::unique_ptr<Database> to_write;
  std::unique_ptr<Database> to_checkpoint;
  std::vector<std::unique_ptr<Database>> to_read;
  std::unique_ptr<StoreWriter> writer;
  std::string epoch;
  std::string upgrade;  // what was done to an older file, in one sentence
};

/// Opens or makes the file that `options` names. A file that is refused stays
/// as it is. `options` must outlive `*file`.
Status OpenStoreFile(const SqliteNotificationLog::Options& options,
                     StoreFile* file);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_SQLITE_STORE_FILE_H_
