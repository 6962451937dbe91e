#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_WRITE_BATCH_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_WRITE_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "tickerhub/payload.h"

namespace tickerhub::internal {

/// What one tick has for each session, until it is taken to be written: so each
/// gets all of its messages in one system call, and the loop can do other
/// things between one session and the next. Memory is kept from tick to tick.
///
///     batch.Begin(&payload);            // for each message of the tick
///     batch.Add(slot);                  // for each session that gets it
///     while (!batch.empty()) Write(batch.first(), batch.Take(batch.first()));
class WriteBatch {
 public:
  using Slot = std::uint32_t;

  /// Pointers to payloads: `count` of them.
  struct Share {
    const Payload* const* payloads;
    std::size_t count;
  };

  /// What follows is about slots below `end`, if not about lower ones.
  void Fit(Slot end) {
    if (end <= waits_.size()) return;
    waits_.resize(end);
    chains_.resize(end);
  }

  /// The next Add()s are for `payload`, which must stay until they were taken.
  void Begin(const Payload* payload) {
    if (empty()) {
      slots_.clear();
      links_.clear();
      next_ = 0;
      only_ = payload;
      one_for_all_ = true;
      return;
    }
    if (std::exchange(one_for_all_, false)) {
      for (std::size_t i = next_; i < slots_.size(); ++i)
        LinkTo(slots_[i], only_);
    }
    newest_ = payload;
  }

  /// The slot gets that payload, behind those that it gets already.
  /// REQUIRES: once for each payload; what Fit() promised.
  void Add(Slot slot) {
    if (waits_[slot] == 0) {
      waits_[slot] = 1;
      slots_.push_back(slot);
    }
    if (!one_for_all_) LinkTo(slot, newest_);
  }

  /// Whether the slot has something.
  bool Has(Slot slot) const {
    return slot < waits_.size() && waits_[slot] != 0;
  }

  /// Whether no slot has anything.
  bool empty() const { return next_ == slots_.size(); }

  /// Of the slots that have something, the one whose first Add() was before the
  /// others'. REQUIRES: not empty().
  Slot first() const { return slots_[next_]; }

  /// What the slot has, which it has no more. Valid until the next call.
  /// REQUIRES: Has(slot).
  Share Take(Slot slot) {
    waits_[slot] = 0;
    PassOverTaken();
    if (one_for_all_) return {&only_, 1};
    taken_.clear();
    for (std::uint32_t i = std::exchange(chains_[slot], Chain()).first;
         i != kNone; i = links_[i].next) {
      taken_.push_back(links_[i].payload);
    }
    return {taken_.data(), taken_.size()};
  }

  /// Forgets what the slot has, if anything.
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

  void LinkTo(Slot slot, const Payload* payload) {
    Chain& chain = chains_[slot];
    const auto place = static_cast<std::uint32_t>(links_.size());
    links_.push_back({payload, kNone});
    (chain.first == kNone ? chain.first : links_[chain.last].next) = place;
    chain.last = place;
  }

  void PassOverTaken() {
    while (!empty() && waits_[first()] == 0) ++next_;
  }

  // By slot. A byte each, and no chain as long as there is but one payload: of
  // ten thousand sessions that fits the nearest cache.
  std::vector<std::uint8_t> waits_;
  std::vector<Chain> chains_;
  bool one_for_all_ = true;
  const Payload* only_ = nullptr;
  const Payload* newest_ = nullptr;
  std::vector<Link> links_;
  std::vector<Slot> slots_;  // in the order of their first Add()
  std::size_t next_ = 0;     // of slots_: first()
  std::vector<const Payload*> taken_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_WRITE_BATCH_H_
