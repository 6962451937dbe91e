#include <tickerhub/tickerhub.h>
#include <tickerhub/websocketpp/server.h>

#include <iostream>
#include <string>
#include <thread>

int main() {
  tickerhub::Server::Options options;
  options.port = 0;  // any free one
  tickerhub::Server server(options);
  tickerhub::PriceInbox inbox(server.scheduler());
  tickerhub::Channel& channel = server.AddChannel("/stocks");
  tickerhub::StockTracker tracker(channel, server.scheduler());
  channel.SetHandler(tracker);
  tracker.Follow(inbox);
  if (tickerhub::Status status = server.Listen(); !status.ok()) {
    std::cerr << status.message() << std::endl;
    return 1;
  }
  std::cout << "listening on " << server.url() << std::endl;

  std::thread hub([&server] { server.Run(); });
  // From here on `tracker` and `channel` belong to that thread.

  // The program's own loop: it reads "AAPL 150.25" and "AAPL gone".
  for (std::string symbol, word; std::cin >> symbol >> word;) {
    if (word == "gone") {
      server.Post([&tracker, symbol] { tracker.RemoveStock(symbol); });
    } else if (auto price = tickerhub::Price::Parse(word)) {
      inbox.Push(symbol, *price);
    } else {
      std::cerr << word << " is no price" << std::endl;
    }
  }

  server.Stop();  // clients are told that the server stops
  hub.join();     // before `tracker` and `inbox` go
}
