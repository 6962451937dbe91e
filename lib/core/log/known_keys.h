#ifndef TICKERHUB_LIB_CORE_LOG_KNOWN_KEYS_H_
#define TICKERHUB_LIB_CORE_LOG_KNOWN_KEYS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "tickerhub/log_record.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// The idempotency keys that a log remembers: the newest, for some time.
class KnownKeys {
 public:
  using Key = std::pair<std::string, std::string>;  // the sender and its key
  struct First {
    std::uint64_t id = 0;  // 0: it is scheduled
    std::optional<Outcome> outcome;
  };

  KnownKeys(std::size_t max_keys, std::chrono::milliseconds lifetime)
      : max_keys_(max_keys), lifetime_(lifetime) {}

  /// The first one with this key; null if there is none.
  const First* Find(const Key& key, Timestamp now) {
    Forget(now);
    const auto found = keys_.find(key);
    return found == keys_.end() ? nullptr : &found->second;
  }

  /// Returns how many were forgotten because there are too many.
  std::size_t Add(const Key& key, std::uint64_t id, Timestamp now) {
    keys_[key] = {id, std::nullopt};
    ages_.emplace_back(now, key);
    if (id != 0) by_id_[id] = key;
    std::size_t forgotten = 0;
    for (; keys_.size() > max_keys_; ++forgotten) ForgetOldest();
    return forgotten;
  }

  void SetOutcome(const Outcome& outcome) {
    const auto found = by_id_.find(outcome.id);
    if (found != by_id_.end()) keys_.at(found->second).outcome = outcome;
  }

 private:
  void Forget(Timestamp now) {
    while (!ages_.empty() && now - ages_.front().first >= lifetime_) {
      ForgetOldest();
    }
  }
  void ForgetOldest() {
    const auto found = keys_.find(ages_.front().second);
    if (found != keys_.end()) {
      by_id_.erase(found->second.id);
      keys_.erase(found);
    }
    ages_.pop_front();
  }

  const std::size_t max_keys_;
  const std::chrono::milliseconds lifetime_;
  std::map<Key, First> keys_;
  std::map<std::uint64_t, Key> by_id_;
  std::deque<std::pair<Timestamp, Key>> ages_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_LOG_KNOWN_KEYS_H_
