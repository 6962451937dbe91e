#ifndef TICKERHUB_TESTING_COUNTING_BROADCASTER_H_
#define TICKERHUB_TESTING_COUNTING_BROADCASTER_H_

// A Broadcaster that moves nothing and counts: for benchmarks of fan-out, and
// for tests with more sessions than one would want to record. For each session
// it keeps how many messages it got and a reference to the last one, as a real
// one does that has it still to write.
//
//   tickerhub::testing::CountingBroadcaster out;
//   tickerhub::NotificationRouter router(out);
//   for (std::uint64_t i = 0; i < 100'000; ++i) router.Connect({i}, Name(i));
//   router.SendToAll(payload);
//   EXPECT_EQ(out.total(), 100'000u);
//
// A session is known from the first call that names it. None is ever slow, so
// both ways of delivery are the same here. What all sessions have is in one
// contiguous array; a topic's followers are another.
//
// Threads: use from one thread.
// Costs: constant for one session, proportional to the followers for a
// publication.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tickerhub/broadcaster.h"

namespace tickerhub::testing {

class CountingBroadcaster : public Broadcaster {
 public:
  void Send(SessionId session, const Payload& payload,
            Delivery delivery) override;
  void Subscribe(SessionId session, TopicId topic) override;
  void Unsubscribe(SessionId session, TopicId topic) override;
  void Publish(const std::vector<Publication>& publications,
               Delivery delivery) override;
  /// From now on the session gets nothing and follows nothing.
  void Close(SessionId session, CloseCode code,
             std::string_view reason) override;

  /// Forgets a session and gives its room to the next new one, as when a
  /// connection has gone. Does nothing if it is not known.
  void Forget(SessionId session);

  /// How many messages it got; 0 if it is not known.
  std::uint64_t CountOf(SessionId session) const;
  /// The last one; null if there was none. Valid until the next change.
  const Payload* LastTo(SessionId session) const;
  bool IsSubscribed(SessionId session, TopicId topic) const;
  /// Unset if it was not closed.
  std::optional<CloseCode> ClosedOf(SessionId session) const;

  std::size_t session_count() const { return slots_.size(); }
  /// Messages to all sessions, forgotten ones too.
  std::uint64_t total() const { return total_; }

 private:
  using SlotIndex = std::uint32_t;

  // What a publication touches: two of them to a cache line.
  struct Slot {
    std::uint64_t count;
    Payload last;  // nothing_ if there was none
  };
  struct Following {
    TopicId topic;
    std::uint32_t place;  // in the topic's followers
  };
  struct Details {
    std::vector<Following> following;
    std::optional<CloseCode> closed;
  };

  SlotIndex SlotOf(SessionId session);
  std::optional<SlotIndex> FindSlot(SessionId session) const;
  void Deliver(SlotIndex slot, const Payload& payload);
  Following* FindFollowing(SlotIndex slot, TopicId topic);
  void StopFollowing(SlotIndex slot, TopicId topic);
  void StopFollowingAll(SlotIndex slot);

  const Payload nothing_ = Payload("");
  std::unordered_map<SessionId, SlotIndex> slots_;
  std::vector<Slot> hot_;
  std::vector<Details> details_;  // of the same index as hot_
  std::vector<SlotIndex> free_;
  std::unordered_map<TopicId, std::vector<SlotIndex>> followers_;
  std::uint64_t total_ = 0;
};

}  // namespace tickerhub::testing

#endif  // TICKERHUB_TESTING_COUNTING_BROADCASTER_H_
