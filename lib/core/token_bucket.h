#ifndef TICKERHUB_LIB_CORE_TOKEN_BUCKET_H_
#define TICKERHUB_LIB_CORE_TOKEN_BUCKET_H_

#include <algorithm>
#include <chrono>

#include "tickerhub/timestamp.h"

namespace tickerhub {

/// Lets `burst` requests through at once and `rate` a second in the long run.
class TokenBucket {
 public:
  TokenBucket(double rate, double burst, Timestamp now)
      : rate_(rate), burst_(burst), tokens_(burst), last_(now) {}

  bool TryTake(Timestamp now) {
    const std::chrono::duration<double> passed = now - last_;
    if (passed.count() > 0) {
      tokens_ = std::min(burst_, tokens_ + passed.count() * rate_);
      last_ = now;
    }
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  double rate_;
  double burst_;
  double tokens_;
  Timestamp last_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_LIB_CORE_TOKEN_BUCKET_H_
