// tickerhub-stock-tracker: live stock prices in every browser that looks.

#include <utility>

#include "common/logging.h"
#include "common/run_server.h"
#include "stock_tracker/configured_source.h"
#include "stock_tracker/options.h"
#include "stock_tracker/stock_page.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/websocketpp/http_api.h"
#include "tickerhub/websocketpp/server.h"

using namespace tickerhub;  // NOLINT(google-build-using-namespace): a program

int main(int argc, char** argv) {
  examples::StockTrackerOptions options;
  if (const auto status = examples::ReadOptions(argc, argv, &options)) {
    return *status;
  }
  examples::StartLogging(options.server.log_level);

  Server server(examples::ToLibraryOptions(options.server));
  examples::ConfiguredSource source(server, std::move(options.source));

  StockTracker::Options tracker_options;
  tracker_options.book.max_symbols = options.max_stocks;
  tracker_options.max_rate = options.max_rate;
  tracker_options.clients_may_add = options.clients_may_add;
  Channel& channel = server.AddChannel("/stocks");
  StockTracker tracker(channel, server.scheduler(), tracker_options);
  channel.SetHandler(tracker);
  tracker.Follow(source.get());
  for (const examples::InitialStock& stock : options.stocks) {
    tracker.AddStock(stock.symbol.view(), stock.price);
  }

  AddStockApi(server, tracker);
  examples::StockPage page(tracker, options.pages.home_template,
                           options.clients_may_add);
  examples::ServePages(server, options.pages, [&page] { return page.Html(); });

  return examples::RunServer(server, "tickerhub-stock-tracker");
}
