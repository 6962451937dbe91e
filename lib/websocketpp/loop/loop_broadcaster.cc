#include "loop/loop_broadcaster.h"

#include <chrono>
#include <utility>

namespace tickerhub::internal {

void LoopBroadcaster::Send(SessionId session, const Payload& payload,
                           Delivery delivery) {
  loop_.RunFromHub([this, session, payload, delivery] {
    const std::optional<Slot> slot = FindCaughtUp(session);
    if (slot) writer_.Send(*slot, payload, delivery);
  });
}

void LoopBroadcaster::Subscribe(SessionId session, TopicId topic) {
  loop_.RunFromHub([this, session, topic] {
    const std::optional<Slot> slot = loop_.sessions.FindOpen(session);
    if (slot) TopicsOf(*slot).Subscribe(*slot, topic);
  });
}

void LoopBroadcaster::Unsubscribe(SessionId session, TopicId topic) {
  loop_.RunFromHub([this, session, topic] {
    const std::optional<Slot> slot = loop_.sessions.FindOpen(session);
    if (slot) TopicsOf(*slot).Unsubscribe(*slot, topic);
  });
}

void LoopBroadcaster::SetSubscriptions(SessionId session,
                                       std::vector<TopicId> topics) {
  loop_.RunFromHub([this, session, topics = std::move(topics)]() mutable {
    const std::optional<Slot> slot = loop_.sessions.FindOpen(session);
    if (slot) TopicsOf(*slot).SetTopics(*slot, std::move(topics));
  });
}

void LoopBroadcaster::Close(SessionId session, CloseCode code,
                            std::string reason) {
  loop_.RunFromHub([this, session, code, reason = std::move(reason)] {
    const std::optional<Slot> slot = FindCaughtUp(session);
    if (slot) writer_.Close(*slot, code, reason);
  });
}

void LoopBroadcaster::SetExpiry(SessionId session, Timestamp expires) {
  loop_.RunFromHub([this, session, expires] {
    if (loop_.sessions.FindOpen(session)) expiries_.Set(session, expires);
  });
}

void LoopBroadcaster::CloseSessionsOf(std::uint16_t channel,
                                      std::string identity, CloseCode code,
                                      std::string reason) {
  loop_.RunFromHub([this, channel, identity = std::move(identity), code,
                    reason = std::move(reason)] {
    for (Slot slot = 0; slot < loop_.sessions.end(); ++slot) {
      if (IsOpen(channel, slot) &&
          loop_.sessions.at(slot).identity() == identity &&
          FindCaughtUp(loop_.sessions.IdOf(slot))) {
        writer_.Close(slot, code, reason);
      }
    }
  });
}

void LoopBroadcaster::List(
    std::uint16_t channel, const SessionPage& page,
    std::function<void(std::vector<SessionListing>)> done) {
  loop_.RunFromHub([this, channel, page, done = std::move(done)] {
    const auto wall = std::chrono::system_clock::now();
    const SteadyTime steady = std::chrono::steady_clock::now();
    std::vector<SessionListing> found;
    for (Slot slot = loop_.sessions.FirstBehind(page.after);
         slot < loop_.sessions.end() &&
         (page.limit == 0 || found.size() < page.limit);
         ++slot) {
      if (!IsOpen(channel, slot)) continue;
      const LoopSession& session = loop_.sessions.at(slot);
      // An open session keeps only the steady time.
      found.push_back({loop_.sessions.IdOf(slot),
                       std::string(session.identity()), session.remote,
                       ToTimestamp(wall - (steady - session.since))});
    }
    done(std::move(found));
  });
}

// There is one broadcast under way at most: the next one finishes it.
void LoopBroadcaster::Publish(std::uint16_t channel,
                              Broadcast::Publications publications,
                              Delivery delivery, std::uint64_t since,
                              SteadyTime published_at) {
  loop_.RunFromHub([this, channel, publications = std::move(publications),
                    delivery, since, published_at]() mutable {
    FinishBroadcast();
    writer_.ForgetDeflated();
    published_at_ = published_at;
    broadcast_.Start(std::move(publications), delivery, since, topics_[channel],
                     loop_.sessions.end());
    TakeTurn();
  });
}

void LoopBroadcaster::TakeTurn() {
  const bool more =
      broadcast_.TakeTurn([this](Slot slot, const Broadcast::Share& share) {
        SendShare(slot, share);
      });
  if (!more) CountDuration();
  if (!more || std::exchange(turn_is_posted_, true)) return;
  loop_.Post([this] {
    turn_is_posted_ = false;
    TakeTurn();
  });
}

// The first time after the last share was written.
void LoopBroadcaster::CountDuration() {
  if (published_at_ == SteadyTime()) return;
  loop_.counters.publish.Add(std::chrono::steady_clock::now() - published_at_);
  published_at_ = SteadyTime();
}

void LoopBroadcaster::FinishBroadcast() {
  broadcast_.Finish([this](Slot slot, const Broadcast::Share& share) {
    SendShare(slot, share);
  });
  CountDuration();
}

void LoopBroadcaster::Forget(Slot slot) {
  TopicsOf(slot).Remove(slot);
  broadcast_.Drop(slot);
}

// Writes the session's share of the broadcast under way, so that the caller's
// message comes behind it.
std::optional<LoopBroadcaster::Slot> LoopBroadcaster::FindCaughtUp(
    SessionId session) {
  const std::optional<Slot> slot = loop_.sessions.FindOpen(session);
  if (!slot || !broadcast_.Has(*slot)) return slot;
  SendShare(*slot, broadcast_.Take(*slot));
  return loop_.sessions.FindOpen(session);
}

}  // namespace tickerhub::internal
