#ifndef TICKERHUB_LIB_CORE_STOCKS_STOCK_SUBSCRIPTIONS_H_
#define TICKERHUB_LIB_CORE_STOCKS_STOCK_SUBSCRIPTIONS_H_

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <vector>

#include "stocks/topic_numbers.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/quote.h"

namespace tickerhub::internal {

/// Who follows which stocks of one StockStream, as topics of a Broadcaster. A
/// session follows all stocks by one topic, or some by name; a symbol has a
/// topic of its own only while somebody follows it by name, so what nobody
/// follows costs nothing.
class StockSubscriptions {
 public:
  /// How a symbol is followed by name.
  struct Topic {
    TopicId id;
    std::size_t followers;
    /// The `seq` of the last message about it: the `since` of the next.
    Sequence published;
  };

  using Topics = std::unordered_map<Symbol, Topic>;

  /// What one session follows. There is one for each connection, so it is
  /// small for the many who follow all.
  class Follows {
   public:
    bool all() const { return topics_ == nullptr; }
    /// Those followed by name, in order; none if all are followed.
    std::vector<Symbol> Names() const;

   private:
    friend class StockSubscriptions;
    // In the order of their symbols; null: all stocks.
    std::unique_ptr<std::vector<Topics::value_type*>> topics_;
  };

  /// Both must outlive this.
  StockSubscriptions(Broadcaster& broadcaster, TopicNumbers& numbers);
  StockSubscriptions(const StockSubscriptions&) = delete;
  StockSubscriptions& operator=(const StockSubscriptions&) = delete;
  ~StockSubscriptions();

  /// A session that follows all from now on.
  void Join(SessionId session);
  /// It follows nothing here any more; `*follows` is as new.
  void Leave(SessionId session, Follows* follows);
  /// A session is gone, and the broadcaster knows it.
  void Close(const Follows& follows);

  void FollowAll(SessionId session, Follows* follows);
  /// Follows `symbols`, sorted and without duplicates, and nothing else. A
  /// symbol followed by nobody before continues from `published`.
  void FollowOnly(SessionId session, const std::vector<Symbol>& symbols,
                  Sequence published, Follows* follows);
  /// Takes one symbol away. Does nothing if it was not followed by name.
  void Unfollow(SessionId session, const Symbol& symbol, Follows* follows);

  /// The topic of those who follow all, and that of those who don't.
  TopicId all_stocks() const { return all_stocks_; }
  TopicId by_name() const { return by_name_; }
  std::size_t followers_of_all() const { return followers_of_all_; }
  std::size_t followers_by_name() const { return followers_by_name_; }

  bool has_topics() const { return !topics_.empty(); }
  /// Null if nobody follows it by name.
  Topic* Find(const Symbol& symbol) {
    const auto it = topics_.find(symbol);
    return it == topics_.end() ? nullptr : &it->second;
  }

 private:
  Topics::value_type* JoinTopic(SessionId session, const Symbol& symbol,
                                Sequence published);
  void LeaveTopic(const Topics::value_type& topic);

  Broadcaster& broadcaster_;
  TopicNumbers& numbers_;
  const TopicId all_stocks_;
  const TopicId by_name_;
  std::size_t followers_of_all_ = 0;
  std::size_t followers_by_name_ = 0;
  Topics topics_;  // sessions point into it
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_STOCK_SUBSCRIPTIONS_H_
