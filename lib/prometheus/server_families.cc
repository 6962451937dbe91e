#include <algorithm>
#include <limits>
#include <string>

#include "families.h"

namespace tickerhub::internal {
namespace {

using Type = ::prometheus::MetricType;
using C = ServerCounters;

constexpr double kUsPerSecond = 1e6;

// The parts are read one after the other, so a part may be the larger one.
double Rest(std::uint64_t whole, std::uint64_t part) {
  return Number(whole - std::min(whole, part));
}

constexpr char kConnections[] = "Open connections by what they are.";
constexpr char kSessions[] = "Open WebSocket sessions by address family.";
constexpr char kAccepted[] = "Accepted connections by address family.";

const MetricRow<C> kRows[] = {
    {"tickerhub_connections", Type::Gauge, kConnections,
     [](const C& c) { return Number(c.sessions); }, "kind", "websocket"},
    {"tickerhub_connections", Type::Gauge, kConnections,
     [](const C& c) { return Rest(c.connections, c.sessions); }, "kind",
     "http"},
    {"tickerhub_connections", Type::Gauge, kConnections,
     [](const C& c) { return Number(c.admin_connections); }, "kind", "admin"},
    {"tickerhub_sessions", Type::Gauge, kSessions,
     [](const C& c) { return Rest(c.sessions, c.sessions_ipv6); }, "family",
     "ipv4"},
    {"tickerhub_sessions", Type::Gauge, kSessions,
     [](const C& c) { return Number(c.sessions_ipv6); }, "family", "ipv6"},
    {"tickerhub_queued_bytes", Type::Gauge,
     "Bytes that wait in queues for slow readers.",
     [](const C& c) { return Number(c.queued_bytes); }},
    {"tickerhub_hub_lag_seconds", Type::Gauge,
     "How late the timers of the hub's thread are: as long as a handler keeps "
     "it.",
     [](const C& c) { return Number(c.hub_lag_us) / kUsPerSecond; }},
    {"tickerhub_hub_lag_max_seconds", Type::Gauge,
     "The largest lag of the hub since the start.",
     [](const C& c) { return Number(c.hub_lag_max_us) / kUsPerSecond; }},
    {"tickerhub_accepted_total", Type::Counter, kAccepted,
     [](const C& c) { return Rest(c.accepted, c.accepted_ipv6); }, "family",
     "ipv4"},
    {"tickerhub_accepted_total", Type::Counter, kAccepted,
     [](const C& c) { return Number(c.accepted_ipv6); }, "family", "ipv6"},
    {"tickerhub_refused_full_total", Type::Counter,
     "Connections refused because of max_connections.",
     [](const C& c) { return Number(c.refused_full); }},
    {"tickerhub_refused_admin_full_total", Type::Counter,
     "Connections refused because of max_admin_connections.",
     [](const C& c) { return Number(c.refused_admin_full); }},
    {"tickerhub_refused_address_full_total", Type::Counter,
     "Connections refused because of max_connections_per_address.",
     [](const C& c) { return Number(c.refused_address_full); }},
    {"tickerhub_refused_address_too_fast_total", Type::Counter,
     "Connections refused because of max_accepts_per_second_per_address.",
     [](const C& c) { return Number(c.refused_address_too_fast); }},
    {"tickerhub_accepts_delayed_total", Type::Counter,
     "Times that connections waited because of max_accepts_per_second.",
     [](const C& c) { return Number(c.accepts_delayed); }},
    {"tickerhub_refused_unanswered_total", Type::Counter,
     "Connections of a full server that were closed without an answer.",
     [](const C& c) { return Number(c.refused_unanswered); }},
    {"tickerhub_handshakes_failed_total", Type::Counter,
     "Requests that were malformed, or not whole in handshake_timeout.",
     [](const C& c) { return Number(c.handshakes_failed); }},
    {"tickerhub_tls_handshakes_total", Type::Counter,
     "TLS handshakes that were completed.",
     [](const C& c) { return Number(c.tls_handshakes); }},
    {"tickerhub_tls_resumed_total", Type::Counter,
     "TLS handshakes with a ticket of an earlier one.",
     [](const C& c) { return Number(c.tls_resumed); }},
    {"tickerhub_tls_handshakes_failed_total", Type::Counter,
     "TLS handshakes that failed, or took longer than handshake_timeout.",
     [](const C& c) { return Number(c.tls_handshakes_failed); }},
    {"tickerhub_tls_handshakes_held_total", Type::Counter,
     "TLS handshakes that waited because of max_tls_handshakes.",
     [](const C& c) { return Number(c.tls_handshakes_held); }},
    {"tickerhub_refused_by_admission_total", Type::Counter,
     "Handshakes that the admission of a channel refused.",
     [](const C& c) { return Number(c.refused_by_admission); }},
    {"tickerhub_refused_channel_full_total", Type::Counter,
     "Handshakes refused because of max_sessions of a channel.",
     [](const C& c) { return Number(c.refused_channel_full); }},
    {"tickerhub_refused_by_origin_total", Type::Counter,
     "Handshakes and writes of pages whose origin is not allowed.",
     [](const C& c) { return Number(c.refused_by_origin); }},
    {"tickerhub_refused_user_full_total", Type::Counter,
     "Handshakes refused because of max_sessions_per_user of a channel.",
     [](const C& c) { return Number(c.refused_user_full); }},
    {"tickerhub_http_requests_total", Type::Counter, "HTTP requests.",
     [](const C& c) { return Number(c.http_requests); }},
    {"tickerhub_http_bodies_refused_total", Type::Counter,
     "HTTP requests refused because of max_http_body_bytes.",
     [](const C& c) { return Number(c.http_bodies_refused); }},
    {"tickerhub_responses_cut_total", Type::Counter,
     "HTTP responses cut off by write_timeout or response_timeout.",
     [](const C& c) { return Number(c.responses_cut); }},
    {"tickerhub_messages_received_total", Type::Counter,
     "Messages from clients.",
     [](const C& c) { return Number(c.messages_received); }},
    {"tickerhub_received_bytes_total", Type::Counter,
     "Bytes from clients, of all connections.",
     [](const C& c) { return Number(c.bytes_received); }},
    {"tickerhub_messages_refused_total", Type::Counter,
     "Messages that were too big, not UTF-8, or in bad frames.",
     [](const C& c) { return Number(c.messages_refused); }},
    {"tickerhub_readers_paused_total", Type::Counter,
     "Times that a client was not read because of max_unhandled_messages.",
     [](const C& c) { return Number(c.readers_paused); }},
    {"tickerhub_readers_slowed_total", Type::Counter,
     "Times that a client was not read because it sent more than its share.",
     [](const C& c) { return Number(c.readers_slowed); }},
    {"tickerhub_closed_flooding_total", Type::Counter,
     "Sessions closed because of flood_timeout.",
     [](const C& c) { return Number(c.closed_flooding); }},
    {"tickerhub_messages_sent_total", Type::Counter,
     "Messages to clients, one for each recipient.",
     [](const C& c) { return Number(c.messages_sent); }},
    {"tickerhub_sent_bytes_total", Type::Counter,
     "Bytes of the messages to clients, with frame headers.",
     [](const C& c) { return Number(c.bytes_sent); }},
    {"tickerhub_messages_skipped_total", Type::Counter,
     "Messages that a slow reader did not get, because newer ones replace "
     "them.",
     [](const C& c) { return Number(c.messages_skipped); }},
    {"tickerhub_closed_slow_total", Type::Counter,
     "Sessions closed because of max_queued_bytes.",
     [](const C& c) { return Number(c.closed_slow); }},
    {"tickerhub_closed_idle_total", Type::Counter,
     "Sessions closed because of idle_timeout.",
     [](const C& c) { return Number(c.closed_idle); }},
    {"tickerhub_closed_expired_total", Type::Counter,
     "Sessions closed because their token has expired.",
     [](const C& c) { return Number(c.closed_expired); }},
};

void AddHistogram(const Durations& durations,
                  ::prometheus::MetricFamily* family) {
  ::prometheus::ClientMetric& sample = family->metric.emplace_back();
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < durations.counts.size(); ++i) {
    sum += durations.counts[i];
    const double bound = i < Durations::kBoundsUs.size()
                             ? Number(Durations::kBoundsUs[i]) / kUsPerSecond
                             : std::numeric_limits<double>::infinity();
    sample.histogram.bucket.push_back({sum, bound});
  }
  sample.histogram.sample_count = sum;
  sample.histogram.sample_sum = Number(durations.sum_us) / kUsPerSecond;
}

}  // namespace

void AddServerFamilies(const Server& server, Families* families) {
  AddTable(kRows, server.counters(), families);
  const ServerFigures figures = server.figures();
  ::prometheus::MetricFamily* family =
      &AddFamily(families, "tickerhub_refused_total", Type::Counter,
                 "Clients that were refused, by reason.");
  for (const auto& [reason, count] : figures.refusals) {
    AddSample(family, Number(count))
        .label.push_back({"reason", std::string(reason)});
  }
  family = &AddFamily(families, "tickerhub_closed_total", Type::Counter,
                      "Closed sessions by close code; 1006: without a close "
                      "frame; 0: any other.");
  for (const auto& [code, count] : figures.closes) {
    AddSample(family, Number(count))
        .label.push_back({"code", std::to_string(code)});
  }
  family = &AddFamily(families, "tickerhub_publish_seconds", Type::Histogram,
                      "From a publication until a loop has written to its last "
                      "recipient.");
  AddHistogram(figures.publish, family);
  family = &AddFamily(families, "tickerhub_loop_lag_seconds", Type::Histogram,
                      "How late the timers of each event loop are; loop 0 "
                      "shares the hub's thread.");
  for (std::size_t i = 0; i < figures.loop_lag.size(); ++i) {
    AddHistogram(figures.loop_lag[i], family);
    family->metric.back().label.push_back({"loop", std::to_string(i)});
  }
  family = &AddFamily(families, "tickerhub_draining", Type::Gauge,
                      "1 while the server drains.");
  AddSample(family, server.draining() ? 1 : 0);
}

}  // namespace tickerhub::internal
