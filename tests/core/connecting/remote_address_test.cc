#include "tickerhub/remote_address.h"

#include <gtest/gtest.h>

#include <string>

namespace tickerhub {
namespace {

using Family = RemoteAddress::Family;

TEST(RemoteAddressTest, WritesWhatItReads) {
  for (const std::string text :
       {"203.0.113.7", "127.0.0.1", "2001:db8::1", "::1"}) {
    const auto address = RemoteAddress::Parse(text, 80);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->ToString(), text);
    EXPECT_EQ(address->port(), 80);
  }
}

TEST(RemoteAddressTest, RefusesWhatIsNoAddress) {
  for (const std::string text :
       {"", "1.2.3", "1.2.3.4:80", "[::1]", "localhost", "1.2.3.256"}) {
    EXPECT_FALSE(RemoteAddress::Parse(text)) << text;
  }
  EXPECT_FALSE(RemoteAddress::Parse(std::string("1.2.3.4\0x", 9)));
}

TEST(RemoteAddressTest, UnwrapsAnIpv4AddressInIpv6) {
  const auto wrapped = RemoteAddress::Parse("::ffff:203.0.113.7", 1);
  ASSERT_TRUE(wrapped);
  EXPECT_EQ(wrapped->family(), Family::kIpv4);
  EXPECT_EQ(wrapped->ToString(), "203.0.113.7");
  EXPECT_EQ(*wrapped, *RemoteAddress::Parse("203.0.113.7", 1));
  EXPECT_NE(*wrapped, *RemoteAddress::Parse("203.0.113.7", 2));
}

TEST(RemoteAddressTest, OfNobodyIsEmpty) {
  EXPECT_EQ(RemoteAddress().ToString(), "");
  EXPECT_EQ(RemoteAddress().family(), Family::kNone);
}

}  // namespace
}  // namespace tickerhub
