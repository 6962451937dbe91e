// Limits of connections for each address and user, and a second, over real
// sockets.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"
#include "tickerhub/admission.h"

namespace tickerhub::testing {
namespace {

TEST(ConnectionsPerAddressTest, Answers503ThatArrivesAndSaysWhy) {
  Server::Options options = RunningServer::AnyPort();
  options.max_connections_per_address = 2;
  options.event_loops = 2;
  RunningServer running(options);
  RawSocket first(running.port());
  RawSocket second(running.port());
  ASSERT_TRUE(first.Upgrade("/a"));
  ASSERT_TRUE(second.Upgrade("/a"));
  RawSocket third(running.port());
  ASSERT_TRUE(third.Send(UpgradeRequest("/a") + std::string(100'000, 'x')));
  const std::string response = third.ReadToEnd();
  EXPECT_FALSE(third.was_reset());
  EXPECT_EQ(StatusOf(response), 503);
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "5");
  EXPECT_EQ(BodyOf(response), "too many connections come from your address\n");
  EXPECT_EQ(running.counters().refused_address_full, 1U);
  EXPECT_EQ(running.counters().refused_full, 0U);

  first.Close();
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.connections == 1; }));
  RawSocket fourth(running.port());
  EXPECT_TRUE(fourth.Upgrade("/a"));
}

TEST(ConnectionsPerAddressTest, GivesEveryPlaceBack) {
  Server::Options options = RunningServer::AnyPort();
  options.max_connections_per_address = 4;
  RunningServer running(options);
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(StatusOf(Fetch(running.port(), "GET", "/healthz")), 200);
    ASSERT_TRUE(running.Counts(
        [](const Server::Counters& c) { return c.connections == 0; }));
  }
  EXPECT_EQ(running.counters().refused_address_full, 0U);
}

TEST(AcceptsPerAddressTest, RefusesAnAddressThatConnectsTooOften) {
  Server::Options options = RunningServer::AnyPort();
  options.max_accepts_per_second_per_address = 0.001;  // one at once
  RunningServer running(options);
  RawSocket first(running.port());
  ASSERT_TRUE(first.Upgrade("/a"));
  const std::string response = Fetch(running.port(), "GET", "/");
  EXPECT_EQ(StatusOf(response), 503);
  EXPECT_EQ(BodyOf(response), "your address connects too often\n");
  EXPECT_EQ(running.counters().refused_address_too_fast, 1U);
}

TEST(AcceptsPerSecondTest, LetsConnectionsWaitAndLosesNone) {
  Server::Options options = RunningServer::AnyPort();
  options.max_accepts_per_second = 20;
  RunningServer running(options);
  std::vector<RawSocket> clients;
  for (int i = 0; i < 30; ++i) clients.emplace_back(running.port());
  for (RawSocket& client : clients) EXPECT_TRUE(client.Upgrade("/a"));
  EXPECT_GT(running.counters().accepts_delayed, 0U);
  EXPECT_EQ(running.counters().accepted, 30U);
}

TEST(SessionsPerUserTest, RefusesAUserThatHasTooMany) {
  Server::Options options = RunningServer::AnyPort();
  options.event_loops = 2;
  ScriptedHandler handler;
  RunningServer running(options, [&](Server& server) {
    ChannelOptions channel_options;
    channel_options.max_sessions_per_user = 1;
    Channel& channel = server.AddChannel("/users", channel_options);
    channel.SetHandler(handler);
    channel.SetAdmission(
        [](const ConnectRequest& request, const AdmissionReply& reply) {
          reply(Admission::Accept(request.query));
        });
  });
  RawSocket ann(running.port());
  RawSocket bob(running.port());
  ASSERT_TRUE(ann.Upgrade("/users?ann"));
  ASSERT_TRUE(bob.Upgrade("/users?bob"));
  RawSocket guests[3];
  for (RawSocket& guest : guests) {
    guest = RawSocket(running.port());
    EXPECT_TRUE(guest.Upgrade("/users"));
  }
  RawSocket again(running.port());
  ASSERT_TRUE(again.Send(UpgradeRequest("/users?ann")));
  const std::string response = again.ReadToEnd();
  EXPECT_EQ(StatusOf(response), 503);
  EXPECT_EQ(BodyOf(response),
            "you have too many connections to this channel\n");
  EXPECT_EQ(running.counters().refused_user_full, 1U);

  ann.Close();
  ASSERT_TRUE(handler.WaitFor(ScriptedHandler::Event::kClose));
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.connections == 4; }));
  RawSocket once_more(running.port());
  EXPECT_TRUE(once_more.Upgrade("/users?ann"));
  for (RawSocket* client : {&bob, &guests[0], &guests[1], &guests[2]}) {
    client->Close();
  }
  once_more.Close();
  running.Stop();
}

}  // namespace
}  // namespace tickerhub::testing
