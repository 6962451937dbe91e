#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_EVENT_LOOP_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_EVENT_LOOP_H_

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "handshake/transport.h"
#include "loop/broadcast.h"
#include "loop/deadlines.h"
#include "loop/epoll_set.h"
#include "loop/http_requests.h"
#include "loop/topic_index.h"
#include "sessions/loop_context.h"
#include "sessions/session_reader.h"
#include "sessions/session_writer.h"
#include "tickerhub/broadcaster.h"

namespace tickerhub::internal {

/// One thread with its own Asio context, its own websocketpp endpoint and its
/// own connections. Loops share nothing but the ServerContext.
///
/// Threads: any thread may call every public method. The loop's thread does the
/// work later, in the order of the calls.
class EventLoop {
 public:
  /// How many loops a server may have. An index fits into a SessionId.
  static constexpr int kMaxLoops = 64;

  EventLoop(int index, const ServerContext& server);
  ~EventLoop() { Join(); }
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  void Start();
  /// Waits for the end of the thread, which follows BeginStop().
  void Join();

  /// For the acceptor, which lives on the first loop's thread.
  asio::io_context& context() { return loop_.io; }

  /// Serves a connection that was accepted. Owns the descriptor from now on.
  void Adopt(int descriptor);

  // Broadcaster, for the sessions of this loop.
  void Send(SessionId session, Payload payload, Delivery delivery);
  void Subscribe(SessionId session, TopicId topic);
  void Unsubscribe(SessionId session, TopicId topic);
  void Publish(std::uint16_t channel, Broadcast::Publications publications,
               Delivery delivery);
  void Close(SessionId session, CloseCode code, std::string reason);

  /// Closes every connection. When none is left, calls `on_finished` on the
  /// loop's thread and ends the thread.
  void BeginStop(std::function<void()> on_finished);
  /// Ends the connections that are still open.
  void CutOff();

  const LoopCounters& counters() const { return loop_.counters; }

 private:
  using Slot = LoopSessions::Slot;

  // The life of a connection.
  void AdoptHere(int descriptor);
  void OnReady(const EpollSet::Event& event);
  void OnOpen(Slot slot);
  void OnFailed(Slot slot);
  void OnEnded(Slot slot);

  // Broadcasts.
  void TakeTurn();
  void FinishBroadcast();
  std::optional<Slot> FindCaughtUp(SessionId session);

  void FinishIfEmpty();

  LoopContext loop_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  EpollSet sockets_;
  LoopEndpoint endpoint_;
  SessionWriter writer_{loop_};
  SessionReader reader_{loop_, writer_};
  Deadlines deadlines_{loop_, writer_};
  const SocketListeners listeners_{
      reader_, writer_, [this](Slot slot) { deadlines_.OnLingering(slot); },
      loop_.io};
  const std::shared_ptr<HttpRequests> http_ =
      std::make_shared<HttpRequests>(loop_);
  std::vector<TopicIndex> topics_;  // by channel
  Broadcast broadcast_;
  bool turn_is_posted_ = false;
  std::function<void()> on_finished_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_EVENT_LOOP_H_
