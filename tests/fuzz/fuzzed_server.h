#ifndef TICKERHUB_TESTS_FUZZ_FUZZED_SERVER_H_
#define TICKERHUB_TESTS_FUZZ_FUZZED_SERVER_H_

// A whole server in this process, with both services and without limits of
// speed, for bytes of any kind.

#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "fuzz/expect.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/notifier.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/websocketpp/http_api.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::fuzz {

inline Server::Options FuzzedOptions() {
  Server::Options options;
  options.port = 0;
  options.compression = true;
  // A fuzzer sends as fast as it can; it should not wait.
  options.max_messages_per_second = 0;
  options.max_bytes_per_second = 0;
  options.max_messages_per_second_total = 0;
  options.max_accepts_per_second = 0;
  return options;
}

// Lives as long as the process. Its thread is never joined: the fuzzer ends the
// process without warning.
class FuzzedServer {
 public:
  FuzzedServer() {
    stocks_.SetHandler(tracker_);
    notifications_.SetHandler(notifier_);
    AddStockApi(server_, tracker_);
    AddNotificationApi(server_, notifier_, {});
    tracker_.AddStock("AAPL", *Price::Parse("150.25"));
    Expect(server_.Listen().ok(), "it listens");
    std::thread([this] { server_.Run(); }).detach();
  }

  std::uint16_t port() const { return server_.port(); }
  std::uint64_t connections() const { return server_.counters().connections; }

 private:
  Server server_{FuzzedOptions()};
  Channel& stocks_ = server_.AddChannel("/stocks");
  Channel& notifications_ = server_.AddChannel("/notifications");
  InMemoryNotificationLog log_;
  StockTracker tracker_{stocks_, server_.scheduler()};
  Notifier notifier_{notifications_, server_.scheduler(), log_};
};

/// A handshake for `path` that offers compression.
inline std::string FuzzedHandshake(std::string_view path) {
  return "GET " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
         "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
         "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
}

}  // namespace tickerhub::fuzz

#endif  // TICKERHUB_TESTS_FUZZ_FUZZED_SERVER_H_
