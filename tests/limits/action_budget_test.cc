#include "limits/action_budget.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace tickerhub {
namespace {

using internal::ActionBudget;
using internal::AddressKey;
using internal::BudgetClient;
using std::chrono::seconds;

constexpr SteadyTime kFirstMoment{seconds(1'000)};
constexpr ClientBudget::Rate kAnyRate{0, 0};

AddressKey Key(const char* address) {
  return AddressKey::OfStranger(*RemoteAddress::Parse(address));
}

const AddressKey kFromHere = Key("127.0.0.1");
const AddressKey kFromThere = Key("203.0.113.7");

TEST(ActionBudgetTest, AConnectionAndAUserHaveBucketsOfTheirOwn) {
  ActionBudget budget({{1, 1}, kAnyRate, kAnyRate}, kFirstMoment);
  const BudgetClient ann = std::string("ann");
  EXPECT_TRUE(budget.TryTake(ann, kFromThere, kFirstMoment));
  EXPECT_FALSE(budget.TryTake(ann, kFromHere, kFirstMoment));
  EXPECT_TRUE(budget.TryTake(std::string("bob"), kFromThere, kFirstMoment));
  EXPECT_TRUE(budget.TryTake(SessionId{1}, kFromThere, kFirstMoment));
  EXPECT_FALSE(budget.TryTake(SessionId{1}, kFromThere, kFirstMoment));
  EXPECT_TRUE(budget.TryTake(SessionId{2}, kFromThere, kFirstMoment));
  EXPECT_TRUE(budget.TryTake(ann, kFromThere, kFirstMoment + seconds(1)));
}

TEST(ActionBudgetTest, SomebodyWithoutABucketSharesThatOfTheAddress) {
  ActionBudget budget({{1, 1}, {1, 3}, kAnyRate}, kFirstMoment);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(budget.TryTake({}, kFromThere, kFirstMoment));
  }
  EXPECT_FALSE(budget.TryTake({}, kFromThere, kFirstMoment));
  EXPECT_FALSE(budget.TryTake(SessionId{1}, kFromThere, kFirstMoment));
  EXPECT_TRUE(budget.TryTake({}, Key("203.0.113.8"), kFirstMoment));
  EXPECT_EQ(budget.size(), 2u) << "the addresses";
}

TEST(ActionBudgetTest, SaysHowLongToWaitForTheSlowestOfTheThree) {
  ActionBudget budget({{0.4, 1}, {0.1, 2}, {0.01, 3}}, kFirstMoment);
  const BudgetClient ann = std::string("ann");
  EXPECT_TRUE(budget.TryTake(ann, kFromThere, kFirstMoment));
  EXPECT_EQ(budget.RetryAfter(ann, kFromThere, kFirstMoment), seconds(3))
      << "2.5 s";
  EXPECT_EQ(budget.RetryAfter(ann, kFromThere, kFirstMoment + seconds(2)),
            seconds(1));
  EXPECT_TRUE(budget.TryTake(SessionId{1}, kFromThere, kFirstMoment));
  EXPECT_EQ(budget.RetryAfter(ann, kFromThere, kFirstMoment), seconds(10));
  EXPECT_EQ(budget.RetryAfter(ann, kFromHere, kFirstMoment), seconds(3));
  EXPECT_TRUE(budget.TryTake({}, kFromHere, kFirstMoment));
  EXPECT_EQ(budget.RetryAfter(ann, kFromThere, kFirstMoment), seconds(100));
  EXPECT_FALSE(budget.Allows(ann, kFromThere, kFirstMoment + seconds(99)));
  EXPECT_TRUE(budget.Allows(ann, kFromThere, kFirstMoment + seconds(101)));
}

TEST(ActionBudgetTest, AWaitIsASecondAtLeastAndADayAtMost) {
  ActionBudget budget({{1e-9, 1}, {1'000, 1}, kAnyRate}, kFirstMoment);
  EXPECT_TRUE(budget.TryTake(SessionId{1}, kFromThere, kFirstMoment));
  EXPECT_EQ(budget.RetryAfter({}, kFromThere, kFirstMoment), seconds(1));
  EXPECT_EQ(budget.RetryAfter(SessionId{1}, kFromThere, kFirstMoment),
            std::chrono::hours(24));
}

}  // namespace
}  // namespace tickerhub
