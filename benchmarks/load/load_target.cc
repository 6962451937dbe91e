#include "load/load_target.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>

#include "descriptors.h"
#include "load/load_figures.h"

namespace tickerhub::load {
namespace {

// What a process has open besides its clients.
constexpr std::size_t kOtherDescriptors = 32;
constexpr std::size_t kPortsOfUnknownSystem = 28'000;

constexpr char kExpected[] =
    "; expected a URL such as ws://127.0.0.1:8080/stocks";

std::string NotAUrl(std::string_view text, const char* why) {
  return "\"" + std::string(text) + "\" " + why + kExpected;
}

bool IsPort(std::string_view text) {
  unsigned port = 0;
  const auto [rest, error] =
      std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && rest == text.data() + text.size() &&
         port >= 1 && port <= 65535;
}

std::size_t PortsOfOneAddress() {
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  std::size_t first = 0;
  std::size_t last = 0;
  if (!(file >> first >> last) || last < first) return kPortsOfUnknownSystem;
  return last - first + 1;
}

}  // namespace

std::string ParseLoadUrl(std::string_view text, LoadUrl* url) {
  constexpr std::string_view kScheme = "ws://";
  *url = LoadUrl();
  if (text.substr(0, 6) == "wss://") {
    return NotAUrl(text, "asks for TLS, which this program does not speak");
  }
  if (text.substr(0, kScheme.size()) != kScheme) {
    return NotAUrl(text, "does not begin with ws://");
  }
  const std::string_view rest = text.substr(kScheme.size());
  const std::size_t slash = std::min(rest.find_first_of("/?"), rest.size());
  const std::string_view authority = rest.substr(0, slash);
  if (slash < rest.size()) {
    url->path = rest[slash] == '?' ? "/" : "";
    url->path += rest.substr(slash);
  }
  if (url->path.find_first_of(" \t\r\n#") != std::string::npos) {
    return NotAUrl(text, "has a blank or a # in its path");
  }
  // The colon of a port stands behind the bracket of an IPv6 address.
  const bool bracketed = !authority.empty() && authority.front() == '[';
  const std::size_t bracket = bracketed ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) {
    return NotAUrl(text, "lacks a ] behind its address");
  }
  const std::size_t colon = authority.find(':', bracket);
  std::string_view host = authority.substr(0, colon);
  if (colon != std::string_view::npos) url->port = authority.substr(colon + 1);
  if (bracketed && host.size() >= 2) host = host.substr(1, host.size() - 2);
  if (host.empty()) return NotAUrl(text, "names no host");
  if (!IsPort(url->port)) return NotAUrl(text, "has no port of 1 to 65535");
  url->host = host;
  url->authority = authority;
  return {};
}

std::string ResolveTarget(const LoadUrl& url, ClientPool::Target* target) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &found);
  if (error != 0 || found == nullptr) {
    return "cannot find the host \"" + url.host + "\": " + gai_strerror(error);
  }
  // IPv4 first: servers that listen on a name seldom listen on ::1 alone.
  const addrinfo* chosen = found;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (one->ai_family == AF_INET) {
      chosen = one;
      break;
    }
  }
  std::memcpy(&target->address, chosen->ai_addr, chosen->ai_addrlen);
  target->address_size = chosen->ai_addrlen;
  target->host = url.authority;
  target->path = url.path;
  freeaddrinfo(found);
  return {};
}

bool IsIpv4Loopback(const ClientPool::Target& target) {
  if (target.address.ss_family != AF_INET) return false;
  sockaddr_in address{};
  std::memcpy(&address, &target.address, sizeof address);
  return ntohl(address.sin_addr.s_addr) >> 24 == 127;
}

void UseSourceOfProcess(std::size_t process, ClientPool::Target* target) {
  sockaddr_in source{};
  source.sin_family = AF_INET;
  source.sin_addr.s_addr =
      htonl(INADDR_LOOPBACK + static_cast<std::uint32_t>(process));
  std::memcpy(&target->source, &source, sizeof source);
  target->source_size = sizeof source;
}

LoadRoom FindRoom() {
  LoadRoom room;
  const std::size_t all = internal::RaiseDescriptorLimit();
  room.descriptors = all > kOtherDescriptors ? all - kOtherDescriptors : 0;
  room.ports = PortsOfOneAddress();
  return room;
}

std::size_t FitProcesses(std::size_t clients, std::size_t wanted,
                         bool source_for_each, const LoadRoom& room,
                         std::string* error) {
  const std::string does_not_fit =
      "--clients " + std::to_string(clients) + " does not fit: ";
  if (!source_for_each && clients > room.ports) {
    *error = does_not_fit + "this machine has " + std::to_string(room.ports) +
             " ports for connections to one server address";
    return 0;
  }
  const std::size_t one = source_for_each
                              ? std::min(room.descriptors, room.ports)
                              : room.descriptors;
  const std::size_t needed =
      one == 0 ? kMaxProcesses + 1 : (clients + one - 1) / one;
  if (needed > kMaxProcesses) {
    *error = does_not_fit + "a process has room for " + std::to_string(one) +
             " and there are at most " + std::to_string(kMaxProcesses) +
             " processes";
    return 0;
  }
  if (wanted != 0 && wanted < needed) {
    *error = does_not_fit + "limits on descriptors and ports leave room for " +
             std::to_string(one) + " in a process; use --processes " +
             std::to_string(needed);
    return 0;
  }
  if (wanted != 0) return std::min(wanted, clients);
  // connect() tries half of the ports first, the odd ones or the even ones
  // (Linux); once they are taken, each connection costs a search through all of
  // them, a millisecond and more.
  const std::size_t quick =
      source_for_each ? std::min(room.descriptors, room.ports / 2) : one;
  const std::size_t enough =
      quick == 0 ? needed : (clients + quick - 1) / quick;
  return std::min({std::max(needed, enough), kMaxProcesses, clients});
}

}  // namespace tickerhub::load
