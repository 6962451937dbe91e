#ifndef TICKERHUB_LIB_SQLITE_STORE_READER_H_
#define TICKERHUB_LIB_SQLITE_STORE_READER_H_

// The half of the log in the file that reads, on a connection of its own. Each
// call sees the file as it is at one moment. All of it throws DatabaseFault.

#include <string>
#include <vector>

#include "store/database.h"
#include "tickerhub/notification_log.h"

namespace tickerhub::internal {

class StoreReader {
 public:
  using Query = NotificationLog::Query;
  using Page = NotificationLog::Page;

  explicit StoreReader(Database& database) : database_(database) {}

  Page Read(const Query& query);
  /// `now`: what expires until then does not count.
  NotificationLog::UserState FindUser(const std::string& name, Timestamp now);
  std::vector<std::string> Members(const std::string& group);

 private:
  Database& database_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_SQLITE_STORE_READER_H_
