// tickerhub-stock-tracker: live stock prices in every browser that looks.

#include <utility>

#include "common/logging.h"
#include "common/program_metrics.h"
#include "common/run_server.h"
#include "stock_tracker/configured_source.h"
#include "stock_tracker/feed_freshness.h"
#include "stock_tracker/feed_readiness.h"
#include "stock_tracker/options.h"
#include "tickerhub/pages/pages.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/websocketpp/http_api.h"
#include "tickerhub/websocketpp/server.h"

using namespace tickerhub;  // NOLINT(google-build-using-namespace): a program

constexpr char kName[] = "tickerhub-stock-tracker";

int main(int argc, char** argv) {
  examples::StockTrackerOptions options;
  if (const auto status = examples::ReadOptions(argc, argv, &options)) {
    return *status;
  }
  examples::StartLogging(options.server.operation.log_level,
                         options.server.operation.log_format);

  Server server(examples::ToLibraryOptions(options.server));
  if (const auto status =
          examples::ServeOwnPages(server, options.server, kName)) {
    return *status;
  }
  examples::ConfiguredSource source(server, std::move(options.source),
                                    options.tracker.book.max_symbols);

  StockTracker::Options& tracker_options = options.tracker;
  const auto& tokens = options.server.identity.tokens;
  if (tokens) tracker_options.may_add = ClientsWith(kMayAddStock);
  if (tokens) tracker_options.refresh.check = tokens->Check();
  if (!options.clients_may_add) tracker_options.may_add = NoClients;
  examples::FeedFreshness freshness(server, options.freshness,
                                    options.server.operation.drain);
  tracker_options.history = examples::ToHistoryOptions(options.history);
  tracker_options.stale_after = options.freshness.stale_after;
  tracker_options.on_feed_state = [&](const StockTracker::Feed& feed) {
    freshness.Tell(feed);
  };
  Channel& channel =
      server.AddChannel("/stocks", options.server.limits.channel);
  StockTracker tracker(channel, server.scheduler(), tracker_options);
  channel.SetHandler(tracker);
  examples::AskForTokens(options.server.identity, "", server, channel);
  tracker.Follow(source.get());
  for (const examples::InitialStock& stock : options.stocks) {
    tracker.AddStock(stock.symbol, stock.price);
  }

  server.SetReadiness([&tracker, ready = options.readiness] {
    return examples::FaultOf(tracker.feed(), ready);
  });
  examples::ProgramMetrics metrics(server, options.server.operation);
  metrics.Add(tracker);
  source.AddTo(&metrics);
  AddStockApi(server, tracker);
  if (options.server.pages.empty()) {
    StockPageOptions page;
    page.clients_may_add = options.clients_may_add;
    AddStockPage(server, tracker, page);
  }
  const int status = examples::RunServer(server, options.server, kName);
  return status == 0 && freshness.has_failed() ? 1 : status;
}
