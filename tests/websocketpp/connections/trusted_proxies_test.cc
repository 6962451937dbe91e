#include "connections/trusted_proxies.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace tickerhub {
namespace {

using internal::AddressRange;
using internal::TrustedProxies;

bool IsIn(std::string_view range, std::string_view address) {
  const auto read = AddressRange::Parse(range);
  EXPECT_TRUE(read.has_value()) << range;
  return read && read->Contains(*RemoteAddress::Parse(address, 4711));
}

TEST(AddressRangeTest, ContainsTheAddressesWithItsBeginning) {
  EXPECT_TRUE(IsIn("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(IsIn("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(IsIn("10.0.0.128/25", "10.0.0.255"));
  EXPECT_FALSE(IsIn("10.0.0.128/25", "10.0.0.127"));
  EXPECT_TRUE(IsIn("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(IsIn("192.0.2.7", "192.0.2.6"));
  EXPECT_TRUE(IsIn("192.0.2.7/32", "192.0.2.7"));
  EXPECT_TRUE(IsIn("0.0.0.0/0", "203.0.113.7"));
  EXPECT_TRUE(IsIn("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(IsIn("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(IsIn("::1", "::1"));
  // A family is not in a network of the other one.
  EXPECT_FALSE(IsIn("0.0.0.0/0", "::1"));
  EXPECT_FALSE(IsIn("::/0", "10.0.0.1"));
  // An IPv4 address that IPv6 wraps is one.
  EXPECT_TRUE(IsIn("10.0.0.0/8", "::ffff:10.0.0.1"));
}

TEST(AddressRangeTest, IsNothingElse) {
  for (const char* text : {"",
                           "/",
                           "/8",
                           "10.0.0.0/",
                           "10.0.0.0/33",
                           "10.0.0.0/-1",
                           "10.0.0.0/+8",
                           "10.0.0.0/8x",
                           "10.0.0.0/8/8",
                           "10.0.0.1/8",
                           "10.0.0/8",
                           "10",
                           "::/129",
                           "2001:db8::1/32",
                           "localhost",
                           "*",
                           " 10.0.0.1",
                           "10.0.0.1 ",
                           "[::1]",
                           "10.0.0.0/255.0.0.0"}) {
    EXPECT_FALSE(AddressRange::Parse(text).has_value()) << text;
  }
}

TEST(TrustedProxiesTest, AreThoseOfAnyRange) {
  const TrustedProxies proxies({"127.0.0.1", "fd00::/8"});
  EXPECT_TRUE(proxies.Contains(*RemoteAddress::Parse("127.0.0.1")));
  EXPECT_TRUE(proxies.Contains(*RemoteAddress::Parse("fd12::1")));
  EXPECT_FALSE(proxies.Contains(*RemoteAddress::Parse("127.0.0.2")));
  EXPECT_FALSE(proxies.Contains(RemoteAddress()));
  EXPECT_TRUE(TrustedProxies({}).empty());
  EXPECT_FALSE(TrustedProxies({"0.0.0.0/0", "::/0"}).Contains(RemoteAddress()));
}

}  // namespace
}  // namespace tickerhub
