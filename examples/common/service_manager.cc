#include "common/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace tickerhub::examples {
namespace {

std::string Variable(const char* name) {
  // Nobody changes the environment.
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? "" : value;
}

}  // namespace

ServiceManager::ServiceManager() : socket_(Variable("NOTIFY_SOCKET")) {
  const std::string process = Variable("WATCHDOG_PID");
  if (!process.empty() && process != std::to_string(::getpid())) return;
  const long long us = std::atoll(Variable("WATCHDOG_USEC").c_str());
  watchdog_ = std::chrono::milliseconds(std::max(us, 0LL) / 1'000);
}

void ServiceManager::Tell(std::string_view state) const {
  sockaddr_un address = {};
  if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  // '@' stands for the zero byte of an abstract socket (unix(7)).
  if (socket_.front() == '@') address.sun_path[0] = '\0';
  const auto size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const int descriptor =
      ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return;
  [[maybe_unused]] const ssize_t sent =
      ::sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr*>(&address), size);
  ::close(descriptor);
}

void ServiceManager::KeepWatchdogQuiet(Scheduler& scheduler) const {
  if (watchdog_.count() == 0) return;
  Tell("WATCHDOG=1");
  const auto wait = std::max(watchdog_ / 2, std::chrono::milliseconds(1));
  scheduler.RunAfter(wait,
                     [this, &scheduler] { KeepWatchdogQuiet(scheduler); });
}

}  // namespace tickerhub::examples
