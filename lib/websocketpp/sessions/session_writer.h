#ifndef TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_SESSION_WRITER_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_SESSION_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "frames/control_frame.h"
#include "frames/deflated_payloads.h"
#include "sessions/loop_context.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/payload.h"

namespace tickerhub::internal {

/// Hears how the connections of a loop end.
class SessionEndListener {
 public:
  /// Everything is sent. The client may read it and hang up.
  virtual void OnLingering(LoopSessions::Slot slot) = 0;
  /// The kernel has taken all that was written of a response that goes on.
  virtual void OnTaken(LoopSessions::Slot slot) = 0;
  /// The connection is over: close it and release its slot. Never comes from
  /// inside a call, so whoever uses a slot need not fear that it goes.
  virtual void OnEnded(LoopSessions::Slot slot) = 0;

 protected:
  ~SessionEndListener() = default;
};

/// Writes to the connections of a loop and ends them.
///
/// A message goes straight to the socket, by one system call for all messages
/// that a session gets at once. What the kernel does not take waits in a
/// SendQueue, and so does everything after it. The session is then busy
/// (HotSession::kBusy), until the kernel has taken all.
///
/// A connection ends as RFC 6455 §7.1.1 asks: after its last byte the writer
/// shuts down its sending half, and the loop reads on until the client hangs
/// up. Otherwise the kernel would answer unread input with a reset, which can
/// destroy the close frame or the HTTP response on its way.
///
/// With TLS, the messages that a session gets at once share a record. A record
/// that is encrypted has to be sent, so the one that meets a full socket waits,
/// with Delivery::kLatest too; those behind it are skipped.
///
/// Threads: belongs to the loop's thread.
class SessionWriter {
 public:
  using Slot = LoopSessions::Slot;

  SessionWriter(LoopContext& loop, SessionEndListener& ends)
      : loop_(loop), ends_(ends) {}

  /// Sends one message. With Delivery::kLatest the session counts as up to date
  /// again. REQUIRES: the session is open.
  void Send(Slot slot, const Payload& payload, Delivery delivery);

  /// Sends `count` messages of a broadcast. With Delivery::kLatest it skips a
  /// session that is busy or whose socket takes nothing now, and remembers the
  /// `since` of the first broadcast that it did not get. Does nothing if the
  /// session is not open.
  void SendShare(Slot slot, const Payload* const* payloads, std::size_t count,
                 Delivery delivery, std::uint64_t since) {
    HotSession& hot = loop_.sessions.hot(slot);
    if (!hot.Has(HotSession::kOpen)) return;
    constexpr std::uint32_t kWaits = HotSession::kBusy | HotSession::kBehind;
    if (!hot.Has(kWaits) && TryWrite(slot, payloads, count)) return;
    if (delivery == Delivery::kEvery) {
      Write(slot, payloads, count);
    } else {
      Skip(slot, count, since);
    }
  }

  /// Call before each broadcast: frees the compressed messages of earlier ones
  /// when there are many.
  void ForgetDeflated() { deflated_.Forget(); }

  /// Sends bytes as they are: an HTTP response, a control frame.
  void SendBytes(Slot slot, std::string_view bytes);

  /// Sends the head of an HTTP response and the text of `body`, which is not
  /// copied. The handshake hears when all is written.
  void SendWithBody(Slot slot, std::string_view head, const Payload& body) {
    SendQueue& queue = QueueOf(slot);
    queue.Add(std::string(head));
    queue.AddText(body);
    loop_.counters.queued_bytes.Add(head.size() + body.text().size());
    Flush(slot);
  }

  /// Answers a ping. When many answers wait already, it keeps only the newest
  /// ping and answers it when the queue is empty (RFC 6455 §5.5.3).
  void Pong(Slot slot, std::string_view data);

  /// Writes what waits, as far as the kernel takes it. Call when the socket can
  /// be written again.
  void Flush(Slot slot);

  /// Sends a close frame behind what waits for the session. `code` may be
  /// kNoCloseCode.
  void Close(Slot slot, std::uint16_t code, std::string_view reason);
  void Close(Slot slot, CloseCode code, std::string_view reason) {
    Close(slot, static_cast<std::uint16_t>(code), reason);
  }

  /// Nothing that the client says matters any more: ends the connection once
  /// everything is sent.
  void Finish(Slot slot);

  /// Answers the request of a connection that has no session with `status` and
  /// a line of text, and ends the connection.
  void Refuse(Slot slot, int status, std::string_view body);
  /// Likewise a connection that was accepted only for this.
  void RefuseForWantOfPlace(Slot slot);
  /// Counts and logs such a refusal.
  void NoteWantOfPlace(Refusal refusal, const RemoteAddress& remote);

  /// Ends the connection without waiting for anything.
  void End(Slot slot);

  /// Keeps the records that the last use of the slot's TlsStream has left.
  void KeepRecords(Slot slot) {
    if (!loop_.wire.unsent.empty()) QueueRecords(slot);
  }

 private:
  using Phase = LoopSession::Phase;

  void Write(Slot slot, const Payload* const* payloads, std::size_t count);
  // Returns false if the socket takes nothing now. The session is then busy
  // with an empty queue, so OnDrained() follows. REQUIRES: it is not busy.
  bool TryWrite(Slot slot, const Payload* const* payloads, std::size_t count);
  bool WriteEncrypted(Slot slot, const Payload* const* payloads,
                      std::size_t count);
  Stream::Result WriteBytes(Slot slot, std::string_view bytes);
  Stream::Result Encrypt(Slot slot, std::string_view bytes);
  void QueueRecords(Slot slot);
  bool KeepRest(Slot slot, const Payload* const* payloads, std::size_t done,
                std::size_t count, Stream::Result result);
  void Skip(Slot slot, std::size_t count, std::uint64_t since);
  const Payload* const* Deflate(Slot slot, const Payload* const* payloads,
                                std::size_t count);
  void Queue(Slot slot, const Payload& payload, std::size_t begin);
  SendQueue& QueueOf(Slot slot);
  void OnQueueEmpty(Slot slot);
  void OnDrained(Slot slot);
  void Linger(Slot slot);

  LoopContext& loop_;
  SessionEndListener& ends_;
  DeflatedPayloads deflated_;
  std::vector<const Payload*> deflated_of_slot_;  // kept for its memory
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_SESSION_WRITER_H_
