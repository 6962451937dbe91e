#ifndef TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_SESSION_READER_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_SESSION_READER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "frames/frame_reader.h"
#include "frames/message_deflate.h"
#include "sessions/inbound_budget.h"
#include "sessions/loop_context.h"
#include "sessions/session_writer.h"
#include "tickerhub/broadcaster.h"

namespace tickerhub::internal {

/// Reads what the clients of a loop send: gives the bytes of a handshake to
/// websocketpp and the messages of a session to its handler. Answers pings,
/// close frames and frames that break a rule itself. Ignores what comes while
/// a connection lingers.
///
/// Threads: belongs to the loop's thread.
class SessionReader final : private FrameReader::Sink {
 public:
  using Slot = LoopSessions::Slot;

  SessionReader(LoopContext& loop, SessionWriter& writer,
                std::function<void(Slot)> begin_handshake)
      : loop_(loop),
        writer_(writer),
        begin_handshake_(std::move(begin_handshake)) {}

  /// Begins to read frames. Call when the handshake is done.
  void Open(Slot slot);

  /// Reads from a socket that is ready, a few times at most.
  void Read(Slot slot);

  /// Reads after other connections had their turn.
  void ReadSoon(Slot slot);

  /// The loop ends.
  void Stop() { budget_.Stop(); }

 private:
  // A larger buffer would let a client that floods take more of the loop's time
  // before others have their turn. Few messages are a tenth of this.
  static constexpr std::size_t kBufferBytes = 4096;

  // FrameReader::Sink, for the session whose bytes are read.
  void OnMessage(std::string data, bool binary) override;
  void OnPing(std::string_view data) override;
  void OnPong(std::string_view) override {}
  void OnClose(std::uint16_t code, std::string_view reason) override;
  void OnError(CloseCode code, std::string_view reason) override;

  bool MayRead(Slot slot);
  Stream::Result ReadStream(Slot slot, bool* more);
  bool Take(Slot slot, char* data, std::size_t size);
  void RefuseTls(Slot slot);
  bool TakeFrames(Slot slot, char* data, std::size_t size);
  bool Ignore(Slot slot, std::size_t size);
  void Charge(std::size_t messages, std::size_t bytes);
  void OnHungUp(Slot slot);
  void OnBroken(Slot slot);

  void ReadFromUnread();
  void HandToHub(std::string data, bool binary);
  void CloseBehindAnswers(std::uint16_t code, std::string reason);
  void PostResume(SessionId session);

  LoopContext& loop_;
  SessionWriter& writer_;
  const std::function<void(Slot)> begin_handshake_;
  ZlibMessageInflater inflater_;
  InboundBudget budget_{loop_, writer_, [this](Slot slot) { ReadSoon(slot); }};
  std::array<char, kBufferBytes> buffer_;  // for whichever session is read
  Slot slot_ = 0;                          // the session whose bytes are read
  std::vector<SessionId> unread_;      // may have more to read, in this order
  std::vector<SessionId> unread_now_;  // kept for its memory
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_SESSION_READER_H_
