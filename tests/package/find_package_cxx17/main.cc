// Checks that a service of core does its work when used from outside.
#include <tickerhub/testing/manual_scheduler.h>
#include <tickerhub/testing/recording_broadcaster.h>
#include <tickerhub/tickerhub.h>

#include <iostream>
#include <string>

static_assert(__cplusplus < 202002L, "this one is the C++17 consumer");

int main() {
  tickerhub::testing::RecordingBroadcaster broadcaster;
  tickerhub::testing::ManualScheduler scheduler;
  tickerhub::StockTracker tracker(broadcaster, scheduler);
  const auto price = tickerhub::Price::Parse("150.25");
  if (!price) return 1;
  if (tracker.SetPrice("AAPL", *price) !=
      tickerhub::StockTracker::SetResult::kAdded) {
    return 2;
  }
  const std::string snapshot(tracker.Snapshot().text());
  std::cout << snapshot << '\n';
  return snapshot.find(R"("AAPL":150.25)") != std::string::npos ? 0 : 3;
}
