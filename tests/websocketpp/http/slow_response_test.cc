// Who reads an HTTP response slowly: write_timeout and response_timeout.

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "tickerhub/websocketpp/http_stream.h"

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

// Resident memory of this process.
std::size_t MemoryInUse() {
  std::ifstream in("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  in >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

TEST_F(SlowResponseTest, OfASharedBodyTakesItsMemoryOnce) {
  Server::Options options = Options();
  options.write_timeout = std::chrono::minutes(1);
  const Payload shared{std::string(kAnswerBytes, 'x')};
  RunningServer running(options, [&](Server& server) {
    server.Route("GET", "/large", [&](const HttpRequest&, const auto& reply) {
      HttpResponse response;
      response.shared_body = shared;
      reply(std::move(response));
    });
  });
  constexpr std::size_t kReaders = 20;
  const std::size_t before = MemoryInUse();
  std::vector<RawSocket> readers;
  for (std::size_t i = 0; i < kReaders; ++i) {
    readers.emplace_back(running.port(), /*receive_buffer_bytes=*/4096);
    ASSERT_TRUE(readers.back().Send(kRequest));
  }
  EXPECT_TRUE(running.Counts([](const Server::Counters& c) {
    return c.queued_bytes > (kReaders - 1) * kAnswerBytes;
  }));
  EXPECT_LT(MemoryInUse(), before + kReaders * kAnswerBytes / 2);
  const std::string head = readers[0].ReadUntil("\r\n\r\n");
  EXPECT_EQ(StatusOf(head), 200);
  EXPECT_EQ(HeaderOf(head, "Content-Length"), std::to_string(kAnswerBytes));
  EXPECT_TRUE(readers[0].ReadToEnd() == shared.text());
  EXPECT_EQ(BodyOf(Fetch(running.port(), "HEAD", "/large")), "");
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

// What comes on a stream is read, to see its end, but not for ever.
TEST_F(SlowResponseTest, WhoSendsMebibytesToAStreamIsCutOff) {
  std::shared_ptr<HttpStream> kept;
  RunningServer running(Options(), [&](Server& server) {
    server.Route("GET", "/stream",
                 [&](const HttpRequest&, const HttpReply& reply) {
                   HttpResponse response;
                   response.stream = [&](std::shared_ptr<HttpStream> body) {
                     kept = std::move(body);
                   };
                   reply(response);
                 });
  });
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  ASSERT_EQ(StatusOf(socket.ReadUntil("\r\n\r\n")), 200);
  constexpr std::size_t kMost = std::size_t{64} << 20;
  const std::string mebibyte(std::size_t{1} << 20, 'x');
  std::size_t sent = 0;
  while (sent < kMost && socket.Send(mebibyte)) sent += mebibyte.size();
  EXPECT_GE(sent, std::size_t{15} << 20);
  EXPECT_LT(sent, kMost);
  EXPECT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.connections == 0; }));
  running.OnHub([&] { kept = nullptr; });
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
