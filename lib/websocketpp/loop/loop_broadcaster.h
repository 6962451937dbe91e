#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_LOOP_BROADCASTER_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_LOOP_BROADCASTER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "loop/broadcast.h"
#include "loop/topic_index.h"
#include "sessions/loop_context.h"
#include "sessions/session_expiries.h"
#include "sessions/session_writer.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/websocketpp/channel.h"

namespace tickerhub::internal {

/// What channels ask of one loop: a message to a session, a broadcast, a
/// subscription, a close. The first loop does it at once, because it runs on
/// the hub's thread. The others do it later, in the order of the calls.
///
/// Threads: call the methods of channels on the hub's thread, the others on the
/// loop's.
class LoopBroadcaster {
 public:
  using Slot = LoopSessions::Slot;

  LoopBroadcaster(LoopContext& loop, SessionWriter& writer,
                  SessionExpiries& expiries)
      : loop_(loop),
        writer_(writer),
        expiries_(expiries),
        topics_(loop.site.channels.size()) {}

  // For channels.
  void Send(SessionId session, const Payload& payload, Delivery delivery);
  void Subscribe(SessionId session, TopicId topic);
  void Unsubscribe(SessionId session, TopicId topic);
  void SetSubscriptions(SessionId session, std::vector<TopicId> topics);
  /// `published_at`: when the program has published it, to measure how long it
  /// takes; the beginning of time if that is not asked for.
  void Publish(std::uint16_t channel, Broadcast::Publications publications,
               Delivery delivery, std::uint64_t since, SteadyTime published_at);
  void Close(SessionId session, CloseCode code, std::string reason);
  void CloseSessionsOf(std::uint16_t channel, std::string identity,
                       CloseCode code, std::string reason);
  void SetExpiry(SessionId session, Timestamp expires);
  /// Calls `done` on the loop's thread.
  void List(std::uint16_t channel, const SessionPage& page,
            std::function<void(std::vector<SessionListing>)> done);

  // For the loop.
  /// The session has ended: the slot's next one gets no share of a broadcast.
  void Forget(Slot slot);
  /// Writes what is left of the broadcast under way.
  void FinishBroadcast();

 private:
  bool IsOpen(std::uint16_t channel, Slot slot) {
    return loop_.sessions.hot(slot).Has(HotSession::kOpen) &&
           loop_.sessions.at(slot).channel == channel;
  }

  TopicIndex& TopicsOf(Slot slot) {
    return topics_[loop_.sessions.at(slot).channel];
  }
  void TakeTurn();
  void CountDuration();
  void SendShare(Slot slot, const Broadcast::Share& share) {
    writer_.SendShare(slot, share.payloads, share.count, share.delivery,
                      share.since);
  }
  std::optional<Slot> FindCaughtUp(SessionId session);

  LoopContext& loop_;
  SessionWriter& writer_;
  SessionExpiries& expiries_;
  std::vector<TopicIndex> topics_;  // by channel
  Broadcast broadcast_;
  bool turn_is_posted_ = false;
  SteadyTime published_at_{};  // of the broadcast under way, if it is measured
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_LOOP_BROADCASTER_H_
