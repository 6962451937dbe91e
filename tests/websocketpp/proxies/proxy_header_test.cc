// The header of the PROXY protocol, by bytes.

#include "proxies/proxy_header.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace tickerhub {
namespace {

using internal::ProxyHeader;
using HeaderOutcome = ProxyHeader::Outcome;
using std::string_literals::operator""s;

const std::string kSignature = "\r\n\r\n\0\r\nQUIT\n"s;

std::string TwoBytesOf(std::size_t size) {
  return {static_cast<char>(size >> 8), static_cast<char>(size)};
}
std::string Version2(const std::string& command_and_family,
                     const std::string& rest) {
  return kSignature + command_and_family + TwoBytesOf(rest.size()) + rest;
}
// 203.0.113.7:4711 connects to 192.0.2.1:80.
const std::string kIpv4 = "\xCB\x00\x71\x07\xC0\x00\x02\x01\x12\x67\x00\x50"s;
std::string Ipv6() {
  return "\x20\x01\x0D\xB8"s + std::string(11, '\0') + "\x01" +
         std::string(16, '\0') + "\x12\x67\x00\x50"s;
}

// "203.0.113.7:4711", "nobody", "more" or "malformed".
std::string HeaderIn(const std::string& bytes) {
  const ProxyHeader header = internal::ReadProxyHeader(bytes);
  if (header.outcome == HeaderOutcome::kMore) return "more";
  if (header.outcome == HeaderOutcome::kMalformed) return "malformed";
  EXPECT_LE(header.size, bytes.size());
  EXPECT_LE(header.size, ProxyHeader::kMaxBytes);
  if (!header.client) return "nobody";
  return header.client->ToString() + ":" +
         std::to_string(header.client->port());
}

// What is read of every beginning, and with more behind.
void ExpectWhole(const std::string& header, const std::string& result) {
  for (std::size_t size = 0; size < header.size(); ++size) {
    EXPECT_EQ(HeaderIn(header.substr(0, size)), "more") << size;
  }
  EXPECT_EQ(HeaderIn(header), result);
  EXPECT_EQ(HeaderIn(header + "GET / HTTP/1.1\r\n"), result);
  EXPECT_EQ(internal::ReadProxyHeader(header + "GET").size, header.size());
}

TEST(ProxyHeaderTest, OfVersion1SaysWhoConnects) {
  ExpectWhole("PROXY TCP4 203.0.113.7 192.0.2.1 4711 80\r\n",
              "203.0.113.7:4711");
  ExpectWhole("PROXY TCP6 2001:db8::1 ::1 4711 80\r\n", "2001:db8::1:4711");
  ExpectWhole("PROXY UNKNOWN\r\n", "nobody");
  ExpectWhole("PROXY UNKNOWN ffff::1 anything 1 2\r\n", "nobody");
  ExpectWhole("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n", "0.0.0.0:0");
}

TEST(ProxyHeaderTest, OfVersion2SaysWhoConnects) {
  ExpectWhole(Version2("\x21\x11", kIpv4), "203.0.113.7:4711");
  ExpectWhole(Version2("\x21\x21", Ipv6()), "2001:db8::1:4711");
  ExpectWhole(Version2("\x21\x11", kIpv4 + "\x04\x00\x03mno"s),
              "203.0.113.7:4711");
  ExpectWhole(Version2("\x20\x00"s, ""), "nobody");
  ExpectWhole(Version2("\x20\x11", kIpv4), "nobody");
  ExpectWhole(Version2("\x21\x00"s, "what it does not know"), "nobody");
  ExpectWhole(Version2("\x21\x31", std::string(216, 'x')), "nobody");
}

TEST(ProxyHeaderTest, IsNothingThatIsNearlyOne) {
  for (const std::string& bytes :
       {"GET / HTTP/1.1\r\n"s,
        "\x16\x03\x01"s,
        "PROXYTCP4"s,
        "proxy TCP4 "s,
        "PROXY \r\n"s,
        "PROXY TCP4\r\n"s,
        "PROXY UNKNOWNX\r\n"s,
        "PROXY TCP5 203.0.113.7 192.0.2.1 4711 80\r\n"s,
        "PROXY UDP4 203.0.113.7 192.0.2.1 4711 80\r\n"s,
        "PROXY TCP4 203.0.113.7 192.0.2.1 4711\r\n"s,
        "PROXY TCP4 203.0.113.7 192.0.2.1 4711 80 1\r\n"s,
        "PROXY TCP4  203.0.113.7 192.0.2.1 4711 80\r\n"s,
        "PROXY TCP4 203.0.113.7 192.0.2.1 4711 80 \r\n"s,
        "PROXY TCP4 203.0.113.7 192.0.2.1 04711 80\r\n"s,
        "PROXY TCP4 203.0.113.7 192.0.2.1 -1 80\r\n"s,
        "PROXY TCP4 203.0.113.7 192.0.2.1 65536 80\r\n"s,
        "PROXY TCP4 203.0.113.7 192.0.2.1 4711 x\r\n"s,
        "PROXY TCP4 203.0.113 192.0.2.1 4711 80\r\n"s,
        "PROXY TCP4 203.0.113.7 ::1 4711 80\r\n"s,
        "PROXY TCP6 203.0.113.7 192.0.2.1 4711 80\r\n"s,
        "PROXY TCP4 ::1 ::1 4711 80\r\n"s,
        "PROXY TCP4 203.0.113.7 192.0.2.1 4711 80\n"s,
        "PROXY TCP4 203.0.113.7\r\n192.0.2.1 4711 80\r\n"s,
        "PROXY \n"s,
        "PROXY UNKNOWN "s + std::string(100, 'x') + "\r\n",
        "PROXY "s + std::string(107, 'x'),
        "\r\n\r\nGET"s,
        kSignature + "\x11\x11\x00\x00"s,
        kSignature + "\x22\x11\x00\x00"s,
        Version2("\x21\x12", kIpv4),
        Version2("\x21\x22", Ipv6()),
        Version2("\x21\x41", kIpv4),
        Version2("\x21\x11", kIpv4.substr(1)),
        Version2("\x21\x21", kIpv4),
        Version2("\x21\x11", kIpv4 + "\x04"),
        Version2("\x21\x11", kIpv4 + "\x04\x00\x04mno"s),
        Version2("\x21\x31", std::string(215, 'x')),
        Version2("\x21\x11", kIpv4 + std::string(2'000, '\0')),
        kSignature + "\x21\x11\xff\xff"s}) {
    EXPECT_EQ(HeaderIn(bytes), "malformed") << bytes;
  }
}

TEST(ProxyHeaderTest, OfBytesAtRandomStaysInItsBounds) {
  std::mt19937 random(1);
  const std::string seeds[] = {"PROXY TCP4 203.0.113.7 192.0.2.1 4711 80\r\n",
                               Version2("\x21\x11", kIpv4 + "\x04\x00\x01m"s),
                               Version2("\x21\x21", Ipv6())};
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = seeds[random() % 3];
    for (std::size_t changes = random() % 4; changes > 0; --changes) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    bytes.resize(random() % (bytes.size() + 1));
    HeaderIn(bytes);  // has the expectations
  }
}

}  // namespace
}  // namespace tickerhub
