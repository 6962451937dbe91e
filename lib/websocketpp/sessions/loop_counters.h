#ifndef TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_LOOP_COUNTERS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_LOOP_COUNTERS_H_

#include <atomic>
#include <cstdint>

#include "figures/close_counts.h"
#include "figures/counter.h"
#include "figures/duration_counts.h"
#include "tickerhub/websocketpp/server_counters.h"

namespace tickerhub::internal {

/// What one event loop counts. ServerCounters says what each figure means.
struct LoopCounters {
  /// The acceptor's thread changes it too, so it is not a Counter.
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> admin_connections{0};  ///< likewise
  Counter sessions;
  Counter sessions_ipv6;
  Counter queued_bytes;
  Counter handshakes_failed;
  Counter tls_handshakes;
  Counter tls_resumed;
  Counter tls_handshakes_failed;
  Counter tls_handshakes_held;
  Counter responses_cut;
  Counter http_requests;
  Counter http_bodies_refused;
  Counter messages_received;
  Counter bytes_received;
  Counter messages_refused;
  Counter readers_paused;
  Counter readers_slowed;
  Counter messages_sent;
  Counter bytes_sent;
  Counter messages_skipped;
  Counter closed_slow;
  Counter closed_idle;
  Counter closed_expired;
  // Of the loop on the hub's thread; 0 in the others.
  Counter refused_unanswered;
  Counter hub_lag_us;
  Counter hub_lag_max_us;
  // ServerFigures.
  CloseCounts closes;
  DurationCounts publish;
  DurationCounts lag;

  /// Adds these figures to those of the other loops. Any thread may call.
  void AddTo(ServerCounters* sum) const {
    sum->connections += connections.load(std::memory_order_relaxed);
    sum->admin_connections += admin_connections.load(std::memory_order_relaxed);
    sum->sessions += sessions.Get();
    sum->sessions_ipv6 += sessions_ipv6.Get();
    sum->queued_bytes += queued_bytes.Get();
    sum->handshakes_failed += handshakes_failed.Get();
    sum->tls_handshakes += tls_handshakes.Get();
    sum->tls_resumed += tls_resumed.Get();
    sum->tls_handshakes_failed += tls_handshakes_failed.Get();
    sum->tls_handshakes_held += tls_handshakes_held.Get();
    sum->responses_cut += responses_cut.Get();
    sum->http_requests += http_requests.Get();
    sum->http_bodies_refused += http_bodies_refused.Get();
    sum->messages_received += messages_received.Get();
    sum->bytes_received += bytes_received.Get();
    sum->messages_refused += messages_refused.Get();
    sum->readers_paused += readers_paused.Get();
    sum->readers_slowed += readers_slowed.Get();
    sum->messages_sent += messages_sent.Get();
    sum->bytes_sent += bytes_sent.Get();
    sum->messages_skipped += messages_skipped.Get();
    sum->closed_slow += closed_slow.Get();
    sum->closed_idle += closed_idle.Get();
    sum->closed_expired += closed_expired.Get();
    sum->refused_unanswered += refused_unanswered.Get();
    sum->hub_lag_us += hub_lag_us.Get();
    sum->hub_lag_max_us += hub_lag_max_us.Get();
  }
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_LOOP_COUNTERS_H_
