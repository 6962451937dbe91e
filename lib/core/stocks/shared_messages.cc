#include "stocks/shared_messages.h"

#include "protocol/stock_messages.h"

namespace tickerhub::internal {
namespace {

protocol::Freshness FreshnessOf(const FeedWatch& watch) {
  return {watch.state(), watch.newest_time()};
}

}  // namespace

Payload SharedMessages::Snapshot() {
  ForgetOld();
  if (!snapshot_) {
    quotes_.clear();
    book_.ForEach([this](const Quote& quote) { quotes_.push_back(&quote); });
    snapshot_ =
        protocol::EncodeSnapshot(sequence_, quotes_, FreshnessOf(watch_));
  }
  return *snapshot_;
}

Payload SharedMessages::SnapshotOf(const std::vector<Symbol>& symbols) const {
  std::vector<const Quote*> quotes;
  quotes.reserve(symbols.size());
  for (const Symbol& symbol : symbols) quotes.push_back(book_.Find(symbol));
  return protocol::EncodeSnapshot(book_.sequence(), quotes,
                                  FreshnessOf(watch_));
}

Payload SharedMessages::Status() {
  told_at_ = book_.sequence();
  snapshot_.reset();
  skipped_.reset();
  return protocol::EncodeStatus(FreshnessOf(watch_));
}

Sequence SharedMessages::SkippedSince(Sequence since) const {
  return since <= book_.sequence() ? book_.sequence() - since
                                   : book_.sequence();
}

Payload SharedMessages::SkippedSnapshot(Sequence since) {
  const Payload snapshot = Snapshot();
  if (!skipped_ || skipped_->since != since) {
    skipped_ =
        Kept{since, protocol::WithSkipped(snapshot, SkippedSince(since))};
  }
  return skipped_->payload;
}

Payload SharedMessages::CatchUp(Sequence since) {
  if (!CanTellChangesSince(since)) return SkippedSnapshot(since);
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

SharedMessages::Resync SharedMessages::ResyncAll(Sequence since) {
  Resync resync{{CatchUp(since)}, !CanTellChangesSince(since)};
  if (!resync.is_snapshot) AddMissedStatus(since, &resync.messages);
  return resync;
}

SharedMessages::Resync SharedMessages::ResyncOf(
    const std::vector<Symbol>& symbols, Sequence since) const {
  const Sequence seq = book_.sequence();
  std::vector<const Quote*> changes;
  for (const Symbol& symbol : symbols) {
    const Quote* const quote = book_.Find(symbol);
    if (quote->sequence > since) changes.push_back(quote);
  }
  if (!book_.CanTellChangesSince(since) ||
      changes.size() * 2 > symbols.size()) {
    return {{protocol::WithSkipped(SnapshotOf(symbols), SkippedSince(since))},
            true};
  }
  Resync resync;
  // Something has to end the skipping.
  if (changes.empty()) resync.messages = {protocol::EncodeHeartbeat(seq)};
  for (const Quote* quote : changes) {
    resync.messages.push_back(protocol::EncodeCatchUp(seq, since, *quote));
  }
  AddMissedStatus(since, &resync.messages);
  return resync;
}

void SharedMessages::AddMissedStatus(Sequence since,
                                     std::vector<Payload>* messages) const {
  if (!told_at_ || since > *told_at_) return;
  messages->push_back(protocol::EncodeStatus(FreshnessOf(watch_)));
}

void SharedMessages::ForgetOld() {
  if (sequence_ == book_.sequence()) return;
  sequence_ = book_.sequence();
  snapshot_.reset();
  skipped_.reset();
  caught_up_.clear();
  next_ = 0;
}

}  // namespace tickerhub::internal
