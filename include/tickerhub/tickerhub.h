#ifndef TICKERHUB_TICKERHUB_H_
#define TICKERHUB_TICKERHUB_H_

// Everything in tickerhub::core. No third-party header comes with it. The
// server is in tickerhub/websocketpp/server.h.
//
// Three headers are where to begin: stock_tracker.h pushes prices, notifier.h
// pushes notifications, and each says what it needs. broadcaster.h is what both
// send through. Include single headers where the time of the compiler counts:
// none needs another one first.
//
// Threads: everything in core runs on one thread, the hub's, unless its header
// says otherwise. Scheduler::Post() and PriceInbox::Push() are the ways in from
// other threads.

// IWYU pragma: begin_exports
#include "tickerhub/admission.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/byte_source.h"
#include "tickerhub/channel_handler.h"
#include "tickerhub/client_budget.h"
#include "tickerhub/client_rule.h"
#include "tickerhub/connect_request.h"
#include "tickerhub/day_start.h"
#include "tickerhub/error_code.h"
#include "tickerhub/feed_format.h"
#include "tickerhub/feed_state.h"
#include "tickerhub/header_fields.h"
#include "tickerhub/history_options.h"
#include "tickerhub/identity.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/inbox_follower.h"
#include "tickerhub/line_source.h"
#include "tickerhub/line_splitter.h"
#include "tickerhub/log_record.h"
#include "tickerhub/notification.h"
#include "tickerhub/notification_log.h"
#include "tickerhub/notification_router.h"
#include "tickerhub/notifier.h"
#include "tickerhub/payload.h"
#include "tickerhub/price.h"
#include "tickerhub/price_inbox.h"
#include "tickerhub/price_source.h"
#include "tickerhub/quote.h"
#include "tickerhub/quote_details.h"
#include "tickerhub/quote_text.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/replay_source.h"
#include "tickerhub/scheduler.h"
#include "tickerhub/simulated_market.h"
#include "tickerhub/status.h"
#include "tickerhub/stock_book.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/symbol.h"
#include "tickerhub/timestamp.h"
#include "tickerhub/version.h"
// IWYU pragma: end_exports

#endif  // TICKERHUB_TICKERHUB_H_
