// Limits for each address behind trusted proxies: they count the client that
// the proxy names, whichever way it comes, and nobody whom a stranger names.

#include <gtest/gtest.h>

#include <string>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

// How a connection comes: the address that the PROXY protocol tells, and what
// the request says.
struct Way {
  std::string from;
  std::string forwarded;  // empty: no such field
};

class PlacesBehindProxyTest : public ::testing::Test {
 protected:
  static Server::Options Trusting() {
    Server::Options options = RunningServer::AnyPort();
    options.trusted_proxies = {"127.0.0.1", "10.0.0.0/8", "fd00::/16"};
    options.proxy_protocol = true;
    return options;
  }

  static std::string Begin(const Way& way) {
    const bool is_ipv6 = way.from.find(':') != std::string::npos;
    std::string request = UpgradeRequest("/a");
    if (!way.forwarded.empty()) {
      request.insert(request.size() - 2,
                     "X-Forwarded-For: " + way.forwarded + "\r\n");
    }
    return (is_ipv6 ? "PROXY TCP6 " : "PROXY TCP4 ") + way.from +
           (is_ipv6 ? " 2001:db8::80" : " 192.0.2.1") + " 4711 80\r\n" +
           request;
  }

  // The status, or 0 where the connection ends without a response: of a client
  // that the PROXY protocol names, before its request is read.
  static int Connect(RawSocket* socket, const Way& way) {
    EXPECT_TRUE(socket->Send(Begin(way)));
    const std::string head = socket->ReadUntil("\r\n\r\n");
    return head.empty() ? 0 : StatusOf(head);
  }

  // Whether `second` finds a place while `first` has the only one.
  static bool AreApart(const Way& first, const Way& second) {
    Server::Options options = Trusting();
    options.max_connections_per_address = 1;
    RunningServer running(options);
    RawSocket one(running.port());
    RawSocket other(running.port());
    EXPECT_EQ(Connect(&one, first), 101);
    return Connect(&other, second) == 101;
  }
};

TEST_F(PlacesBehindProxyTest, TwoClientsOfOneProxyAreTwo) {
  EXPECT_TRUE(
      AreApart({"10.0.0.1", "203.0.113.7"}, {"10.0.0.1", "203.0.113.8"}));
  EXPECT_TRUE(AreApart({"203.0.113.7", ""}, {"203.0.113.8", ""}));
}

TEST_F(PlacesBehindProxyTest, OneClientOfTwoProxiesIsOne) {
  EXPECT_FALSE(
      AreApart({"10.0.0.1", "203.0.113.7"}, {"10.0.0.2", "203.0.113.7"}));
  // By a proxy in front of a proxy, and by the one behind alone.
  EXPECT_FALSE(
      AreApart({"10.0.0.1", "203.0.113.7, 10.0.0.9"}, {"203.0.113.7", ""}));
}

TEST_F(PlacesBehindProxyTest, AStrangerCountsForItselfWhateverItSays) {
  EXPECT_FALSE(
      AreApart({"203.0.113.7", "198.51.100.1"}, {"203.0.113.7", "10.0.0.1"}));
  // What the client itself has sent stands before what the proxy adds.
  EXPECT_FALSE(AreApart({"10.0.0.1", "198.51.100.1, 203.0.113.7"},
                        {"10.0.0.1", "198.51.100.2, 203.0.113.7"}));
  // Nor does it take the place of somebody else.
  EXPECT_TRUE(AreApart({"203.0.113.7", "198.51.100.1"}, {"198.51.100.1", ""}));
}

TEST_F(PlacesBehindProxyTest, ANetworkOfIpv6IsOne) {
  EXPECT_FALSE(AreApart({"fd00::1", "2001:db8:1:2::1"},
                        {"10.0.0.1", "[2001:db8:1:2:ffff::9]:443"}));
  EXPECT_TRUE(
      AreApart({"fd00::1", "2001:db8:1:2::1"}, {"fd00::1", "2001:db8:1:3::1"}));
  EXPECT_FALSE(AreApart({"2001:db8:1:2::1", ""}, {"2001:db8:1:2::2", ""}));
}

TEST_F(PlacesBehindProxyTest, AMappedAddressIsTheOneOfIpv4) {
  EXPECT_FALSE(AreApart({"10.0.0.1", "203.0.113.7"},
                        {"10.0.0.1", "::ffff:203.0.113.7"}));
  EXPECT_TRUE(AreApart({"10.0.0.1", "::ffff:203.0.113.7"},
                       {"10.0.0.1", "::ffff:203.0.113.8"}));
  // The proxy itself is one of 10.0.0.0/8.
  EXPECT_FALSE(AreApart({"::ffff:10.0.0.1", "203.0.113.7"},
                        {"10.0.0.2", "203.0.113.7"}));
}

TEST_F(PlacesBehindProxyTest, ConnectionsASecondAreThoseOfTheClient) {
  Server::Options options = Trusting();
  options.max_accepts_per_second_per_address = 0.001;  // one at once
  RunningServer running(options);
  const auto connect = [&](const Way& way) {
    RawSocket socket(running.port());
    return Connect(&socket, way);
  };
  EXPECT_EQ(connect({"10.0.0.1", "203.0.113.7"}), 101);
  EXPECT_EQ(connect({"10.0.0.1", "203.0.113.8"}), 101);
  EXPECT_EQ(connect({"10.0.0.2", "203.0.113.7"}), 503);
  EXPECT_EQ(connect({"203.0.113.8", ""}), 0);
  EXPECT_EQ(running.counters().refused_address_too_fast, 2U);
}

// A proxy has no limit of its own: its health checks come from its address, and
// a connection whose header is still to come is nobody's yet. Such a connection
// has a place of the server and handshake_timeout.
TEST_F(PlacesBehindProxyTest, BeforeItsHeaderAConnectionCountsForNobody) {
  Server::Options options = Trusting();
  options.max_connections_per_address = 1;
  options.max_accepts_per_second_per_address = 0.001;
  RunningServer running(options);
  RawSocket silent[3];
  for (RawSocket& socket : silent) socket = RawSocket(running.port());
  EXPECT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.connections == 3; }));
  RawSocket client(running.port());
  EXPECT_EQ(Connect(&client, {"203.0.113.7", ""}), 101);
  EXPECT_EQ(running.counters().refused_address_full, 0U);
}

TEST_F(PlacesBehindProxyTest, APlaceIsGivenBackWhoeverHadIt) {
  Server::Options options = Trusting();
  options.max_connections_per_address = 1;
  RunningServer running(options);
  for (const Way& way : {Way{"10.0.0.1", "203.0.113.7"}, Way{"203.0.113.7", ""},
                         Way{"10.0.0.2", "::ffff:203.0.113.7"}}) {
    RawSocket socket(running.port());
    EXPECT_EQ(Connect(&socket, way), 101);
    socket.Close();
    ASSERT_TRUE(running.Counts(
        [](const Server::Counters& c) { return c.connections == 0; }));
  }
}

}  // namespace
}  // namespace tickerhub::testing
