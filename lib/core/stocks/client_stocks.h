#ifndef TICKERHUB_LIB_CORE_STOCKS_CLIENT_STOCKS_H_
#define TICKERHUB_LIB_CORE_STOCKS_CLIENT_STOCKS_H_

#include <cstddef>
#include <unordered_map>
#include <unordered_set>

#include "limits/address_key.h"
#include "limits/request_budget.h"
#include "stocks/book_writer.h"
#include "stocks/price_publishers.h"
#include "tickerhub/scheduler.h"
#include "tickerhub/stock_tracker.h"

namespace tickerhub::internal {

/// The stocks that clients have added: who may add a further one, who may
/// remove one, and which have outlived their use. A stock is in use while the
/// client that added it is connected, or somebody follows it by name.
class ClientStocks : public BookListener {
 public:
  /// Everything must outlive this.
  ClientStocks(const StockTracker::Options& options, Scheduler& scheduler,
               BookWriter& writer, PricePublishers& publishers,
               StockTracker::Counters& counters);

  /// Why `client` may not add a stock now. Counts a refusal.
  RequestBudget::Refusal Check(SessionId client, const AddressKey& address);

  /// `client` is about to add `symbol`. REQUIRES: Check() has returned nothing.
  void Add(SessionId client, const AddressKey& address, const Symbol& symbol);

  /// Whether `client` has added `symbol`.
  bool IsOf(SessionId client, const Symbol& symbol) const;

  /// The client has gone. Its stocks stay until they expire.
  void Forget(SessionId client);

  void OnRemoved(const Symbol& symbol) override;

  /// How many clients it remembers.
  std::size_t clients() const { return of_client_.size(); }

 private:
  struct Stock {
    SessionId client;  // {0}: it has gone
    SteadyTime last_used;
  };

  void Wait();
  void RemoveUnused();

  const StockTracker::Options& options_;
  Scheduler& scheduler_;
  BookWriter& writer_;
  PricePublishers& publishers_;
  StockTracker::Counters& counters_;
  RequestBudget budget_;
  std::unordered_map<Symbol, Stock> stocks_;
  std::unordered_map<SessionId, std::unordered_set<Symbol>> of_client_;
  Timer timer_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_CLIENT_STOCKS_H_
