#ifndef TICKERHUB_LIB_WEBSOCKETPP_WRITE_BATCH_H_
#define TICKERHUB_LIB_WEBSOCKETPP_WRITE_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tickerhub/payload.h"

namespace tickerhub {

/// Sorts what one tick has by session, so that each gets all of its messages in
/// one system call. Memory is kept from tick to tick.
class WriteBatch {
 public:
  using Slot = std::uint32_t;

  /// `payload` must stay until Clear(). A slot's payloads keep their order.
  void Add(Slot slot, const Payload* payload) {
    if (slot >= chains_.size()) chains_.resize(slot + 1);
    Chain& chain = chains_[slot];
    const auto place = static_cast<std::uint32_t>(links_.size());
    links_.push_back({payload, kNone});
    if (chain.first == kNone) {
      slots_.push_back(slot);
      chain.first = place;
    } else {
      links_[chain.last].next = place;
    }
    chain.last = place;
  }

  /// The slots that have something, in the order of their first Add().
  const std::vector<Slot>& slots() const { return slots_; }

  void CollectFor(Slot slot, std::vector<const Payload*>* payloads) const {
    payloads->clear();
    for (std::uint32_t i = chains_[slot].first; i != kNone;
         i = links_[i].next) {
      payloads->push_back(links_[i].payload);
    }
  }

  void Clear() {
    for (const Slot slot : slots_) chains_[slot] = Chain();
    slots_.clear();
    links_.clear();
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

  std::vector<Chain> chains_;  // by slot
  std::vector<Link> links_;
  std::vector<Slot> slots_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_LIB_WEBSOCKETPP_WRITE_BATCH_H_
