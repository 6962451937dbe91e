// Who asks, and what the client sees, by the fields that proxies add.

#include "proxies/forwarded.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tickerhub {
namespace {

using internal::ForwardedRequest;
using internal::TrustedProxies;
using Fields = std::vector<std::pair<std::string, std::string>>;

const TrustedProxies& Proxies() {
  static const TrustedProxies kProxies({"10.0.0.0/8", "::1"});
  return kProxies;
}

// Keeps the fields that the views are in.
class Forwarded {
 public:
  explicit Forwarded(const Fields& fields, std::string_view peer = "10.0.0.1",
                     ForwardedField kind = ForwardedField::kXForwardedFor) {
    for (const auto& [name, value] : fields) fields_.Append(name, value);
    read_ = internal::ReadForwarded(fields_, *RemoteAddress::Parse(peer),
                                    Proxies(), kind);
  }
  std::string client() const { return read_.client.ToString(); }
  int port() const { return read_.client.port(); }
  std::string_view host() const { return read_.seen.host; }
  std::string_view scheme() const { return read_.seen.scheme; }
  bool behind_proxy() const { return read_.seen.behind_proxy; }

 private:
  HeaderFields fields_;
  ForwardedRequest read_;
};

std::string ClientOf(const std::string& x_forwarded_for) {
  return Forwarded(Fields{{"X-Forwarded-For", x_forwarded_for}}).client();
}
std::string ClientOfRfc(const std::string& forwarded) {
  return Forwarded(Fields{{"Forwarded", forwarded}}, "10.0.0.1",
                   ForwardedField::kForwarded)
      .client();
}

TEST(ForwardedTest, TheClientIsTheLastOneWhoIsNoProxy) {
  EXPECT_EQ(ClientOf("203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(ClientOf("203.0.113.7, 10.0.0.2"), "203.0.113.7");
  EXPECT_EQ(ClientOf("203.0.113.7,10.0.0.3 ,\t10.0.0.2"), "203.0.113.7");
  // What the client has sent itself stands before.
  EXPECT_EQ(ClientOf("198.51.100.1, 203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(ClientOf("10.0.0.9, 203.0.113.7, 10.0.0.2"), "203.0.113.7");
  EXPECT_EQ(ClientOf("garbage, 203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(ClientOf("\", 203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(ClientOf(",,,203.0.113.7"), "203.0.113.7");
  // Only proxies: the first of them.
  EXPECT_EQ(ClientOf("10.0.0.3, 10.0.0.2"), "10.0.0.3");
}

TEST(ForwardedTest, StopsAtWhatIsNoAddress) {
  for (const char* value :
       {"", "unknown", "_hidden", "203.0.113.7, unknown", "203.0.113.7,",
        "203.0.113.7, 1.2.3", "203.0.113.7, 10.0.0.2x", "localhost",
        "203.0.113.7 203.0.113.8", "[203.0.113.7]", "[::2", "[::2]x",
        "unix:", "203.0.113.7; 10.0.0.2"}) {
    EXPECT_EQ(ClientOf(value), "10.0.0.1") << value;
  }
  EXPECT_EQ(ClientOf("203.0.113.7, unknown, 10.0.0.2"), "10.0.0.2");
}

TEST(ForwardedTest, ReadsAddressesWithPorts) {
  EXPECT_EQ(Forwarded(Fields{{"X-Forwarded-For", "203.0.113.7:4711"}}).port(),
            4711);
  EXPECT_EQ(ClientOf("203.0.113.7:4711"), "203.0.113.7");
  EXPECT_EQ(ClientOf("[2001:db8::1]:4711"), "2001:db8::1");
  EXPECT_EQ(ClientOf("[2001:db8::1]"), "2001:db8::1");
  EXPECT_EQ(ClientOf("2001:db8::1"), "2001:db8::1");
}

TEST(ForwardedTest, JoinsTheLinesOfAField) {
  EXPECT_EQ(Forwarded(Fields{{"X-Forwarded-For", "198.51.100.1"},
                             {"Host", "x"},
                             {"x-forwarded-for", "203.0.113.7"},
                             {"X-Forwarded-For", "10.0.0.2"}})
                .client(),
            "203.0.113.7");
  EXPECT_EQ(Forwarded(Fields{{"X-Forwarded-For", "203.0.113.7"},
                             {"X-Forwarded-For", ""}})
                .client(),
            "10.0.0.1");
}

TEST(ForwardedTest, BelievesTrustedProxiesOnly) {
  const Forwarded request({{"X-Forwarded-For", "198.51.100.1"},
                           {"X-Forwarded-Proto", "https"},
                           {"X-Forwarded-Host", "evil.example"}},
                          "203.0.113.7");
  EXPECT_EQ(request.client(), "203.0.113.7");
  EXPECT_EQ(request.scheme(), "");
  EXPECT_EQ(request.host(), "");
  EXPECT_FALSE(request.behind_proxy());
}

TEST(ForwardedTest, AListWithoutAnEndIsNotReadForEver) {
  std::string list = "203.0.113.7";
  for (int i = 0; i < 1'000; ++i) list += ",10.0.0.2";
  EXPECT_EQ(ClientOf(list), "10.0.0.2");
}

TEST(ForwardedTest, TakesSchemeAndHostOfTheProxyInFront) {
  const Forwarded request({{"Host", "inside:8080"},
                           {"X-Forwarded-For", "203.0.113.7"},
                           {"X-Forwarded-Proto", "http, HTTPS"},
                           {"X-Forwarded-Host", "made.up, example.com:8443"}});
  EXPECT_EQ(request.scheme(), "https");
  EXPECT_EQ(request.host(), "example.com:8443");
  EXPECT_TRUE(request.behind_proxy());
  EXPECT_EQ(Forwarded(Fields{{"X-Forwarded-Proto", "wss"}}).scheme(), "https");
  for (const char* scheme : {"", "ftp", "https:", "http,"}) {
    EXPECT_EQ(Forwarded(Fields{{"X-Forwarded-Proto", scheme}}).scheme(), "")
        << scheme;
  }
  for (const char* host : {"", "a b", "a/b", "a@b", "a:99999"}) {
    EXPECT_EQ(Forwarded(Fields{{"X-Forwarded-Host", host}}).host(), "") << host;
  }
}

// RFC 7239.
TEST(ForwardedTest, ReadsTheFieldOfTheStandard) {
  EXPECT_EQ(ClientOfRfc("for=203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(ClientOfRfc("For=\"203.0.113.7:47011\";proto=http;by=10.0.0.1"),
            "203.0.113.7");
  EXPECT_EQ(ClientOfRfc("for=\"[2001:db8::1]:4711\""), "2001:db8::1");
  EXPECT_EQ(ClientOfRfc("for=198.51.100.1, for=203.0.113.7, for=10.0.0.2"),
            "203.0.113.7");
  EXPECT_EQ(ClientOfRfc("for=\", for=203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(ClientOfRfc("for=\"\\\", for=203.0.113.7"), "203.0.113.7");
  for (const char* value :
       {"203.0.113.7", "for=unknown", "for=_x", "by=203.0.113.7", "for=", "for",
        "for=203.0.113.7;for=203.0.113.8", "for = 203.0.113.7",
        "for=\"203.0.113.7", "for=\"203.0.113.7\\\""}) {
    EXPECT_EQ(ClientOfRfc(value), "10.0.0.1") << value;
  }
  const Forwarded request(
      {{"Forwarded", "for=203.0.113.7;host=made.up;proto=http"},
       {"Forwarded", "for=10.0.0.2;host=\"example.com:8443\";proto=https"}},
      "::1", ForwardedField::kForwarded);
  EXPECT_EQ(request.client(), "203.0.113.7");
  EXPECT_EQ(request.host(), "example.com:8443");
  EXPECT_EQ(request.scheme(), "https");
}

// A proxy adds to one field and passes the other one on.
TEST(ForwardedTest, OnlyOneOfTheTwoFieldsCounts) {
  const Fields both = {{"Forwarded", "for=198.51.100.1;host=a;proto=http"},
                       {"X-Forwarded-For", "203.0.113.7"},
                       {"X-Forwarded-Proto", "https"}};
  const Forwarded by_x(both);
  EXPECT_EQ(by_x.client(), "203.0.113.7");
  EXPECT_EQ(by_x.scheme(), "https");
  EXPECT_EQ(by_x.host(), "");
  const Forwarded by_rfc(both, "10.0.0.1", ForwardedField::kForwarded);
  EXPECT_EQ(by_rfc.client(), "198.51.100.1");
  EXPECT_EQ(by_rfc.scheme(), "http");
  EXPECT_EQ(Forwarded(Fields{{"Forwarded", "for=198.51.100.1"}}).client(),
            "10.0.0.1");
}

}  // namespace
}  // namespace tickerhub
