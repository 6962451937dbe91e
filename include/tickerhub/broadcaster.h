#ifndef TICKERHUB_BROADCASTER_H_
#define TICKERHUB_BROADCASTER_H_

// The seam between those who decide who gets what (StockTracker,
// NotificationRouter, your service) and those who move bytes (the websocketpp
// server, a recording fake in tests). One Broadcaster serves the sessions of
// one channel; a session is one connection of one client.
//
//   broadcaster.Send(session, snapshot, tickerhub::Delivery::kLatest);
//   broadcaster.Subscribe(session, kPrices);
//   broadcaster.Publish({{kPrices, update}}, tickerhub::Delivery::kLatest);
//
// Threads: call from the hub's thread only (see scheduler.h).
//
// Promises: each session gets its messages in the order of these calls, each at
// most once, until it closes or is closed. Calls for a session that is gone do
// nothing. No call blocks, and none calls a handler back before it returns.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "tickerhub/payload.h"

namespace tickerhub {

/// Names one connection for the life of the process; never used again for
/// another. Made by the Broadcaster's side, opaque to everybody else.
struct SessionId {
  std::uint64_t value = 0;

  friend bool operator==(SessionId a, SessionId b) {
    return a.value == b.value;
  }
  friend bool operator!=(SessionId a, SessionId b) { return !(a == b); }
  friend bool operator<(SessionId a, SessionId b) { return a.value < b.value; }
};

/// A subject that sessions follow; numbers are the service's own choice, small
/// ones are cheapest (a table is indexed by them).
using TopicId = std::uint32_t;

/// What may happen to a message on its way to a slow reader.
enum class Delivery : std::uint8_t {
  /// State, of which only the newest matters (prices). Publish() skips a
  /// session that has not yet drained what it was sent before, and goes on
  /// skipping it. Once it has drained, ChannelHandler::OnDrained() is called;
  /// the handler answers with Send(kLatest) of a message that brings the
  /// session up to date, which ends the skipping. Nothing is queued for it.
  kLatest,
  /// Events, none of which may be left out (notifications, answers). They wait
  /// in a queue that is bounded in bytes; a reader that lets it overflow is
  /// closed with CloseCode::kSlow.
  kEvery,
};

/// Close codes of this library (RFC 6455 §7.4.2 leaves 4000 to 4999 to
/// applications): 4000 to 4499 mean "come back", 4500 to 4999 "don't".
enum class CloseCode : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,       ///< the server stops
  kProtocolError = 1002,   ///< a frame that RFC 6455 does not allow
  kUnsupported = 1003,     ///< e.g. binary where text is spoken
  kInvalidPayload = 1007,  ///< text that is not UTF-8
  kPolicy = 1008,
  kTooBig = 1009,
  kTryAgainLater = 1013,  ///< full
  kSlow = 4001,           ///< did not read fast enough; come back
  kIdle = 4002,           ///< not heard from for too long; come back
};

/// For implementations of Broadcaster: `reason`, or as much of its beginning as
/// fits into a close frame (RFC 6455 §5.5) without cutting a character in two.
inline std::string_view FittingReason(std::string_view reason) {
  constexpr std::size_t kMaxBytes = 123;
  std::size_t size = reason.size();
  if (size > kMaxBytes) {
    size = kMaxBytes;
    while (size > 0 &&
           (static_cast<unsigned char>(reason[size]) & 0xC0) == 0x80) {
      --size;
    }
  }
  return reason.substr(0, size);
}

/// One message for all who follow `topic`.
struct Publication {
  TopicId topic;
  Payload payload;
};

class Broadcaster {
 public:
  virtual ~Broadcaster() = default;

  /// Sends to one session, behind all that it was sent before. With kLatest it
  /// also ends a skipping (see Delivery).
  virtual void Send(SessionId session, const Payload& payload,
                    Delivery delivery) = 0;

  /// From now on `session` gets what is published to `topic`. Again: nothing.
  virtual void Subscribe(SessionId session, TopicId topic) = 0;
  virtual void Unsubscribe(SessionId session, TopicId topic) = 0;

  /// Sends each publication to every session that follows its topic, in their
  /// order. What one call holds for a session goes out together, so give all
  /// that one tick has in one call.
  virtual void Publish(const std::vector<Publication>& publications,
                       Delivery delivery) = 0;

  /// Closes once what the session was sent before has been written, or after a
  /// few seconds if that does not happen. `reason`: at most 123 bytes of UTF-8
  /// (RFC 6455 §5.5); what is beyond is cut off. The handler's OnClose()
  /// follows.
  virtual void Close(SessionId session, CloseCode code,
                     std::string_view reason) = 0;
};

}  // namespace tickerhub

template <>
struct std::hash<tickerhub::SessionId> {
  // noexcept: so a table of sessions need not keep each one's hash.
  std::size_t operator()(tickerhub::SessionId id) const noexcept {
    return std::hash<std::uint64_t>()(id.value);
  }
};

#endif  // TICKERHUB_BROADCASTER_H_
