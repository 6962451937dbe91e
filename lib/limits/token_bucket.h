#ifndef TICKERHUB_LIB_LIMITS_TOKEN_BUCKET_H_
#define TICKERHUB_LIB_LIMITS_TOKEN_BUCKET_H_

#include <algorithm>
#include <chrono>

#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// What a TokenBucket lets through: `burst` requests at once and `rate` a
/// second in the long run.
struct RequestLimit {
  double rate;
  double burst;
};

/// Bounds the requests of one client. There is one for each connection, so the
/// limit, which is the same for all, is not kept in it.
class TokenBucket {
 public:
  TokenBucket(const RequestLimit& limit, Timestamp now)
      : tokens_(limit.burst), last_(now) {}

  bool TryTake(const RequestLimit& limit, Timestamp now) {
    const std::chrono::duration<double> passed = now - last_;
    if (passed.count() > 0) {
      tokens_ = std::min(limit.burst, tokens_ + passed.count() * limit.rate);
      last_ = now;
    }
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  double tokens_;
  Timestamp last_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_LIMITS_TOKEN_BUCKET_H_
