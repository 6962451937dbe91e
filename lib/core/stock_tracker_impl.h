#ifndef TICKERHUB_LIB_CORE_STOCK_TRACKER_IMPL_H_
#define TICKERHUB_LIB_CORE_STOCK_TRACKER_IMPL_H_

// The insides of StockTracker: stock_tracker.cc changes the book and publishes,
// stock_requests.cc answers clients.

#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "protocol/client_message.h"
#include "stock_feed.h"
#include "stock_subscriptions.h"
#include "tickerhub/stock_tracker.h"
#include "token_bucket.h"

namespace tickerhub {

class StockTracker::Impl {
 public:
  Impl(Broadcaster& broadcaster, Scheduler& scheduler, const Options& options);

  void Follow(PriceSource& source);
  StockBook::AddResult AddStock(std::string_view name, Price price);
  StockBook::AddResult SetPrice(std::string_view name, Price price);
  void Apply(const std::vector<PriceUpdate>& updates);
  bool RemoveStock(const Symbol& symbol);
  void Flush();
  const StockBook& book() const { return book_; }
  const Stats& stats() const { return stats_; }
  Payload Snapshot();

  void OnOpen(SessionId id);
  void OnMessage(SessionId id, const InboundMessage& message);
  void OnDrained(SessionId id);
  void OnClose(SessionId id);

 private:
  struct Session {
    TokenBucket requests;
    StockSubscriptions::Follows follows;
  };

  // When a group of sessions was last sent something as a group.
  struct Pulse {
    Pulse(Scheduler& scheduler, TopicId group)
        : topic(group), timer(scheduler) {}

    TopicId topic;
    Timer timer;
    Timestamp last{};
  };

  using Sessions = std::unordered_map<SessionId, Session>;

  // Changes and their publication. The Append functions put messages into
  // out_, in the order of their numbers; Send() lets them go in one call.
  StockBook::AddResult Add(const Symbol& symbol, Price price, Timestamp time);
  void AddMissing(const std::vector<PriceUpdate>& updates);
  void TakeFromSource(const std::vector<PriceUpdate>& updates, bool joined);
  void AppendPending();
  void AppendToFollowers(const Quote& quote, Sequence seq);
  void AppendToEverybody(Payload payload);
  void Send();
  void StartFlushTimer();

  // Requests.
  void Answer(SessionId id, Session* session,
              const protocol::ClientMessage& message);
  void AddStockFor(SessionId id, const protocol::ClientMessage& message);
  void Subscribe(SessionId id, Session* session,
                 const protocol::ClientMessage& message);
  void Unsubscribe(SessionId id, Session* session,
                   const protocol::ClientMessage& message);
  // In order and without duplicates; nothing if one was refused with an error.
  std::optional<std::vector<Symbol>> ReadSymbols(
      SessionId id, const protocol::ClientMessage& message);
  std::vector<Symbol> AllSymbols() const;
  void FollowOnly(SessionId id, Session* session,
                  const std::vector<Symbol>& symbols,
                  const protocol::ClientMessage& message);
  void RefuseSubscriptions(SessionId id,
                           const protocol::ClientMessage& message);
  void ConfirmFollows(SessionId id, const Session& session,
                      const protocol::ClientMessage& message);
  void SendError(SessionId id, protocol::ErrorCode code,
                 std::string_view sentence,
                 const protocol::ClientMessage& message);

  void SendSnapshot(SessionId id, const Session& session);
  void StartPulse(Pulse* pulse);
  void Beat(Pulse* pulse);

  Broadcaster& broadcaster_;
  Scheduler& scheduler_;
  const Options options_;
  Stats stats_;
  StockBook book_;
  // The number of the last message to those who follow all: what the next one
  // continues from. What the book counted since then is still to be told.
  Sequence published_ = 0;
  std::optional<Payload> snapshot_;
  Sequence snapshot_sequence_ = 0;
  Sessions sessions_;
  StockSubscriptions subscriptions_;
  // Taken off by the program: only a program or a client brings them back. As
  // many as the book may hold; beyond that one is forgotten.
  std::unordered_set<Symbol> removed_;
  std::vector<Publication> out_;
  std::vector<const Quote*> changed_;  // kept for its memory
  Timer flush_timer_;
  Pulse pulse_of_all_;
  Pulse pulse_by_name_;
  StockFeed feed_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_LIB_CORE_STOCK_TRACKER_IMPL_H_
