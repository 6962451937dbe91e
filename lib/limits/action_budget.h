#ifndef TICKERHUB_LIB_LIMITS_ACTION_BUDGET_H_
#define TICKERHUB_LIB_LIMITS_ACTION_BUDGET_H_

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <string>
#include <unordered_map>
#include <variant>

#include "limits/address_key.h"
#include "limits/token_bucket.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/client_budget.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// Whom a budget counts as one client: a connection; a user in the form of
/// NameKey(), whatever connections it uses; or somebody without a bucket of its
/// own, who shares that of its address and that of all.
using BudgetClient = std::variant<std::monostate, SessionId, std::string>;

/// The buckets of those who did something lately. One that is full again is
/// forgotten, so who does nothing costs nothing.
template <typename Key, typename Hash>
class Buckets {
 public:
  explicit Buckets(const ClientBudget::Rate& rate)
      : limit_{rate.per_second, rate.burst} {}

  /// Until `key` has a token; 0: it has one.
  double SecondsToToken(const Key& key, SteadyTime now) {
    const auto found = buckets_.find(key);
    if (limit_.burst <= 0 || found == buckets_.end()) return 0;
    return found->second.SecondsToToken(limit_, now);
  }

  void Take(const Key& key, SteadyTime now) {
    if (limit_.burst <= 0) return;
    if (buckets_.size() >= look_at_) ForgetFull(now);
    buckets_.try_emplace(key, limit_, now).first->second.TryTake(limit_, now);
  }

  std::size_t size() const { return buckets_.size(); }

 private:
  static constexpr std::size_t kFirstLook = 256;

  // After twice as many have come, so that each costs one look or two.
  void ForgetFull(SteadyTime now) {
    for (auto it = buckets_.begin(); it != buckets_.end();) {
      it = it->second.IsFull(limit_, now) ? buckets_.erase(it) : std::next(it);
    }
    look_at_ = std::max(kFirstLook, 2 * buckets_.size());
  }

  const RequestLimit limit_;
  std::unordered_map<Key, TokenBucket, Hash> buckets_;
  std::size_t look_at_ = kFirstLook;
};

/// Bounds how often clients do one kind of thing: each of them, those of one
/// address, and all together. It remembers no more clients than did it within
/// the time in which a bucket fills.
///
/// Threads: use it from one thread.
class ActionBudget {
 public:
  ActionBudget(const ClientBudget& budget, SteadyTime now)
      : all_limit_{budget.all.per_second, budget.all.burst},
        all_(all_limit_, now),
        clients_(budget.client),
        addresses_(budget.address) {}

  /// Returns false if one of the three is used up.
  /// REQUIRES: `now` is not before that of an earlier call.
  bool Allows(const BudgetClient& client, const AddressKey& address,
              SteadyTime now) {
    return SecondsToToken(client, address, now) <= 0;
  }

  /// How long the client has to wait until it is allowed, if nobody else takes
  /// before: in whole seconds, one at least and a day at most.
  std::chrono::seconds RetryAfter(const BudgetClient& client,
                                  const AddressKey& address, SteadyTime now) {
    constexpr double kLongest = 86'400;
    const double seconds = std::ceil(SecondsToToken(client, address, now));
    return std::chrono::seconds(
        static_cast<std::int64_t>(std::clamp(seconds, 1.0, kLongest)));
  }

  /// The client does it. REQUIRES: Allows().
  void Take(const BudgetClient& client, const AddressKey& address,
            SteadyTime now) {
    if (HasBucket(client)) clients_.Take(client, now);
    if (!address.is_nobody()) addresses_.Take(address, now);
    if (all_limit_.burst > 0) all_.TryTake(all_limit_, now);
  }

  /// Takes if it allows.
  bool TryTake(const BudgetClient& client, const AddressKey& address,
               SteadyTime now) {
    if (!Allows(client, address, now)) return false;
    Take(client, address, now);
    return true;
  }

  /// How many clients and addresses it remembers.
  std::size_t size() const { return clients_.size() + addresses_.size(); }

 private:
  static bool HasBucket(const BudgetClient& client) {
    return !std::holds_alternative<std::monostate>(client);
  }

  double SecondsToToken(const BudgetClient& client, const AddressKey& address,
                        SteadyTime now) {
    return std::max(
        {HasBucket(client) ? clients_.SecondsToToken(client, now) : 0,
         address.is_nobody() ? 0 : addresses_.SecondsToToken(address, now),
         all_limit_.burst <= 0 ? 0 : all_.SecondsToToken(all_limit_, now)});
  }

  const RequestLimit all_limit_;
  TokenBucket all_;
  Buckets<BudgetClient, std::hash<BudgetClient>> clients_;
  Buckets<AddressKey, AddressKey::Hash> addresses_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_LIMITS_ACTION_BUDGET_H_
