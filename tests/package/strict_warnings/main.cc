// Uses what stands in the headers as templates and inline functions.
#include <tickerhub/testing/manual_scheduler.h>
#include <tickerhub/testing/recording_broadcaster.h>
#include <tickerhub/tickerhub.h>

#include <chrono>
#include <cstddef>
#include <unordered_set>

int main() {
  tickerhub::testing::RecordingBroadcaster broadcaster;
  tickerhub::testing::ManualScheduler scheduler;
  tickerhub::StockTracker tracker(broadcaster, scheduler);
  tracker.AddStock("AAPL", tickerhub::Price::Of(15'025, 2));
  std::size_t stocks = 0;
  std::unordered_set<tickerhub::Symbol> symbols;
  tracker.book().ForEach([&](const tickerhub::Quote& quote) {
    ++stocks;
    symbols.insert(quote.symbol);
  });
  tracker.book().ForEachChangeSince(0,
                                    [&](const tickerhub::Quote&) { ++stocks; });
  tickerhub::Timer timer(scheduler);
  bool rang = false;
  timer.Start(std::chrono::milliseconds(1), [&rang] { rang = true; });
  scheduler.Advance(std::chrono::milliseconds(2));
  const bool ok = stocks == 2 && symbols.size() == 1 && rang;
  return ok ? 0 : 1;
}
