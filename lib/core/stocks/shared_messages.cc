#include "stocks/shared_messages.h"

#include "protocol/stock_messages.h"

namespace tickerhub::internal {

Payload SharedMessages::Snapshot() {
  ForgetOld();
  if (!snapshot_) {
    quotes_.clear();
    book_.ForEach([this](const Quote& quote) { quotes_.push_back(&quote); });
    snapshot_ = protocol::EncodeSnapshot(sequence_, quotes_);
  }
  return *snapshot_;
}

Payload SharedMessages::CatchUp(Sequence since) {
  if (!CanTellChangesSince(since)) return Snapshot();
  ForgetOld();
  if (since == sequence_) return protocol::EncodeHeartbeat(sequence_);
  const auto kept =
      std::find_if(caught_up_.begin(), caught_up_.end(),
                   [since](const Kept& one) { return one.since == since; });
  if (kept != caught_up_.end()) return kept->payload;
  CollectChanges(book_, since, &quotes_);
  Kept made{since, protocol::EncodeUpdate(sequence_, since, quotes_.data(),
                                          quotes_.size())};
  if (caught_up_.size() < kMostKept) {
    caught_up_.push_back(made);
  } else {
    caught_up_[next_] = made;
    next_ = (next_ + 1) % kMostKept;
  }
  return made.payload;
}

void SharedMessages::ForgetOld() {
  if (sequence_ == book_.sequence()) return;
  sequence_ = book_.sequence();
  snapshot_.reset();
  caught_up_.clear();
  next_ = 0;
}

}  // namespace tickerhub::internal
