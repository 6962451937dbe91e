// Who reads an HTTP response slowly: write_timeout and response_timeout.

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <string>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kAnswerBytes = std::size_t{8} * 1024 * 1024;

class SlowResponseTest : public ::testing::Test {
 protected:
  static Server::Options Options() {
    Server::Options options = RunningServer::AnyPort();
    options.socket_send_buffer_bytes = 4096;
    options.handshake_timeout = milliseconds(100);
    return options;
  }
  static void ServeLargeFile(Server& server) {
    server.ServeFile("/large", {"text/plain", std::string(kAnswerBytes, 'x')});
  }
  static constexpr const char* kRequest =
      "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n";
};

TEST_F(SlowResponseTest, MayTakeLongerThanAHandshakeAsLongAsItMakesProgress) {
  RunningServer running(Options(), ServeLargeFile);
  RawSocket socket(running.port(), /*receive_buffer_bytes=*/4096);
  ASSERT_TRUE(socket.Send(kRequest));
  ASSERT_EQ(StatusOf(socket.ReadUntil("\r\n\r\n")), 200);
  // Reads a little in turns with another connection, which takes a while.
  std::size_t read = 0;
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < milliseconds(400)) {
    read += socket.ReadBytes(1'000).size();
    ASSERT_EQ(StatusOf(Fetch(running.port(), "GET", "/healthz")), 200);
  }
  EXPECT_EQ(read + socket.ReadToEnd().size(), kAnswerBytes);
  EXPECT_EQ(running.counters().responses_cut, 0U);
}

TEST_F(SlowResponseTest, IsCutOffWithoutProgress) {
  Server::Options options = Options();
  options.write_timeout = milliseconds(100);
  RunningServer running(options, ServeLargeFile);
  RawSocket socket(running.port(), /*receive_buffer_bytes=*/4096);
  ASSERT_TRUE(socket.Send(kRequest));
  EXPECT_TRUE(running.Counts([](const Server::Counters& c) {
    return c.responses_cut == 1 && c.connections == 0;
  }));
}

TEST_F(SlowResponseTest, IsCutOffInTheEndWhateverProgressItMakes) {
  Server::Options options = Options();
  options.response_timeout = milliseconds(200);
  RunningServer running(options, ServeLargeFile);
  RawSocket socket(running.port(), /*receive_buffer_bytes=*/4096);
  ASSERT_TRUE(socket.Send(kRequest));
  while (running.counters().responses_cut == 0) {
    ASSERT_FALSE(socket.ReadBytes(1).empty());
  }
  EXPECT_EQ(running.counters().handshakes_failed, 0U);
}

}  // namespace
}  // namespace tickerhub::testing
