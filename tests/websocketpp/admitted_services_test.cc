// The services of core behind an admission, over real sockets: who the
// admission lets in is who the services know.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/running_server.h"
#include "support/websocket_client.h"
#include "tickerhub/in_memory_notification_log.h"
#include "tickerhub/notifier.h"
#include "tickerhub/simulated_market.h"
#include "tickerhub/stock_tracker.h"

namespace tickerhub::testing {
namespace {

// A program that takes anybody for who their query says they are.
void AdmitByQuery(const ConnectRequest& request, const AdmissionReply& reply) {
  reply(Admission::Accept(request.QueryParameter("user").value_or("")));
}

class AdmittedServicesTest : public ::testing::TestWithParam<int> {
 protected:
  AdmittedServicesTest() {
    Server::Options options = RunningServer::AnyPort();
    options.event_loops = GetParam();
    running_.emplace(options, [this](Server& server) {
      Channel& prices = server.AddChannel("/stocks");
      StockTracker::Options stocks;
      stocks.may_add = IdentifiedClients;
      tracker_.emplace(prices, server.scheduler(), stocks);
      prices.SetHandler(*tracker_);
      prices.SetAdmission(AdmitByQuery);
      tracker_->Follow(market_);
      for (const char* name : {"A", "B"}) tracker_->AddStock(name, Price());
      Channel& notes = server.AddChannel("/notifications");
      Notifier::Options notifications;
      notifications.identity_from_admission = true;
      notifications.may_send_to_all = NoClients;
      notifier_.emplace(notes, server.scheduler(), log_, notifications);
      notes.SetHandler(*notifier_);
      notes.SetAdmission(AdmitByQuery);
    });
  }
  ~AdmittedServicesTest() override {
    running_->Stop();
    tracker_.reset();
    notifier_.reset();
  }

  WebSocketClient Connect(const std::string& path) {
    WebSocketClient client;
    EXPECT_TRUE(client.Connect(running_->port(), path)) << path;
    return client;
  }

  // Reads until a message that has `part` comes.
  static bool Hears(WebSocketClient* client, std::string_view part) {
    for (;;) {
      const auto message = client->Next();
      if (!message) return false;
      if (message->data.find(part) != std::string::npos) return true;
    }
  }

  SimulatedMarket market_;
  InMemoryNotificationLog log_;
  std::optional<StockTracker> tracker_;
  std::optional<Notifier> notifier_;
  std::optional<RunningServer> running_;
};

INSTANTIATE_TEST_SUITE_P(Loops, AdmittedServicesTest, ::testing::Values(1, 2));

TEST_P(AdmittedServicesTest, KnowAClientByItsIdentity) {
  WebSocketClient ann = Connect("/notifications?user=ann");
  EXPECT_TRUE(Hears(&ann, R"({"type":"identified","identifier":"ann"})"));
  WebSocketClient bob = Connect("/notifications?user=bob");
  EXPECT_TRUE(Hears(&bob, R"("identifier":"bob")"));
  bob.SendText(R"({"type":"set-identifier","identifier":"ann"})");
  EXPECT_TRUE(Hears(&bob, "identity-is-fixed"));
  bob.SendText(
      R"({"type":"send-notification","recipientId":"all","message":"x"})");
  EXPECT_TRUE(Hears(&bob, "sending-disabled"));
  bob.SendText(
      R"({"type":"send-notification","recipientId":"ann","message":"hi"})");
  EXPECT_TRUE(Hears(&ann, R"("message":"hi","scope":"personal","from":"bob")"));
}

TEST_P(AdmittedServicesTest, KickAUserFromEveryDevice) {
  WebSocketClient phone = Connect("/notifications?user=ann");
  WebSocketClient desk = Connect("/notifications?user=ann");
  WebSocketClient bob = Connect("/notifications?user=bob");
  for (WebSocketClient* client : {&phone, &desk, &bob}) {
    EXPECT_TRUE(Hears(client, "identified"));
  }
  std::size_t kicked = 0;
  std::vector<Notifier::ClientInfo> left;
  running_->OnHub([&] {
    kicked = notifier_->Kick("ann");
    left = notifier_->Clients(10);
  });
  EXPECT_EQ(kicked, 2u);
  for (WebSocketClient* client : {&phone, &desk}) {
    const auto close = client->WaitForClose();
    ASSERT_TRUE(close);
    EXPECT_EQ(close->code, 4500);
    EXPECT_EQ(close->reason, "closed by the operator");
  }
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].identifier, "bob");
  EXPECT_EQ(left[0].remote_address.ToString(), "127.0.0.1");
  EXPECT_TRUE(bob.Close());
}

TEST_P(AdmittedServicesTest, CloseAClientWhoseIdentityIsNoName) {
  WebSocketClient client = Connect("/notifications?user=server");
  const auto close = client.WaitForClose();
  ASSERT_TRUE(close);
  EXPECT_EQ(close->code, 4501);
  EXPECT_EQ(close->reason,
            "That name is reserved, or looks like one that is; choose "
            "another.");
}

TEST_P(AdmittedServicesTest, LetThoseAddStocksThatHaveAnIdentity) {
  WebSocketClient guest = Connect("/stocks?stocks=A");
  WebSocketClient ann = Connect("/stocks?user=ann&stocks=B");
  EXPECT_TRUE(Hears(&guest, R"("data":{"A":)"));
  EXPECT_TRUE(Hears(&ann, R"("data":{"B":)"));
  guest.SendText(R"({"type":"add-stock","stock":"C"})");
  EXPECT_TRUE(Hears(&guest, "adding-disabled"));
  ann.SendText(R"({"type":"add-stock","stock":"C"})");
  EXPECT_TRUE(Hears(&guest, R"("data":{"stock":"C")"));
}

}  // namespace
}  // namespace tickerhub::testing
