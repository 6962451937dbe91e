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

StockSubscriptions::StockSubscriptions(TopicNumbers& numbers)
    : numbers_(numbers),
      all_stocks_(numbers.Take()),
      by_name_(numbers.Take()) {}

StockSubscriptions::~StockSubscriptions() {
  for (const auto& [symbol, topic] : topics_) numbers_.GiveBack(topic.id);
  numbers_.GiveBack(by_name_);
  numbers_.GiveBack(all_stocks_);
}

void StockSubscriptions::Leave(Follows* follows) {
  FollowAll(follows);
  --followers_of_all_;
}

void StockSubscriptions::FollowAll(Follows* follows) {
  if (follows->all()) return;
  for (const Topics::value_type* topic : *follows->topics_) LeaveTopic(*topic);
  --followers_by_name_;
  ++followers_of_all_;
  follows->topics_.reset();
}

void StockSubscriptions::FollowOnly(const std::vector<Symbol>& symbols,
                                    Sequence published, Follows* follows) {
  if (follows->all()) {
    --followers_of_all_;
    ++followers_by_name_;
    follows->topics_ = std::make_unique<std::vector<Topics::value_type*>>();
  }
  // Both lists are in the order of their symbols: one walk along both.
  std::vector<Topics::value_type*> topics;
  topics.reserve(symbols.size());
  auto old = follows->topics_->begin();
  const auto old_end = follows->topics_->end();
  for (const Symbol& symbol : symbols) {
    while (old != old_end && (*old)->first < symbol) LeaveTopic(**old++);
    if (old != old_end && (*old)->first == symbol) {
      topics.push_back(*old++);
    } else {
      topics.push_back(JoinTopic(symbol, published));
    }
  }
  while (old != old_end) LeaveTopic(**old++);
  *follows->topics_ = std::move(topics);
}

std::optional<TopicId> StockSubscriptions::Unfollow(const Symbol& symbol,
                                                    Follows* follows) {
  if (follows->all()) return std::nullopt;
  const auto it = std::find_if(
      follows->topics_->begin(), follows->topics_->end(),
      [&](const Topics::value_type* topic) { return topic->first == symbol; });
  if (it == follows->topics_->end()) return std::nullopt;
  const TopicId id = (*it)->second.id;
  LeaveTopic(**it);
  follows->topics_->erase(it);
  return id;
}

std::vector<TopicId> StockSubscriptions::TopicsOf(
    const Follows& follows) const {
  if (follows.all()) return {TopicNumbers::kEverybody, all_stocks_};
  std::vector<TopicId> topics = {TopicNumbers::kEverybody, by_name_};
  topics.reserve(topics.size() + follows.topics_->size());
  for (const Topics::value_type* topic : *follows.topics_) {
    topics.push_back(topic->second.id);
  }
  return topics;
}

StockSubscriptions::Topics::value_type* StockSubscriptions::JoinTopic(
    const Symbol& symbol, Sequence published) {
  const auto [it, is_new] = topics_.try_emplace(symbol, Topic{0, 0, published});
  if (is_new) it->second.id = numbers_.Take();
  ++it->second.followers;
  return &*it;
}

void StockSubscriptions::LeaveTopic(const Topics::value_type& topic) {
  const auto it = topics_.find(topic.first);
  if (--it->second.followers > 0) return;
  numbers_.GiveBack(it->second.id);
  topics_.erase(it);
}

}  // namespace tickerhub::internal
