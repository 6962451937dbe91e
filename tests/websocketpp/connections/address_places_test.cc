// Which addresses count as one, and how many places each has.

#include "connections/address_places.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "limits/address_key.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/timestamp.h"
#include "tickerhub/websocketpp/server_options.h"

namespace tickerhub::internal {
namespace {

enum class Result { kTaken, kFree, kTooMany, kTooFast };

Result Take(AddressPlaces* places, const RemoteAddress& address,
            SteadyTime now) {
  bool is_counted = true;
  switch (places->Take(address, now, &is_counted)) {
    case Refusal::kAddressFull:
      EXPECT_FALSE(is_counted);
      return Result::kTooMany;
    case Refusal::kAddressTooFast:
      EXPECT_FALSE(is_counted);
      return Result::kTooFast;
    default:
      return is_counted ? Result::kTaken : Result::kFree;
  }
}

RemoteAddress Address(const std::string& text) {
  return *RemoteAddress::Parse(text, 1234);
}

AddressKey Key(const std::string& text) { return AddressKey(Address(text)); }

TEST(AddressKeyTest, CountsANetworkOfIpv6AsOne) {
  EXPECT_EQ(Key("2001:db8:1:2::1"), Key("2001:db8:1:2:ffff::9"));
  EXPECT_FALSE(Key("2001:db8:1:2::1") == Key("2001:db8:1:3::1"));
}

TEST(AddressKeyTest, CountsEachAddressOfIpv4) {
  EXPECT_EQ(Key("203.0.113.7"), Key("203.0.113.7"));
  EXPECT_EQ(Key("203.0.113.7"), Key("::ffff:203.0.113.7"));
  EXPECT_FALSE(Key("203.0.113.7") == Key("203.0.113.8"));
}

TEST(AddressKeyTest, TellsTheFamiliesApart) {
  // The same first bytes.
  EXPECT_FALSE(Key("32.1.13.184") == Key("2001:db8::"));
}

TEST(AddressKeyTest, KnowsLoopback) {
  EXPECT_TRUE(AddressKey::IsLoopback(Address("127.0.0.1")));
  EXPECT_TRUE(AddressKey::IsLoopback(Address("127.9.9.9")));
  EXPECT_TRUE(AddressKey::IsLoopback(Address("::1")));
  EXPECT_FALSE(AddressKey::IsLoopback(Address("::2")));
  EXPECT_FALSE(AddressKey::IsLoopback(Address("203.0.113.7")));
}

class AddressPlacesTest : public ::testing::Test {
 protected:
  static ServerOptions Limits(std::size_t connections, double accepts) {
    ServerOptions options;
    options.max_connections_per_address = connections;
    options.max_accepts_per_second_per_address = accepts;
    return options;
  }
  SteadyTime now_{std::chrono::hours(1)};
};

TEST_F(AddressPlacesTest, RefusesOneTooManyUntilAPlaceIsGivenBack) {
  AddressPlaces places(Limits(2, 0));
  const RemoteAddress ann = Address("203.0.113.7");
  EXPECT_EQ(Take(&places, ann, now_), Result::kTaken);
  EXPECT_EQ(Take(&places, ann, now_), Result::kTaken);
  EXPECT_EQ(Take(&places, ann, now_), Result::kTooMany);
  EXPECT_EQ(Take(&places, Address("203.0.113.8"), now_), Result::kTaken);
  places.GiveBack(ann);
  EXPECT_EQ(Take(&places, ann, now_), Result::kTaken);
}

TEST_F(AddressPlacesTest, RefusesWhoConnectsTooOften) {
  AddressPlaces places(Limits(0, 2));
  const RemoteAddress ann = Address("2001:db8::1");
  for (int i = 0; i < 10; ++i) {  // five seconds' worth at once
    ASSERT_EQ(Take(&places, ann, now_), Result::kTaken);
    places.GiveBack(ann);
  }
  EXPECT_EQ(Take(&places, Address("2001:db8::2"), now_), Result::kTooFast);
  now_ += std::chrono::milliseconds(500);
  EXPECT_EQ(Take(&places, ann, now_), Result::kTaken);
  EXPECT_EQ(Take(&places, ann, now_), Result::kTooFast);
}

TEST_F(AddressPlacesTest, LeavesLoopbackAloneUnlessALimitIsSet) {
  AddressPlaces unset((ServerOptions()));
  AddressPlaces set(Limits(1, 0));
  const RemoteAddress here = Address("127.0.0.1");
  for (int i = 0; i < 2'000; ++i) {
    ASSERT_EQ(Take(&unset, here, now_), Result::kFree);
  }
  EXPECT_EQ(Take(&set, here, now_), Result::kTaken);
  EXPECT_EQ(Take(&set, here, now_), Result::kTooMany);
}

TEST_F(AddressPlacesTest, HasALimitForOthersByDefault) {
  AddressPlaces places((ServerOptions()));
  const RemoteAddress ann = Address("203.0.113.7");
  int taken = 0;
  while (taken < 5'000 && Take(&places, ann, now_) == Result::kTaken) {
    ++taken;
    now_ += std::chrono::milliseconds(10);
  }
  EXPECT_EQ(taken, 1'000);
}

TEST_F(AddressPlacesTest, ForgetsNobodyWhoIsThere) {
  AddressPlaces places(Limits(1, 1'000));
  const RemoteAddress ann = Address("203.0.113.7");
  ASSERT_EQ(Take(&places, ann, now_), Result::kTaken);
  for (int i = 0; i < 10'000; ++i) {  // it looks who has gone meanwhile
    now_ += std::chrono::seconds(1);
    const RemoteAddress other(
        RemoteAddress::Family::kIpv4,
        {198, static_cast<std::uint8_t>(i / 256), static_cast<std::uint8_t>(i)},
        1);
    ASSERT_EQ(Take(&places, other, now_), Result::kTaken);
    places.GiveBack(other);
  }
  EXPECT_LT(places.size(), 5'000U);
  EXPECT_EQ(Take(&places, ann, now_), Result::kTooMany);
}

TEST_F(AddressPlacesTest, ForgetsAddressesThatHaveGone) {
  AddressPlaces places(Limits(10, 10));
  for (int i = 0; i < 100'000; ++i) {
    const RemoteAddress address(
        RemoteAddress::Family::kIpv4,
        {static_cast<std::uint8_t>(1 + i / 65'536),
         static_cast<std::uint8_t>(i / 256), static_cast<std::uint8_t>(i), 1},
        1);
    ASSERT_EQ(Take(&places, address, now_), Result::kTaken);
    places.GiveBack(address);
    now_ += std::chrono::milliseconds(1);
  }
  // Each is remembered for as long as its bucket is not full again, 100 ms.
  EXPECT_LT(places.size(), 2'000U);
}

}  // namespace
}  // namespace tickerhub::internal
