#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_EVENT_LOOP_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_EVENT_LOOP_H_

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "handshake/handshake_connection.h"
#include "handshake/transport.h"
#include "loop/admissions.h"
#include "loop/deadlines.h"
#include "loop/epoll_set.h"
#include "loop/http_requests.h"
#include "loop/http_streams.h"
#include "loop/loop_broadcaster.h"
#include "proxies/client_addresses.h"
#include "sessions/drain.h"
#include "sessions/loop_context.h"
#include "sessions/session_expiries.h"
#include "sessions/session_reader.h"
#include "sessions/session_writer.h"
#include "sessions/tls_handshakes.h"

namespace tickerhub::internal {

/// A thread with its own websocketpp endpoint and its own connections. The
/// first loop of a server runs on the hub's thread; the others have threads of
/// their own. Loops share nothing but the ServerContext.
///
/// Threads: call every public method on the hub's thread.
class EventLoop final : private HandshakeListener, private SessionEndListener {
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

  /// Serves a connection.
  void Adopt(Arrival&& arrival);

  /// Serves a connection for which there is no place (Arrival::refusal):
  /// answers a health check, and everything else with 503. Only closes it if
  /// ServerContext::max_refused others are being answered.
  /// REQUIRES: this is the first loop.
  void Refuse(Arrival&& arrival);

  /// For channels: serves the sessions of this loop.
  LoopBroadcaster& broadcaster() { return broadcaster_; }

  /// Begins to close sessions as the plan says.
  void BeginDrain(const DrainPlan& plan);
  /// Closes every connection. When none is left, calls `on_finished` on the
  /// loop's thread and ends the thread.
  void BeginStop(std::function<void()> on_finished);
  /// Ends the connections that are still open.
  void CutOff();

  const LoopCounters& counters() const { return loop_.counters; }

 private:
  using Slot = LoopSessions::Slot;

  // The life of a connection.
  // Returns false if there is none.
  bool TakeSlot(Arrival* arrival);
  std::atomic<std::uint64_t>& CountOf(std::uint8_t listener);
  void AnswerHttp(Slot slot);
  void BeginProtocol(Slot slot);
  void BeginHandshake(Slot slot);
  void OnReady(const EpollSet::Event& event);
  void OnFailed(Slot slot);
  void TellRefusal(Slot slot, std::string_view response);

  // HandshakeListener.
  void OnResponse(std::uint32_t slot, std::string_view bytes) override;
  void OnIncomplete(std::uint32_t slot) override;
  void OnOpened(std::uint32_t slot) override;
  void OnOver(std::uint32_t slot) override;

  // SessionEndListener.
  void OnLingering(Slot slot) override;
  void OnTaken(Slot slot) override { streams_->OnTaken(slot); }
  void OnEnded(Slot slot) override;

  void FinishIfEmpty();

  LoopContext loop_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  EpollSet sockets_;
  LoopEndpoint endpoint_;
  SessionWriter writer_{loop_, *this};
  SessionReader reader_{loop_, writer_,
                        [this](Slot slot) { BeginHandshake(slot); }};
  TlsHandshakes tls_handshakes_{loop_, writer_,
                                [this](Slot slot) { reader_.Read(slot); }};
  ClientAddresses clients_{loop_, writer_};
  SessionExpiries expiries_{loop_, writer_};
  Deadlines deadlines_{loop_, writer_, expiries_};
  LoopBroadcaster broadcaster_{loop_, writer_, expiries_};
  const std::shared_ptr<HttpStreams> streams_ = std::make_shared<HttpStreams>(
      loop_, writer_, [this](Slot slot) { reader_.ReadSoon(slot); });
  const std::shared_ptr<HttpRequests> http_ =
      std::make_shared<HttpRequests>(loop_, writer_, clients_, *streams_);
  const std::shared_ptr<Admissions> admissions_ =
      std::make_shared<Admissions>(loop_, writer_, clients_);
  Drain drain_{loop_, writer_, [this] { broadcaster_.FinishBroadcast(); }};
  std::function<void()> on_finished_;
  bool stopping_ = false;
  std::size_t refused_ = 0;  // connections that are being refused
  std::thread thread_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_EVENT_LOOP_H_
