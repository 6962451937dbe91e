#ifndef TICKERHUB_LIB_WEBSOCKETPP_STREAMS_TICKET_KEYS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_STREAMS_TICKET_KEYS_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// Encrypts the tickets with which clients resume their TLS sessions (RFC 5077,
/// RFC 8446 §4.6.1).
struct TicketKey {
  static constexpr std::size_t kNameBytes = 16;
  static constexpr std::size_t kKeyBytes = 32;

  std::array<std::uint8_t, kNameBytes> name;  ///< is in the ticket, readable
  std::array<std::uint8_t, kKeyBytes> cipher;
  std::array<std::uint8_t, kKeyBytes> mac;
  SteadyTime made;
};

/// The keys of a process. Whoever learns a key can read the sessions that were
/// resumed with its tickets, so a key is used for an hour and is forgotten when
/// its last ticket has expired.
///
/// Threads: any thread may call.
class TicketKeys {
 public:
  /// How long new tickets get the same key.
  static constexpr std::chrono::hours kUsed{1};
  /// How long a ticket is good for. RFC 8446 allows a week.
  static constexpr std::chrono::hours kTicketLife{2};

  /// `now`: the steady clock; for tests.
  explicit TicketKeys(
      std::function<SteadyTime()> now = std::chrono::steady_clock::now)
      : now_(std::move(now)) {}
  ~TicketKeys();
  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;

  /// The key for a new ticket. Returns nothing if there is no randomness.
  std::optional<TicketKey> Newest();

  struct Found {
    TicketKey key;
    bool is_newest;  ///< if not, the client should get a new ticket
  };
  /// The key of that name. Returns nothing if it is forgotten or never was.
  std::optional<Found> Find(const std::uint8_t* name);

 private:
  void ForgetOld(SteadyTime now);

  const std::function<SteadyTime()> now_;
  std::mutex mutex_;
  std::deque<TicketKey> keys_;  // the newest last
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_STREAMS_TICKET_KEYS_H_
