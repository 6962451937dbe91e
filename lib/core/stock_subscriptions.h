#ifndef TICKERHUB_LIB_CORE_STOCK_SUBSCRIPTIONS_H_
#define TICKERHUB_LIB_CORE_STOCK_SUBSCRIPTIONS_H_

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "tickerhub/broadcaster.h"
#include "tickerhub/quote.h"

namespace tickerhub {

/// Who follows which stocks, as topics of a Broadcaster. A session follows all
/// stocks by one topic, or some by name; a symbol has a topic of its own only
/// while somebody follows it by name, so what nobody follows costs nothing.
class StockSubscriptions {
 public:
  static constexpr TopicId kEverybody = 0;  // whatever they follow
  static constexpr TopicId kAllStocks = 1;  // those who follow all
  static constexpr TopicId kByName = 2;     // those who don't

  /// What one session follows.
  struct Follows {
    bool all = true;
    std::vector<TopicId> topics;  // unless all: in the order of their symbols
  };

  /// A symbol that is followed by name.
  struct Topic {
    Symbol symbol;
    std::size_t followers = 0;
    /// The `seq` of the last message about it: the `since` of the next.
    Sequence published = 0;
  };

  explicit StockSubscriptions(Broadcaster& broadcaster)
      : broadcaster_(broadcaster) {}

  /// A new session, which follows all.
  void Open(SessionId session);
  /// A session is gone, and the broadcaster knows it.
  void Close(const Follows& follows);

  void FollowAll(SessionId session, Follows* follows);
  /// Follows `symbols`, sorted and without duplicates, and nothing else. A
  /// symbol followed by nobody before continues from `published`.
  void FollowOnly(SessionId session, const std::vector<Symbol>& symbols,
                  Sequence published, Follows* follows);
  /// Takes one symbol away. Does nothing if it was not followed by name.
  void Unfollow(SessionId session, const Symbol& symbol, Follows* follows);

  std::vector<Symbol> NamesOf(const Follows& follows) const;

  std::size_t followers_of_all() const { return followers_of_all_; }
  std::size_t followers_by_name() const { return followers_by_name_; }
  bool has_topics() const { return !topic_of_.empty(); }
  TopicId IdOf(const Symbol& symbol) const;  // kEverybody: it has none
  Topic& topic(TopicId id) { return topics_[id - kFirst]; }

 private:
  static constexpr TopicId kFirst = 3;  // topics_[0]

  TopicId Join(SessionId session, const Symbol& symbol, Sequence published);
  void Leave(TopicId id);

  Broadcaster& broadcaster_;
  std::size_t followers_of_all_ = 0;
  std::size_t followers_by_name_ = 0;
  std::unordered_map<Symbol, TopicId> topic_of_;
  std::vector<Topic> topics_;
  std::vector<TopicId> free_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_LIB_CORE_STOCK_SUBSCRIPTIONS_H_
