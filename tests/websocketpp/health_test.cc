// "/healthz" and "/readyz": of a server that is well, full, not ready.

#include "hub/health.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "http/health_path.h"
#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

using std::chrono::milliseconds;

TEST(HealthTest, TheHubAnswersAsLongAsItsLastBeatIsASecondOld) {
  internal::Health health;
  const SteadyTime start(std::chrono::hours(1));
  EXPECT_TRUE(health.HubAnswers(start));
  health.Beat(start);
  EXPECT_TRUE(health.HubAnswers(start + milliseconds(1'000)));
  EXPECT_FALSE(health.HubAnswers(start + milliseconds(1'001)));
  health.Beat(start + milliseconds(5'000));
  EXPECT_TRUE(health.HubAnswers(start + milliseconds(5'001)));
}

TEST(HealthTest, KnowsARequestForHealthByItsFirstBytes) {
  using internal::AsksForHealth;
  EXPECT_TRUE(AsksForHealth("GET /healthz HTTP/1.1\r\n"));
  EXPECT_TRUE(AsksForHealth("GET /healthz?verbose HTTP/1.0\r\n"));
  EXPECT_TRUE(AsksForHealth("HEAD /readyz HTTP/1.1\r\n"));
  EXPECT_FALSE(AsksForHealth("GET /healthzz HTTP/1.1\r\n"));
  EXPECT_FALSE(AsksForHealth("GET / HTTP/1.1\r\n"));
  EXPECT_FALSE(AsksForHealth("POST /healthz HTTP/1.1\r\n"));
  EXPECT_FALSE(AsksForHealth("GET"));
  EXPECT_FALSE(AsksForHealth(""));
}

TEST(HealthTest, AServerThatIsWellAnswersBothWith200) {
  for (const int loops : {1, 2}) {
    Server::Options options = RunningServer::AnyPort();
    options.event_loops = loops;
    RunningServer running(options);
    for (const char* path : {"/healthz", "/readyz"}) {
      const std::string response = Fetch(running.port(), "GET", path);
      EXPECT_EQ(StatusOf(response), 200) << path;
      EXPECT_EQ(BodyOf(response), "ok\n") << path;
      EXPECT_EQ(HeaderOf(response, "Cache-Control"), "no-store") << path;
      EXPECT_EQ(StatusOf(Fetch(running.port(), "HEAD", path)), 200) << path;
    }
  }
}

TEST(HealthTest, AFullServerIsHealthyAndReady) {
  Server::Options options = RunningServer::AnyPort();
  options.max_connections = 1;
  RunningServer running(options);
  RawSocket only(running.port());
  ASSERT_TRUE(only.Upgrade("/a"));
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/healthz")), 200);
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/readyz")), 200);
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/none")), 503);
  EXPECT_EQ(running.counters().refused_full, 1U);
  EXPECT_EQ(running.refusals().size(), 1U);
}

TEST(HealthTest, AFullServerAnswersHealthBesideClientsThatSayNothing) {
  Server::Options options = RunningServer::AnyPort();
  options.max_connections = 1;
  RunningServer running(options);
  RawSocket only(running.port());
  ASSERT_TRUE(only.Upgrade("/a"));
  std::vector<RawSocket> silent;
  for (std::size_t i = 0; i < 40; ++i) silent.emplace_back(running.port());
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/healthz")), 200);
  // Those that waited longest were told without a request.
  EXPECT_EQ(StatusOf(silent.front().ReadToEnd()), 503);
}

TEST(ReadinessTest, TellsTheSentenceOfTheProgram) {
  for (const int loops : {1, 2}) {
    Server::Options options = RunningServer::AnyPort();
    options.event_loops = loops;
    std::string fault = "the feed is stale";
    RunningServer running(options, [&](Server& server) {
      server.SetReadiness([&fault] { return fault; });
    });
    const std::string response = Fetch(running.port(), "GET", "/readyz");
    EXPECT_EQ(StatusOf(response), 503);
    EXPECT_EQ(BodyOf(response), "the feed is stale\n");
    EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/healthz")), 200);
    running.OnHub([&] { fault.clear(); });
    EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/readyz")), 200);
  }
}

TEST(ReadinessTest, ARouteOfTheProgramComesFirst) {
  RunningServer running(RunningServer::AnyPort(), [](Server& server) {
    server.Route("GET", "/healthz",
                 [](const HttpRequest&, const HttpReply& reply) {
                   HttpResponse response;
                   response.body = "mine\n";
                   reply(response);
                 });
  });
  EXPECT_EQ(BodyOf(Fetch(running.port(), "GET", "/healthz")), "mine\n");
  EXPECT_EQ(BodyOf(Fetch(running.port(), "GET", "/readyz")), "ok\n");
}

}  // namespace
}  // namespace tickerhub::testing
