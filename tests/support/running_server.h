#ifndef TICKERHUB_TESTS_SUPPORT_RUNNING_SERVER_H_
#define TICKERHUB_TESTS_SUPPORT_RUNNING_SERVER_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/deadline.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/channel_handler.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::testing {

/// Keeps what the server tells a channel's handler, and does what a test asks
/// for. The tests wait for its records from their own thread.
class ScriptedHandler : public ChannelHandler {
 public:
  struct Event {
    enum Kind { kOpen, kMessage, kDrained, kClose };
    Kind kind;
    SessionId session;
    std::string data;
    bool binary = false;
    std::thread::id thread;
    std::uint64_t since = 0;  // of kDrained
    SessionInfo info{};       // of kOpen
  };

  // Called on the hub's thread after the record was made. Set them before the
  // server runs, or on the hub's thread.
  std::function<void(SessionId)> on_open;
  std::function<void(SessionId, const InboundMessage&)> on_message;
  std::function<void(SessionId, std::uint64_t since)> on_drained;
  std::function<void(SessionId)> on_close;

  void OnOpen(SessionId session, const SessionInfo& info) override;
  void OnMessage(SessionId session, const InboundMessage& message) override;
  void OnDrained(SessionId session, std::uint64_t since) override;
  void OnClose(SessionId session) override;

  /// What was recorded until now.
  std::vector<Event> events() const;
  std::size_t Count(Event::Kind kind) const;
  /// Waits until `count` events of that kind have come.
  bool WaitFor(Event::Kind kind, std::size_t count = 1) const;
  /// Waits for the session that opened `index`-th; {0} if it didn't.
  SessionId Opened(std::size_t index = 0) const;
  /// Waits for the message that came `index`-th.
  std::string Message(std::size_t index = 0) const;

 private:
  void Record(Event event);
  std::optional<Event> WaitForNth(Event::Kind kind, std::size_t index) const;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<Event> events_;
};

/// A server on a port of its own, with its hub on a thread of its own.
class RunningServer {
 public:
  using Event = ScriptedHandler::Event;
  /// Prepares the server before it listens: routes, files.
  using Setup = std::function<void(Server&)>;

  static Server::Options AnyPort();

  explicit RunningServer(Server::Options options = AnyPort(),
                         const Setup& setup = nullptr);
  ~RunningServer() { Stop(); }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  Server& server() { return server_; }
  std::uint16_t port() const { return server_.port(); }
  Server::Counters counters() const { return server_.counters(); }
  std::thread::id hub_thread() const { return hub_.get_id(); }

  /// The channels "/a" and "/b".
  ScriptedHandler& handler() { return a_handler_; }
  ScriptedHandler& b_handler() { return b_handler_; }
  Channel& out() { return a_; }
  Channel& b_out() { return b_; }

  /// Runs `task` on the hub's thread and waits for its end.
  void OnHub(const std::function<void()>& task);
  /// Sends `text` to a session of "/a", from the hub's thread.
  void Send(SessionId session, std::string_view text,
            Delivery delivery = Delivery::kEvery);
  /// Publishes `text` to the followers of topic 1 of "/a", likewise.
  void Publish(std::string_view text, Delivery delivery,
               std::uint64_t since = 0);
  /// Waits until the counters fulfil `condition`.
  bool Counts(const std::function<bool(const Server::Counters&)>& condition) {
    return Eventually([&] { return condition(counters()); });
  }

  /// Stops the server and waits for the end of Run().
  void Stop();

  /// What the server logged, but for how many connections fit and for
  /// refusals().
  std::vector<std::string> log() const;
  /// The lines of clients that were refused.
  std::vector<std::string> refusals() const;

 private:
  Server::Options WithLog(Server::Options options);

  mutable std::mutex log_mutex_;
  std::vector<std::string> log_;
  std::vector<std::string> refusals_;
  Server server_;
  Channel& a_;
  Channel& b_;
  ScriptedHandler a_handler_;
  ScriptedHandler b_handler_;
  std::thread hub_;
};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTS_SUPPORT_RUNNING_SERVER_H_
