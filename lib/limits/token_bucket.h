#ifndef TICKERHUB_LIB_LIMITS_TOKEN_BUCKET_H_
#define TICKERHUB_LIB_LIMITS_TOKEN_BUCKET_H_

#include <algorithm>
#include <chrono>

#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// What a TokenBucket allows: `burst` requests at once and `rate` requests a
/// second in the long run.
struct RequestLimit {
  double rate;
  double burst;
};

/// Bounds requests. The bucket does not hold the limit, because the limit is
/// the same for many buckets. Time is that of the steady clock: setting the
/// wall clock back refuses nobody.
class TokenBucket {
 public:
  TokenBucket(const RequestLimit& limit, SteadyTime now)
      : tokens_(limit.burst), last_(now) {}

  /// Returns false if the request is to be refused.
  /// REQUIRES: `now` is not before that of an earlier call.
  bool TryTake(const RequestLimit& limit, SteadyTime now) {
    if (!HasToken(limit, now)) return false;
    tokens_ -= 1;
    return true;
  }

  /// Whether TryTake() would succeed.
  bool HasToken(const RequestLimit& limit, SteadyTime now) {
    Fill(limit, now);
    return tokens_ >= 1;
  }

  /// Seconds until TryTake() would succeed, if nobody takes before; 0: now.
  double SecondsToToken(const RequestLimit& limit, SteadyTime now) {
    return HasToken(limit, now) ? 0 : (1 - tokens_) / limit.rate;
  }

  /// Whether it is as if it were new.
  bool IsFull(const RequestLimit& limit, SteadyTime now) {
    Fill(limit, now);
    return tokens_ >= limit.burst;
  }

 private:
  void Fill(const RequestLimit& limit, SteadyTime now) {
    const std::chrono::duration<double> passed = now - last_;
    tokens_ = std::min(limit.burst, tokens_ + passed.count() * limit.rate);
    last_ = now;
  }

  double tokens_;
  SteadyTime last_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_LIMITS_TOKEN_BUCKET_H_
