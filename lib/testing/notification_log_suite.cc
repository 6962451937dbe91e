#include "tickerhub/testing/notification_log_suite.h"

#include <exception>
#include <optional>
#include <vector>

#include "testing/log_check.h"

namespace tickerhub::testing {
namespace {

using internal::LogPromise;

std::vector<LogPromise> AllPromises() {
  std::vector<LogPromise> all;
  for (const auto& some :
       {internal::PagePromises(), internal::InboxPromises(),
        internal::TimePromises(), internal::CallbackPromises()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace

std::vector<std::string> NotificationLogPromises() {
  std::vector<std::string> names;
  for (const LogPromise& promise : AllPromises()) {
    names.emplace_back(promise.name);
  }
  return names;
}

std::vector<std::string> CheckNotificationLog(
    const std::string& promise, const MakeNotificationLog& make_log) {
  for (const LogPromise& candidate : AllPromises()) {
    if (candidate.name != promise) continue;
    std::optional<internal::LogCheck> check;
    try {
      candidate.check(check.emplace(make_log));
    } catch (const std::exception& error) {
      if (!check) return {error.what()};
      check->Fail(error.what());
    }
    return std::move(check->broken());
  }
  return {"there is no promise \"" + promise + "\""};
}

}  // namespace tickerhub::testing
