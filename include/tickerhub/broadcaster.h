#ifndef TICKERHUB_BROADCASTER_H_
#define TICKERHUB_BROADCASTER_H_

// A Broadcaster is the sending half of a channel. Services decide who gets what
// (StockTracker, NotificationRouter, your own) and call it; the server, or a
// recording fake in tests, implements it. A session is one connection of one
// client. A Broadcaster serves the sessions of one channel.
//
//     broadcaster.Send(session, snapshot, tickerhub::Delivery::kLatest);
//     broadcaster.Subscribe(session, kPrices);
//     broadcaster.Publish({{kPrices, update}}, tickerhub::Delivery::kLatest,
//                         /*since=*/41);
//
// Threads: call from the hub's thread only (see scheduler.h).
//
// Promises: a session gets each message at most once, in the order of the
// calls, until it closes. A call for a session that is gone has no effect. No
// call blocks, and no call runs a handler before it returns.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/payload.h"
#include "tickerhub/timestamp.h"

namespace tickerhub {

/// Names one connection. The process never uses the same id for another one.
/// Implementations of Broadcaster make ids; nobody else reads the number.
struct TICKERHUB_EXPORT SessionId {
  std::uint64_t value = 0;

  friend bool operator==(SessionId a, SessionId b) {
    return a.value == b.value;
  }
  friend bool operator!=(SessionId a, SessionId b) { return !(a == b); }
  friend bool operator<(SessionId a, SessionId b) { return a.value < b.value; }
};

/// A subject that sessions subscribe to. The service chooses the numbers. Small
/// numbers cost least, because they are the index of a table.
using TopicId = std::uint32_t;

/// What happens when a reader is slow.
enum class Delivery : std::uint8_t {
  /// For state of which only the newest matters, such as prices. Publish()
  /// skips a session that has not drained what it was sent before. Nothing is
  /// queued for it. Once it has drained, ChannelHandler::OnDrained() is called.
  /// The handler answers with Send(kLatest) of what brings the session up to
  /// date. Until then Publish() goes on skipping it.
  kLatest,
  /// For events of which each one counts, such as notifications and answers.
  /// They wait in a queue that is bounded in bytes. A reader whose queue
  /// overflows is closed with CloseCode::kSlow.
  kEvery,
};

/// Why a session is closed. RFC 6455 §7.4.2 leaves 4000 to 4999 to
/// applications. Here 4000 to 4499 mean "come back", 4500 to 4999 mean "do not
/// come back".
enum class CloseCode : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,           ///< the server stops
  kProtocolError = 1002,       ///< a frame that RFC 6455 does not allow
  kUnsupported = 1003,         ///< for services: binary where text is spoken
  kInvalidPayload = 1007,      ///< text that is not UTF-8
  kPolicy = 1008,              ///< sent too much for too long (flood_timeout);
                               ///< for services: the client may not do this
  kTooBig = 1009,              ///< a message above the limit
  kSlow = 4001,                ///< did not read fast enough; come back
  kIdle = 4002,                ///< was not heard from for too long; come back
  kTooManyConnections = 4003,  ///< for services: of one user; come back
  kRestarting = 4004,  ///< come back when the reason says so; Server::Drain()
  kKicked = 4500,      ///< for services: by whoever runs the server
  /// For services: the identity that the client has proven cannot be its name.
  kUnusableIdentity = 4501,
  kTokenExpired = 4502,  ///< get a new token, then come back with it
};

/// For implementations of Broadcaster: returns as much of the beginning of
/// `reason` as fits into a close frame (RFC 6455 §5.5). Does not cut a
/// character in two.
inline std::string_view FittingReason(std::string_view reason) {
  constexpr std::size_t kMaxBytes = 123;
  if (reason.size() <= kMaxBytes) return reason;
  std::size_t size = kMaxBytes;
  while (size > 0 && (reason[size] & 0xC0) == 0x80) --size;
  return reason.substr(0, size);
}

/// One message for all sessions that subscribe to `topic`.
struct TICKERHUB_EXPORT Publication {
  TopicId topic;
  Payload payload;
};

/// Sends to the sessions of one channel.
class TICKERHUB_EXPORT Broadcaster {
 public:
  virtual ~Broadcaster() = default;

  /// Sends to one session, after everything that it was sent before. With
  /// kLatest the session counts as up to date: Publish() stops skipping it.
  virtual void Send(SessionId session, const Payload& payload,
                    Delivery delivery) = 0;

  /// From now on `session` gets what is published to `topic`. Subscribing twice
  /// has no effect.
  virtual void Subscribe(SessionId session, TopicId topic) = 0;
  /// Ends a subscription. Does nothing if there is none.
  virtual void Unsubscribe(SessionId session, TopicId topic) = 0;
  /// From now on `session` gets what is published to `topics`, and to no other
  /// topic. Costs one hand-over to the session's loop, however many topics.
  virtual void SetSubscriptions(SessionId session,
                                std::vector<TopicId> topics) = 0;

  /// Sends each publication to the sessions that subscribe to its topic, in
  /// their order. A session gets everything that one call has for it by one
  /// write, so put all publications of one tick into one call. Move the vector
  /// in if you do not need it any more.
  ///
  /// `since` is your number for what everyone has that has got all messages
  /// before this call. If the call skips a session (kLatest),
  /// ChannelHandler::OnDrained() gets the number of the first call that did, so
  /// it can send what came since. Pass 0 where there are no such numbers.
  virtual void Publish(std::vector<Publication> publications, Delivery delivery,
                       std::uint64_t since) = 0;

  /// Closes the session after it was sent what waits for it. If that takes more
  /// than a few seconds, the connection is cut off. ChannelHandler::OnClose()
  /// follows. `reason` is at most 123 bytes of UTF-8 (RFC 6455 §5.5); the rest
  /// is left out.
  virtual void Close(SessionId session, CloseCode code,
                     std::string_view reason) = 0;

  /// Closes the session with CloseCode::kTokenExpired at `expires` by the wall
  /// clock, instead of when it was to end before (Identity::expires). By
  /// default a Broadcaster knows no such end and does nothing.
  virtual void SetExpiry(SessionId /*session*/, Timestamp /*expires*/) {}
};

}  // namespace tickerhub

template <>
struct TICKERHUB_EXPORT std::hash<tickerhub::SessionId> {
  // noexcept: so a table of sessions need not keep each one's hash.
  std::size_t operator()(tickerhub::SessionId id) const noexcept {
    return std::hash<std::uint64_t>()(id.value);
  }
};

#endif  // TICKERHUB_BROADCASTER_H_
