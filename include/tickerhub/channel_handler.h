#ifndef TICKERHUB_CHANNEL_HANDLER_H_
#define TICKERHUB_CHANNEL_HANDLER_H_

// What a service implements to hear of its sessions: the other half of
// Broadcaster. StockTracker and Notifier are two; an echo is:
//
//   class Echo : public tickerhub::ChannelHandler {
//    public:
//     explicit Echo(tickerhub::Broadcaster& out) : out_(out) {}
//     void OnMessage(tickerhub::SessionId from,
//                    const tickerhub::InboundMessage& message) override {
//       out_.Send(from, tickerhub::Payload(message.data),
//                 tickerhub::Delivery::kEvery);
//     }
//    private:
//     tickerhub::Broadcaster& out_;
//   };
//
// Threads: every call comes on the hub's thread. For each session: OnOpen
// first, OnClose last and exactly once, the others between.

#include <string_view>

#include "tickerhub/broadcaster.h"

namespace tickerhub {

/// One whole message from a client, however it was fragmented.
struct InboundMessage {
  /// Valid during the call only. Valid UTF-8 unless `binary`.
  std::string_view data;
  /// The client sent it as binary (RFC 6455 §5.6).
  bool binary = false;
};

class ChannelHandler {
 public:
  virtual ~ChannelHandler() = default;

  virtual void OnOpen(SessionId /*session*/) {}
  virtual void OnMessage(SessionId /*session*/,
                         const InboundMessage& /*message*/) {}
  /// A session that was skipped (Delivery::kLatest) can take data again and
  /// waits for one Send(kLatest) that brings it up to date.
  virtual void OnDrained(SessionId /*session*/) {}
  /// The session is gone, whoever closed it; its id will not come again.
  virtual void OnClose(SessionId /*session*/) {}
};

}  // namespace tickerhub

#endif  // TICKERHUB_CHANNEL_HANDLER_H_
