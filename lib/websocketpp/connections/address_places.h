#ifndef TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_ADDRESS_PLACES_H_
#define TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_ADDRESS_PLACES_H_

#include <cstddef>
#include <mutex>
#include <unordered_map>

#include "connections/refusal.h"
#include "limits/address_key.h"
#include "limits/token_bucket.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/timestamp.h"
#include "tickerhub/websocketpp/server_options.h"

namespace tickerhub::internal {

/// Bounds the connections of each address: how many are open, and how many come
/// in a second. It knows the addresses that have a connection or had one a
/// moment ago, so its size is in proportion to the connections.
///
/// Threads: any thread may call.
class AddressPlaces {
 public:
  explicit AddressPlaces(const ServerOptions& options);

  /// Counts a connection of `address`, unless there is no limit for it. Returns
  /// why there is no place for it, or Refusal::kNone. `*is_counted`: give the
  /// place back.
  Refusal Take(const RemoteAddress& address, SteadyTime now, bool* is_counted);
  /// That connection has ended, or it counts for another address now.
  void GiveBack(const RemoteAddress& address);

  /// How many addresses it knows.
  std::size_t size() const;

 private:
  struct Entry {
    std::size_t open;
    TokenBucket accepts;
  };
  // 0: no limit.
  struct Limits {
    std::size_t open;
    RequestLimit accepts;
  };

  void ForgetTheIdle(SteadyTime now);

  const Limits loopback_;
  const Limits others_;
  mutable std::mutex mutex_;
  std::unordered_map<AddressKey, Entry, AddressKey::Hash> entries_;
  std::size_t look_at_;  // entries: then the idle ones are forgotten
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_ADDRESS_PLACES_H_
