#include <tickerhub/pages/pages.h>
#include <tickerhub/tickerhub.h>

#include <atomic>
#include <iostream>
#include <thread>

int main() {
  tickerhub::Server server({});
  tickerhub::PriceInbox inbox(server.scheduler());
  tickerhub::Channel& channel = server.AddChannel("/stocks");
  tickerhub::StockTracker tracker(channel, server.scheduler());
  channel.SetHandler(tracker);
  tracker.Follow(inbox);
  tickerhub::AddStockPage(server, tracker);  // at http://127.0.0.1:8080/
  const tickerhub::Status status = server.Listen();
  if (!status.ok()) std::cerr << status.message() << std::endl;
  if (!status.ok()) return 1;
  std::atomic<bool> running{true};
  std::thread feed([&] {  // your feed; it may have as many threads as it likes
    for (double price = 150; running; price += 0.25) {
      inbox.Push("AAPL", *tickerhub::Price::FromDouble(price));
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
  server.StopOnSignals();
  server.Run();
  running = false;
  feed.join();
}
