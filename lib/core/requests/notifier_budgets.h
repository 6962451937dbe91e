#ifndef TICKERHUB_LIB_CORE_REQUESTS_NOTIFIER_BUDGETS_H_
#define TICKERHUB_LIB_CORE_REQUESTS_NOTIFIER_BUDGETS_H_

#include <string>

#include "limits/request_budget.h"
#include "names/text_rules.h"
#include "tickerhub/notifier.h"
#include "tickerhub/scheduler.h"

namespace tickerhub::internal {

/// How often the clients of a notifier may do what costs others something. See
/// Notifier::Options.
struct NotifierBudgets {
  /// Both must outlive this.
  NotifierBudgets(const Notifier::Options& options, Scheduler& scheduler,
                  Notifier::Counters& counters)
      : names(options.names, scheduler, "Names are changed",
              counters.names_limited),
        notifications(options.notifications, scheduler,
                      "Notifications are sent", counters.notifications_limited),
        readings(options.readings, scheduler, "What is kept is asked for",
                 counters.readings_limited),
        marks(options.marks, scheduler, "Notifications are marked or deleted",
              counters.marks_limited),
        memberships(options.memberships, scheduler,
                    "Groups are joined and left",
                    counters.memberships_limited) {}

  RequestBudget names;
  RequestBudget notifications;
  RequestBudget readings;
  RequestBudget marks;
  RequestBudget memberships;
};

inline RequestBudget::Refusal Charge(RequestBudget& budget,
                                     const Notifier::Caller& caller) {
  return budget.ChargeHttp(
      caller.identity == nullptr ? "" : NameKey(caller.identity->user),
      caller.address);
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_REQUESTS_NOTIFIER_BUDGETS_H_
