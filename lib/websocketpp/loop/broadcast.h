#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_BROADCAST_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_BROADCAST_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "loop/topic_index.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/payload.h"

namespace tickerhub::internal {

/// The broadcast under way on a loop: each recipient's share of what one
/// Publish() holds, until it is written.
///
/// A large broadcast is written in turns, so that the loop can do other work in
/// between, above all take new connections. Clients cannot observe the turns:
/// recipients are fixed when the broadcast starts, and a session with a pending
/// share gets it before anything newer. A session gets all messages of its
/// share by one write. Memory is kept from one broadcast to the next.
///
///     broadcast.Start(publications, delivery, since, topics, sessions.end());
///     while (broadcast.TakeTurn(write)) DoOtherWork();
///
/// `write` is called as write(Slot, Share).
///
/// Threads: belongs to the loop's thread.
class Broadcast {
 public:
  using Slot = TopicIndex::Slot;
  using Publications = std::shared_ptr<const std::vector<Publication>>;

  /// The messages of one session, in their order.
  struct Share {
    const Payload* const* payloads;
    std::size_t count;
    Delivery delivery;
    std::uint64_t since;
  };

  /// How many sessions are written to in one turn, about a millisecond's work.
  static constexpr std::size_t kSessionsATurn = 128;

  /// Fixes who gets what. All slots are below `end`. REQUIRES: empty().
  void Start(Publications publications, Delivery delivery, std::uint64_t since,
             const TopicIndex& topics, Slot end) {
    publications_ = std::move(publications);
    delivery_ = delivery;
    since_ = since;
    MakeRoom(end);
    slots_.clear();
    links_.clear();
    next_ = 0;
    one_list_ = true;
    for (const Publication& publication : *publications_) {
      AddPublication(publication, topics);
    }
  }

  /// Writes the next shares. Returns whether some are left.
  template <typename Write>
  bool TakeTurn(Write&& write) {
    WriteShares(kSessionsATurn, write);
    return !empty();
  }

  /// Writes all shares that are left.
  template <typename Write>
  void Finish(Write&& write) {
    WriteShares(std::numeric_limits<std::size_t>::max(), write);
  }

  /// Whether no share is left.
  bool empty() const { return next_ == slots_.size(); }

  /// Whether the slot has a share.
  bool Has(Slot slot) const {
    return slot < waits_.size() && waits_[slot] != 0;
  }

  /// Removes the slot's share and returns it. The share is valid until the next
  /// call. REQUIRES: Has(slot).
  Share Take(Slot slot) {
    waits_[slot] = 0;
    while (!empty() && waits_[slots_[next_]] == 0) ++next_;
    if (one_list_) return {list_.data(), list_.size(), delivery_, since_};
    taken_.clear();
    for (std::uint32_t i = std::exchange(chains_[slot], Chain()).first;
         i != kNone; i = links_[i].next) {
      taken_.push_back(links_[i].payload);
    }
    return {taken_.data(), taken_.size(), delivery_, since_};
  }

  /// Forgets the slot's share. Does nothing if it has none.
  void Drop(Slot slot) {
    if (Has(slot)) Take(slot);
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Link {
    const Payload* payload;
    std::uint32_t next;
  };
  struct Chain {
    std::uint32_t first = kNone;
    std::uint32_t last = kNone;
  };

  // Makes room for slots below `end`.
  void MakeRoom(Slot end) {
    if (end <= waits_.size()) return;
    waits_.resize(end);
    chains_.resize(end);
  }

  // Publications of one topic make one list, which all recipients share. The
  // first one of another topic makes a list for each recipient.
  void AddPublication(const Publication& publication,
                      const TopicIndex& topics) {
    const Payload* const payload = &publication.payload;
    if (slots_.empty()) {
      list_.assign(1, payload);
      topic_of_list_ = publication.topic;
      topics.ForEachFollower(publication.topic,
                             [this](Slot slot) { AddRecipient(slot); });
    } else if (one_list_ && publication.topic == topic_of_list_) {
      list_.push_back(payload);
    } else {
      if (std::exchange(one_list_, false)) SpreadList();
      topics.ForEachFollower(publication.topic, [this, payload](Slot slot) {
        AddRecipient(slot);
        LinkTo(slot, payload);
      });
    }
  }

  void AddRecipient(Slot slot) {
    if (std::exchange(waits_[slot], 1) == 0) slots_.push_back(slot);
  }

  void SpreadList() {
    for (const Slot slot : slots_) {
      for (const Payload* const payload : list_) LinkTo(slot, payload);
    }
  }

  void LinkTo(Slot slot, const Payload* payload) {
    Chain& chain = chains_[slot];
    const auto place = static_cast<std::uint32_t>(links_.size());
    links_.push_back({payload, kNone});
    (chain.first == kNone ? chain.first : links_[chain.last].next) = place;
    chain.last = place;
  }

  template <typename Write>
  void WriteShares(std::size_t most, Write& write) {
    for (; most > 0 && !empty(); --most) {
      const Slot slot = slots_[next_];
      write(slot, Take(slot));
    }
    if (empty()) publications_ = nullptr;
  }

  Publications publications_;
  Delivery delivery_ = Delivery::kLatest;
  std::uint64_t since_ = 0;
  // By slot. One byte each, and no chains as long as there is one topic only:
  // for ten thousand sessions this fits the nearest cache.
  std::vector<std::uint8_t> waits_;
  std::vector<Chain> chains_;
  bool one_list_ = true;  // list_ is what every recipient gets
  std::vector<const Payload*> list_;
  TopicId topic_of_list_ = 0;
  std::vector<Link> links_;
  std::vector<Slot> slots_;  // the recipients, in the order of their writes
  std::size_t next_ = 0;     // of slots_: those before it are written
  std::vector<const Payload*> taken_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_BROADCAST_H_
