#ifndef TICKERHUB_LIB_CORE_HISTORY_HISTORY_BUDGET_H_
#define TICKERHUB_LIB_CORE_HISTORY_HISTORY_BUDGET_H_

#include <cstdint>
#include <optional>

#include "limits/action_budget.h"
#include "limits/address_key.h"
#include "tickerhub/error_code.h"
#include "tickerhub/history_options.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

/// How often the past is asked for: HistoryOptions::requests.
class HistoryBudget {
 public:
  using Refusal = std::optional<Rejection>;

  /// `scheduler` and `limited`, which counts refusals, must outlive this.
  HistoryBudget(const HistoryOptions& options, Scheduler& scheduler,
                std::uint64_t& limited)
      : scheduler_(scheduler),
        limited_(limited),
        budget_(options.requests, scheduler.SteadyNow()) {}

  /// Charges one request. Returns why it is too many.
  Refusal Charge(const BudgetClient& client, const AddressKey& address) {
    const SteadyTime now = scheduler_.SteadyNow();
    if (budget_.TryTake(client, address, now)) return std::nullopt;
    ++limited_;
    return Rejection{ErrorCode::kRateLimited,
                     "The past is asked for too often; wait a moment.",
                     budget_.RetryAfter(client, address, now)};
  }

  /// The same over HTTP, where nobody has a bucket of its own. A program of
  /// this machine is charged nothing.
  Refusal Charge(const RemoteAddress& stranger) {
    const AddressKey address = AddressKey::OfStranger(stranger);
    if (address.is_nobody()) return std::nullopt;
    return Charge(BudgetClient(), address);
  }

 private:
  Scheduler& scheduler_;
  std::uint64_t& limited_;
  ActionBudget budget_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_HISTORY_HISTORY_BUDGET_H_
