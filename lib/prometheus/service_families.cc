#include <cmath>

#include "families.h"

namespace tickerhub::internal {
namespace {

using MetricKind = ::prometheus::MetricType;
using S = StockTracker::Counters;
using N = Notifier::Counters;

const MetricRow<S> kStockRows[] = {
    {"tickerhub_stock_sessions", MetricKind::Gauge,
     "Clients of the stock tracker.",
     [](const S& c) { return Number(c.sessions); }},
    {"tickerhub_stock_ticks_total", MetricKind::Counter,
     "Times that changed prices were published.",
     [](const S& c) { return Number(c.ticks_published); }},
    {"tickerhub_stock_ticks_delayed_total", MetricKind::Counter,
     "Times that publishing waited for max_rate or maxRate: changes were "
     "merged.",
     [](const S& c) { return Number(c.ticks_delayed); }},
    {"tickerhub_stock_resyncs_total", MetricKind::Counter,
     "Clients that were skipped and then brought up to date.",
     [](const S& c) { return Number(c.resyncs); }},
    {"tickerhub_stock_resyncs_by_snapshot_total", MetricKind::Counter,
     "Of these, those that needed a snapshot.",
     [](const S& c) { return Number(c.resyncs_by_snapshot); }},
    {"tickerhub_stock_requests_total", MetricKind::Counter,
     "Messages from clients of the stock tracker, good or bad.",
     [](const S& c) { return Number(c.requests); }},
    {"tickerhub_stock_errors_total", MetricKind::Counter,
     "Requests answered with an error.",
     [](const S& c) { return Number(c.errors); }},
    {"tickerhub_stock_rate_limited_total", MetricKind::Counter,
     "Requests refused because of a budget.",
     [](const S& c) { return Number(c.adding_limited); }, "budget", "adding"},
    {"tickerhub_stock_rate_limited_total", MetricKind::Counter,
     "Requests refused because of a budget.",
     [](const S& c) { return Number(c.history_limited); }, "budget", "history"},
    {"tickerhub_stock_rate_limited_total", MetricKind::Counter,
     "Requests refused because of a budget.",
     [](const S& c) { return Number(c.following_limited); }, "budget",
     "following"},
    {"tickerhub_stock_history_bytes", MetricKind::Gauge,
     "Bytes that the history of prices takes.",
     [](const S& c) { return Number(c.history_bytes); }},
    {"tickerhub_stock_history_cut_total", MetricKind::Counter,
     "Prices and candles given up early because of max_bytes.",
     [](const S& c) { return Number(c.history_cut); }},
    {"tickerhub_stock_client_stocks_refused_total", MetricKind::Counter,
     "Stocks of clients refused because of max_client_stocks.",
     [](const S& c) { return Number(c.client_stocks_refused); }},
    {"tickerhub_stock_client_stocks_expired_total", MetricKind::Counter,
     "Stocks of clients removed because nobody used them.",
     [](const S& c) { return Number(c.client_stocks_expired); }},
    {"tickerhub_stock_stocks_refused_total", MetricKind::Counter,
     "Prices refused because of max_symbols.",
     [](const S& c) { return Number(c.stocks_refused); }},
    {"tickerhub_stock_updates_unknown_total", MetricKind::Counter,
     "Updates without a price for a stock that is not tracked.",
     [](const S& c) { return Number(c.updates_unknown); }},
    {"tickerhub_stock_out_of_order_total", MetricKind::Counter,
     "Prices that were older than those of their stock.",
     [](const S& c) { return Number(c.out_of_order); }},
    {"tickerhub_stock_subscriptions_refused_total", MetricKind::Counter,
     "Requests refused because of max_subscriptions.",
     [](const S& c) { return Number(c.subscriptions_refused); }},
};

const MetricRow<N> kNotifierRows[] = {
    {"tickerhub_notifier_notifications_total", MetricKind::Counter,
     "Notifications that were accepted.",
     [](const N& c) { return Number(c.notifications); }},
    {"tickerhub_notifier_queued_total", MetricKind::Counter,
     "Users for whom a notification waits.",
     [](const N& c) { return Number(c.queued); }},
    {"tickerhub_notifier_duplicates_total", MetricKind::Counter,
     "Notifications not accepted again because of their key.",
     [](const N& c) { return Number(c.duplicates); }},
    {"tickerhub_notifier_scheduled_total", MetricKind::Counter,
     "Notifications accepted for later.",
     [](const N& c) { return Number(c.scheduled); }},
    {"tickerhub_notifier_not_kept_total", MetricKind::Counter,
     "Notifications and marks that were refused, by the error.",
     [](const N& c) { return Number(c.busy); }, "error", "busy"},
    {"tickerhub_notifier_not_kept_total", MetricKind::Counter,
     "Notifications and marks that were refused, by the error.",
     [](const N& c) { return Number(c.not_kept); }, "error", "not-kept"},
    {"tickerhub_notifier_marks_total", MetricKind::Counter,
     "Requests read and delete that were kept.",
     [](const N& c) { return Number(c.marks); }},
    {"tickerhub_notifier_memberships_total", MetricKind::Counter,
     "Requests join and leave that were kept.",
     [](const N& c) { return Number(c.memberships); }},
    {"tickerhub_notifier_inboxes_total", MetricKind::Counter,
     "Pages of inboxes that were read.",
     [](const N& c) { return Number(c.inboxes); }},
    {"tickerhub_notifier_batches_refused_total", MetricKind::Counter,
     "Batches refused because of max_batch.",
     [](const N& c) { return Number(c.batches_refused); }},
    {"tickerhub_notifier_followers", MetricKind::Gauge,
     "Streams that follow an inbox now.",
     [](const N& c) { return Number(c.followers); }},
    {"tickerhub_notifier_followers_refused_total", MetricKind::Counter,
     "Streams refused because of max_followers, max_followers_per_user or "
     "max_followers_per_address.",
     [](const N& c) { return Number(c.followers_refused); }},
    {"tickerhub_notifier_readings_refused_total", MetricKind::Counter,
     "Requests answered with busy because the log could not be read.",
     [](const N& c) { return Number(c.readings_refused); }},
    {"tickerhub_notifier_deliveries_total", MetricKind::Counter,
     "Notifications given to connections.",
     [](const N& c) { return Number(c.deliveries); }},
    {"tickerhub_notifier_requests_total", MetricKind::Counter,
     "Messages from clients of the notifier, good or bad.",
     [](const N& c) { return Number(c.requests); }},
    {"tickerhub_notifier_errors_total", MetricKind::Counter,
     "Requests answered with an error.",
     [](const N& c) { return Number(c.errors); }},
    {"tickerhub_notifier_rate_limited_total", MetricKind::Counter,
     "Requests refused because of a budget.",
     [](const N& c) { return Number(c.names_limited); }, "budget", "names"},
    {"tickerhub_notifier_rate_limited_total", MetricKind::Counter,
     "Requests refused because of a budget.",
     [](const N& c) { return Number(c.notifications_limited); }, "budget",
     "notifications"},
    {"tickerhub_notifier_rate_limited_total", MetricKind::Counter,
     "Requests refused because of a budget.",
     [](const N& c) { return Number(c.readings_limited); }, "budget",
     "readings"},
    {"tickerhub_notifier_rate_limited_total", MetricKind::Counter,
     "Requests refused because of a budget.",
     [](const N& c) { return Number(c.marks_limited); }, "budget", "marks"},
    {"tickerhub_notifier_rate_limited_total", MetricKind::Counter,
     "Requests refused because of a budget.",
     [](const N& c) { return Number(c.memberships_limited); }, "budget",
     "memberships"},
    {"tickerhub_notifier_texts_refused_total", MetricKind::Counter,
     "Notifications refused because a text is too long.",
     [](const N& c) { return Number(c.texts_refused); }},
    {"tickerhub_notifier_identifiers_refused_total", MetricKind::Counter,
     "Identifiers refused because they are invalid or reserved.",
     [](const N& c) { return Number(c.identifiers_refused); }},
    {"tickerhub_notifier_shared_names_told_total", MetricKind::Counter,
     "Messages name-shared: another address uses the name.",
     [](const N& c) { return Number(c.shared_names_told); }},
    {"tickerhub_notifier_shared_names_untold_total", MetricKind::Counter,
     "Messages name-shared not sent because of shared_name_interval.",
     [](const N& c) { return Number(c.shared_names_untold); }},
    {"tickerhub_notifier_connections_refused_total", MetricKind::Counter,
     "Identifiers refused because of max_connections_per_user.",
     [](const N& c) { return Number(c.connections_refused); }},
    {"tickerhub_notifier_presence_cut_total", MetricKind::Counter,
     "Presence messages cut because of max_named_in_presence.",
     [](const N& c) { return Number(c.presence_cut); }},
    {"tickerhub_notifier_user_lists_cut_total", MetricKind::Counter,
     "Lists of users cut because of max_listed_users or max_users_bytes.",
     [](const N& c) { return Number(c.user_lists_cut); }},
    {"tickerhub_notifier_presence_delayed_total", MetricKind::Counter,
     "Times that presence waited because of max_presence_bytes_per_second.",
     [](const N& c) { return Number(c.presence_delayed); }},
    {"tickerhub_notifier_resumes_cut_total", MetricKind::Counter,
     "Answers to resume cut because of max_resumed or max_resumed_bytes.",
     [](const N& c) { return Number(c.resumes_cut); }},
};

}  // namespace

void AddStockFamilies(const StockTracker& tracker, Families* families) {
  AddTable(kStockRows, tracker.counters(), families);
  const StockTracker::Feed feed = tracker.feed();
  ::prometheus::MetricFamily* family =
      &AddFamily(families, "tickerhub_feed_sources", MetricKind::Gauge,
                 "Sources of prices by state.");
  AddSample(family, Number(feed.sources - feed.ended))
      .label.push_back({"state", "running"});
  AddSample(family, Number(feed.ended - feed.failed))
      .label.push_back({"state", "ended"});
  AddSample(family, Number(feed.failed)).label.push_back({"state", "failed"});
  family = &AddFamily(families, "tickerhub_feed_state", MetricKind::Gauge,
                      "1 for the state that clients are told, 0 for others.");
  for (const FeedState state : {FeedState::kLive, FeedState::kQuiet,
                                FeedState::kEnded, FeedState::kFailed}) {
    AddSample(family, state == feed.state ? 1 : 0)
        .label.push_back({"state", std::string(Name(state))});
  }
  family = &AddFamily(families, "tickerhub_feed_newest_price_age_seconds",
                      MetricKind::Gauge,
                      "Since the newest price came; NaN before the first.");
  AddSample(family,
            feed.newest_price_age
                ? std::chrono::duration<double>(*feed.newest_price_age).count()
                : std::nan(""));
  family = &AddFamily(families, "tickerhub_stocks", MetricKind::Gauge,
                      "Stocks that are tracked.");
  AddSample(family, Number(tracker.book().size()));
}

void AddNotifierFamilies(const Notifier& notifier, Families* families) {
  AddTable(kNotifierRows, notifier.counters(), families);
}

}  // namespace tickerhub::internal
