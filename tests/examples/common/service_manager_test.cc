#include "common/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tickerhub/testing/manual_scheduler.h"

namespace tickerhub::examples {
namespace {

using std::chrono::milliseconds;

// What systemd would hear, on an abstract socket.
class ServiceManagerTest : public ::testing::Test {
 protected:
  ServiceManagerTest() {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    const std::string name =
        std::string(1, '\0') + "tickerhub-test-" + std::to_string(::getpid());
    std::memcpy(address.sun_path, name.data(), name.size());
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address),
                     static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) +
                                            name.size())),
              0);
    ::setenv("NOTIFY_SOCKET", ("@" + name.substr(1)).c_str(), 1);
  }
  ~ServiceManagerTest() override {
    for (const char* name :
         {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
      ::unsetenv(name);
    }
    ::close(socket_);
  }

  // Empty if nothing came.
  std::string Heard() {
    std::array<char, 100> text{};
    const ssize_t size =
        ::recv(socket_, text.data(), text.size(), MSG_DONTWAIT);
    return size < 0 ? ""
                    : std::string(text.data(), static_cast<std::size_t>(size));
  }

  int socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  testing::ManualScheduler scheduler_;
};

TEST_F(ServiceManagerTest, TellsWhatItIsAskedTo) {
  ServiceManager().Tell("READY=1");
  EXPECT_EQ(Heard(), "READY=1");
}

TEST_F(ServiceManagerTest, TellsNobodyWithoutASocket) {
  ::unsetenv("NOTIFY_SOCKET");
  ServiceManager().Tell("READY=1");
  EXPECT_EQ(Heard(), "");
}

TEST_F(ServiceManagerTest, FeedsTheWatchdogTwiceInItsTime) {
  ::setenv("WATCHDOG_USEC", "10000000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  const ServiceManager manager;
  manager.KeepWatchdogQuiet(scheduler_);
  EXPECT_EQ(Heard(), "WATCHDOG=1");
  scheduler_.Advance(milliseconds(4'999));
  EXPECT_EQ(Heard(), "");
  scheduler_.Advance(milliseconds(1));
  EXPECT_EQ(Heard(), "WATCHDOG=1");
  scheduler_.Advance(milliseconds(5'000));
  EXPECT_EQ(Heard(), "WATCHDOG=1");
}

TEST_F(ServiceManagerTest, LeavesAWatchdogAloneThatIsNotItsOwn) {
  ::setenv("WATCHDOG_USEC", "10000000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  ServiceManager().KeepWatchdogQuiet(scheduler_);
  EXPECT_EQ(Heard(), "");
}

}  // namespace
}  // namespace tickerhub::examples
