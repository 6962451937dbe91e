// Server::figures() and the access log.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "figures/close_counts.h"
#include "figures/duration_counts.h"
#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

using std::chrono::microseconds;

std::map<int, std::uint64_t> ClosesOf(const Server& server) {
  const ServerFigures figures = server.figures();
  return {figures.closes.begin(), figures.closes.end()};
}

TEST(FiguresTest, CountsDurationsUpToTheirBounds) {
  internal::DurationCounts counts;
  for (const int us : {-5, 0, 50, 51, 100, 6'000'000}) {
    counts.Add(microseconds(us));
  }
  Durations sum;
  counts.AddTo(&sum);
  EXPECT_EQ(sum.counts.front(), 3U);
  EXPECT_EQ(sum.counts[1], 2U);
  EXPECT_EQ(sum.counts.back(), 1U);
  EXPECT_EQ(sum.count(), 6U);
  EXPECT_EQ(sum.sum_us, 6'000'201U);
}

TEST(FiguresTest, GivesOnlyKnownCloseCodesACountOfTheirOwn) {
  internal::CloseCounts counts;
  for (const int code :
       {1000, 1015, 1016, 3000, 4001, 4015, 4016, 4500, 65535}) {
    counts.Add(static_cast<std::uint16_t>(code));
  }
  std::map<int, std::uint64_t> found;
  counts.ForEach([&](std::uint16_t code, std::uint64_t count) {
    if (count > 0) found[code] = count;
  });
  EXPECT_EQ(
      found,
      (std::map<int, std::uint64_t>{
          {0, 4}, {1000, 1}, {1015, 1}, {4001, 1}, {4015, 1}, {4500, 1}}));
}

TEST(FiguresTest, CountsWithWhichCodesSessionsClose) {
  RunningServer running;
  RawSocket closes(running.port());
  RawSocket vanishes(running.port());
  RawSocket resets(running.port());
  RawSocket is_closed(running.port());
  ASSERT_TRUE(is_closed.Upgrade("/a"));
  const SessionId session = running.handler().Opened();
  ASSERT_TRUE(closes.Upgrade("/a") && vanishes.Upgrade("/a") &&
              resets.Upgrade("/a"));
  closes.Send(ClientFrame(kCloseOpcode, ClosePayload(1000)));
  vanishes.Close();
  resets.Reset();
  running.OnHub([&] { running.out().Close(session, CloseCode::kKicked, ""); });
  EXPECT_TRUE(Eventually([&] {
    return ClosesOf(running.server()) ==
           std::map<int, std::uint64_t>{{1000, 1}, {1006, 2}, {4500, 1}};
  }));
}

TEST(FiguresTest, MeasuresEachPublicationOnceForEachLoop) {
  Server::Options options = RunningServer::AnyPort();
  options.event_loops = 3;
  options.measure_publish = true;
  RunningServer running(options);
  std::vector<RawSocket> clients;
  for (int i = 0; i < 9; ++i) {
    clients.emplace_back(running.port());
    ASSERT_TRUE(clients.back().Upgrade("/a"));
    const SessionId session =
        running.handler().Opened(static_cast<std::size_t>(i));
    running.OnHub([&] { running.out().Subscribe(session, 1); });
  }
  for (int i = 0; i < 5; ++i) running.Publish("x", Delivery::kEvery);
  EXPECT_TRUE(Eventually(
      [&] { return running.server().figures().publish.count() == 15; }));
  EXPECT_EQ(running.server().figures().loop_lag.size(), 3U);
}

TEST(FiguresTest, MeasuresNoPublicationUnlessAsked) {
  RunningServer running;
  running.Publish("x", Delivery::kEvery);
  EXPECT_EQ(running.server().figures().publish.count(), 0U);
}

TEST(FiguresTest, CountsRefusalsByReason) {
  RunningServer running;
  EXPECT_EQ(StatusOf(Exchange(running.port(), UpgradeRequest("/none"))), 404);
  EXPECT_EQ(StatusOf(Exchange(running.port(), "nonsense\r\n\r\n")), 400);
  std::map<std::string_view, std::uint64_t> found;
  for (const auto& [reason, count] : running.server().figures().refusals) {
    if (count > 0) found[reason] = count;
  }
  EXPECT_EQ(found, (std::map<std::string_view, std::uint64_t>{
                       {"bad-request", 1}, {"no-channel", 1}}));
  EXPECT_EQ(running.refusals().size(), 2U);
}

TEST(AccessLogTest, HasOneRecordForEachResponse) {
  std::mutex mutex;
  std::vector<std::string> records;
  Server::Options options = RunningServer::AnyPort();
  options.event_loops = 2;
  options.access_log = [&](const AccessRecord& record) {
    const std::lock_guard<std::mutex> lock(mutex);
    EXPECT_GE(record.took.count(), 0);
    EXPECT_FALSE(record.from_admin_listener);
    records.push_back(
        record.remote.ToString() + " " + std::string(record.method) + " " +
        std::string(record.path) + " " + std::to_string(record.status));
  };
  RunningServer running(options, [](Server& server) {
    server.Route("GET", "/later",
                 [](const HttpRequest&, const HttpReply& reply) {
                   reply(HttpResponse());
                 });
  });
  Fetch(running.port(), "GET", "/later?token=secret");
  Fetch(running.port(), "GET", "/healthz");
  Exchange(running.port(), UpgradeRequest("/none?access_token=secret"));
  RawSocket client(running.port());
  ASSERT_TRUE(client.Upgrade("/a?token=secret"));
  const std::vector<std::string> expected = {
      "127.0.0.1 GET /a 101", "127.0.0.1 GET /healthz 200",
      "127.0.0.1 GET /later 200", "127.0.0.1 GET /none 404"};
  EXPECT_TRUE(Eventually([&] {
    const std::lock_guard<std::mutex> lock(mutex);
    std::vector<std::string> sorted = records;
    std::sort(sorted.begin(), sorted.end());
    return sorted == expected;
  })) << ::testing::PrintToString(records);
}

TEST(AccessLogTest, KeepsNobodyFromItsResponseIfItThrows) {
  Server::Options options = RunningServer::AnyPort();
  options.access_log = [](const AccessRecord&) {
    throw std::runtime_error("the disk is full");
  };
  RunningServer running(options);
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/healthz")), 200);
  RawSocket client(running.port());
  ASSERT_TRUE(client.Upgrade("/a"));
  running.Send(running.handler().Opened(), "welcome");
  EXPECT_EQ(client.ReadFrame().value_or(RawSocket::Frame()).payload, "welcome");
  EXPECT_TRUE(Eventually([&] {
    return running.log() == std::vector<std::string>(
                                2, "the access log failed: the disk is full");
  })) << ::testing::PrintToString(running.log());
}

}  // namespace
}  // namespace tickerhub::testing
