#ifndef TICKERHUB_CHANNEL_HANDLER_H_
#define TICKERHUB_CHANNEL_HANDLER_H_

// A ChannelHandler is the receiving half of a channel: it hears which sessions
// open, what they send and when they close. Broadcaster is the sending half.
// StockTracker and Notifier are ChannelHandlers; your own service is one too:
//
//     class Echo : public tickerhub::ChannelHandler {
//      public:
//       explicit Echo(tickerhub::Broadcaster& out) : out_(out) {}
//       void OnMessage(tickerhub::SessionId from,
//                      const tickerhub::InboundMessage& message) override {
//         out_.Send(from, tickerhub::Payload(message.data),
//                   tickerhub::Delivery::kEvery);
//       }
//
//      private:
//       tickerhub::Broadcaster& out_;
//     };
//
// Threads: every call comes on the hub's thread. For each session OnOpen()
// comes first, OnClose() comes last and exactly once, and the others come
// between.
//
// Errors: an exception that a handler throws is logged. It neither closes the
// session nor stops the server.

#include <cstdint>
#include <string_view>

#include "tickerhub/broadcaster.h"
#include "tickerhub/connect_request.h"
#include "tickerhub/export.h"

namespace tickerhub {

/// One whole message from a client. Fragments are joined already.
struct TICKERHUB_EXPORT InboundMessage {
  /// Valid during the call only. It is valid UTF-8, unless `binary` is true.
  std::string_view data;
  /// Whether the client sent it as binary (RFC 6455 §5.6).
  bool binary = false;
};

/// Receives from the sessions of one channel. Every method does nothing by
/// default.
class TICKERHUB_EXPORT ChannelHandler {
 public:
  virtual ~ChannelHandler() = default;

  /// A client has connected. It may be sent to from now on. `info` is valid
  /// during the call only.
  virtual void OnOpen(SessionId /*session*/, const SessionInfo& /*info*/) {}
  /// A client has sent a message.
  virtual void OnMessage(SessionId /*session*/,
                         const InboundMessage& /*message*/) {}
  /// A session that was skipped (Delivery::kLatest) can take data again. Answer
  /// with Send(kLatest) of what brings it up to date. The session has all that
  /// it was to get before the first Publish() that skipped it. `since` is the
  /// number that this call was given.
  virtual void OnDrained(SessionId /*session*/, std::uint64_t /*since*/) {}
  /// The session is gone, whichever side closed it. Its id is not used again.
  virtual void OnClose(SessionId /*session*/) {}
};

}  // namespace tickerhub

#endif  // TICKERHUB_CHANNEL_HANDLER_H_
