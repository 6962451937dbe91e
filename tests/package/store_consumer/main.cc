// Checks that the log in a file keeps its promises when used from outside.
#include <tickerhub/sqlite/sqlite_notification_log.h>
#include <tickerhub/testing/notification_log_suite.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

int main() {
  char folder[] = "store_consumer-XXXXXX";
  if (mkdtemp(folder) == nullptr) return 1;
  int files = 0;
  const auto broken = tickerhub::testing::CheckNotificationLog(
      "KeepsANotificationAsItWas",
      [&]() -> std::unique_ptr<tickerhub::NotificationLog> {
        tickerhub::SqliteNotificationLog::Options options;
        options.file =
            std::string(folder) + "/" + std::to_string(++files) + ".db";
        return tickerhub::SqliteNotificationLog::Open(options).log;
      });
  for (const std::string& sentence : broken) std::cerr << sentence << '\n';
  tickerhub::SqliteNotificationLog::Options none;
  std::cout << tickerhub::SqliteNotificationLog::Open(none).status.message()
            << '\n';
  return broken.empty() ? 0 : 2;
}
