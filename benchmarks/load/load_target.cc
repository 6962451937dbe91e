#include "load/load_target.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <regex>

#include "descriptors.h"
#include "load/load_figures.h"

namespace tickerhub::load {
namespace {

// What a process has open besides its clients.
constexpr std::size_t kOtherDescriptors = 32;
constexpr std::size_t kPortsOfUnknownSystem = 28'000;

std::size_t PortsOfOneAddress() {
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  std::size_t first = 0;
  std::size_t last = 0;
  return file >> first >> last ? last - first + 1 : kPortsOfUnknownSystem;
}

std::size_t DividedUp(std::size_t all, std::size_t part) {
  return part == 0 ? kMaxProcesses + 1 : (all + part - 1) / part;
}

}  // namespace

std::string ResolveTarget(const std::string& url, ClientPool::Target* target) {
  // An authority of a host, or an IPv6 address in brackets, and perhaps a port;
  // then a path, a query or nothing.
  static const std::regex kUrl(
      R"(ws://((\[[^\]\s]+\]|[^\[:/?#\s]+)(?::([0-9]{1,5}))?)([/?][^#\s]*)?)");
  std::smatch parts;
  if (!std::regex_match(url, parts, kUrl)) {
    return "\"" + url + "\" is not the URL of a server without TLS; expected " +
           "a URL such as ws://127.0.0.1:8080/stocks";
  }
  std::string host = parts[2];
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  const std::string port = parts[3].matched ? parts[3].str() : "80";
  if (const int number = std::stoi(port); number < 1 || number > 65535) {
    return "\"" + url + "\" has no port of 1 to 65535";
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (error != 0 || found == nullptr) {
    return "cannot find the host \"" + host + "\": " + gai_strerror(error);
  }
  // IPv4 first: servers that listen on a name seldom listen on ::1 alone.
  const addrinfo* chosen = found;
  while (chosen != nullptr && chosen->ai_family != AF_INET) {
    chosen = chosen->ai_next;
  }
  if (chosen == nullptr) chosen = found;
  std::memcpy(&target->address, chosen->ai_addr, chosen->ai_addrlen);
  target->address_size = chosen->ai_addrlen;
  target->host = parts[1];
  target->path = parts[4];
  if (target->path.empty() || target->path.front() == '?') {
    target->path.insert(0, "/");
  }
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
  std::size_t one = room.descriptors;
  if (source_for_each) one = std::min(one, room.ports);
  const std::size_t needed = DividedUp(clients, one);
  if (needed > kMaxProcesses || (wanted != 0 && wanted < needed)) {
    *error = does_not_fit + "limits on descriptors and ports leave room for " +
             std::to_string(one) + " in each of at most " +
             std::to_string(kMaxProcesses) + " processes";
    return 0;
  }
  if (wanted != 0) return std::min(wanted, clients);
  // connect() tries half of the ports first, the odd ones or the even ones
  // (Linux). Once they are taken, each connection costs a search through all of
  // them, a millisecond and more.
  if (source_for_each) one = std::min(one, room.ports / 2);
  return std::min({DividedUp(clients, one), kMaxProcesses, clients});
}

}  // namespace tickerhub::load
