#ifndef TICKERHUB_LIB_CORE_STOCKS_STOCK_SUBSCRIPTIONS_H_
#define TICKERHUB_LIB_CORE_STOCKS_STOCK_SUBSCRIPTIONS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "tickerhub/broadcaster.h"
#include "tickerhub/quote.h"

namespace tickerhub::internal {

/// Gives out the topics of one channel. Gives those first that came back, so
/// the numbers stay small.
class TopicNumbers {
 public:
  /// The topic of all sessions, whatever they follow. Take() never returns it.
  static constexpr TopicId kEverybody = 0;

  TopicId Take() {
    if (free_.empty()) return next_++;
    const TopicId id = free_.back();
    free_.pop_back();
    return id;
  }

  void GiveBack(TopicId id) { free_.push_back(id); }

 private:
  TopicId next_ = kEverybody + 1;
  std::vector<TopicId> free_;
};

/// Knows who follows which stocks of one PricePublisher, as topics of a
/// Broadcaster. A session follows all stocks through one topic, or some by
/// name. A symbol has a topic only while somebody follows it by name, so what
/// nobody follows costs nothing. It keeps the books and calls nobody: its owner
/// gives TopicsOf() to the broadcaster when a request has been dealt with.
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

  /// What one session follows. Each connection has one, so it is small for
  /// those who follow all.
  class Follows {
   public:
    bool all() const { return topics_ == nullptr; }
    /// Returns the symbols followed by name, in order. Empty if all().
    std::vector<Symbol> Names() const;

   private:
    friend class StockSubscriptions;
    // In the order of their symbols. Null: all stocks.
    std::unique_ptr<std::vector<Topics::value_type*>> topics_;
  };

  /// `numbers` must outlive this.
  explicit StockSubscriptions(TopicNumbers& numbers);
  StockSubscriptions(const StockSubscriptions&) = delete;
  StockSubscriptions& operator=(const StockSubscriptions&) = delete;
  ~StockSubscriptions();

  /// A session is new here and follows all stocks.
  void Join() { ++followers_of_all_; }
  /// A session follows nothing here any more. Resets `*follows`.
  void Leave(Follows* follows);

  void FollowAll(Follows* follows);
  /// Follows `symbols` and nothing else. Messages about a symbol that nobody
  /// followed continue from `published`.
  /// REQUIRES: `symbols` are sorted and without duplicates.
  void FollowOnly(const std::vector<Symbol>& symbols, Sequence published,
                  Follows* follows);
  /// Stops to follow one symbol. Returns its topic, or nothing if it is not
  /// followed by name.
  std::optional<TopicId> Unfollow(const Symbol& symbol, Follows* follows);

  /// The topics of a session, with that of everybody.
  std::vector<TopicId> TopicsOf(const Follows& follows) const;

  /// The topics of those who follow all and of those who follow some.
  TopicId all_stocks() const { return all_stocks_; }
  TopicId by_name() const { return by_name_; }
  std::size_t followers_of_all() const { return followers_of_all_; }
  std::size_t followers_by_name() const { return followers_by_name_; }

  bool has_topics() const { return !topics_.empty(); }
  /// Returns null if nobody follows the symbol by name.
  Topic* Find(const Symbol& symbol) {
    const auto it = topics_.find(symbol);
    return it == topics_.end() ? nullptr : &it->second;
  }

 private:
  Topics::value_type* JoinTopic(const Symbol& symbol, Sequence published);
  void LeaveTopic(const Topics::value_type& topic);

  TopicNumbers& numbers_;
  const TopicId all_stocks_;
  const TopicId by_name_;
  std::size_t followers_of_all_ = 0;
  std::size_t followers_by_name_ = 0;
  Topics topics_;  // sessions point into it
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_STOCKS_STOCK_SUBSCRIPTIONS_H_
