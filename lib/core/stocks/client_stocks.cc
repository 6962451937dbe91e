#include "stocks/client_stocks.h"

#include <algorithm>
#include <chrono>
#include <vector>

namespace tickerhub::internal {

ClientStocks::ClientStocks(const StockTracker::Options& options,
                           Scheduler& scheduler, BookWriter& writer,
                           PricePublishers& publishers,
                           StockTracker::Counters& counters)
    : options_(options),
      scheduler_(scheduler),
      writer_(writer),
      publishers_(publishers),
      counters_(counters),
      budget_(options.adding, scheduler, "Stocks are added",
              counters.adding_limited),
      timer_(scheduler) {}

RequestBudget::Refusal ClientStocks::Check(SessionId client,
                                           const AddressKey& address) {
  if (stocks_.size() >= options_.max_client_stocks) {
    ++counters_.client_stocks_refused;
    return Rejection{ErrorCode::kTooManyStocks,
                     "Visitors have added as many stocks as they may."};
  }
  return budget_.Check(client, address);
}

void ClientStocks::Add(SessionId client, const AddressKey& address,
                       const Symbol& symbol) {
  budget_.Take(client, address);
  stocks_.insert_or_assign(symbol, Stock{client, scheduler_.SteadyNow()});
  of_client_[client].insert(symbol);
  if (!timer_.pending()) Wait();
}

bool ClientStocks::IsOf(SessionId client, const Symbol& symbol) const {
  const auto found = stocks_.find(symbol);
  return found != stocks_.end() && found->second.client == client;
}

void ClientStocks::Forget(SessionId client) {
  const auto found = of_client_.find(client);
  if (found == of_client_.end()) return;
  for (const Symbol& symbol : found->second) {
    const auto stock = stocks_.find(symbol);
    if (stock == stocks_.end() || stock->second.client != client) continue;
    stock->second.client = SessionId();
    stock->second.last_used = scheduler_.SteadyNow();
  }
  of_client_.erase(found);
}

void ClientStocks::OnRemoved(const Symbol& symbol) {
  const auto found = stocks_.find(symbol);
  if (found == stocks_.end()) return;
  const auto owner = of_client_.find(found->second.client);
  if (owner != of_client_.end()) {
    owner->second.erase(symbol);
    if (owner->second.empty()) of_client_.erase(owner);
  }
  stocks_.erase(found);
}

// One timer for all; a stock outlives its time by an eighth at most.
void ClientStocks::Wait() {
  if (options_.client_stock_lifetime.count() <= 0) return;
  constexpr int kLooks = 8;
  timer_.Start(std::max(std::chrono::milliseconds(1),
                        options_.client_stock_lifetime / kLooks),
               [this] { RemoveUnused(); });
}

void ClientStocks::RemoveUnused() {
  const SteadyTime now = scheduler_.SteadyNow();
  std::vector<Symbol> unused;
  for (auto& [symbol, stock] : stocks_) {
    if (stock.client != SessionId() || publishers_.IsFollowedByName(symbol)) {
      stock.last_used = now;
    } else if (now - stock.last_used >= options_.client_stock_lifetime) {
      unused.push_back(symbol);
    }
  }
  counters_.client_stocks_expired += unused.size();
  for (const Symbol& symbol : unused) writer_.Remove(symbol);
  if (!stocks_.empty()) Wait();
}

}  // namespace tickerhub::internal
