#ifndef TICKERHUB_LIB_WEBSOCKETPP_CHANNEL_BROADCASTER_H_
#define TICKERHUB_LIB_WEBSOCKETPP_CHANNEL_BROADCASTER_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "loop/event_loop.h"
#include "tickerhub/broadcaster.h"

namespace tickerhub::internal {

using Loops = std::vector<std::unique_ptr<EventLoop>>;

/// The Broadcaster of one channel. Hands what is for one session to the loop
/// that has it, and a publication once to each loop.
///
/// Threads: belongs to the hub's thread. `loops` must outlive it.
class ChannelBroadcaster final : public Broadcaster {
 public:
  ChannelBroadcaster(const Loops& loops, std::uint16_t channel)
      : loops_(loops), channel_(channel) {}

  void Send(SessionId session, const Payload& payload,
            Delivery delivery) override;
  void Subscribe(SessionId session, TopicId topic) override;
  void Unsubscribe(SessionId session, TopicId topic) override;
  void Publish(const std::vector<Publication>& publications,
               Delivery delivery) override;
  void Close(SessionId session, CloseCode code,
             std::string_view reason) override;

 private:
  // Null if no loop can have that session.
  EventLoop* LoopOf(SessionId session) const;

  const Loops& loops_;
  std::uint16_t channel_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_CHANNEL_BROADCASTER_H_
