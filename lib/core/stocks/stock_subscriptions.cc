#include "stocks/stock_subscriptions.h"

#include <algorithm>
#include <utility>

namespace tickerhub::internal {

std::vector<Symbol> StockSubscriptions::Follows::Names() const {
  std::vector<Symbol> names;
  if (all()) return names;
  names.reserve(topics_->size());
  for (const Topics::value_type* topic : *topics_) {
    names.push_back(topic->first);
  }
  return names;
}

StockSubscriptions::StockSubscriptions(Broadcaster& broadcaster,
                                       TopicNumbers& numbers)
    : broadcaster_(broadcaster),
      numbers_(numbers),
      all_stocks_(numbers.Take()),
      by_name_(numbers.Take()) {}

StockSubscriptions::~StockSubscriptions() {
  for (const auto& [symbol, topic] : topics_) numbers_.GiveBack(topic.id);
  numbers_.GiveBack(by_name_);
  numbers_.GiveBack(all_stocks_);
}

void StockSubscriptions::Join(SessionId session) {
  broadcaster_.Subscribe(session, all_stocks_);
  ++followers_of_all_;
}

void StockSubscriptions::Leave(SessionId session, Follows* follows) {
  FollowAll(session, follows);
  broadcaster_.Unsubscribe(session, all_stocks_);
  --followers_of_all_;
}

void StockSubscriptions::Close(const Follows& follows) {
  if (follows.all()) {
    --followers_of_all_;
    return;
  }
  --followers_by_name_;
  for (const Topics::value_type* topic : *follows.topics_) LeaveTopic(*topic);
}

void StockSubscriptions::FollowAll(SessionId session, Follows* follows) {
  if (follows->all()) return;
  for (const Topics::value_type* topic : *follows->topics_) {
    broadcaster_.Unsubscribe(session, topic->second.id);
    LeaveTopic(*topic);
  }
  broadcaster_.Unsubscribe(session, by_name_);
  broadcaster_.Subscribe(session, all_stocks_);
  --followers_by_name_;
  ++followers_of_all_;
  follows->topics_.reset();
}

void StockSubscriptions::FollowOnly(SessionId session,
                                    const std::vector<Symbol>& symbols,
                                    Sequence published, Follows* follows) {
  if (follows->all()) {
    broadcaster_.Unsubscribe(session, all_stocks_);
    broadcaster_.Subscribe(session, by_name_);
    --followers_of_all_;
    ++followers_by_name_;
    follows->topics_ = std::make_unique<std::vector<Topics::value_type*>>();
  }
  // Both lists are in the order of their symbols: one walk along both.
  std::vector<Topics::value_type*> topics;
  topics.reserve(symbols.size());
  auto old = follows->topics_->begin();
  const auto old_end = follows->topics_->end();
  const auto leave_old = [&] {
    broadcaster_.Unsubscribe(session, (*old)->second.id);
    LeaveTopic(**old);
    ++old;
  };
  for (const Symbol& symbol : symbols) {
    while (old != old_end && (*old)->first < symbol) leave_old();
    if (old != old_end && (*old)->first == symbol) {
      topics.push_back(*old++);
    } else {
      topics.push_back(JoinTopic(session, symbol, published));
    }
  }
  while (old != old_end) leave_old();
  *follows->topics_ = std::move(topics);
}

void StockSubscriptions::Unfollow(SessionId session, const Symbol& symbol,
                                  Follows* follows) {
  if (follows->all()) return;
  const auto it = std::find_if(
      follows->topics_->begin(), follows->topics_->end(),
      [&](const Topics::value_type* topic) { return topic->first == symbol; });
  if (it == follows->topics_->end()) return;
  broadcaster_.Unsubscribe(session, (*it)->second.id);
  LeaveTopic(**it);
  follows->topics_->erase(it);
}

StockSubscriptions::Topics::value_type* StockSubscriptions::JoinTopic(
    SessionId session, const Symbol& symbol, Sequence published) {
  const auto [it, is_new] = topics_.try_emplace(symbol, Topic{0, 0, published});
  if (is_new) it->second.id = numbers_.Take();
  ++it->second.followers;
  broadcaster_.Subscribe(session, it->second.id);
  return &*it;
}

void StockSubscriptions::LeaveTopic(const Topics::value_type& topic) {
  const auto it = topics_.find(topic.first);
  if (--it->second.followers > 0) return;
  numbers_.GiveBack(it->second.id);
  topics_.erase(it);
}

}  // namespace tickerhub::internal
