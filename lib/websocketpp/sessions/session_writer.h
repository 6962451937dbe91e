#ifndef TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_SESSION_WRITER_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_SESSION_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frames/deflated_payloads.h"
#include "handshake/transport.h"
#include "sessions/loop_context.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/payload.h"

namespace tickerhub::internal {

/// Writes to the sessions of a loop and closes them.
///
/// A message goes straight to the socket, by one system call for all messages
/// that a session gets at once. What the kernel does not take waits in
/// websocketpp's queue, and so does everything after it.
///
/// Threads: belongs to the loop's thread.
class SessionWriter final : public SocketWriteListener {
 public:
  using Slot = LoopSessions::Slot;

  explicit SessionWriter(LoopContext& loop) : loop_(loop) {}

  /// Sends one message. With Delivery::kLatest the session counts as up to date
  /// again. REQUIRES: the session is open.
  void Send(Slot slot, const Payload& payload, Delivery delivery);

  /// Sends `count` messages of a broadcast. With Delivery::kLatest it skips a
  /// session whose queue is not empty. Does nothing if the session is not open.
  void SendShare(Slot slot, const Payload* const* payloads, std::size_t count,
                 Delivery delivery) {
    HotSession& hot = loop_.sessions.hot(slot);
    if (!hot.Has(HotSession::kOpen)) return;
    if (delivery == Delivery::kLatest &&
        hot.Has(HotSession::kBusy | HotSession::kBehind)) {
      hot.Set(HotSession::kBehind);
      loop_.counters.messages_skipped.Add(count);
      return;
    }
    Write(slot, payloads, count);
  }

  /// Call before each broadcast: frees the compressed messages of earlier ones
  /// when there are many.
  void ForgetDeflated() { deflated_.Forget(); }

  /// Answers a ping. When many answers wait already, it keeps only the newest
  /// ping and answers it when the queue is empty (RFC 6455 §5.5.3).
  void Pong(Slot slot, std::string_view data);

  /// Pings the client.
  void Ping(Slot slot);

  /// Sends a close frame behind what waits for the session.
  void Close(Slot slot, CloseCode code, const std::string& reason);

  /// Ends the connection without waiting for the client. The slot is released
  /// later, not before this returns.
  void Terminate(Slot slot);

  /// Ends the connection from the loop, for callers in the middle of reading.
  /// Lets the client read what was sent before.
  void TerminateSoon(Slot slot);

  // SocketWriteListener.
  void OnBusy(std::uint32_t slot) override;
  void OnWritten(std::uint32_t slot, std::size_t bytes) override;
  void OnIdle(std::uint32_t slot) override;
  void OnEnding(std::uint32_t slot) override;

 private:
  using MessagePtr = LoopEndpoint::message_ptr;

  void Write(Slot slot, const Payload* const* payloads, std::size_t count);
  const Payload* const* Deflate(Slot slot, const Payload* const* payloads,
                                std::size_t count);
  void Queue(Slot slot, const Payload& payload);
  void QueueRest(Slot slot, std::string_view bytes);
  void QueueMessage(Slot slot, const MessagePtr& message, std::size_t bytes);
  MessagePtr SharedMessage(const Payload& payload);

  LoopContext& loop_;
  DeflatedPayloads deflated_;
  std::vector<const Payload*> deflated_of_slot_;  // kept for its memory
  // The payload that was made into a websocketpp message last, and the message.
  std::optional<Payload> shared_payload_;
  MessagePtr shared_message_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_SESSION_WRITER_H_
