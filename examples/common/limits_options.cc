#include "common/limits_options.h"

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "common/duration.h"

namespace tickerhub::examples {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kMostSocketBytes = std::uint64_t{1} << 30;
constexpr double kMostRate = 1e12;

std::optional<double> NumberOf(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || !(number >= 0) ||
      number > kMostRate) {
    return std::nullopt;
  }
  return number;
}

std::string NumberText(double number) {
  char text[32];
  const auto result = std::to_chars(text, text + sizeof text, number);
  return {text, result.ptr};
}

void AddNumber(CommandLine* line, const std::string& name, double least,
               const std::function<void(double)>& set,
               const std::string& shown_default,
               const std::string& description) {
  line->AddParsed(
      name, "N", shown_default,
      [name, least, set](const std::string& text) {
        const std::optional<double> number = NumberOf(text);
        if (!number || *number < least) {
          throw UsageError(name + " must be a number from " +
                           NumberText(least) + " on, not \"" + text + "\"");
        }
        set(*number);
      },
      description);
}

void AddNumber(CommandLine* line, const std::string& name, double least,
               double* value, const std::string& description) {
  AddNumber(
      line, name, least, [value](double number) { *value = number; },
      NumberText(*value), description);
}

void AddConnectionLimits(CommandLine* line, LimitsOptions* limits) {
  Server::Options& server = limits->server;
  AddSizeOption(line, "--max-connections", 1, &server.max_connections,
                "Open connections of all kinds; a further client gets 503");
  AddNumber(
      line, "--max-connections-per-address", 0,
      [&server](double number) {
        server.max_connections_per_address = static_cast<std::size_t>(number);
      },
      "1000, loopback 0",
      "Open connections of one address (IPv6: of one /64); 0 = no limit");
  AddNumber(line, "--max-accepts", 0, &server.max_accepts_per_second,
            "Connections a second; those beyond wait; 0 = no limit");
  AddNumber(
      line, "--max-accepts-per-address", 0,
      [&server](double number) {
        server.max_accepts_per_second_per_address = number;
      },
      "100, loopback 0",
      "Connections a second of one address, five times as many at once; "
      "0 = no limit");
  AddSizeOption(line, "--max-sessions-per-user", 0,
                &limits->channel.max_sessions_per_user,
                "Sessions of one user whose identity is proven; 0 = no limit");
  AddSizeOption(line, "--max-sessions", 0, &limits->channel.max_sessions,
                "Open WebSockets; 0 = as many as connections");
  AddSizeOption(line, "--max-admin-connections", 1,
                &server.max_admin_connections,
                "Connections of admin listeners, which have places of their "
                "own");
}

void AddMessageLimits(CommandLine* line, Server::Options* server) {
  AddNumber(line, "--max-messages", 0, &server->max_messages_per_second,
            "Messages a second that one client may send; one that sends more "
            "is read later; 0 = no limit");
  AddNumber(line, "--message-burst", 1, &server->message_burst,
            "How many of them at once");
  AddNumber(line, "--max-bytes", 0, &server->max_bytes_per_second,
            "Bytes a second that one client may send; 0 = no limit");
  AddNumber(line, "--byte-burst", 1, &server->byte_burst,
            "How many of them at once");
  line->AddDuration("--flood-timeout", milliseconds(0), std::chrono::hours(24),
                    &server->flood_timeout,
                    "A client that goes on sending too much for this long is "
                    "closed; 0 = never");
  AddNumber(line, "--max-messages-total", 0,
            &server->max_messages_per_second_total,
            "Messages a second of all clients together; 0 = no limit");
  AddSizeOption(line, "--max-unhandled-messages", 1,
                &server->max_unhandled_messages,
                "Messages of one client that may wait for the hub", UINT32_MAX);
  AddSizeOption(line, "--max-unhandled-bytes-total", 1,
                &server->max_unhandled_bytes_total,
                "Bytes of messages of all clients that may wait for the hub");
  AddSizeOption(line, "--max-message-bytes", 1, &server->max_message_bytes,
                "Bytes of one message; who sends a longer one is closed");
  AddSizeOption(line, "--max-body-bytes", 0, &server->max_http_body_bytes,
                "Bytes of the body of an HTTP request");
  AddSizeOption(line, "--max-queued-bytes", 1, &server->max_queued_bytes,
                "Bytes that wait for one reader before it is closed");
  AddSizeOption(line, "--send-buffer-bytes", 0,
                &server->socket_send_buffer_bytes,
                "Bytes that the kernel holds for one reader besides, which "
                "Linux doubles; 0 = the system's",
                kMostSocketBytes);
  AddSizeOption(line, "--receive-buffer-bytes", 0,
                &server->socket_receive_buffer_bytes,
                "Bytes of one client that the kernel keeps until they are "
                "read, which Linux doubles; 0 = the system's",
                kMostSocketBytes);
  AddSizeOption(line, "--unsent-bytes", 0, &server->socket_unsent_bytes,
                "At this many bytes that the kernel has not sent yet it gets "
                "no further message for a reader; 0 = the system's",
                kMostSocketBytes);
}

void AddTimeouts(CommandLine* line, Server::Options* server) {
  const struct {
    const char* name;
    milliseconds least;
    milliseconds* value;
    const char* description;
  } timeouts[] = {
      {"--handshake-timeout", milliseconds(1), &server->handshake_timeout,
       "In this time a request must have come whole"},
      {"--write-timeout", milliseconds(1), &server->write_timeout,
       "Who takes nothing of an HTTP response for this long is cut off"},
      {"--response-timeout", milliseconds(1), &server->response_timeout,
       "In this time an HTTP response must be taken whole"},
      {"--ping-interval", milliseconds(0), &server->ping_interval,
       "Who was silent for this long gets a ping; 0 = never"},
      {"--idle-timeout", milliseconds(0), &server->idle_timeout,
       "Who was silent for this long is closed; 0 = never"},
      {"--stop-timeout", milliseconds(0), &server->stop_timeout,
       "The program ends in about this time after it was told to, whatever "
       "clients do"},
  };
  for (const auto& timeout : timeouts) {
    line->AddDuration(timeout.name, timeout.least, std::chrono::hours(24),
                      timeout.value, timeout.description);
  }
}

ClientBudget::Rate ReadRate(const std::string& name, std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto rate = NumberOf(text.substr(0, colon));
  const auto burst = colon == std::string_view::npos
                         ? std::nullopt
                         : NumberOf(text.substr(colon + 1));
  if (!rate || !burst || (*burst > 0 && *burst < 1)) {
    throw UsageError(name +
                     " must be three pairs like 0.2:20,1:50,5:200 (a "
                     "second and at once, of a client, of an address, of all; "
                     "0:0 = no limit)");
  }
  return {*rate, *burst};
}

std::string RateText(const ClientBudget::Rate& rate) {
  return NumberText(rate.per_second) + ":" + NumberText(rate.burst);
}

}  // namespace

void AddLimitsOptions(CommandLine* line, LimitsOptions* limits) {
  line->BeginGroup("Limits");
  AddConnectionLimits(line, limits);
  AddMessageLimits(line, &limits->server);
  AddTimeouts(line, &limits->server);
}

void CheckLimits(const LimitsOptions& limits) {
  const auto [ping, idle] =
      std::pair(limits.server.ping_interval, limits.server.idle_timeout);
  if (ping.count() > 0 && idle.count() > 0 && idle <= ping) {
    throw UsageError("--idle-timeout (" + DurationText(idle) +
                     ") must be longer than --ping-interval (" +
                     DurationText(ping) + ")");
  }
}

void ApplyLimits(const LimitsOptions& limits, Server::Options* options) {
  const Server::Options& from = limits.server;
  options->max_connections = from.max_connections;
  options->max_admin_connections = from.max_admin_connections;
  options->max_connections_per_address = from.max_connections_per_address;
  options->max_accepts_per_second = from.max_accepts_per_second;
  options->max_accepts_per_second_per_address =
      from.max_accepts_per_second_per_address;
  options->max_messages_per_second = from.max_messages_per_second;
  options->message_burst = from.message_burst;
  options->max_bytes_per_second = from.max_bytes_per_second;
  options->byte_burst = from.byte_burst;
  options->flood_timeout = from.flood_timeout;
  options->max_messages_per_second_total = from.max_messages_per_second_total;
  options->max_unhandled_messages = from.max_unhandled_messages;
  options->max_unhandled_bytes_total = from.max_unhandled_bytes_total;
  options->max_message_bytes = from.max_message_bytes;
  options->max_http_body_bytes = from.max_http_body_bytes;
  options->max_queued_bytes = from.max_queued_bytes;
  options->socket_send_buffer_bytes = from.socket_send_buffer_bytes;
  options->socket_receive_buffer_bytes = from.socket_receive_buffer_bytes;
  options->socket_unsent_bytes = from.socket_unsent_bytes;
  options->handshake_timeout = from.handshake_timeout;
  options->write_timeout = from.write_timeout;
  options->response_timeout = from.response_timeout;
  options->ping_interval = from.ping_interval;
  options->idle_timeout = from.idle_timeout;
  options->stop_timeout = from.stop_timeout;
}

void AddSizeOption(CommandLine* line, const std::string& name,
                   std::uint64_t least, std::size_t* value,
                   const std::string& description, std::uint64_t most) {
  line->AddParsed(
      name, "N", std::to_string(*value),
      [name, least, value, most](const std::string& text) {
        std::uint64_t number = 0;
        const char* end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, number);
        if (error != std::errc() || rest != end || number < least ||
            number > most) {
          throw UsageError(name + " must be a whole number from " +
                           std::to_string(least) + " to " +
                           std::to_string(most) + ", not \"" + text + "\"");
        }
        *value = static_cast<std::size_t>(number);
      },
      description);
}

void AddBudgetOption(CommandLine* line, const std::string& name,
                     ClientBudget* budget, const std::string& description) {
  line->AddParsed(
      name, "BUDGET",
      RateText(budget->client) + "," + RateText(budget->address) + "," +
          RateText(budget->all),
      [name, budget](const std::string& text) {
        const std::size_t first = text.find(',');
        const std::size_t second =
            first == std::string::npos ? first : text.find(',', first + 1);
        const std::string_view all = text;
        if (second == std::string::npos) ReadRate(name, "");
        budget->client = ReadRate(name, all.substr(0, first));
        budget->address =
            ReadRate(name, all.substr(first + 1, second - first - 1));
        budget->all = ReadRate(name, all.substr(second + 1));
      },
      description);
}

}  // namespace tickerhub::examples
