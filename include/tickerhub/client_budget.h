#ifndef TICKERHUB_CLIENT_BUDGET_H_
#define TICKERHUB_CLIENT_BUDGET_H_

// How often clients may do something that others have to be told of: change
// their name, send a notification, add a stock. A service has one budget for
// each of these. A request beyond it is refused with `rate-limited`, and the
// client may ask again later.
//
//     tickerhub::Notifier::Options options;
//     options.names.client = {0.5, 3};  // every two seconds, three at once
//     options.names.address = {0, 0};   // no limit for each address
//
// How much a client may send at all is a setting of its server: see
// ServerOptions::max_messages_per_second.
//
// Threads: a value; use it from any thread as you use an int.

#include "tickerhub/export.h"

namespace tickerhub {

struct TICKERHUB_EXPORT ClientBudget {
  /// `per_second` in the long run, and `burst` at once: a client that has done
  /// nothing for a while may do it so often without a pause. A burst of 0 means
  /// no limit.
  /// REQUIRES: both are 0 (the default), or `per_second` is above 0 and `burst`
  /// is 1 or more.
  struct Rate {
    double per_second = 0;
    double burst = 0;
  };
  /// Of one connection; over HTTP, of one user, whatever connections it uses.
  Rate client;
  /// Of all connections from one address (of IPv6: from one network of 64
  /// bits). It does not hold for loopback addresses, which a proxy may have.
  Rate address;
  /// Of all clients of the service together.
  Rate all;
};

}  // namespace tickerhub

#endif  // TICKERHUB_CLIENT_BUDGET_H_
