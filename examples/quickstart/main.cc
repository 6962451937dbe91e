#include <tickerhub/pages/pages.h>
#include <tickerhub/tickerhub.h>

#include <iostream>

int main() {
  tickerhub::Server server({});
  tickerhub::SimulatedMarket market;  // or SetPrice() from a feed of your own
  tickerhub::Channel& channel = server.AddChannel("/stocks");
  tickerhub::StockTracker tracker(channel, server.scheduler());
  channel.SetHandler(tracker);
  tickerhub::AddStockPage(server, tracker);  // at http://127.0.0.1:8080/

  tracker.Follow(market);
  tracker.SetPrice("AAPL", tickerhub::Price::Parse("150.25").value());
  tracker.SetPrice("BTC-USD", tickerhub::Price::Parse("61250.5").value());

  if (tickerhub::Status status = server.Listen(); !status.ok()) {
    std::cerr << status.message() << std::endl;
    return 1;
  }
  std::cout << server.url() << std::endl;
  server.StopOnSignals();
  server.Run();
}
