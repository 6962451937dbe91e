#include <tickerhub/tickerhub.h>
#include <tickerhub/websocketpp/server.h>

#include <cstdio>

int main() {
  tickerhub::Server server({});  // 127.0.0.1:8080
  tickerhub::StockTracker tracker(server.AddChannel("/stocks"),
                                  server.scheduler());
  server.SetHandler("/stocks", tracker);

  tickerhub::SimulatedMarket market;  // or SetPrice() from a feed of your own
  tracker.Follow(market);
  tracker.SetPrice("AAPL", tickerhub::Price::Parse("150.25").price);
  tracker.SetPrice("BTC-USD", tickerhub::Price::Parse("61250.5").price);

  const std::string error = server.Listen();
  if (!error.empty()) return std::fprintf(stderr, "%s\n", error.c_str()), 1;
  std::printf("ws%sstocks\n", server.url().c_str() + 4);  // ws://…/stocks
  server.StopOnSignals();
  server.Run();
}
