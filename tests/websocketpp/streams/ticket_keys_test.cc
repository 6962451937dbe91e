#include "streams/ticket_keys.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace tickerhub::internal {
namespace {

class TicketKeysTest : public ::testing::Test {
 protected:
  SteadyTime now_{};
  TicketKeys keys_{[this] { return now_; }};
};

TEST_F(TicketKeysTest, NewTicketsHaveOneKeyForAnHour) {
  const std::optional<TicketKey> first = keys_.Newest();
  ASSERT_TRUE(first);
  now_ += TicketKeys::kUsed - std::chrono::seconds(1);
  EXPECT_EQ(keys_.Newest()->name, first->name);
  now_ += std::chrono::seconds(1);
  const std::optional<TicketKey> second = keys_.Newest();
  EXPECT_NE(second->name, first->name);
  EXPECT_NE(second->cipher, first->cipher);
  EXPECT_NE(second->mac, first->mac);
}

TEST_F(TicketKeysTest, AnOlderKeyIsFoundAsLongAsItsTicketsLive) {
  const std::optional<TicketKey> first = keys_.Newest();
  EXPECT_TRUE(keys_.Find(first->name.data())->is_newest);
  now_ += TicketKeys::kUsed;
  EXPECT_FALSE(keys_.Find(first->name.data())->is_newest);
  keys_.Newest();
  now_ += TicketKeys::kTicketLife - std::chrono::seconds(1);
  const std::optional<TicketKeys::Found> found = keys_.Find(first->name.data());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->key.cipher, first->cipher);
  EXPECT_FALSE(found->is_newest);
}

TEST_F(TicketKeysTest, AKeyIsForgottenWithItsLastTicket) {
  const std::optional<TicketKey> first = keys_.Newest();
  now_ += TicketKeys::kUsed + TicketKeys::kTicketLife;
  EXPECT_FALSE(keys_.Find(first->name.data()));
}

TEST_F(TicketKeysTest, AnUnknownNameIsNotFound) {
  TicketKey unknown = *keys_.Newest();
  ++unknown.name[0];
  EXPECT_FALSE(keys_.Find(unknown.name.data()));
}

}  // namespace
}  // namespace tickerhub::internal
