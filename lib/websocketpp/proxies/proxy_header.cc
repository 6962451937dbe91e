#include "proxies/proxy_header.h"

#include <algorithm>
#include <array>

#include "text/ascii.h"
#include "text/read_number.h"

namespace tickerhub::internal {
namespace {

using HeaderOutcome = ProxyHeader::Outcome;
using Family = RemoteAddress::Family;

constexpr std::string_view kBeginning1 = "PROXY ";
constexpr std::size_t kMaxBytes1 = 107;  // "the worst case", §2.1
constexpr std::string_view kBeginning2("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t kFixedBytes2 = 16;
constexpr ProxyHeader kMalformed{};
constexpr ProxyHeader kMore{HeaderOutcome::kMore, 0, std::nullopt};

// Whether the bytes may become such a beginning.
bool MayBegin(std::string_view bytes, std::string_view beginning) {
  return BeginsWith(beginning, bytes) || BeginsWith(bytes, beginning);
}

// ---- version 1: a line of text

// Returns the text before the next blank, which there must be.
std::optional<std::string_view> TakeWord(std::string_view* line) {
  const std::size_t blank = line->find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const std::string_view word = line->substr(0, blank);
  line->remove_prefix(blank + 1);
  return word;
}

std::optional<std::uint16_t> ReadPort(std::string_view text) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return ReadNumber<std::uint16_t>(text);
}

bool IsOfFamily(std::string_view address, std::string_view family) {
  const bool is_ipv6 = address.find(':') != std::string_view::npos;
  return RemoteAddress::Parse(address) && is_ipv6 == (family == "TCP6");
}

// What is between "PROXY " and the end of the line.
ProxyHeader ReadLine(std::string_view line, std::size_t size) {
  ProxyHeader header{HeaderOutcome::kDone, size, std::nullopt};
  constexpr std::string_view kUnknown = "UNKNOWN";
  if (line == kUnknown || BeginsWith(line, "UNKNOWN ")) return header;
  const auto family = TakeWord(&line);
  if (family != "TCP4" && family != "TCP6") return kMalformed;
  const auto source = TakeWord(&line);
  const auto destination = TakeWord(&line);
  const auto source_port = TakeWord(&line);
  if (!source || !destination || !source_port) return kMalformed;
  const auto port = ReadPort(*source_port);
  if (!IsOfFamily(*source, *family) || !IsOfFamily(*destination, *family) ||
      !port || !ReadPort(line)) {
    return kMalformed;
  }
  header.client = RemoteAddress::Parse(*source, *port);
  return header;
}

ProxyHeader ReadVersion1(std::string_view bytes) {
  const std::string_view most = bytes.substr(0, kMaxBytes1);
  const std::size_t end = most.find('\n');
  if (end == std::string_view::npos) {
    return most.size() < kMaxBytes1 ? kMore : kMalformed;
  }
  if (end < kBeginning1.size() || bytes[end - 1] != '\r') return kMalformed;
  return ReadLine(
      bytes.substr(kBeginning1.size(), end - 1 - kBeginning1.size()), end + 1);
}

// ---- version 2: binary

std::size_t TwoBytes(std::string_view bytes) {
  return std::size_t{static_cast<std::uint8_t>(bytes[0])} << 8 |
         static_cast<std::uint8_t>(bytes[1]);
}

// What stands behind the addresses: type, length, value.
bool AreTlvs(std::string_view bytes) {
  constexpr std::size_t kHead = 3;
  while (!bytes.empty()) {
    if (bytes.size() < kHead) return false;
    const std::size_t size = kHead + TwoBytes(bytes.substr(1));
    if (bytes.size() < size) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

// Two addresses of so many bytes, then two ports.
ProxyHeader ReadAddresses(std::string_view bytes, Family family,
                          std::size_t address_size, std::size_t size) {
  constexpr std::size_t kPorts = 4;
  const std::size_t used = 2 * address_size + kPorts;
  if (bytes.size() < used || !AreTlvs(bytes.substr(used))) return kMalformed;
  std::array<std::uint8_t, 16> address{};
  std::copy(bytes.begin(),
            bytes.begin() + static_cast<std::ptrdiff_t>(address_size),
            address.begin());
  const auto port =
      static_cast<std::uint16_t>(TwoBytes(bytes.substr(2 * address_size)));
  return {HeaderOutcome::kDone, size, RemoteAddress(family, address, port)};
}

ProxyHeader ReadVersion2(std::string_view bytes) {
  if (bytes.size() < kFixedBytes2) return kMore;
  constexpr std::size_t kCommandAt = 12;
  const std::size_t size = kFixedBytes2 + TwoBytes(bytes.substr(14));
  if (size > ProxyHeader::kMaxBytes) return kMalformed;
  if (bytes.size() < size) return kMore;
  const std::string_view rest = bytes.substr(kFixedBytes2, size - kFixedBytes2);
  // Version 2; the command LOCAL or PROXY.
  const ProxyHeader nobody{HeaderOutcome::kDone, size, std::nullopt};
  if (bytes[kCommandAt] == '\x20') return nobody;
  if (bytes[kCommandAt] != '\x21') return kMalformed;
  constexpr std::size_t kUnixBytes = 216;
  switch (bytes[kCommandAt + 1]) {
    case '\x00':  // unknown
      return nobody;
    case '\x11':  // TCP over IPv4
      return ReadAddresses(rest, Family::kIpv4, 4, size);
    case '\x21':  // TCP over IPv6
      return ReadAddresses(rest, Family::kIpv6, 16, size);
    case '\x31':  // a stream of a Unix socket
      return rest.size() >= kUnixBytes && AreTlvs(rest.substr(kUnixBytes))
                 ? nobody
                 : kMalformed;
    default:
      return kMalformed;
  }
}

}  // namespace

ProxyHeader ReadProxyHeader(std::string_view bytes) {
  if (bytes.empty()) return kMore;
  if (MayBegin(bytes, kBeginning1)) {
    return bytes.size() < kBeginning1.size() ? kMore : ReadVersion1(bytes);
  }
  if (MayBegin(bytes, kBeginning2)) {
    return bytes.size() < kBeginning2.size() ? kMore : ReadVersion2(bytes);
  }
  return kMalformed;
}

}  // namespace tickerhub::internal
