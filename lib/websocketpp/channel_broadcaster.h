#ifndef TICKERHUB_LIB_WEBSOCKETPP_CHANNEL_BROADCASTER_H_
#define TICKERHUB_LIB_WEBSOCKETPP_CHANNEL_BROADCASTER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
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
            Delivery delivery) override {
    if (auto* const loop = LoopOf(session)) {
      loop->Send(session, payload, delivery);
    }
  }
  void Subscribe(SessionId session, TopicId topic) override {
    if (auto* const loop = LoopOf(session)) loop->Subscribe(session, topic);
  }
  void Unsubscribe(SessionId session, TopicId topic) override {
    if (auto* const loop = LoopOf(session)) loop->Unsubscribe(session, topic);
  }
  void Publish(std::vector<Publication> publications, Delivery delivery,
               std::uint64_t since) override {
    if (publications.empty()) return;
    const auto shared = std::make_shared<const std::vector<Publication>>(
        std::move(publications));
    for (const auto& loop : loops_) {
      loop->Publish(channel_, shared, delivery, since);
    }
  }
  void Close(SessionId session, CloseCode code,
             std::string_view reason) override {
    if (auto* const loop = LoopOf(session)) {
      loop->Close(session, code, std::string(reason));
    }
  }

 private:
  // Null if no loop can have that session.
  EventLoop* LoopOf(SessionId session) const {
    const auto index = static_cast<std::size_t>(LoopSessions::LoopOf(session));
    return index < loops_.size() ? loops_[index].get() : nullptr;
  }

  const Loops& loops_;
  std::uint16_t channel_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_CHANNEL_BROADCASTER_H_
