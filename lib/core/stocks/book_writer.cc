#include "stocks/book_writer.h"

namespace tickerhub::internal {

StockTracker::ApplyResult BookWriter::Apply(const PriceUpdate* updates,
                                            std::size_t count) {
  const StockBook::BatchResult known =
      book_.Apply(updates, count, scheduler_.Now());
  StockTracker::ApplyResult result;
  result.set = known.changed;
  result.unchanged = known.unchanged;
  result.out_of_order = known.out_of_order;
  if (known.not_tracked > 0) AddMissing(updates, count, &result);
  counters_.out_of_order += result.out_of_order;
  for (BookListener* listener : listeners_) listener->OnApplied();
  return result;
}

// Adds each symbol once. Later prices of it in the same batch change it then.
void BookWriter::AddMissing(const PriceUpdate* updates, std::size_t count,
                            StockTracker::ApplyResult* result) {
  std::vector<PriceUpdate> missing;
  for (std::size_t i = 0; i < count; ++i) {
    if (book_.Find(updates[i].symbol) == nullptr) missing.push_back(updates[i]);
  }
  std::vector<PriceUpdate> later;
  for (const PriceUpdate& update : missing) {
    if (book_.Find(update.symbol) != nullptr) {
      later.push_back(update);
    } else if (book_.size() >= book_.max_symbols()) {
      ++result->full;
    } else {
      for (BookListener* listener : listeners_) listener->BeforeAddOrRemove();
      book_.Add(update.symbol, update.price, update.time);
      ++result->added;
      const Quote& quote = *book_.Find(update.symbol);
      for (BookListener* listener : listeners_) listener->OnAdded(quote);
    }
  }
  counters_.stocks_refused += result->full;
  const StockBook::BatchResult changes =
      book_.Apply(later.data(), later.size(), scheduler_.Now());
  result->set += changes.changed;
  result->unchanged += changes.unchanged;
  result->out_of_order += changes.out_of_order;
}

bool BookWriter::Remove(const Symbol& given) {
  const Symbol symbol = given;
  if (book_.Find(symbol) == nullptr) return false;
  for (BookListener* listener : listeners_) listener->BeforeAddOrRemove();
  book_.Remove(symbol);
  for (BookListener* listener : listeners_) listener->OnRemoved(symbol);
  for (BookListener* listener : listeners_) listener->OnApplied();
  return true;
}

}  // namespace tickerhub::internal
