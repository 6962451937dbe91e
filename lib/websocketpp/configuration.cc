#include "configuration.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connections/trusted_proxies.h"
#include "http/origin.h"
#include "loop/event_loop.h"
#include "text/ascii.h"
#include "text/field_value.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::internal {
namespace {

// Socket options are of type int.
constexpr std::size_t kMostSocketBytes = std::numeric_limits<int>::max();
constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

Status Wrong(std::string sentence) {
  return {StatusCode::kInvalidArgument, std::move(sentence)};
}

std::string Joined(std::initializer_list<std::string_view> parts) {
  std::string sentence;
  for (const std::string_view part : parts) sentence += part;
  return sentence;
}

// "Server::Options::event_loops is 0; choose 1 to 64".
Status CheckNumber(const std::string& name, std::size_t value,
                   std::size_t least, std::size_t most) {
  if (value >= least && value <= most) return {};
  return Wrong(name + " is " + std::to_string(value) + "; choose " +
               (most == kNoLimit
                    ? std::to_string(least) + " or more"
                    : std::to_string(least) + " to " + std::to_string(most)));
}

Status CheckTime(const std::string& name, std::chrono::milliseconds time,
                 std::chrono::milliseconds least) {
  if (time >= least && time <= Scheduler::kMaxDelay) return {};
  return Wrong(name + " is " + std::to_string(time.count()) + " ms; choose " +
               std::to_string(least.count()) + " ms or more, and " +
               std::to_string(Scheduler::kMaxDelay.count()) +
               " ms (a hundred years) at most");
}

// `rate` is a number a second. A burst below one would let nothing through.
Status CheckRate(const std::string& name, double rate) {
  if (rate >= 0 && std::isfinite(rate)) return {};
  return Wrong(name + " is " + std::to_string(rate) +
               "; choose a number a second, or 0 for no limit");
}
Status CheckBurst(const std::string& name, double burst) {
  if (burst >= 1 && std::isfinite(burst)) return {};
  return Wrong(name + " is " + std::to_string(burst) + "; choose 1 or more");
}

// Returns the first that is not ok.
Status FirstWrong(std::initializer_list<Status> checks) {
  for (const Status& status : checks) {
    if (!status.ok()) return status;
  }
  return {};
}

// RFC 3986 §3.3, loosely: what a request line can ask for.
bool IsPath(std::string_view path) {
  if (path.empty() || path.front() != '/') return false;
  for (const char c : path) {
    if (c == '?' || c == '#' || c <= ' ' || c == 0x7F) return false;
  }
  return true;
}

Status CheckPath(const std::string& what, const std::string& path) {
  if (IsPath(path)) return {};
  return Wrong(what + " has the path '" + path +
               "'; a path begins with '/' and has no '?', no '#', no blank "
               "and no control character");
}

Status CheckChannel(const Site::Channel& channel) {
  const std::string name = "the channel " + channel.path;
  Status status = CheckPath("a channel", channel.path);
  if (!status.ok()) return status;
  if (channel.handler == nullptr) {
    return Wrong(name + " has no handler; call Channel::SetHandler()");
  }
  std::set<std::string> subprotocols;
  for (const std::string& subprotocol : channel.options.subprotocols) {
    if (!IsToken(subprotocol) || !subprotocols.insert(subprotocol).second) {
      return Wrong(
          Joined({name, " has the subprotocol '", subprotocol,
                  "', which is given twice or is no token (RFC 6455 §11.5)"}));
    }
  }
  const ChannelLimits& limits = channel.limits;
  return FirstWrong(
      {CheckNumber("max_message_bytes of " + name, limits.max_message_bytes, 1,
                   kNoLimit),
       CheckNumber("max_queued_bytes of " + name, limits.max_queued_bytes, 1,
                   kNoLimit),
       CheckNumber("max_unhandled_messages of " + name,
                   limits.max_unhandled_messages, 1, UINT32_MAX),
       CheckRate("max_messages_per_second of " + name,
                 limits.inbound.messages_per_second),
       CheckBurst("message_burst of " + name, limits.inbound.message_burst),
       CheckRate("max_bytes_per_second of " + name,
                 limits.inbound.bytes_per_second),
       CheckBurst("byte_burst of " + name, limits.inbound.byte_burst)});
}

// A path that may end with "/*". `what`: "route".
Status CheckPattern(const std::string& what, const std::string& path) {
  Status status = CheckPath("a " + what, path);
  if (!status.ok()) return status;
  const std::size_t star = path.find('*');
  if (star != std::string::npos &&
      (star + 1 != path.size() || path[star - 1] != '/')) {
    return Wrong(
        Joined({"the ", what, " ", path,
                " has a '*' that does not stand behind the last '/'"}));
  }
  return {};
}

// Whether a path, or all paths of a pattern, are among those of `pattern`.
bool Covers(std::string_view pattern, std::string_view path) {
  if (pattern == path) return true;
  if (!EndsWith(pattern, "/*")) return false;
  pattern.remove_suffix(1);
  return BeginsWith(path, pattern);
}

template <typename Paths>
bool HasAny(const Paths& paths, std::string_view pattern) {
  return std::any_of(paths.begin(), paths.end(), [&](const auto& entry) {
    return Covers(pattern, entry.first) || Covers(entry.first, pattern);
  });
}

// A guard that nobody asks would let everybody pass.
Status CheckGuard(const std::string& path, const HttpGuard& guard,
                  const Site& site) {
  Status status = CheckPattern("guard", path);
  if (!status.ok()) return status;
  if (!guard) return Wrong("the guard of " + path + " has no function");
  if (HasAny(site.routes, path) || HasAny(site.admin_routes, path) ||
      HasAny(site.pages, path) || HasAny(site.files, path)) {
    return {};
  }
  return Wrong(
      "the guard of " + path +
      (site.FindChannel(path)
           ? " is not asked by the channel there; call Channel::SetAdmission()"
           : " guards nothing: there is no route and no page"));
}

bool IsLowerCase(char c) { return c >= 'a' && c <= 'z'; }

Status CheckRoute(const std::string& path, const Site::Methods& methods) {
  Status status = CheckPattern("route", path);
  if (!status.ok()) return status;
  for (const auto& [method, handler] : methods) {
    if (!IsToken(method)) {
      return Wrong(Joined({"the route ", path, " has the method '", method,
                           "', which is none; choose one like GET or POST"}));
    }
    if (std::any_of(method.begin(), method.end(), IsLowerCase)) {
      return Wrong(
          Joined({"the route ", path, " has the method '", method,
                  "', which no client asks for; write it in capitals"}));
    }
    if (method == "HEAD") {
      return Wrong(Joined({"the route HEAD ", path,
                           " is never asked; that for GET answers HEAD too"}));
    }
    if (!handler) {
      return Wrong(
          Joined({"the route ", method, " ", path, " has no handler"}));
    }
  }
  return {};
}

}  // namespace

Status CheckOptions(const ServerOptions& options) {
  const std::string name = "Server::Options::";
  using std::chrono::milliseconds;
  if (options.event_loops < 1 || options.event_loops > EventLoop::kMaxLoops) {
    return Wrong(name + "event_loops is " +
                 std::to_string(options.event_loops) + "; choose 1 to " +
                 std::to_string(EventLoop::kMaxLoops));
  }
  Status status = FirstWrong(
      {CheckNumber(name + "max_connections", options.max_connections, 1,
                   kNoLimit),
       CheckNumber(name + "max_admin_connections",
                   options.max_admin_connections, 1, kNoLimit),
       CheckNumber(name + "reconnects_per_second",
                   options.reconnects_per_second, 1, kNoLimit),
       CheckTime(name + "drain", options.drain, milliseconds(0)),
       CheckNumber(name + "max_message_bytes", options.max_message_bytes, 1,
                   kNoLimit),
       CheckNumber(name + "max_queued_bytes", options.max_queued_bytes, 1,
                   kNoLimit),
       CheckNumber(name + "max_unhandled_messages",
                   options.max_unhandled_messages, 1, UINT32_MAX),
       CheckNumber(name + "socket_send_buffer_bytes",
                   options.socket_send_buffer_bytes, 0, kMostSocketBytes),
       CheckNumber(name + "socket_receive_buffer_bytes",
                   options.socket_receive_buffer_bytes, 0, kMostSocketBytes),
       CheckNumber(name + "socket_unsent_bytes", options.socket_unsent_bytes, 0,
                   kMostSocketBytes),
       CheckRate(name + "max_accepts_per_second",
                 options.max_accepts_per_second),
       CheckRate(name + "max_accepts_per_second_per_address",
                 options.max_accepts_per_second_per_address.value_or(0)),
       CheckTime(name + "write_timeout", options.write_timeout,
                 milliseconds(1)),
       CheckTime(name + "response_timeout", options.response_timeout,
                 milliseconds(1)),
       CheckRate(name + "max_messages_per_second",
                 options.max_messages_per_second),
       CheckBurst(name + "message_burst", options.message_burst),
       CheckRate(name + "max_bytes_per_second", options.max_bytes_per_second),
       CheckBurst(name + "byte_burst", options.byte_burst),
       CheckRate(name + "max_messages_per_second_total",
                 options.max_messages_per_second_total),
       CheckNumber(name + "max_unhandled_bytes_total",
                   options.max_unhandled_bytes_total, 1, kNoLimit),
       CheckTime(name + "flood_timeout", options.flood_timeout,
                 milliseconds(0)),
       CheckNumber(name + "max_tls_handshakes", options.max_tls_handshakes, 1,
                   kNoLimit),
       CheckTime(name + "handshake_timeout", options.handshake_timeout,
                 milliseconds(1)),
       CheckTime(name + "ping_interval", options.ping_interval,
                 milliseconds(0)),
       CheckTime(name + "idle_timeout", options.idle_timeout, milliseconds(0)),
       CheckTime(name + "stop_timeout", options.stop_timeout,
                 milliseconds(0))});
  if (!status.ok()) return status;
  for (const std::string& origin : options.allowed_origins) {
    if (IsOrigin(origin)) continue;
    return Wrong(Joined({name, "allowed_origins has '", origin,
                         "', which is none; choose one like "
                         "https://example.com, in lower case and without a "
                         "path"}));
  }
  const auto [ping, idle] =
      std::pair(options.ping_interval, options.idle_timeout);
  if (ping.count() > 0 && idle.count() > 0 && idle <= ping) {
    return Wrong(name + "idle_timeout is " + std::to_string(idle.count()) +
                 " ms, so a client is closed before it can answer the ping "
                 "after " +
                 std::to_string(ping.count()) +
                 " ms; choose more than twice ping_interval");
  }
  return {};
}

Status CheckListeners(const std::vector<Listener>& listeners,
                      const ServerOptions& options) {
  constexpr std::size_t kMost = 64;
  if (listeners.size() > kMost) {
    return Wrong("the server has " + std::to_string(listeners.size()) +
                 " listeners; " + std::to_string(kMost) + " are the most");
  }
  bool any_tls = false;
  for (const Listener& listener : listeners) {
    any_tls |= listener.tls;
    if (listener.proxy_protocol && options.trusted_proxies.empty()) {
      return Wrong(
          "a listener has proxy_protocol, but "
          "Server::Options::trusted_proxies names no proxy that may speak it");
    }
    if (listener.tls && (options.tls_certificate_file.empty() ||
                         options.tls_key_file.empty())) {
      return Wrong(
          "Listener::tls needs a certificate; set "
          "Server::Options::tls_certificate_file and tls_key_file");
    }
  }
  if (!any_tls && !options.tls_certificate_file.empty()) {
    return Wrong(
        "Server::Options::tls_certificate_file is set, but no listener speaks "
        "TLS; set Listener::tls");
  }
  return {};
}

Status CheckProxies(const ServerOptions& options) {
  for (const std::string& range : options.trusted_proxies) {
    if (AddressRange::Parse(range)) continue;
    return Wrong("Server::Options::trusted_proxies has '" + range +
                 "', which is no address and no network; write one like "
                 "10.0.0.1 or 10.0.0.0/8, with zeros behind the network");
  }
  if (options.hsts_max_age.count() >= 0) return {};
  return Wrong("Server::Options::hsts_max_age is negative");
}

Status CheckSite(const Site& site) {
  if (site.channels.size() > UINT16_MAX) {
    return Wrong("the server has more than 65,535 channels");
  }
  for (const Site::Channel& channel : site.channels) {
    Status status = CheckChannel(channel);
    if (!status.ok()) return status;
  }
  for (const Site::Routes* const routes : {&site.routes, &site.admin_routes}) {
    for (const auto& [path, methods] : *routes) {
      Status status = CheckRoute(path, methods);
      if (!status.ok()) return status;
    }
  }
  for (const auto& [path, guard] : site.guards) {
    Status status = CheckGuard(path, guard, site);
    if (!status.ok()) return status;
  }
  for (const auto& [path, file] : site.files) {
    Status status = CheckPath("a file", path);
    if (!status.ok()) return status;
    if (site.routes.count(path) > 0 || site.pages.count(path) > 0) {
      return Wrong(path +
                   " is a file and a route; give one of them another "
                   "path");
    }
  }
  for (const auto& [path, page] : site.pages) {
    Status status = CheckPath("a page", path);
    if (!status.ok()) return status;
    if (site.routes.count(path) > 0) {
      return Wrong(path +
                   " is a page and a route; give one of them another "
                   "path");
    }
  }
  return {};
}

}  // namespace tickerhub::internal
