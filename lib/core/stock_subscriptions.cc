#include "stock_subscriptions.h"

#include <algorithm>
#include <utility>

namespace tickerhub {

void StockSubscriptions::Open(SessionId session) {
  broadcaster_.Subscribe(session, kEverybody);
  broadcaster_.Subscribe(session, kAllStocks);
  ++followers_of_all_;
}

void StockSubscriptions::Close(const Follows& follows) {
  if (follows.all) {
    --followers_of_all_;
    return;
  }
  --followers_by_name_;
  for (TopicId id : follows.topics) Leave(id);
}

void StockSubscriptions::FollowAll(SessionId session, Follows* follows) {
  if (follows->all) return;
  for (TopicId id : follows->topics) {
    broadcaster_.Unsubscribe(session, id);
    Leave(id);
  }
  broadcaster_.Unsubscribe(session, kByName);
  broadcaster_.Subscribe(session, kAllStocks);
  --followers_by_name_;
  ++followers_of_all_;
  *follows = Follows();
}

void StockSubscriptions::FollowOnly(SessionId session,
                                    const std::vector<Symbol>& symbols,
                                    Sequence published, Follows* follows) {
  if (follows->all) {
    broadcaster_.Unsubscribe(session, kAllStocks);
    broadcaster_.Subscribe(session, kByName);
    --followers_of_all_;
    ++followers_by_name_;
    follows->all = false;
  }
  // Both lists are in the order of their symbols: one walk along both.
  std::vector<TopicId> topics;
  topics.reserve(symbols.size());
  auto old = follows->topics.begin();
  const auto old_end = follows->topics.end();
  const auto leave_old = [&] {
    broadcaster_.Unsubscribe(session, *old);
    Leave(*old);
    ++old;
  };
  for (const Symbol& symbol : symbols) {
    while (old != old_end && topic(*old).symbol < symbol) leave_old();
    if (old != old_end && topic(*old).symbol == symbol) {
      topics.push_back(*old++);
    } else {
      topics.push_back(Join(session, symbol, published));
    }
  }
  while (old != old_end) leave_old();
  follows->topics = std::move(topics);
}

void StockSubscriptions::Unfollow(SessionId session, const Symbol& symbol,
                                  Follows* follows) {
  const auto it =
      std::find_if(follows->topics.begin(), follows->topics.end(),
                   [&](TopicId id) { return topic(id).symbol == symbol; });
  if (it == follows->topics.end()) return;
  broadcaster_.Unsubscribe(session, *it);
  Leave(*it);
  follows->topics.erase(it);
}

std::vector<Symbol> StockSubscriptions::NamesOf(const Follows& follows) const {
  std::vector<Symbol> names;
  names.reserve(follows.topics.size());
  for (TopicId id : follows.topics)
    names.push_back(topics_[id - kFirst].symbol);
  return names;
}

TopicId StockSubscriptions::IdOf(const Symbol& symbol) const {
  const auto it = topic_of_.find(symbol);
  return it == topic_of_.end() ? kEverybody : it->second;
}

TopicId StockSubscriptions::Join(SessionId session, const Symbol& symbol,
                                 Sequence published) {
  const auto [it, is_new] = topic_of_.emplace(symbol, kEverybody);
  if (is_new && free_.empty()) {
    it->second = kFirst + static_cast<TopicId>(topics_.size());
    topics_.push_back({symbol, 0, published});
  } else if (is_new) {
    it->second = free_.back();
    free_.pop_back();
    topic(it->second) = {symbol, 0, published};
  }
  ++topic(it->second).followers;
  broadcaster_.Subscribe(session, it->second);
  return it->second;
}

void StockSubscriptions::Leave(TopicId id) {
  Topic& left = topic(id);
  if (--left.followers > 0) return;
  topic_of_.erase(left.symbol);
  free_.push_back(id);
}

}  // namespace tickerhub
