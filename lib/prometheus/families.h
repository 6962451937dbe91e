#ifndef TICKERHUB_LIB_PROMETHEUS_FAMILIES_H_
#define TICKERHUB_LIB_PROMETHEUS_FAMILIES_H_

// The metrics of each part, with the values of now. Call on the hub's thread.

#include "metric_table.h"
#include "tickerhub/line_source.h"
#include "tickerhub/notifier.h"
#include "tickerhub/price_inbox.h"
#include "tickerhub/prometheus/internal/log_figures.h"
#include "tickerhub/replay_source.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::internal {

void AddServerFamilies(const Server& server, Families* families);
void AddStockFamilies(const StockTracker& tracker, Families* families);
void AddNotifierFamilies(const Notifier& notifier, Families* families);
void AddInboxFamilies(const PriceInbox& inbox, Families* families);
void AddLineFamilies(const LineSource& source, Families* families);
void AddReplayFamilies(const ReplaySource& source, Families* families);
void AddLogFamilies(const LogFigures& log, Families* families);
void AddStoreFamilies(const StoreFigures& store, Families* families);
/// Of the process: those that Prometheus has for every program.
void AddProcessFamilies(Families* families);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_PROMETHEUS_FAMILIES_H_
