#include "stocks/book_writer.h"

namespace tickerhub::internal {

namespace {

const Price* PriceIn(const PriceUpdate& update) { return &update.price; }
const Price* PriceIn(const QuoteUpdate& update) {
  return update.price ? &*update.price : nullptr;
}
const Price* VolumeIn(const PriceUpdate& /*update*/) { return nullptr; }
const Price* VolumeIn(const QuoteUpdate& update) {
  return update.volume ? &*update.volume : nullptr;
}

}  // namespace

StockTracker::ApplyResult BookWriter::Apply(const PriceUpdate* updates,
                                            std::size_t count) {
  return ApplyAll(updates, count);
}

StockTracker::ApplyResult BookWriter::Apply(const QuoteUpdate* updates,
                                            std::size_t count) {
  return ApplyAll(updates, count);
}

template <typename Update>
StockTracker::ApplyResult BookWriter::ApplyAll(const Update* updates,
                                               std::size_t count) {
  const StockBook::BatchResult known =
      book_.Apply(updates, count, scheduler_.Now());
  StockTracker::ApplyResult result;
  result.set = known.changed;
  result.unchanged = known.unchanged;
  result.out_of_order = known.out_of_order;
  if (known.not_tracked > 0) AddMissing(updates, count, &result);
  counters_.out_of_order += result.out_of_order;
  if (!price_listeners_.empty()) TellUpdates(updates, count);
  TellApplied();
  return result;
}

// Adds each symbol once. Later updates of it in the same batch change it then.
template <typename Update>
void BookWriter::AddMissing(const Update* updates, std::size_t count,
                            StockTracker::ApplyResult* result) {
  std::vector<Update> missing;
  for (std::size_t i = 0; i < count; ++i) {
    if (book_.Find(updates[i].symbol) == nullptr) missing.push_back(updates[i]);
  }
  std::vector<Update> later;
  for (const Update& update : missing) {
    if (book_.Find(update.symbol) != nullptr) {
      later.push_back(update);
    } else if (PriceIn(update) == nullptr) {
      ++result->unknown;
    } else if (book_.size() >= book_.max_symbols()) {
      ++result->full;
    } else {
      for (BookListener* listener : listeners_) listener->BeforeAddOrRemove();
      Add(update);
      ++result->added;
      const Quote& quote = *book_.Find(update.symbol);
      for (BookListener* listener : listeners_) listener->OnAdded(quote);
    }
  }
  counters_.stocks_refused += result->full;
  counters_.updates_unknown += result->unknown;
  const StockBook::BatchResult changes =
      book_.Apply(later.data(), later.size(), scheduler_.Now());
  result->set += changes.changed;
  result->unchanged += changes.unchanged;
  result->out_of_order += changes.out_of_order;
}

template <typename Update>
void BookWriter::TellUpdates(const Update* updates, std::size_t count) const {
  for (std::size_t i = 0; i < count; ++i) {
    const Update& update = updates[i];
    const Price* const price = PriceIn(update);
    const Price* const volume = VolumeIn(update);
    if (price == nullptr && volume == nullptr) continue;
    if (book_.Find(update.symbol) == nullptr) continue;
    for (BookListener* listener : price_listeners_) {
      listener->OnUpdate(update.symbol, price, volume, update.time);
    }
  }
}

bool BookWriter::SetReference(const Symbol& symbol, Price reference) {
  if (book_.SetReference(symbol, reference) != StockBook::SetResult::kChanged) {
    return false;
  }
  TellApplied();
  return true;
}

bool BookWriter::StartDay() {
  const Sequence before = book_.sequence();
  book_.StartDay();
  if (book_.sequence() == before) return false;
  TellApplied();
  return true;
}

void BookWriter::TellApplied() {
  for (BookListener* listener : listeners_) listener->OnApplied();
}

bool BookWriter::Remove(const Symbol& given) {
  const Symbol symbol = given;
  if (book_.Find(symbol) == nullptr) return false;
  for (BookListener* listener : listeners_) listener->BeforeAddOrRemove();
  book_.Remove(symbol);
  for (BookListener* listener : listeners_) listener->OnRemoved(symbol);
  TellApplied();
  return true;
}

}  // namespace tickerhub::internal
