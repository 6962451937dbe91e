#ifndef TICKERHUB_WEBSOCKETPP_SERVER_COUNTERS_H_
#define TICKERHUB_WEBSOCKETPP_SERVER_COUNTERS_H_

// What a Server counts. Server::counters() returns the figures of the moment.
// A connection is a TCP connection of a client; a session is one that has
// become a WebSocket. "By max_connections" means: because that option of
// ServerOptions was reached. docs/operations/metrics.md says which figures to
// watch.
//
//     const tickerhub::Server::Counters counters = server.counters();
//     std::cout << counters.sessions << " clients, " << counters.refused_full
//               << " refused" << std::endl;
//
// Threads: a value; use it from any thread as you use an int.

#include <cstdint>

#include "tickerhub/export.h"

namespace tickerhub {

/// The first seven are current values. The others count since the start.
struct TICKERHUB_EXPORT ServerCounters {
  /// Open, of all kinds but those of admin listeners and those that are only
  /// told that there is no place for them.
  std::uint64_t connections = 0;
  std::uint64_t admin_connections = 0;  ///< open, of admin listeners
  std::uint64_t sessions = 0;           ///< of `connections`, WebSocket ones
  std::uint64_t sessions_ipv6 = 0;      ///< of these, from an IPv6 address
  /// That the kernel has not taken yet, of all readers.
  std::uint64_t queued_bytes = 0;
  /// How late the hub's timers are, in microseconds: as long as a handler, a
  /// route or a task keeps the hub's thread. Measured twice a second or more
  /// often.
  std::uint64_t hub_lag_us = 0;
  std::uint64_t hub_lag_max_us = 0;      ///< the largest since the start
  std::uint64_t accepted = 0;            ///< connections, refused ones too
  std::uint64_t accepted_ipv6 = 0;       ///< of these, from an IPv6 address
  std::uint64_t refused_full = 0;        ///< by max_connections
  std::uint64_t refused_admin_full = 0;  ///< by max_admin_connections
  /// By max_connections_per_address, and by
  /// max_accepts_per_second_per_address.
  std::uint64_t refused_address_full = 0;
  std::uint64_t refused_address_too_fast = 0;
  /// Of the four above, closed without the answer 503, because many others
  /// were being told at that moment.
  std::uint64_t refused_unanswered = 0;
  /// Times that connections waited because of max_accepts_per_second.
  std::uint64_t accepts_delayed = 0;
  /// Requests that were malformed or did not come whole, TLS handshakes that
  /// failed, and what handshake_timeout cut off.
  std::uint64_t handshakes_failed = 0;
  std::uint64_t tls_handshakes = 0;         ///< complete
  std::uint64_t tls_resumed = 0;            ///< of these, with a ticket
  std::uint64_t tls_handshakes_failed = 0;  ///< of handshakes_failed
  std::uint64_t tls_handshakes_held = 0;    ///< by max_tls_handshakes
  /// Handshakes by an admission, and HTTP requests by an HttpGuard.
  std::uint64_t refused_by_admission = 0;
  /// By ChannelOptions::max_sessions.
  std::uint64_t refused_channel_full = 0;
  /// Handshakes and writes of pages whose origin is not allowed.
  std::uint64_t refused_by_origin = 0;
  /// By ChannelOptions::max_sessions_per_user.
  std::uint64_t refused_user_full = 0;
  std::uint64_t http_requests = 0;        ///< whole ones, without handshakes
  std::uint64_t http_bodies_refused = 0;  ///< by max_http_body_bytes
  /// HTTP responses cut off by write_timeout or response_timeout.
  std::uint64_t responses_cut = 0;
  std::uint64_t messages_received = 0;  ///< whole ones, without pings
  std::uint64_t bytes_received = 0;     ///< of all connections
  std::uint64_t messages_refused = 0;   ///< too big, not UTF-8, bad frames
  /// Times that a client was not read on, by max_unhandled_messages.
  std::uint64_t readers_paused = 0;
  /// Times that a client was not read on, by max_messages_per_second,
  /// max_bytes_per_second, max_messages_per_second_total or
  /// max_unhandled_bytes_total.
  std::uint64_t readers_slowed = 0;
  std::uint64_t closed_flooding = 0;   ///< by flood_timeout
  std::uint64_t messages_sent = 0;     ///< one for each recipient
  std::uint64_t bytes_sent = 0;        ///< of these, framed and compressed
  std::uint64_t messages_skipped = 0;  ///< Delivery::kLatest, not drained
  std::uint64_t closed_slow = 0;       ///< by max_queued_bytes
  std::uint64_t closed_idle = 0;       ///< by idle_timeout
  std::uint64_t closed_expired = 0;    ///< with CloseCode::kTokenExpired
};

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_SERVER_COUNTERS_H_
