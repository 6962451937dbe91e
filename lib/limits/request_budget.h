#ifndef TICKERHUB_LIB_LIMITS_REQUEST_BUDGET_H_
#define TICKERHUB_LIB_LIMITS_REQUEST_BUDGET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "limits/action_budget.h"
#include "limits/address_key.h"
#include "tickerhub/client_budget.h"
#include "tickerhub/error_code.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

/// How often clients may ask for one kind of thing. Who asks more often is
/// refused with `rate-limited`, and counted.
class RequestBudget {
 public:
  using Refusal = std::optional<Rejection>;

  /// `what` begins the sentence of a refusal: "Names are changed". `scheduler`
  /// and `limited`, which counts refusals, must outlive this.
  RequestBudget(const ClientBudget& budget, Scheduler& scheduler,
                std::string_view what, std::uint64_t& limited)
      : scheduler_(scheduler),
        what_(what),
        limited_(limited),
        budget_(budget, scheduler.SteadyNow()) {}

  /// Returns why `client` may not ask now.
  Refusal Check(const BudgetClient& client, const AddressKey& address) {
    const SteadyTime now = scheduler_.SteadyNow();
    if (budget_.Allows(client, address, now)) return std::nullopt;
    return Refuse(client, address, now);
  }

  /// It does. REQUIRES: Check() has returned nothing.
  void Take(const BudgetClient& client, const AddressKey& address) {
    budget_.Take(client, address, scheduler_.SteadyNow());
  }

  Refusal Charge(const BudgetClient& client, const AddressKey& address) {
    const SteadyTime now = scheduler_.SteadyNow();
    if (budget_.TryTake(client, address, now)) return std::nullopt;
    return Refuse(client, address, now);
  }

  /// Charges a request over HTTP: to `user`, in the form of NameKey(), or to
  /// nobody if it is empty, and to `from`. A program of this machine is no user
  /// and is charged nothing.
  Refusal ChargeHttp(std::string user, const RemoteAddress& from) {
    const AddressKey address = AddressKey::OfStranger(from);
    if (!user.empty()) return Charge(std::move(user), address);
    if (address.is_nobody()) return std::nullopt;
    return Charge(BudgetClient(), address);
  }

 private:
  Rejection Refuse(const BudgetClient& client, const AddressKey& address,
                   SteadyTime now) {
    ++limited_;
    return {ErrorCode::kRateLimited, what_ + " too often; wait a moment.",
            budget_.RetryAfter(client, address, now)};
  }

  Scheduler& scheduler_;
  const std::string what_;
  std::uint64_t& limited_;
  ActionBudget budget_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_LIMITS_REQUEST_BUDGET_H_
