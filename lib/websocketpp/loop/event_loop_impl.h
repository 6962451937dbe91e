#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_EVENT_LOOP_IMPL_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_EVENT_LOOP_IMPL_H_

#include <array>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "frames/deflated_payloads.h"
#include "frames/message_deflate.h"
#include "hub/run_tasks.h"
#include "loop/epoll_set.h"
#include "loop/event_loop.h"
#include "loop/loop_counters.h"
#include "loop/loop_sessions.h"
#include "loop/topic_index.h"
#include "loop/write_batch.h"

namespace tickerhub::internal {

/// The loop itself. Its methods are in three files: event_loop.cc (sockets,
/// stopping, deadlines), loop_receiving.cc (handshakes, frames, HTTP) and
/// loop_sending.cc (publishing, queues, closing).
class EventLoop::Impl final : public TransportListener,
                              public std::enable_shared_from_this<Impl> {
 public:
  Impl(int index, const Surroundings& surroundings);

  asio::io_context& context() { return context_; }
  LoopCounters& counters() { return counters_; }
  const LoopCounters& counters() const { return counters_; }

  void Start() {
    sockets_.Start();
    Sweep();
    thread_ = std::thread(
        [this] { RunTasks(&context_, "a handler of an event loop", &log_); });
  }

  void Join() {
    if (thread_.joinable()) thread_.join();
  }

  template <typename Task>
  void Post(Task&& task) {
    asio::post(context_, std::forward<Task>(task));
  }

  // The rest runs on the loop's thread.

  void Adopt(int descriptor);
  void Send(SessionId session, const Payload& payload, Delivery delivery);
  void Publish(std::uint16_t channel,
               std::shared_ptr<const std::vector<Publication>> publications,
               Delivery delivery);
  void Close(SessionId session, CloseCode code, const std::string& reason);
  void BeginStop(std::function<void()> on_finished);
  void CutOff();

  void Subscribe(SessionId session, TopicId topic) {
    const std::optional<Slot> slot = FindOpen(session);
    if (slot) topics_[sessions_.at(*slot).channel].Subscribe(*slot, topic);
  }
  void Unsubscribe(SessionId session, TopicId topic) {
    const std::optional<Slot> slot = FindOpen(session);
    if (slot) topics_[sessions_.at(*slot).channel].Unsubscribe(*slot, topic);
  }

  // TransportListener.
  void OnBusy(std::uint32_t slot) override;
  void OnWritten(std::uint32_t slot, std::size_t bytes) override;
  void OnIdle(std::uint32_t slot) override;
  bool OnBytes(std::uint32_t slot, char* data, std::size_t size) override;
  void OnReadError(std::uint32_t slot, const std::error_code& error) override;
  void OnMoreToRead(std::uint32_t slot) override;
  void OnEnding(std::uint32_t slot) override;
  void OnLingering(std::uint32_t slot) override;
  void Defer(std::function<void()> task) override { Post(std::move(task)); }

 private:
  // More would let a client that floods have more of the loop before others
  // have their turn; a message rarely has a tenth of it.
  static constexpr std::size_t kReadBytes = 4096;

  // A broadcast writes to so many, about a millisecond's work, then others have
  // their turn: above all those who connect.
  static constexpr std::size_t kSessionsPerTurn = 128;

  using Slot = LoopSessions::Slot;
  using Phase = LoopSession::Phase;
  using MessagePtr = LoopEndpoint::message_ptr;

  // Hands what a session's frame reader finds to the methods below.
  class FrameSink;

  // A connection whose end waits for the client to hang up.
  struct Lingering {
    SessionId session;
    SteadyTime deadline;
  };

  std::optional<Slot> FindOpen(SessionId session);
  std::optional<Slot> FindCaughtUp(SessionId session);

  // What the transports ask for.
  void OnReady(const EpollSet::Event& event);
  void ReadFromUnread();
  void StopLingering();

  // Handlers of websocketpp, for the connection in a slot.
  void SetHandlers(Slot slot);
  bool OnValidate(Slot slot);
  void OnOpen(Slot slot);
  void OnHttp(Slot slot);
  void OnFailed(Slot slot);
  void OnEnded(Slot slot);

  bool Negotiate(Slot slot);

  // What a client sends.
  void OnMessage(Slot slot, std::string data, bool binary);
  void OnPing(Slot slot, std::string_view data);
  void OnClientCloses(Slot slot, std::uint16_t code);
  void OnBadFrame(Slot slot, CloseCode code, std::string_view reason);
  void CloseBehindAnswers(Slot slot, CloseCode code, std::string reason);
  void PostTerminate(Slot slot);
  void PostFailed(Slot slot);

  void AskRoute(Slot slot, HttpRequest request);
  void Respond(SessionId session, const HttpResponse& response);

  // A broadcast.
  void TakeTurnOfBroadcast();
  void FinishBroadcast();
  void WriteShares(std::size_t most);
  void WriteShareOf(Slot slot);

  // Writing.
  void Write(Slot slot, const Payload* const* payloads, std::size_t count);
  void WriteOne(Slot slot, const Payload& payload) {
    const Payload* const one = &payload;
    Write(slot, &one, 1);
  }
  void QueueRest(Slot slot, std::string_view bytes);
  void SendQueued(Slot slot, const MessagePtr& message, std::size_t bytes);
  void Queue(Slot slot, const Payload& payload);
  MessagePtr SharedMessage(const Payload& payload);
  void CloseSlot(Slot slot, CloseCode code, const std::string& reason);
  void Terminate(Slot slot, ::websocketpp::error::value why);

  void Sweep();
  void SweepSlot(Slot slot, SteadyTime now);
  void BeginClosing(Slot slot);
  void OnHandled(InboundGate* gate, SessionId session);
  void ResumeReading(SessionId session);
  void FinishIfEmpty();

  const Server::Options& options_;
  const Site& site_;
  Hub& hub_;
  LogSink& log_;
  const std::chrono::milliseconds sweep_interval_;
  LoopCounters counters_;

  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::steady_timer sweep_timer_;
  asio::steady_timer linger_timer_;
  EpollSet sockets_;
  std::array<char, kReadBytes> read_buffer_;  // whoever is read from
  std::vector<SessionId> unread_;      // may have more to read, in their order
  std::vector<SessionId> unread_now_;  // kept for its memory
  std::deque<Lingering> lingering_;    // the first to be cut off first
  LoopEndpoint endpoint_;
  LoopSessions sessions_;
  std::vector<TopicIndex> topics_;  // by channel
  // The broadcast under way, if batch_ has anything. There is only one: the
  // next finishes it.
  WriteBatch batch_;
  std::shared_ptr<const std::vector<Publication>> published_;  // batch_'s
  Delivery delivery_ = Delivery::kLatest;
  bool turn_is_posted_ = false;
  DeflatedPayloads deflated_;
  std::vector<const Payload*> deflated_of_slot_;
  ZlibMessageInflater inflater_;

  // The payload that was turned into a message last, and the message.
  std::optional<Payload> shared_payload_;
  MessagePtr shared_message_;

  std::function<void()> on_finished_;
  bool stopping_ = false;
  bool finished_ = false;
  std::thread thread_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_EVENT_LOOP_IMPL_H_
