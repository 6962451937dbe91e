#include "connections/address_places.h"

#include <algorithm>
#include <iterator>

namespace tickerhub::internal {
namespace {

constexpr std::size_t kConnections = 1'000;
constexpr double kAcceptsPerSecond = 100;
// At once an address may open what it may in this many seconds.
constexpr double kBurstSeconds = 5;
constexpr std::size_t kFirstLook = 1'024;

RequestLimit AcceptsOf(double rate) {
  return {rate, std::max(1.0, rate * kBurstSeconds)};
}

}  // namespace

AddressPlaces::AddressPlaces(const ServerOptions& options)
    : loopback_{options.max_connections_per_address.value_or(0),
                AcceptsOf(
                    options.max_accepts_per_second_per_address.value_or(0))},
      others_{options.max_connections_per_address.value_or(kConnections),
              AcceptsOf(options.max_accepts_per_second_per_address.value_or(
                  kAcceptsPerSecond))},
      look_at_(kFirstLook) {}

Refusal AddressPlaces::Take(const RemoteAddress& address, SteadyTime now,
                            bool* is_counted) {
  *is_counted = false;
  const bool is_loopback = AddressKey::IsLoopback(address);
  const Limits& limits = is_loopback ? loopback_ : others_;
  if (limits.open == 0 && limits.accepts.rate <= 0) return Refusal::kNone;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (entries_.size() >= look_at_) ForgetTheIdle(now);
  Entry& entry = entries_
                     .try_emplace(AddressKey(address),
                                  Entry{0, TokenBucket(limits.accepts, now)})
                     .first->second;
  if (limits.open > 0 && entry.open >= limits.open) {
    return Refusal::kAddressFull;
  }
  if (limits.accepts.rate > 0 && !entry.accepts.TryTake(limits.accepts, now)) {
    return Refusal::kAddressTooFast;
  }
  ++entry.open;
  *is_counted = true;
  return Refusal::kNone;
}

void AddressPlaces::GiveBack(const RemoteAddress& address) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = entries_.find(AddressKey(address));
  if (found != entries_.end() && found->second.open > 0) --found->second.open;
}

std::size_t AddressPlaces::size() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return entries_.size();
}

// After twice as many have come, so that each costs one look or two.
void AddressPlaces::ForgetTheIdle(SteadyTime now) {
  for (auto it = entries_.begin(); it != entries_.end();) {
    // Loopback has one entry. It may be forgotten by the others' limit.
    const bool is_idle =
        it->second.open == 0 && it->second.accepts.IsFull(others_.accepts, now);
    it = is_idle ? entries_.erase(it) : std::next(it);
  }
  look_at_ = std::max(kFirstLook, 2 * entries_.size());
}

}  // namespace tickerhub::internal
