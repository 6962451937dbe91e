#ifndef TICKERHUB_LIB_CORE_STOCKS_STOCK_SESSIONS_H_
#define TICKERHUB_LIB_CORE_STOCKS_STOCK_SESSIONS_H_

#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "history/history_answers.h"
#include "limits/address_key.h"
#include "limits/request_budget.h"
#include "protocol/client_message.h"
#include "protocol/stock_messages.h"
#include "protocol/token_refresh.h"
#include "stocks/book_writer.h"
#include "stocks/client_stocks.h"
#include "stocks/price_publishers.h"
#include "stocks/shared_messages.h"
#include "stocks/source_poller.h"
#include "tickerhub/channel_handler.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/stock_tracker.h"

namespace tickerhub::internal {

/// The sessions of a tracker: what each follows at which pace, and the answers
/// to their requests.
class StockSessions : public ChannelHandler, public BookListener {
 public:
  /// What the sessions work with. All of it must outlive them.
  struct Tracker {
    const StockTracker::Options& options;
    Broadcaster& broadcaster;
    Scheduler& scheduler;
    BookWriter& writer;
    SourcePoller& poller;
    PricePublishers& publishers;
    SharedMessages& messages;
    ClientStocks& client_stocks;
    StockTracker::Counters& counters;
    const HistoryAnswers& history;
  };

  explicit StockSessions(const Tracker& tracker);

  /// Follows what the query of the client asks for (`stocks`, `maxRate`), as if
  /// it had sent a `subscribe`; all if it asks for nothing.
  void OnOpen(SessionId id, const SessionInfo& info) override;
  void OnMessage(SessionId id, const InboundMessage& message) override;
  void OnDrained(SessionId id, std::uint64_t since) override;
  void OnClose(SessionId id) override;

  /// See StockTracker::SnapshotFor().
  std::variant<Payload, Rejection> SnapshotFor(std::string_view query);

  /// See StockTracker::HistoryFor().
  std::variant<Payload, Rejection> HistoryFor(std::string_view name,
                                              std::string_view query,
                                              const RemoteAddress& address);

  /// Nobody follows `symbol` by name any more.
  void OnRemoved(const Symbol& symbol) override;

 private:
  // One for each connection: keep it small.
  struct Session {
    AddressKey address;  // nobody's: there is no limit for it
    PricePublisher* publisher;
    StockSubscriptions::Follows follows;
    bool may_add;
    bool has_chosen = false;  // it has said once what it follows
  };

  struct Request {
    SessionId id;
    Session& session;
    const protocol::ClientMessage& message;
  };

  bool MayAdd(const SessionInfo& info) const {
    return tracker_.options.may_add && tracker_.options.may_add(info);
  }
  void AddStock(const Request& request);
  void Refresh(const Request& request);
  void History(const Request& request);
  void RemoveStock(const Request& request);
  Symbol Typed(const Symbol& symbol) const;
  // Nothing if it was refused with an error.
  std::optional<Symbol> ReadSymbol(const Request& request);
  // Refuses with an error what a client does more often than it may.
  bool IsTooOften(const Request& request, RequestBudget& budget) {
    const auto refusal = budget.Charge(request.id, request.session.address);
    if (refusal) Refuse(request, refusal->code, refusal->message);
    return refusal.has_value();
  }
  // The first choice is free: thousands make theirs when a server restarts.
  bool MayChoose(const Request& request) {
    return !std::exchange(request.session.has_chosen, true) ||
           !IsTooOften(request, follow_budget_);
  }
  void Subscribe(const Request& request) {
    if (MayChoose(request)) TrySubscribe(request);
  }
  // Returns false if it was refused with an error.
  bool TrySubscribe(const Request& request);
  void Unsubscribe(const Request& request);
  // Sorted and without duplicates. Refuses all if one is not tracked.
  std::variant<std::vector<Symbol>, Rejection> FindStocks(
      const std::vector<std::string>& names) const;
  // Nothing if one was refused with an error.
  std::optional<std::vector<Symbol>> ReadSymbols(const Request& request);
  // The pace that is asked for, or the one that the session has. Nothing if it
  // was refused with an error.
  std::optional<const Pace*> ReadPace(const Request& request);
  // Moves the session to the publisher of `pace`, where it follows all stocks.
  void SetPace(const Request& request, const Pace* pace);
  // Returns false if it was refused with an error.
  bool FollowOnly(const Request& request, const Pace* pace,
                  const std::vector<Symbol>& symbols);
  void RefuseSubscriptions(const Request& request);
  void ConfirmFollows(const Request& request);
  // Sends the session a snapshot of what it follows, and from then on the
  // changes.
  void StartFollowing(SessionId id, const Session& session);
  void SendSnapshot(SessionId id, const Session& session);
  void Refuse(const Request& request, ErrorCode code,
              std::string_view sentence);

  const Tracker tracker_;
  const StockBook& book_;
  std::unordered_map<SessionId, Session> sessions_;
  protocol::TokenRefresh refresh_;
  RequestBudget history_budget_;
  RequestBudget follow_budget_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_STOCK_SESSIONS_H_
