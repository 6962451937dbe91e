#include "channel_broadcaster.h"

#include <cstddef>
#include <string>

namespace tickerhub::internal {

EventLoop* ChannelBroadcaster::LoopOf(SessionId session) const {
  const auto index = static_cast<std::size_t>(LoopSessions::LoopOf(session));
  return index < loops_.size() ? loops_[index].get() : nullptr;
}

void ChannelBroadcaster::Send(SessionId session, const Payload& payload,
                              Delivery delivery) {
  if (EventLoop* const loop = LoopOf(session)) {
    loop->Send(session, payload, delivery);
  }
}

void ChannelBroadcaster::Subscribe(SessionId session, TopicId topic) {
  if (EventLoop* const loop = LoopOf(session)) loop->Subscribe(session, topic);
}

void ChannelBroadcaster::Unsubscribe(SessionId session, TopicId topic) {
  if (EventLoop* const loop = LoopOf(session)) {
    loop->Unsubscribe(session, topic);
  }
}

void ChannelBroadcaster::Publish(const std::vector<Publication>& publications,
                                 Delivery delivery) {
  if (publications.empty()) return;
  const auto shared =
      std::make_shared<const std::vector<Publication>>(publications);
  for (const auto& loop : loops_) loop->Publish(channel_, shared, delivery);
}

void ChannelBroadcaster::Close(SessionId session, CloseCode code,
                               std::string_view reason) {
  if (EventLoop* const loop = LoopOf(session)) {
    loop->Close(session, code, std::string(reason));
  }
}

}  // namespace tickerhub::internal
