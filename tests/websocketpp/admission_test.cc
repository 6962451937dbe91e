// Who may open a session: Channel::SetAdmission().

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/deadline.h"
#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;

// Keeps the replies that an admission was given, for whoever answers later.
class Desk {
 public:
  AdmissionFunction Function() {
    return [this](const ConnectRequest&, const AdmissionReply& reply) {
      const std::lock_guard<std::mutex> lock(mutex_);
      replies_.push_back(reply);
    };
  }
  std::size_t size() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return replies_.size();
  }
  AdmissionReply Take() {
    EXPECT_TRUE(Eventually([this] { return size() > 0; }));
    const std::lock_guard<std::mutex> lock(mutex_);
    AdmissionReply reply = std::move(replies_.front());
    replies_.erase(replies_.begin());
    return reply;
  }
  void Clear() {
    const std::lock_guard<std::mutex> lock(mutex_);
    replies_.clear();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<AdmissionReply> replies_;
};

// A server with a channel "/guarded", with one event loop or with two.
class AdmissionTest : public ::testing::TestWithParam<int> {
 protected:
  void Start(AdmissionFunction admission,
             Server::Options options = RunningServer::AnyPort()) {
    options.event_loops = GetParam();
    running_.emplace(options, [&](Server& server) {
      channel_ = &server.AddChannel("/guarded");
      channel_->SetHandler(handler_);
      channel_->SetAdmission(std::move(admission));
    });
  }
  void TearDown() override { running_.reset(); }

  std::uint16_t port() const { return running_->port(); }
  bool Connect(WebSocketClient& client, const std::string& query = "",
               const WebSocketClient::Options& options = {}) {
    return client.Connect(port(), "/guarded" + query, options);
  }
  SessionInfo InfoOf(std::size_t index) {
    EXPECT_TRUE(handler_.WaitFor(Event::kOpen, index + 1));
    std::vector<SessionInfo> infos;
    for (const Event& event : handler_.events()) {
      if (event.kind == Event::kOpen) infos.push_back(event.info);
    }
    return index < infos.size() ? infos[index] : SessionInfo();
  }

  ScriptedHandler handler_;
  Channel* channel_ = nullptr;
  std::optional<RunningServer> running_;
};

INSTANTIATE_TEST_SUITE_P(Loops, AdmissionTest, ::testing::Values(1, 2));

TEST_P(AdmissionTest, GetsTheWholeRequest) {
  std::promise<ConnectRequest> seen;
  Start([&](const ConnectRequest& request, const AdmissionReply& reply) {
    seen.set_value(request);
    reply(Admission::Accept());
  });
  WebSocketClient client;
  WebSocketClient::Options options;
  options.headers = {{"Cookie", "session=abc"},
                     {"Sec-WebSocket-Protocol", "v1, v2"},
                     {"Authorization", "Bearer secret"}};
  ASSERT_TRUE(Connect(client, "?token=a%20b&x=1", options));
  const ConnectRequest request = seen.get_future().get();
  EXPECT_EQ(request.path, "/guarded");
  EXPECT_EQ(request.query, "token=a%20b&x=1");
  EXPECT_EQ(request.QueryParameter("token"), "a b");
  EXPECT_EQ(request.Cookie("session"), "abc");
  EXPECT_EQ(request.BearerToken(), "secret");
  EXPECT_EQ(request.Subprotocols(),
            (std::vector<std::string_view>{"v1", "v2"}));
  EXPECT_EQ(request.headers.Get("upgrade"), "websocket");
  EXPECT_EQ(request.remote_address.ToString(), "127.0.0.1");
  EXPECT_NE(request.remote_address.port(), 0);
}

TEST_P(AdmissionTest, TellsTheHandlerWhoItIs) {
  Start([](const ConnectRequest& request, const AdmissionReply& reply) {
    reply(Admission::Accept(request.QueryParameter("user").value_or(""), "v2"));
  });
  WebSocketClient client;
  WebSocketClient::Options options;
  options.headers = {{"Sec-WebSocket-Protocol", "v1, v2"}};
  ASSERT_TRUE(Connect(client, "?user=ann", options));
  const SessionInfo info = InfoOf(0);
  EXPECT_EQ(info.identity, "ann");
  EXPECT_EQ(info.subprotocol, "v2");
  EXPECT_EQ(info.request.query, "user=ann");
  EXPECT_EQ(info.request.remote_address.ToString(), "127.0.0.1");
  ASSERT_TRUE(client.SendText("hello"));
  EXPECT_EQ(handler_.Message(), "hello");
}

TEST_P(AdmissionTest, TellsTheClientTheSubprotocol) {
  Start([](const ConnectRequest&, const AdmissionReply& reply) {
    reply(Admission::Accept(std::string(), "v2"));
  });
  RawSocket socket(port());
  std::string request = UpgradeRequest("/guarded");
  request.insert(request.size() - 2, "Sec-WebSocket-Protocol: v1, v2\r\n");
  ASSERT_TRUE(socket.Send(request));
  const std::string response = socket.ReadUntil("\r\n\r\n");
  EXPECT_EQ(StatusOf(response), 101);
  EXPECT_EQ(HeaderOf(response, "Sec-WebSocket-Protocol"), "v2");
}

TEST_P(AdmissionTest, RefusesWithAStatusAndABody) {
  Start([](const ConnectRequest&, const AdmissionReply& reply) {
    reply(Admission::Refuse(403, "your token has expired\n"));
  });
  const std::string response = Exchange(port(), UpgradeRequest("/guarded"));
  EXPECT_EQ(StatusOf(response), 403);
  EXPECT_EQ(BodyOf(response), "your token has expired\n");
  EXPECT_EQ(HeaderOf(response, "Connection"), "close");
  EXPECT_TRUE(running_->Counts([](const Server::Counters& c) {
    return c.refused_by_admission == 1 && c.connections == 0;
  }));
  EXPECT_EQ(running_->counters().handshakes_failed, 0U);
  EXPECT_EQ(handler_.Count(Event::kOpen), 0U);
}

TEST_P(AdmissionTest, ARefusalIsNeverASuccess) {
  int status = 0;
  Start([&](const ConnectRequest&, const AdmissionReply& reply) {
    reply(Admission::Refuse(status, "no\n"));
  });
  for (const auto& [given, sent] :
       {std::pair{101, 400}, std::pair{200, 400}, std::pair{399, 400},
        std::pair{451, 451}, std::pair{600, 599}}) {
    status = given;
    EXPECT_EQ(StatusOf(Exchange(port(), UpgradeRequest("/guarded"))), sent);
  }
  EXPECT_EQ(running_->counters().sessions, 0U);
}

TEST_P(AdmissionTest, NamesTheSchemeWith401) {
  Start([](const ConnectRequest&, const AdmissionReply& reply) {
    reply(Admission::Refuse(401, "who are you?\n"));
  });
  EXPECT_EQ(HeaderOf(Exchange(port(), UpgradeRequest("/guarded")),
                     "WWW-Authenticate"),
            "Bearer");
}

TEST_P(AdmissionTest, WhoIsNotAdmittedTakesNoPlaceOfTheChannel) {
  Desk desk;
  Server::Options options = RunningServer::AnyPort();
  options.event_loops = GetParam();
  running_.emplace(options, [&](Server& server) {
    ChannelOptions small;
    small.max_sessions = 1;
    channel_ = &server.AddChannel("/guarded", small);
    channel_->SetHandler(handler_);
    channel_->SetAdmission(desk.Function());
  });
  RawSocket first(port());
  RawSocket second(port());
  ASSERT_TRUE(first.Send(UpgradeRequest("/guarded")));
  AdmissionReply reply_to_first = desk.Take();
  ASSERT_TRUE(second.Send(UpgradeRequest("/guarded")));
  desk.Take()(Admission::Accept());
  EXPECT_EQ(StatusOf(second.ReadUntil("\r\n\r\n")), 101);
  reply_to_first(Admission::Accept());
  EXPECT_EQ(StatusOf(first.ReadToEnd()), 503);
}

TEST_P(AdmissionTest, OtherChannelsAskNobody) {
  Start([](const ConnectRequest&, const AdmissionReply& reply) {
    reply(Admission::Refuse(403, "no\n"));
  });
  WebSocketClient client;
  EXPECT_TRUE(client.Connect(port(), "/a"));
}

TEST_P(AdmissionTest, IsNotAskedAboutWhatIsNoHandshake) {
  std::atomic<int> asked{0};
  Start([&](const ConnectRequest&, const AdmissionReply& reply) {
    ++asked;
    reply(Admission::Accept());
  });
  EXPECT_EQ(StatusOf(Fetch(port(), "GET", "/guarded")), 426);
  EXPECT_EQ(StatusOf(Exchange(port(), UpgradeRequest("/guarded", "12"))), 426);
  EXPECT_EQ(asked, 0);
}

TEST_P(AdmissionTest, MayAnswerLaterFromAnyThread) {
  Desk desk;
  Start(desk.Function());
  RawSocket socket(port());
  // What a client sends before the answer is read after it.
  ASSERT_TRUE(
      socket.Send(UpgradeRequest("/guarded") + ClientFrame(kText, "early")));
  AdmissionReply reply = desk.Take();
  ASSERT_TRUE(socket.Send(ClientFrame(kText, "late")));
  EXPECT_EQ(handler_.Count(Event::kOpen), 0U);
  std::thread([&] { reply(Admission::Accept("ann")); }).join();
  EXPECT_EQ(StatusOf(socket.ReadUntil("\r\n\r\n")), 101);
  EXPECT_EQ(handler_.Message(0), "early");
  EXPECT_EQ(handler_.Message(1), "late");
  EXPECT_EQ(InfoOf(0).identity, "ann");
}

TEST_P(AdmissionTest, MayRefuseLater) {
  Desk desk;
  Start(desk.Function());
  RawSocket socket(port());
  ASSERT_TRUE(socket.Send(UpgradeRequest("/guarded")));
  desk.Take()(Admission::Refuse(401, "who are you?\n"));
  const std::string response = socket.ReadToEnd();
  EXPECT_EQ(StatusOf(response), 401);
  EXPECT_EQ(BodyOf(response), "who are you?\n");
}

TEST_P(AdmissionTest, TheSecondAnswerHasNoEffect) {
  Start([](const ConnectRequest&, const AdmissionReply& reply) {
    reply(Admission::Accept("ann"));
    reply(Admission::Refuse(403, "no\n"));
  });
  WebSocketClient client;
  ASSERT_TRUE(Connect(client));
  EXPECT_EQ(InfoOf(0).identity, "ann");
}

TEST_P(AdmissionTest, WithoutAnAnswerTheClientGets500) {
  Start([](const ConnectRequest&, const AdmissionReply&) {});
  const std::string response = Exchange(port(), UpgradeRequest("/guarded"));
  EXPECT_EQ(StatusOf(response), 500);
  EXPECT_EQ(BodyOf(response), "the server has no answer\n");
}

TEST_P(AdmissionTest, WhenTheLastCopyGoesTheClientGets500) {
  Desk desk;
  Start(desk.Function());
  RawSocket socket(port());
  ASSERT_TRUE(socket.Send(UpgradeRequest("/guarded")));
  ASSERT_TRUE(Eventually([&] { return desk.size() == 1; }));
  desk.Clear();
  EXPECT_EQ(StatusOf(socket.ReadToEnd()), 500);
}

TEST_P(AdmissionTest, ThatThrowsIsLoggedAndTheClientGets500) {
  Start([](const ConnectRequest&, const AdmissionReply&) {
    throw std::runtime_error("no such table");
  });
  EXPECT_EQ(StatusOf(Exchange(port(), UpgradeRequest("/guarded"))), 500);
  EXPECT_EQ(running_->log(),
            (std::vector<std::string>{
                "the admission of /guarded failed: no such table"}));
}

TEST_P(AdmissionTest, ThatChoosesAForeignSubprotocolIsToldSo) {
  Start([](const ConnectRequest&, const AdmissionReply& reply) {
    reply(Admission::Accept(std::string(), "v9"));
  });
  EXPECT_EQ(StatusOf(Exchange(port(), UpgradeRequest("/guarded"))), 500);
  ASSERT_EQ(running_->log().size(), 1U);
  EXPECT_NE(running_->log()[0].find("chose a subprotocol that the client did "
                                    "not offer"),
            std::string::npos);
}

TEST_P(AdmissionTest, ThatTakesTooLongLosesTheClient) {
  Desk desk;
  Server::Options options = RunningServer::AnyPort();
  options.handshake_timeout = std::chrono::milliseconds(50);
  Start(desk.Function(), options);
  RawSocket socket(port());
  ASSERT_TRUE(socket.Send(UpgradeRequest("/guarded")));
  AdmissionReply reply = desk.Take();
  EXPECT_EQ(socket.ReadToEnd(), "");
  EXPECT_TRUE(running_->Counts([](const Server::Counters& c) {
    return c.handshakes_failed == 1 && c.connections == 0;
  }));
  reply(Admission::Accept());  // nobody is there any more
  WebSocketClient next;
  EXPECT_TRUE(next.Connect(port(), "/a"));
  EXPECT_EQ(handler_.Count(Event::kOpen), 0U);
}

TEST_P(AdmissionTest, AReplyMayOutliveTheServer) {
  Desk desk;
  Start(desk.Function());
  RawSocket socket(port());
  ASSERT_TRUE(socket.Send(UpgradeRequest("/guarded")));
  AdmissionReply reply = desk.Take();
  running_.reset();
  reply(Admission::Accept());
  EXPECT_EQ(socket.ReadToEnd(), "");
}

TEST_P(AdmissionTest, AClientThatLeavesBeforeTheAnswerIsNoSession) {
  Desk desk;
  Start(desk.Function());
  {
    RawSocket socket(port());
    ASSERT_TRUE(socket.Send(UpgradeRequest("/guarded")));
    ASSERT_TRUE(Eventually([&] { return desk.size() == 1; }));
    socket.Reset();
  }
  desk.Take()(Admission::Refuse(403, "no\n"));
  EXPECT_TRUE(running_->Counts(
      [](const Server::Counters& c) { return c.connections == 0; }));
}

TEST_P(AdmissionTest, ClosesEverySessionOfAnIdentity) {
  Start([](const ConnectRequest& request, const AdmissionReply& reply) {
    reply(Admission::Accept(request.QueryParameter("user").value_or("")));
  });
  WebSocketClient phone;
  WebSocketClient laptop;
  WebSocketClient bob;
  WebSocketClient nobody;
  ASSERT_TRUE(Connect(phone, "?user=ann"));
  ASSERT_TRUE(Connect(laptop, "?user=ann"));
  ASSERT_TRUE(Connect(bob, "?user=bob"));
  ASSERT_TRUE(Connect(nobody));
  ASSERT_TRUE(handler_.WaitFor(Event::kOpen, 4));
  running_->OnHub([&] {
    channel_->CloseSessionsOf("", CloseCode::kPolicy, "nobody");
    channel_->CloseSessionsOf("ann", CloseCode::kPolicy, "you are out");
  });
  for (WebSocketClient* const device : {&phone, &laptop}) {
    const auto close = device->WaitForClose();
    ASSERT_TRUE(close);
    EXPECT_EQ(close->code, 1008);
    EXPECT_EQ(close->reason, "you are out");
  }
  EXPECT_TRUE(running_->Counts(
      [](const Server::Counters& c) { return c.sessions == 2; }));
  EXPECT_TRUE(bob.SendText("still here"));
  EXPECT_EQ(handler_.Message(), "still here");
}

}  // namespace
}  // namespace tickerhub::testing
