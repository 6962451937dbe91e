#ifndef TICKERHUB_LIB_CORE_STOCKS_STOCK_TRACKER_IMPL_H_
#define TICKERHUB_LIB_CORE_STOCKS_STOCK_TRACKER_IMPL_H_

// The insides of StockTracker: stock_tracker.cc changes the book and publishes,
// stock_requests.cc answers clients.

#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "limits/token_bucket.h"
#include "protocol/client_message.h"
#include "stocks/outbox.h"
#include "stocks/paces.h"
#include "stocks/stock_feed.h"
#include "stocks/stock_stream.h"
#include "stocks/stock_subscriptions.h"
#include "stocks/topic_numbers.h"
#include "tickerhub/stock_tracker.h"

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
  static constexpr TopicId kEverybody = 0;  // whatever they follow

  // One for each connection: keep it small.
  struct Session {
    internal::TokenBucket requests;
    internal::StockStream* stream;
    internal::StockSubscriptions::Follows follows;
  };

  using Sessions = std::unordered_map<SessionId, Session>;

  // Changes and their publication. The Append functions put messages into
  // out_, in the order of their numbers; out_.Send() lets them go.
  StockBook::AddResult Add(const Symbol& symbol, Price price, Timestamp time);
  void AddMissing(const std::vector<PriceUpdate>& updates);
  void TakeFromSource(const std::vector<PriceUpdate>& updates, bool joined);
  void AppendPending();
  // Call after AppendPending() and one change that everybody is told of.
  void OnToldEverybody();
  void OnChange();
  bool IsFollowedByName(const Symbol& symbol);

  // Requests.
  void Answer(SessionId id, Session* session,
              const internal::protocol::ClientMessage& message);
  void AddStockFor(SessionId id,
                   const internal::protocol::ClientMessage& message);
  void Subscribe(SessionId id, Session* session,
                 const internal::protocol::ClientMessage& message);
  void Unsubscribe(SessionId id, Session* session,
                   const internal::protocol::ClientMessage& message);
  // In order and without duplicates; nothing if one was refused with an error.
  std::optional<std::vector<Symbol>> ReadSymbols(
      SessionId id, const internal::protocol::ClientMessage& message);
  std::vector<Symbol> AllSymbols() const;
  void FollowOnly(SessionId id, Session* session, const internal::Pace* pace,
                  const std::vector<Symbol>& symbols,
                  const internal::protocol::ClientMessage& message);
  // The pace that is asked for, or the one it has; nothing if it was refused
  // with an error.
  std::optional<const internal::Pace*> ReadPace(
      SessionId id, const Session& session,
      const internal::protocol::ClientMessage& message);
  // Moves it to the stream of that pace, where it follows all.
  void SetPace(SessionId id, Session* session, const internal::Pace* pace);
  internal::StockStream* StreamOf(const internal::Pace* pace);
  // Call when `stream` may have other followers than before.
  void OnFollowersChanged(internal::StockStream* stream);
  void RefuseSubscriptions(SessionId id,
                           const internal::protocol::ClientMessage& message);
  void ConfirmFollows(SessionId id, const Session& session,
                      const internal::protocol::ClientMessage& message);
  void SendError(SessionId id, internal::protocol::ErrorCode code,
                 std::string_view sentence,
                 const internal::protocol::ClientMessage& message);

  void SendSnapshot(SessionId id, const Session& session);

  Broadcaster& broadcaster_;
  Scheduler& scheduler_;
  const Options options_;
  Stats stats_;
  StockBook book_;
  std::optional<Payload> snapshot_;
  Sequence snapshot_sequence_ = 0;
  internal::Outbox out_;
  internal::TopicNumbers topic_numbers_;
  const internal::RequestLimit request_limit_;
  const internal::StockStream::Shared shared_;
  // The first is for those who have no pace of their own, and stays; the others
  // are there while they are in use.
  std::vector<std::unique_ptr<internal::StockStream>> streams_;
  Sessions sessions_;
  // Taken off by the program: only a program or a client brings them back. As
  // many as the book may hold; beyond that one is forgotten.
  std::unordered_set<Symbol> removed_;
  internal::StockFeed feed_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_LIB_CORE_STOCKS_STOCK_TRACKER_IMPL_H_
