#include <tickerhub/websocketpp/server.h>

#include <functional>
#include <iostream>

#include "order_book.h"

int main() {
  tickerhub::Server::Options options;
  options.port = 0;  // any free one
  tickerhub::Server server(options);
  tickerhub::Channel& channel = server.AddChannel("/orders");
  OrderBook book(channel, server.scheduler());
  channel.SetHandler(book);
  if (tickerhub::Status status = server.Listen(); !status.ok()) {
    std::cerr << status.message() << std::endl;
    return 1;
  }
  std::cout << "listening on " << server.url() << std::endl;

  // Somebody trades: the amount at 150.25 grows and then is gone.
  tickerhub::Timer trades(server.scheduler());
  int amount = 0;
  const std::function<void()> trade = [&] {
    book.Set(*tickerhub::Price::Parse("150.25"), amount);
    amount = (amount + 100) % 500;
    trades.Start(std::chrono::milliseconds(20), trade);
  };
  book.Set(*tickerhub::Price::Parse("150.5"), 300);
  trade();
  server.StopOnSignals();
  server.Run();
}
