#include "limits/token_bucket.h"

#include <gtest/gtest.h>

#include <chrono>

namespace tickerhub {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SteadyTime kStart{seconds(1'000)};

// A bucket with its limit.
class LimitedBucket {
 public:
  LimitedBucket(double rate, double burst, SteadyTime now)
      : limit_{rate, burst}, bucket_(limit_, now) {}

  bool TryTake(SteadyTime now) { return bucket_.TryTake(limit_, now); }

 private:
  internal::RequestLimit limit_;
  internal::TokenBucket bucket_;
};

int TakeAll(LimitedBucket* bucket, SteadyTime now) {
  int taken = 0;
  while (taken < 1'000 && bucket->TryTake(now)) ++taken;
  return taken;
}

TEST(TokenBucketTest, LetsABurstThroughAtOnceAndNoMore) {
  LimitedBucket bucket(10, 5, kStart);
  EXPECT_EQ(TakeAll(&bucket, kStart), 5);
  EXPECT_FALSE(bucket.TryTake(kStart));
}

TEST(TokenBucketTest, RefillsAtItsRate) {
  LimitedBucket bucket(10, 5, kStart);
  TakeAll(&bucket, kStart);
  EXPECT_FALSE(bucket.TryTake(kStart + milliseconds(99)));
  EXPECT_TRUE(bucket.TryTake(kStart + milliseconds(101)));
  EXPECT_FALSE(bucket.TryTake(kStart + milliseconds(102)));
  EXPECT_EQ(TakeAll(&bucket, kStart + milliseconds(402)), 3);
}

TEST(TokenBucketTest, NeverHoldsMoreThanABurst) {
  LimitedBucket bucket(10, 5, kStart);
  EXPECT_EQ(TakeAll(&bucket, kStart + std::chrono::hours(24)), 5);
}

TEST(TokenBucketTest, AddsUpPartsOfATokenOverManyRefusals) {
  LimitedBucket bucket(1, 1, kStart);
  EXPECT_TRUE(bucket.TryTake(kStart));
  int taken = 0;
  for (int ms = 1; ms <= 10'500; ++ms) {
    if (bucket.TryTake(kStart + milliseconds(ms))) ++taken;
  }
  EXPECT_EQ(taken, 10);
}

}  // namespace
}  // namespace tickerhub
