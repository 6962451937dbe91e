#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_EVENT_LOOP_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_EVENT_LOOP_H_

#include <asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/site.h"
#include "hub/hub.h"
#include "hub/log_sink.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::internal {

/// One thread with its own Asio context, its own websocketpp endpoint and its
/// own connections; it shares nothing with other loops but what never changes.
///
/// Every method may be called from any thread: the work is handed over to the
/// loop's thread and done there in the order of the calls.
class EventLoop {
 public:
  /// What all loops use; outlives them.
  struct Surroundings {
    const Server::Options& options;
    const Site& site;
    Hub& hub;
    LogSink& log;
  };

  /// The loops a server may have; an index fits the SessionId.
  static constexpr int kMaxLoops = 64;
  static int IndexOf(SessionId session) {
    return static_cast<int>(session.value >> 56);
  }

  EventLoop(int index, const Surroundings& surroundings);
  ~EventLoop();

  void Start();
  /// Waits for the thread's end, which follows a BeginStop().
  void Join();

  /// For the acceptor, which lives on the first loop's thread.
  asio::io_context& context();

  /// Serves a connection that was accepted; owns the descriptor from now on.
  void Adopt(int descriptor);

  // Broadcaster, for the sessions of this loop.
  void Send(SessionId session, Payload payload, Delivery delivery);
  void Subscribe(SessionId session, TopicId topic);
  void Unsubscribe(SessionId session, TopicId topic);
  void Publish(std::uint16_t channel,
               std::shared_ptr<const std::vector<Publication>> publications,
               Delivery delivery);
  void Close(SessionId session, CloseCode code, std::string reason);

  /// Closes every connection; calls `on_finished` on the loop's thread once
  /// there is none left, then the thread ends.
  void BeginStop(std::function<void()> on_finished);
  /// Cuts off what is still open.
  void CutOff();

  /// Connections, adopted and not yet ended.
  std::size_t connection_count() const;
  /// Adds this loop's figures to `counters`.
  void AddTo(Server::Counters* counters) const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_EVENT_LOOP_H_
